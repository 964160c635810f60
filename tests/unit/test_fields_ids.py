"""A schema within a schema that has an `$id`: its pointers begin there, and not at the root."""

from __future__ import annotations

from typing import Any

import pytest

from hitl_widgets import fields
from hitl_widgets.control import Control

PERSON: dict[str, Any] = {
    "$id": "https://example.org/person",
    "type": "object",
    "$defs": {"id": {"type": "integer", "minimum": 0}},
    "properties": {"id": {"$ref": "#/$defs/id"}, "boss": {"$ref": "#"}},
}
WHOLE: dict[str, Any] = {
    "$id": "https://example.org/whole",
    "type": "object",
    "$defs": {"id": {"type": "string"}, "a/b ~%": PERSON},
    "properties": {"id": {"$ref": "#/$defs/id"}, "person": {"$ref": "#/$defs/a~1b%20~0%25"}, "last": PERSON},
}


def _fields(field: Any) -> dict[str, Any]:
    return {named["name"]: named["field"] for named in field["fields"]}


def test_what_a_pointer_in_it_leads_to_is_drawn_and_checked_alike() -> None:
    drawn = _fields(fields.field_for(WHOLE))
    assert drawn["id"]["type"] == "text"
    for name in ("person", "last"):
        own = _fields(drawn[name])
        assert own["id"]["type"] == "number"
    control = Control.form(WHOLE)
    answer = {"id": "a", "last": {"id": 1, "boss": {"id": 2}}}
    assert control.accept(answer) == answer
    assert fields.validate(WHOLE, {"last": {"id": "a"}}) != {}


def test_one_in_a_list_is_found() -> None:
    one = {"anyOf": [{"type": "null"}, PERSON]}
    drawn = _fields(fields.field_for({"type": "object", "properties": {"one": one}}))
    assert _fields(drawn["one"])["id"]["type"] == "number"


@pytest.mark.parametrize("reference", ["#/$defs/token", "#"])
def test_a_secret_that_a_pointer_in_it_leads_to_is_one(reference: str) -> None:
    inner = {
        "$id": "inner",
        "$defs": {"token": {"type": "string", "format": "password"}},
        "properties": {"token": {"$ref": "#/$defs/token"}, "more": {"$ref": reference}},
    }
    # A pointer from the root leads to nothing secret.
    outer = {"$defs": {"token": {"type": "string"}}, "properties": {"inner": inner}}
    assert fields.is_secret(outer)
    drawn = _fields(_fields(fields.field_for(outer))["inner"])
    assert drawn["token"]["format"] == "password"


def test_a_schema_without_any_stays_the_same_object_and_one_that_contains_itself_is_no_trouble() -> None:
    from hitl_widgets.fields.rebased import rebased

    plain: dict[str, Any] = {
        "properties": {"$id": {"type": "string"}, "a": {"$id": "#anchor"}},
        "default": {"$id": "x"},
    }
    assert rebased(plain) is plain
    plain["properties"]["self"] = plain
    assert rebased(plain) is plain


def test_documents_within_documents_and_shared_parts_take_no_longer_each() -> None:
    """Each doubled what there was to look at: sixty of them would take for ever."""
    documents: dict[str, Any] = {"type": "string"}
    shared: dict[str, Any] = {"$id": "innermost", "type": "string"}
    for at in range(60):
        documents = {"$id": f"d{at}", "type": "object", "properties": {"a": documents}}
        shared = {"type": "object", "properties": {"a": shared, "b": shared}}
    for schema in (documents, shared):
        assert not fields.is_secret(schema)
        assert fields.field_for(schema)["type"] == "object"
