"""Whatever schema: its form exists, every valid value can be entered and comes back, every other one is refused."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from pydantic import TypeAdapter

from hitl_widgets import Control
from hitl_widgets.errors import InvalidAnswerError
from hitl_widgets.fields import MISSING, check, decode, default_reply, encode, field_for, is_object, same, validate
from hitl_widgets.fields.encode import CannotShowError
from hitl_widgets.protocol import FieldView

from .browser import Browser

# ---------------------------------------------------------------- schemas of every kind

LEAVES: list[dict[str, Any]] = [
    {"type": "string"},
    {"type": "string", "minLength": 2, "maxLength": 4},
    {"type": "string", "format": "date"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "color"},
    {"type": "string", "format": "duration"},
    {"type": "string", "minLength": 0},
    {"type": "string", "format": "date-time", "formatMinimum": "2026-01-02T03:04:05Z"},
    {"type": "string", "format": "time", "formatExclusiveMaximum": "17:00"},
    {"type": "integer"},
    {"type": "integer", "minimum": 0, "maximum": 3},
    {"type": "number", "exclusiveMinimum": 0},
    {"type": "boolean"},
    {"enum": ["a", 1, True]},
    {"type": ["integer", "null"]},
    {"$ref": "#/$defs/Tree"},
    {"$ref": "#/$defs/Link"},
    {"not": {"const": 1}},
]
DEFINITIONS: dict[str, Any] = {
    "Tree": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}},
        "required": ["name"],
        "additionalProperties": False,
    },
    "Link": {
        "type": "object",
        "properties": {"next": {"anyOf": [{"$ref": "#/$defs/Link"}, {"type": "null"}]}, "n": {"type": "integer"}},
        "required": ["next", "n"],
        "additionalProperties": False,
    },
}
KEYS_OF = {"^[ab]$": ["a", "b"], "^x_": ["x_", "x_/1"], "^y_": ["y_1"]}
"""Keys by the patterns that they match."""
KEYS = ["a", "b", "c/d", "0"]
# Made once: Hypothesis makes thousands of schemas of them.
counts = st.fixed_dictionaries({}, optional={"minItems": st.integers(0, 2), "maxItems": st.integers(2, 3)})


def containers(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    properties = st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    objects = st.builds(
        lambda names, some: {"type": "object", "properties": names, "required": some, "additionalProperties": False},
        properties,
        st.just([]),
    )
    required = objects.map(lambda schema: {**schema, "required": list(schema["properties"])})
    lists = st.builds(
        lambda item, bounds, unique: {"type": "array", "items": item, "uniqueItems": unique, **bounds},
        inner,
        counts,
        st.booleans(),
    )
    tuples = st.lists(inner, min_size=1, max_size=3).map(
        lambda places: {"type": "array", "prefixItems": places, "minItems": len(places), "maxItems": len(places)}
    )
    maps = st.builds(
        lambda value, names: {"type": "object", "additionalProperties": value, **names},
        inner,
        st.sampled_from([{}, {"propertyNames": {"enum": KEYS[:2]}}, {"propertyNames": {"pattern": "^[a-c]"}}]),
    )
    patterns = inner.map(
        lambda value: {"type": "object", "patternProperties": {"^[ab]$": value}, "additionalProperties": False}
    )
    opened = st.builds(
        lambda schema, value: {**schema, "additionalProperties": value}, st.one_of(objects, required), inner
    )
    kinds_of_keys = st.builds(
        lambda schema, one, other: {**schema, "patternProperties": {"^x_": one, "^y_": other}},
        st.one_of(opened, required),
        inner,
        inner,
    )
    containing = inner.map(lambda item: {"type": "array", "items": item, "contains": item, "maxContains": 1})
    unions = st.lists(inner, min_size=2, max_size=3).map(lambda branches: {"anyOf": branches})
    kinds = st.lists(required, min_size=2, max_size=3).map(_discriminated)
    merged = objects.map(lambda schema: {"allOf": [schema, {"title": "Merged"}]})
    return st.one_of(
        objects, required, lists, tuples, maps, patterns, unions, kinds, merged, opened, kinds_of_keys, containing
    )


def _discriminated(objects: list[dict[str, Any]]) -> dict[str, Any]:
    def tagged(schema: dict[str, Any], tag: str) -> dict[str, Any]:
        properties = {"kind": {"const": tag}, **schema["properties"]}
        return {**schema, "properties": properties, "required": ["kind", *schema["required"]]}

    return {"oneOf": [tagged(schema, f"kind {index}") for index, schema in enumerate(objects)]}


schemas = st.recursive(st.sampled_from(LEAVES), containers, max_leaves=5).map(
    lambda schema: {**schema, "$defs": DEFINITIONS}
)

SCALARS: dict[str, list[Any]] = {
    "date": ["2026-01-02"], "uuid": [str(uuid.UUID(int=1))], "color": ["#3b55d9"], "duration": ["P1D", "PT0.5S"],
    "date-time": ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05", "2026-01-02T10:00:00.25+05:30"], "time": ["10:30:00"],
}  # fmt: skip


def values_of(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that mostly fit; `validate` says whether one does."""
    if "$ref" in schema:
        return {"Tree": TREES, "Link": LINKS}[schema["$ref"].rsplit("/", 1)[1]]
    if "allOf" in schema:
        return values_of(schema["allOf"][0])
    if branches := schema.get("anyOf") or schema.get("oneOf"):
        return st.one_of([values_of(branch) for branch in branches])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    match schema.get("type"):
        case "string" if "format" in schema:
            return st.sampled_from(SCALARS[schema["format"]])
        case "string":
            return st.text("ab ü\n", min_size=schema.get("minLength", 1), max_size=4)
        case "integer":
            return st.integers(schema.get("minimum", -5), schema.get("maximum", 5))
        case "number":
            return st.sampled_from([1, 0.5, 2.25])
        case "boolean":
            return st.booleans()
        case ["integer", "null"]:
            return st.none() | st.integers(-3, 3)
        case "array" if "prefixItems" in schema:
            return st.tuples(*map(values_of, schema["prefixItems"])).map(list)
        case "array" if "enum" in schema["items"]:
            # Ticked boxes: in the order of the choices, none twice.
            return st.lists(values_of(schema["items"]), max_size=3, unique_by=repr).map(
                lambda items: [option for option in schema["items"]["enum"] if repr(option) in map(repr, items)]
            )
        case "array":
            return st.lists(values_of(schema["items"]), min_size=schema.get("minItems", 0), max_size=3)
        case "object" if "properties" in schema:
            needed = {name: values_of(schema["properties"][name]) for name in schema["required"]}
            others = {name: values_of(inner) for name, inner in schema["properties"].items() if name not in needed}
            if is_object(more := schema["additionalProperties"]):
                others |= {name: values_of(more) for name in ("z", "z/1", "other keys")}
            for pattern, inner in schema.get("patternProperties", {}).items():
                others |= {name: values_of(inner) for name in KEYS_OF[pattern]}
            return st.fixed_dictionaries(needed, optional=others)
        case "object" if "patternProperties" in schema:
            [(pattern, inner)] = schema["patternProperties"].items()
            return st.dictionaries(st.sampled_from(KEYS_OF[pattern]), values_of(inner), max_size=2)
        case "object":
            names = ["a", "b"] if "propertyNames" in schema else KEYS
            return st.dictionaries(st.sampled_from(names), values_of(schema["additionalProperties"]), max_size=2)
        case _:
            return st.sampled_from([0, "x", [1, {"a": 1.5}], {"k": None}, True])


TREES = st.deferred(
    lambda: st.fixed_dictionaries({"name": st.just("n")}, optional={"children": st.lists(TREES, max_size=2)})
)
LINKS = st.deferred(lambda: st.fixed_dictionaries({"next": st.none() | LINKS, "n": st.integers(0, 3)}))

ANY_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from(["", "x", "2026-01-02", 0.5])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEYS, "kind"]), inner, max_size=3),
    max_leaves=5,
)
relaxed = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(schemas)
def test_every_schema_has_a_form(schema: dict[str, Any]) -> None:
    field = field_for(schema)
    assert TypeAdapter[Any](FieldView).validate_python(field) == field
    assert isinstance(check(field, None), dict)


@relaxed
@given(st.data())
def test_every_valid_value_can_be_entered_and_comes_back(data: st.DataObject) -> None:
    schema = data.draw(schemas)
    value = data.draw(values_of(schema))
    if validate(schema, value):
        return
    field = field_for(schema)
    reply = encode(field, value)
    assert check(field, reply) == {}, (field, reply)
    back = decode(field, reply)
    assert same(back, value) or same(_without_nulls(back), _without_nulls(value))
    assert validate(schema, back) == {}


def _without_nulls(value: Any) -> Any:
    """A key that is null or an empty object, and one that is not there: a form shows them all as empty fields."""
    if isinstance(value, dict):
        kept = {name: _without_nulls(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in (None, {})}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value


@relaxed
@given(st.data())
def test_every_value_that_does_not_fit_is_refused_where_it_can_be_mended(data: st.DataObject) -> None:
    schema = data.draw(schemas)
    value = data.draw(st.one_of(ANY_JSON, values_of(schema)))
    wrong = validate(schema, value)
    if not wrong:
        return
    control = Control.form(schema)
    assert control.view["kind"] == "form"
    field = control.view["field"]
    try:
        reply = encode(field, value)
    except CannotShowError:
        return  # nobody can enter it
    with pytest.raises(InvalidAnswerError) as refused:
        control.resume_value(reply)
    assert refused.value.fields
    assert all(sentence.endswith(".") for sentence in refused.value.fields.values())


@relaxed
@given(schemas, ANY_JSON)
def test_a_reply_of_any_shape_is_read_or_refused_never_crashes(schema: dict[str, Any], reply: Any) -> None:
    field = field_for(schema)
    if check(field, reply) == {}:
        decode(field, reply)
    else:
        with pytest.raises(InvalidAnswerError):
            decode(field, reply)


@relaxed
@given(st.data())
def test_a_default_is_what_the_untouched_form_sends(browser: Browser, data: st.DataObject) -> None:
    schema = data.draw(schemas)
    value = data.draw(values_of(schema))
    if validate(schema, value):
        return
    field = field_for(schema, default=value)
    reply = default_reply(field)
    assert same(decode(field, None if reply is MISSING else reply), value)
    submitted = browser.submit(field)
    assert submitted.errors == check(field, submitted.reply) == {}
    assert same(decode(field, submitted.reply), value)


@relaxed
@given(st.data())
def test_the_browser_says_of_any_reply_what_the_kernel_says(browser: Browser, data: st.DataObject) -> None:
    schema = data.draw(schemas)
    value = data.draw(st.one_of(values_of(schema), ANY_JSON))
    field = field_for(schema)
    try:
        submitted = browser.submit(field, encode(field, value))
    except CannotShowError:
        submitted = browser.submit(field)
    said = check(field, submitted.reply)
    assert {path: text.partition(":")[0] for path, text in submitted.errors.items()} == {
        path: text.partition(":")[0] for path, text in said.items()
    }
    assert said.keys() <= set(submitted.drawn)
