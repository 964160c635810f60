"""The replies of `tests/fixtures/fields.json`, which the browser's tests read too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from hitl_widgets import fields
from hitl_widgets.errors import InvalidAnswerError
from hitl_widgets.fields import words
from hitl_widgets.protocol import FieldView

FIXTURE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "fixtures" / "fields.json").read_text(encoding="utf-8")
)
CASES = [
    pytest.param(entry["field"], case["reply"], case["errors"], id=f"{entry['name']}: {case['reply']!r}"[:100])
    for entry in FIXTURE
    for case in entry["cases"]
]


@pytest.mark.parametrize("entry", FIXTURE, ids=lambda entry: entry["name"])
def test_every_field_of_the_fixture_has_the_protocols_shape(entry: dict[str, Any]) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(FieldView)
    assert adapter.validate_python(entry["field"]) == entry["field"]


@pytest.mark.parametrize(("field", "reply", "errors"), CASES)
def test_a_reply_is_refused_with_the_fixtures_sentences(field: Any, reply: Any, errors: dict[str, str]) -> None:
    said = fields.check(field, reply)
    # The reason after "Not JSON" is the parser's own: each side has its parser.
    assert {path: "Not JSON" if text.startswith("Not JSON") else text for path, text in said.items()} == errors


@pytest.mark.parametrize(("field", "reply", "errors"), CASES)
def test_what_check_accepts_is_decoded_and_nothing_else(field: Any, reply: Any, errors: dict[str, str]) -> None:
    if not errors:
        fields.decode(field, reply)
        return
    with pytest.raises(InvalidAnswerError) as refused:
        fields.decode(field, reply)
    assert refused.value.fields.keys() == errors.keys()


def test_the_fixture_covers_every_type_and_every_sentence() -> None:
    def types(part: Any) -> set[str]:
        if isinstance(part, list):
            return set[str]().union(*map(types, part))
        if not isinstance(part, dict):
            return set()
        own = {part["type"]} if "type" in part else set[str]()
        return own.union(*map(types, part.values()))

    drawn: set[str] = set[str]().union(*(types(entry["field"]) for entry in FIXTURE))
    assert drawn == {
        "text", "number", "boolean", "choice", "choices", "date", "datetime", "time", "object", "json", "list",
        "tuple", "map", "union", "ref", "rank", "file",
    }  # fmt: skip
    sentences = {text for entry in FIXTURE for case in entry["cases"] for text in case["errors"].values()}
    fixed = {value for name, value in vars(words).items() if name.isupper() and isinstance(value, str)}
    assert fixed - sentences == {words.NOT_EXPECTED, words.TOO_DEEP, words.TOO_SLOW}  # only the kernel says them
    for opening in (
        "At least 1 c", "At least 2", "At most 1 c", "At most 3", "Does not match", "Must be at least",
        "Must be at most", "Must be more", "Must be less", "Must be a multiple", "Choose at least", "Choose at most",
        "Must be on or after", "Must be on or before", "Not JSON",
        "At least 1 item", "At most 2 items", "Must be after", "Must be before", "Must be 09:00 or later",
        "Must be 17:00:00 or earlier", "Keys that match",
    ):  # fmt: skip
        if opening == "At least 1 c":
            continue  # an empty text is not filled in, so no reply is one character short of one
        assert any(text.startswith(opening) for text in sentences), opening


OPTIONAL = {"label": "", "help": None, "required": False, "nullable": False}
TEXT: dict[str, Any] = {
    "type": "text", **OPTIONAL, "format": None, "multiline": False,
    "min_length": None, "max_length": None, "pattern": None,
}  # fmt: skip
TEXT_FIELD: Any = TEXT
NUMBER: dict[str, Any] = {
    "type": "number", **OPTIONAL, "integer": True, "minimum": None, "maximum": None,
    "exclusive_minimum": None, "exclusive_maximum": None, "multiple_of": None,
}  # fmt: skip


NULLABLE_KEY = {
    "type": "object", "properties": {"a": {"type": ["integer", "null"]}}, "additionalProperties": False,
}  # fmt: skip


def an_object(**inner: dict[str, Any]) -> Any:
    named = [{"name": name, "field": field} for name, field in inner.items()]
    return {"type": "object", **OPTIONAL, "required": True, "fields": named}


@pytest.mark.parametrize(
    ("field", "reply", "value"),
    [
        (an_object(note=TEXT), {"note": ""}, {}),
        (an_object(note=TEXT), {}, {}),
        (an_object(note={**TEXT, "nullable": True}), {"note": ""}, {}),
        (an_object(note={**TEXT, "nullable": True, "required": True}), {"note": ""}, {"note": None}),
        (an_object(note={**TEXT, "nullable": True, "default": "x"}), {"note": ""}, {"note": None}),
        (an_object(note=TEXT), {"note": "x", "other": 1}, {"note": "x", "other": 1}),
        (an_object(note={**TEXT, "nullable": True, "default": None}), {"note": ""}, {"note": None}),
        (an_object(count=NUMBER), {"count": 3.0}, {"count": 3}),
        (an_object(count={**NUMBER, "integer": False}), {"count": 25917905566462090}, {"count": 2.591790556646209e16}),
        ({"type": "datetime", **OPTIONAL}, "2026-11-22 10:00z", "2026-11-22T10:00:00Z"),
        ({"type": "time", **OPTIONAL}, "10:30", "10:30:00"),
        ({"type": "json", **OPTIONAL, "default_text": None}, "[1, 1.0, 12345678901234567890, false]", None),
    ],
)
def test_a_reply_stands_for_a_json_value(field: Any, reply: Any, value: Any) -> None:
    decoded = fields.decode(field, reply)
    if field["type"] == "json":
        assert repr(decoded) == "[1, 1.0, 12345678901234567890, False]"
    else:
        assert repr(decoded) == repr(value)


def test_a_key_that_is_there_twice_is_refused_as_only_one_of_its_values_would_be_sent() -> None:
    text = '{"to": [{"amount": 10, "why": "late", "amount": 99999}]}'
    with pytest.raises(InvalidAnswerError, match=r'^Not JSON: the key "amount" is there twice\.$'):
        fields.parse_json(text)
    assert fields.parse_json('[{"amount": 10}, {"amount": 99999}]') == [{"amount": 10}, {"amount": 99999}]


@pytest.mark.parametrize("text", ["[" * 100_000, '"\\ud800"', "9" * 5000, '{"a": 1e999}'])
def test_text_that_json_allows_and_no_checkpointer_can_hold_is_refused(text: str) -> None:
    with pytest.raises(InvalidAnswerError, match="Not JSON: "):
        fields.parse_json(text)


@pytest.mark.parametrize(
    ("schema", "default"),
    [
        ({"type": "array", "items": NULLABLE_KEY}, [{"a": None}]),
        ({"type": "array", "items": NULLABLE_KEY}, [{}]),
        (
            {"type": "array", "items": {"type": "object", "patternProperties": {"^a$": NULLABLE_KEY}}},
            [{"a": {"a": None}}],
        ),
        ({"type": "object", "additionalProperties": NULLABLE_KEY}, {"x": {"a": None}, "y": {}}),
        ({"anyOf": [NULLABLE_KEY, {"type": "string"}]}, {"a": None}),
    ],
)
def test_a_default_that_nobody_touched_keeps_a_null_apart_from_a_key_that_is_not_there(
    schema: dict[str, Any], default: Any
) -> None:
    field = fields.field_for(schema, default=default)
    assert fields.decode(field, fields.default_reply(field)) == default


def test_half_of_a_character_is_no_text() -> None:
    assert fields.check(TEXT_FIELD, "\ud800") == {"": "Not a text."}
