"""Arguments with keys that a tool's schema does not name: edited, added and removed like the others."""

from __future__ import annotations

from typing import Any

from hitl_widgets.controls.arguments import edited, form
from hitl_widgets.fields import decode, encode

SCHEMA: dict[str, Any] = {
    "properties": {
        "filters": {
            "type": "object",
            "properties": {"lang": {"type": "string"}},
            "additionalProperties": {"type": "number"},
        }
    }
}
GIVEN = {"filters": {"lang": "en", "year": 2020, "size": 1.0}}


def edit(filters: dict[str, Any]) -> dict[str, Any]:
    field = form(GIVEN, SCHEMA)
    return edited(GIVEN, field, decode(field, encode(field, {"filters": filters})))


def test_a_key_is_changed_added_and_removed() -> None:
    assert edit({"lang": "en", "year": 2021, "size": 1.0}) == {"filters": {"lang": "en", "year": 2021, "size": 1.0}}
    assert edit({"lang": "de", "year": 2020, "more": 3}) == {"filters": {"lang": "de", "year": 2020, "more": 3}}
    assert edit({"lang": "en"}) == {"filters": {"lang": "en"}}


def test_what_was_not_touched_is_to_the_last_digit_what_it_was() -> None:
    assert repr(edit(GIVEN["filters"])) == repr(GIVEN)
