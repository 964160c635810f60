"""Forms of real schemas, filled in through the browser's own code: what is valid comes back, all else is refused."""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st
from pydantic import TypeAdapter, ValidationError

from hitl_widgets import Control
from hitl_widgets.errors import InvalidAnswerError
from hitl_widgets.fields import (
    MISSING,
    check,
    decode,
    default_reply,
    encode,
    field_for,
    formats,
    from_type,
    is_object,
    same,
    validate,
)
from hitl_widgets.fields.encode import CannotShowError
from hitl_widgets.protocol import FieldView

from .browser import Browser
from .collected_schemas import BY_HAND, TOOLS, TYPES
from .schema_values import values_of

ENTRIES: list[Any] = [
    *(pytest.param(from_type(type_).schema, TypeAdapter(type_), id=getattr(type_, "__name__", str(type_)))
      for type_ in TYPES),
    *(pytest.param(one.tool_call_schema.model_json_schema(), TypeAdapter(one.args_schema), id=one.name)
      for one in TOOLS),
    *(pytest.param(schema, None, id=name) for name, schema in BY_HAND.items()),
]  # fmt: skip
each_schema = pytest.mark.parametrize(("schema", "adapter"), ENTRIES)
few = settings(
    deadline=None,
    max_examples=8,
    suppress_health_check=list(HealthCheck),
)


def is_valid(schema: Any, adapter: TypeAdapter[Any] | None, value: Any) -> bool:
    if validate(schema, value):
        return False
    try:
        if adapter is not None:
            adapter.validate_json(json.dumps(value))
    except ValidationError:
        return False
    return True


def is_typable(value: Any) -> bool:
    """Whether it can be typed: an empty text says that nothing was, and a number has but so many digits."""
    if value == "":
        return False
    if isinstance(value, dict):
        return "" not in value and all(map(is_typable, value.values()))
    if isinstance(value, list):
        return all(map(is_typable, value))
    return not isinstance(value, int | float) or abs(value) < 2**53


def comes_back(schema: Any, adapter: TypeAdapter[Any] | None, field: FieldView, value: Any, back: Any) -> bool:
    """Whether an answer is the value; what was left out may have come back with its default."""
    if adapter is not None:
        return bool(adapter.validate_json(json.dumps(back)) == adapter.validate_json(json.dumps(value)))
    return same(_without_defaults(field, back, value), value)


def _without_defaults(field: FieldView, back: Any, value: Any) -> Any:
    if not is_object(back) or not is_object(value) or field["type"] != "object":
        return back
    drawn = {named["name"]: named["field"] for named in field["fields"]}
    kept: dict[str, Any] = {}
    for name, inner in back.items():
        if name not in drawn:
            kept[name] = inner
        elif name in value:
            kept[name] = _without_defaults(drawn[name], inner, value[name])
        else:
            start = default_reply(drawn[name])
            assert start is not MISSING, name
            assert same(decode(drawn[name], start), inner)
    return kept


def as_typed(value: Any) -> Any:
    """The value as it can be typed: moments to the second, times of day without an offset."""
    if isinstance(value, dict):
        return {name: as_typed(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_typed(inner) for inner in value]
    if not isinstance(value, str):
        return value
    if formats.is_datetime(value):
        return re.sub(r"\.\d+", "", value)
    return value[:8] if formats.is_time(value) and len(value) > 5 else value


def blurred(value: Any) -> Any:
    """What an empty form cannot tell apart: nothing, null and an empty list; order and repetition of ticked boxes; offsets."""
    if isinstance(value, dict):
        kept = {name: blurred(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in (None, [], {})}
    if isinstance(value, list):
        items = [blurred(inner) for inner in value]
        return sorted((item for at, item in enumerate(items) if item not in items[:at]), key=repr)
    if isinstance(value, str) and formats.is_datetime(value):
        return dt.datetime.fromisoformat(value.upper()).timestamp()
    return value


# ---------------------------------------------------------------- what is valid


@each_schema
@few
@given(st.data())
def test_a_valid_answer_that_the_form_starts_from_comes_back(
    browser: Browser, schema: Any, adapter: TypeAdapter[Any] | None, data: st.DataObject
) -> None:
    value = data.draw(values_of(schema, unsaid_keys=data.draw(st.booleans())))
    assume(is_valid(schema, adapter, value))
    field = field_for(schema, default=value)
    submitted = browser.submit(field)
    assert submitted.errors == check(field, submitted.reply) == {}
    back = Control.form(schema, default=value).resume_value(submitted.reply)
    assert comes_back(schema, adapter, field, value, back), (value, back)
    unattended = Control.form(schema, default=value).default_reply()
    assert comes_back(schema, adapter, field, value, unattended), (value, unattended)


@each_schema
@few
@given(st.data())
def test_a_valid_answer_can_be_entered_into_the_empty_form(
    browser: Browser, schema: Any, adapter: TypeAdapter[Any] | None, data: st.DataObject
) -> None:
    value = as_typed(data.draw(values_of(schema, unsaid_keys=False)))
    assume(is_valid(schema, adapter, value))
    assume(is_typable(value))
    field = field_for(schema)
    try:
        reply = encode(field, value)
    except CannotShowError:
        assume("allOf" not in schema)  # hypothesis-jsonschema gives it keys of which it says nothing
        raise
    submitted = browser.submit(field, reply)
    assert submitted.errors == check(field, submitted.reply) == {}
    back = Control.form(schema).resume_value(submitted.reply)
    if adapter is not None:
        back, value = (
            adapter.dump_python(adapter.validate_json(json.dumps(one)), mode="json") for one in (back, value)
        )
    else:
        back = _without_defaults(field, back, value)
    assert same(blurred(back), blurred(value)), (value, back)


# ---------------------------------------------------------------- what is not


@st.composite
def spoilt(draw: st.DrawFn, value: Any) -> Any:
    """The value with one thing in it changed."""
    whole = [copy.deepcopy(value)]
    holder, key = cast("Any", whole), cast("Any", 0)
    while isinstance(holder[key], dict | list) and holder[key] and draw(st.integers(0, 3)):
        holder = holder[key]
        key = draw(st.sampled_from(list(holder) if isinstance(holder, dict) else range(len(holder))))
    inner = holder[key]
    match draw(st.sampled_from(["kind", "without", "more", "beyond"])):
        case "without" if isinstance(inner, dict) and inner:
            inner.pop(draw(st.sampled_from(list(inner))))
        case "without" if isinstance(inner, list) and inner:
            inner.pop()
        case "more" if isinstance(inner, dict):
            inner[draw(st.sampled_from(["zzz", "s_x", "a/b"]))] = draw(ANYTHING)
        case "more" if isinstance(inner, list):
            inner.extend(copy.deepcopy(inner) or [draw(ANYTHING)])
        case "beyond" if isinstance(inner, str):
            holder[key] = draw(st.sampled_from(["", "x" * 60, inner + "!", "2026-02-30", "0001-01-01", "00:00:00Z"]))
        case "beyond" if isinstance(inner, int | float):
            holder[key] = draw(st.sampled_from([-1, 0.5, 10**6, 2**60]))
        case _:
            holder[key] = draw(ANYTHING)
    return whole[0]


ANYTHING = st.sampled_from([None, True, 0, 1.5, "", "x", [], ["x"], {}, {"a": 1}])


@each_schema
@few
@given(st.data())
def test_an_answer_that_does_not_fit_is_refused_where_it_can_be_mended(
    browser: Browser, schema: Any, adapter: TypeAdapter[Any] | None, data: st.DataObject
) -> None:
    value = data.draw(spoilt(data.draw(values_of(schema, unsaid_keys=False))))
    assume(validate(schema, value))
    with pytest.raises(InvalidAnswerError) as refused:
        Control.form(schema).accept(value)
    assert all(sentence.endswith(".") for sentence in refused.value.fields.values())
    # A form may start from what does not fit. It shows what it can of it, and says at its fields what is wrong.
    control = Control.form(schema, default=value)
    field = field_for(schema, default=value)
    submitted = browser.submit(field)
    assert without_json_detail(submitted.errors) == without_json_detail(check(field, submitted.reply))
    assert submitted.errors.keys() <= set(submitted.drawn)
    said: dict[str, str] = {}
    try:
        assert validate(schema, control.resume_value(submitted.reply)) == {}
    except InvalidAnswerError as error:
        said = error.fields
    assert said.keys() <= set(submitted.drawn)
    assert all(sentence.endswith(".") for sentence in said.values())
    assert said or not submitted.errors


def without_json_detail(errors: dict[str, str]) -> dict[str, str]:
    """Each side has a JSON parser of its own, which says where it got lost."""
    return {path: sentence.partition(":")[0] for path, sentence in errors.items()}
