"""A dict with a question and a JSON Schema beside it: a form for that."""

from __future__ import annotations

from typing import Any

import pytest

import hitl_widgets as hitl

from .test_families_ag_ui import BOOKING, asking, card, click, drivers, matched, received


@drivers
def test_it_is_asked_with_a_form_that_is_filled_in_as_the_schema_says(on_loop: bool) -> None:
    payload = {"message": "Which table?", "schema": BOOKING, "restaurant": "Chez Ada"}
    session = asking(payload, on_loop=on_loop)
    assert matched(session) == "schema_in_payload"
    view = card(session)
    assert (view["question"], view["control"]["kind"]) == ("Which table?", "form")
    assert [(one["label"], one["text"]) for one in view["context"]] == [("Restaurant", "Chez Ada")]
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        click(session, {"guests": -1, "smoking": False, "extras": []})
    assert refused.value.fields == {"guests": "Must be at least 0."}
    click(session, {"guests": 2, "smoking": False, "extras": ["cake"]})
    assert received(session) == {"guests": 2, "smoking": False, "extras": ["cake"]}


def test_yes_or_no_is_two_buttons() -> None:
    schema = {"type": "object", "properties": {"approved": {"type": "boolean"}}, "required": ["approved"]}
    session = asking({"question": "Send it?", "schema": schema})
    assert card(session)["control"]["kind"] == "approval"
    click(session, True)
    assert received(session) == {"approved": True}


def test_where_it_is_the_schema_that_is_asked_about_another_answer_can_be_given() -> None:
    session = asking({"question": "Is this schema right?", "schema": BOOKING})
    session.answer("Yes, but guests have names.")
    assert received(session) == "Yes, but guests have names."


@pytest.mark.parametrize(
    ("payload", "matcher"),
    [
        ({"schema": BOOKING}, "json_editor"),
        ({"message": "Which?", "schema": "public"}, "question"),
        ({"message": "Which?", "schema": {}}, "question"),
        ({"message": "Which?", "schema": {"orders": {"id": "int"}}}, "question"),
        ({"message": "Which?", "schema": {"type": "record", "name": "Order", "fields": []}}, "question"),
        ({"message": "Which?", "schema": {"title": "Order"}}, "question"),
        ({"message": "Which?", "schema": [BOOKING]}, "question"),
        ({"message": "Which?", "schema": BOOKING, "options": ["EU", "US"]}, "choice"),
        ({"message": "Which?", "schema": BOOKING, "responseSchema": {"type": "string"}}, "ag_ui"),
        ({"message": "Which?", "schema": BOOKING, "control": "approval"}, "hint"),
    ],
)
def test_other_payloads_are_asked_as_before(payload: dict[str, Any], matcher: str) -> None:
    assert matched(asking(payload)) == matcher


def test_langgraphs_own_response_schema_wins() -> None:
    assert matched(asking({"message": "Which?", "schema": BOOKING}, response_schema=int)) == "schema"
