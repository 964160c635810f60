"""A schema that nothing fits: any JSON value is taken, and the card says why."""

from __future__ import annotations

from typing import Any

import pytest

from hitl_widgets.fields import why_nothing_fits

from .test_families_ag_ui import asking, card, click, received

LOOP = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Loop"}}, "required": ["next"]}
TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "string", "enum": []}, "there is nothing to choose from"),
        ({"type": "integer", "minimum": 5, "maximum": 3}, "at least 5 and at most 3 are asked for at once"),
        ({"type": "number", "exclusiveMinimum": 1.5, "maximum": 1.5}, "more than 1.5 and at most 1.5 are asked for at once"),
        ({"type": "string", "minLength": 5, "maxLength": 2}, "at least 5 and at most 2 characters are asked for at once"),
        ({"type": "array", "minItems": 1, "items": {"enum": []}}, "each item: there is nothing to choose from"),
        ({"type": "string", "enum": [1, 2]}, "none of its choices is of the type string"),
        ({"allOf": [TEXT, {"type": "integer"}]}, "the types integer and string are asked for at once"),
        ({"allOf": [{"type": "number", "minimum": 4}, {"maximum": 3}]}, "at least 4 and at most 3 are asked for at once"),
        ({"anyOf": [{"enum": []}, {"allOf": [TEXT, {"type": "array"}]}]}, "there is nothing to choose from"),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "required": ["a"], "$defs": {"A": {"enum": []}}}, '"a": there is nothing to choose from'),
        ({"type": "object", "additionalProperties": False, "required": ["a"]}, '"a" is asked for, and no such key is allowed'),
    ],
)  # fmt: skip
def test_the_card_says_why_and_any_json_value_is_taken(schema: Any, why: str) -> None:
    assert why_nothing_fits(schema) == why
    session = asking({"question": "Well?", "description": "Think twice."}, response_schema=schema)
    view = card(session)
    assert (view["question"], view["control"]["field"]["type"]) == ("Well?", "json")
    said = [part["children"][0] for part in view["description"]]
    assert said[0] == "Think twice."
    assert why in "".join(map(str, view["description"]))
    click(session, '{"any": "value"}')
    assert received(session) == {"any": "value"}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "number", "minimum": 1, "maximum": 1},
        {"type": "array", "items": {"enum": []}},
        {"type": "array", "prefixItems": [TEXT, TEXT], "items": False, "minItems": 2},
        {"type": ["integer", "null"], "minimum": 5, "maximum": 3},
        {"anyOf": [{"enum": []}, TEXT]},
        {"type": "object", "properties": {"a": {"enum": []}}},
        {"properties": {"a": {"enum": []}}, "required": ["a"]},
        {"type": "integer", "enum": [1.0]},
        {"minimum": 5, "maximum": 3},
        {"type": "object", "additionalProperties": False, "patternProperties": {"^a": {}}, "required": ["a"]},
        {"$ref": "#/$defs/Loop", "$defs": {"Loop": LOOP}},
        {"type": "integer", "minimum": "5", "maximum": 3},
        {},
        True,
    ],
)
def test_of_others_nothing_is_said(schema: Any) -> None:
    assert why_nothing_fits(schema) is None
