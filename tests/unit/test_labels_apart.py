"""What a model calls by names that read the same is not taken one for another."""

from __future__ import annotations

from typing import Any

from hitl_widgets.controls.arguments import form, listed
from hitl_widgets.controls.question import views

SCHEMA: dict[str, Any] = {"properties": {"amount": {"type": "number", "title": "Amount"}, "to": {"type": "string"}}}
GIVEN = {"amount": 5, "_amount": 5_000, "to": "ada", "to ": "eve", "sent_at": "now"}
NAMED = ["amount", "_amount", "to", '"to "', "Sent at"]


def test_arguments_that_read_the_same_are_shown_by_their_names() -> None:
    assert [one["label"] for one in listed(GIVEN)] == NAMED
    assert [one["label"] for one in listed(GIVEN, SCHEMA)] == NAMED


def test_so_are_the_fields_of_the_form_to_edit_them() -> None:
    for schema in (None, SCHEMA):
        field: Any = form(GIVEN, schema)
        called = {one["name"]: one["field"]["label"] for one in field["fields"]}
        assert called == dict(zip(GIVEN, NAMED, strict=True))


def test_so_are_the_parts_of_a_payload() -> None:
    assert [one["label"] for one in views(GIVEN)] == NAMED
