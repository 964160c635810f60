"""The kernel's last word on a value, and that the browser never disagrees with it."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from typing import Any, Literal

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import BaseModel, Field, TypeAdapter

from hitl_widgets.errors import InvalidAnswerError
from hitl_widgets.fields import MISSING, check, decode, default_reply, field_for, is_usable, validate


class Address(BaseModel):
    street: str = Field(min_length=2)
    zip_code: str | None = Field(default=None, pattern="^[0-9]{5}$")


class Person(BaseModel, extra="forbid"):
    age: int | None = Field(ge=0)
    address: Address
    region: Literal["EU", "US"] = "EU"
    tags: list[Literal["a", "b"]] = Field(default=[], max_length=1)
    names: list[str] = Field(default=[], min_length=0, max_length=1)
    born: dt.date | None = None


PERSON = TypeAdapter(Person).json_schema()
FINE = {"age": 1, "address": {"street": "Main"}}


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({}, {}),
        ({"age": None}, {}),
        ({"age": -1}, {"age": "Must be at least 0."}),
        ({"age": True}, {"age": "Not a whole number."}),
        ({"age": "1"}, {"age": "Not a whole number."}),
        ({"address": {}}, {"address/street": "Please fill this in."}),
        ({"address": None}, {"address": "Please fill this in."}),
        ({"address": {"street": "x"}}, {"address/street": "At least 2 characters."}),
        (
            {"address": {"street": "xy", "zip_code": "1"}},
            {"address/zip_code": "Does not match the pattern ^[0-9]{5}$."},
        ),
        ({"region": "Mars"}, {"region": "Not one of the choices."}),
        ({"tags": ["c"]}, {"tags/0": "Not one of the choices."}),
        ({"tags": ["a", "b"]}, {"tags": "Choose at most 1."}),
        ({"names": ["a", "b"]}, {"names": "At most 1 item."}),
        ({"born": "2026-02-30"}, {"born": "Not a date."}),
        ({"born": "2024-02-29"}, {}),
        ({"shoe": 1}, {"shoe": "Not expected here."}),
    ],
)
def test_what_is_wrong_is_said_at_its_place(change: dict[str, Any], errors: dict[str, str]) -> None:
    assert validate(PERSON, {**FINE, **change}) == errors


@pytest.mark.parametrize(
    ("schema", "value", "errors"),
    [
        ({"required": ["it's"]}, {}, {"it's": "Please fill this in."}),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, 1.5, {"": "Fits none of the forms that are allowed here."}),
        ({"oneOf": [{"const": "a"}, {"const": "b"}]}, "c", {"": "Not one of the choices."}),
        ({"oneOf": [{"type": "number"}, {"type": "integer"}]}, 1, {"": "Fits more than one of the forms."}),
        ({"type": ["string", "integer"]}, 1.5, {"": "Must be one of: string, integer."}),
        ({"type": "boolean"}, "yes", {"": "Please choose one."}),
        ({"type": "number", "multipleOf": 0.1}, 0.3, {}),
        ({"type": "string", "format": "email"}, "a@b", {"": "Not an e-mail address."}),
        ({"type": "string", "format": "uuid"}, "x", {"": "Not a UUID."}),
        ({"type": "string", "format": "time"}, "10:30:00", {}),
        ({"type": "string", "format": "date-time"}, "2026-01-01T10:30:00", {}),
        ({"type": "string", "format": "date", "formatMinimum": "2026-01-01"}, "2025-01-01",
         {"": "Must be on or after 2026-01-01."}),
        ({"format": "date-time", "formatMaximum": "2026-01-01T00:00:00Z"}, "2026-01-01T00:30:00+00:15",
         {"": "Must be 2026-01-01T00:00:00Z or earlier."}),
        ({"format": "time", "formatExclusiveMinimum": "09:00"}, "09:00:00", {"": "Must be after 09:00."}),
        ({"format": "date", "formatExclusiveMaximum": "2026-01-01"}, "2026-01-01", {"": "Must be before 2026-01-01."}),
        ({"format": "date-time", "formatMaximum": "soon"}, "2026-01-01T00:00:00", {}),
        ({"contains": {"const": "a"}}, ["b"], {"": 'At least 1 item must be "a".'}),
        ({"contains": {"type": "integer"}, "minContains": 2}, [1], {"": "At least 2 items must be a whole number."}),
        ({"contains": {"enum": [1, 2]}, "maxContains": 1}, [1, 2], {"": "At most 1 item may be one of 1, 2."}),
        ({"contains": {"type": "string", "title": "Owner"}}, [], {"": "At least 1 item must be “Owner”."}),
        ({"contains": {"minimum": 5}}, [1], {"": "At least 1 item must be such as the schema says."}),
        ({"propertyNames": {"enum": ["a"]}}, {"b": 1}, {"b": "Not one of the keys."}),
        ({"propertyNames": {"minLength": 2}}, {"b": 1}, {"b": "The key: at least 2 characters."}),
        ({"properties": {"propertyNames": {"type": "string"}}}, {"propertyNames": 1}, {"propertyNames": "Not a text."}),
        ({"dependentRequired": {"a": ["b", "c"]}}, {"a": 1, "c": 1}, {"b": "Please fill this in."}),
        ({"patternProperties": {"^s_": {}}, "additionalProperties": False}, {"s_a": 1, "z": 1},
         {"z": "Not expected here."}),
        ({"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False}, {"a": 1, "z": 1},
         {"z": "Not expected here."}),
        ({"type": "string", "format": "uri"}, "postgresql://ada@db/app", {}),
        ({"type": "array", "uniqueItems": True}, [1, 1], {"": "Has the same item twice."}),
        ({"type": "array", "minItems": 2}, [1], {"": "At least 2 items."}),
        ({"not": {"const": "s3cret"}}, "s3cret", {"": "Does not fit the schema (not)."}),
        ({"type": "array", "items": [{"type": "string"}]}, [1], {"0": "Not a text."}),
        ({"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "string"}]}, [1],
         {"0": "Not a text."}),
        ({"pattern": r"\p{L}"}, "x", {}),
        (False, 1, None),
    ],
)  # fmt: skip
def test_the_sentences(schema: Any, value: Any, errors: dict[str, str] | None) -> None:
    said = validate(schema, value)
    assert said == errors if errors is not None else said


@pytest.mark.parametrize(
    "schema", [{"type": "txt"}, {"$ref": "https://example.org/x.json"}, {"$ref": "#/$defs/X"}, {"$ref": "#"}]
)
def test_a_schema_that_nobody_could_satisfy_refuses_nothing(schema: Any) -> None:
    assert validate(schema, "x") == {}
    assert is_usable({"type": "txt"}) is False


def bounds(low: Any, high: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={"low": low, "high": high})


SMALL = st.integers(-20, 20)
text_defaults = st.sampled_from(["", "x", "ada@example.org", "2026-01-01", "https://x.org", "10:30"])
texts = st.builds(
    lambda extra: {"type": "string", **extra},
    st.fixed_dictionaries(
        {},
        optional={
            "minLength": st.integers(0, 3),
            "maxLength": st.integers(2, 6),
            "pattern": st.sampled_from(["^[a-z]*$", r"\d", "x$"]),
            "format": st.sampled_from(["email", "uri", "password", "textarea"]),
            "default": text_defaults,
        },
    ),
)
# A date of at most two characters is beyond what a date field can say, and beyond what anybody writes.
dates = st.fixed_dictionaries(
    {"type": st.just("string"), "format": st.sampled_from(["date", "date-time", "time"])},
    optional={"default": text_defaults},
)
numbers = st.builds(
    lambda kind, extra: {"type": kind, **extra},
    st.sampled_from(["number", "integer"]),
    st.fixed_dictionaries(
        {},
        optional={
            "minimum": SMALL, "maximum": SMALL, "exclusiveMinimum": SMALL, "exclusiveMaximum": SMALL,
            "multipleOf": st.sampled_from([1, 2, 0.1, 0.25, 3]), "default": SMALL,
        },
    ),
)  # fmt: skip
booleans = st.fixed_dictionaries({"type": st.just("boolean")}, optional={"default": st.booleans()})
enums = st.lists(st.sampled_from(["a", "b", "", 0, 1, 2.5, True, False]), min_size=1, max_size=4).map(
    lambda values: {"enum": [value for i, value in enumerate(values) if repr(value) not in map(repr, values[:i])]}
)
several = st.builds(
    lambda items, extra: {"type": "array", "items": items, "uniqueItems": True, **extra},
    enums,
    st.fixed_dictionaries({}, optional={"minItems": st.integers(0, 2), "maxItems": st.integers(1, 3)}),
)
leaves = st.one_of(texts, dates, numbers, booleans, enums, several)
values_of_any_kind = st.recursive(
    st.one_of(
        st.none(), st.booleans(), SMALL, st.sampled_from([0.1, 0.3, 2.5, 1e300]), st.text(max_size=6),
        st.sampled_from(["a", "x", "ada@example.org", "https://x.org", "2026-01-01", "10:30", "2026-01-01T10:30Z"]),
    ),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)  # fmt: skip


@st.composite
def flat_schemas(draw: st.DrawFn) -> dict[str, Any]:
    properties = draw(st.dictionaries(st.sampled_from("abcd"), leaves, max_size=4))
    required = draw(st.lists(st.sampled_from(sorted(properties)), unique=True)) if properties else []
    return {"type": "object", "properties": properties, "required": required}


@settings(deadline=None)
@given(leaves, values_of_any_kind)
def test_check_and_validate_agree_on_every_value_that_is_not_empty(schema: dict[str, Any], value: Any) -> None:
    field = field_for(schema)
    wrong = check(field, value)
    if value in (None, "") and wrong:
        return  # left empty: the browser asks for it, where code may answer with an empty text
    if wrong == {}:
        assert validate(schema, decode(field, value)) == {}
    else:
        assert validate(schema, value).keys() != set()


@settings(deadline=None)
@given(flat_schemas())
def test_a_flat_schema_makes_a_form_whose_default_passes_or_says_why_not(schema: dict[str, Any]) -> None:
    field = field_for(schema)
    assert field["type"] == "object"
    names = {named["name"] for named in field["fields"]}
    reply = default_reply(field)
    try:
        value = decode(field, reply)
    except InvalidAnswerError as refused:
        said = refused.fields
    else:
        assert validate(schema, value) == {}
        return
    assert said
    assert said.keys() <= names
    assert all(sentence.endswith(".") for sentence in said.values())


@settings(deadline=None)
@given(flat_schemas(), st.data())
def test_the_browser_never_accepts_a_form_that_the_kernel_refuses(schema: dict[str, Any], data: st.DataObject) -> None:
    field = field_for(schema)
    reply = data.draw(st.dictionaries(st.sampled_from(sorted(schema["properties"]) or ["z"]), values_of_any_kind))
    if check(field, reply) == {}:
        assert validate(schema, decode(field, reply)) == {}


def test_missing_is_no_value() -> None:
    assert default_reply(field_for({"type": "string"})) is MISSING


def test_what_else_a_busy_machine_does_is_no_fault_of_a_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count(0, 60)
    monkeypatch.setattr(time, "monotonic", lambda: next(ticks))  # another minute passes between any two looks
    schema = {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}}
    assert validate(schema, ["some", "texts"]) == {}
    assert check(field_for(schema), ["some", "texts"]) == {}
