"""AG-UI flavoured payloads: the schema of the answer, its deadline and its tool call, in the payload itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.view.project import card_view

from . import graphs

drivers = pytest.mark.parametrize("on_loop", [False, True], ids=["thread", "loop"])

BOOKING: dict[str, Any] = {
    "type": "object",
    "properties": {
        "guests": {"type": "integer", "minimum": 0},
        "smoking": {"type": "boolean"},
        "note": {"type": "string"},
        "extras": {"type": "array", "items": {"enum": ["cake", "wine"]}},
    },
    "required": ["guests"],
}


def asking(payload: Any, *, on_loop: bool = False, **options: Any) -> hitl.Session:
    """A graph that asks, and logs the answer as it came."""

    def node(state: Any) -> dict[str, Any]:
        return {"log": [interrupt(payload, **options)]}

    async def async_node(state: Any) -> dict[str, Any]:
        return node(state)

    session = hitl.run(graphs.chain(graphs.Log, {"ask": async_node if on_loop else node}), {})
    assert session._run.at_rest.wait(60)
    assert session.error is None
    return session


def received(session: hitl.Session) -> Any:
    [answer] = session.wait(60)["log"]
    return answer


def card(session: hitl.Session) -> Any:
    [pending] = session._run.pending
    return card_view(session._display.drawn, pending)


def matched(session: hitl.Session) -> str:
    return hitl.controls.explain(session.requests[0]).matcher


def click(session: hitl.Session, reply: Any, reason: str | None = None) -> None:
    """The browser's path."""
    run = session._run
    run.driver.run(run.answer(run.pending[0], lambda control: control.resume_value(reply, reason), by="person"))


@drivers
@pytest.mark.parametrize("key", ["responseSchema", "response_schema"])
@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "boolean"}, False),
        ({"type": "integer"}, 0),
        ({"type": "number"}, 0.0),
        ({"type": "string"}, ""),
        ({"type": "array", "items": {"type": "string"}}, []),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {}),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, None),
        ({"enum": ["EU", "US"]}, "EU"),
        (BOOKING, {"guests": 0, "smoking": False, "note": "", "extras": []}),
    ],
)
def test_the_node_gets_the_raw_value_of_the_schema(on_loop: bool, key: str, schema: Any, value: Any) -> None:
    payload = {"reason": "input_required", "message": "How many?", key: schema}
    session = asking(payload, on_loop=on_loop)
    assert matched(session) == "ag_ui"
    assert card(session)["question"] == "How many?"
    session.answer(value)
    answer = received(session)
    assert answer == value
    assert type(answer) is type(value)


@drivers
def test_a_form_is_clicked(on_loop: bool) -> None:
    session = asking({"message": "Which table?", "responseSchema": BOOKING}, on_loop=on_loop)
    assert card(session)["control"]["kind"] == "form"
    click(session, {"guests": 0, "smoking": False, "extras": []})
    assert received(session) == {"guests": 0, "smoking": False, "extras": []}


@drivers
@pytest.mark.parametrize("approved", [True, False])
def test_yes_or_no_is_two_buttons(on_loop: bool, approved: bool) -> None:
    schema = {"type": "object", "properties": {"approved": {"type": "boolean"}}, "required": ["approved"]}
    session = asking({"message": "Send it?", "responseSchema": schema}, on_loop=on_loop)
    assert card(session)["control"]["kind"] == "approval"
    click(session, approved)
    assert received(session) == {"approved": approved}


def test_what_the_schema_refuses_is_refused_on_the_card() -> None:
    session = asking({"message": "Which table?", "responseSchema": BOOKING})
    with pytest.raises(hitl.InvalidAnswerError):
        session.answer({"guests": -1})
    assert "guests" in card(session)["field_errors"]
    with pytest.raises(hitl.InvalidAnswerError):
        session.answer({})
    assert session.status == "waiting"


def test_a_deadline_is_on_the_card_and_the_tool_call_beside_it() -> None:
    at = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    payload = {
        "reason": "tool_call",
        "message": "Send the mail?",
        "toolCallId": "call-7",
        "responseSchema": {"type": "boolean"},
        "expiresAt": at,
        "metadata": {"risk": "low"},
    }
    view = card(asking(payload))
    assert view["question"] == "Send the mail?"
    assert view["deadline"]["before"] == "Expires in"
    assert [(one["label"], one["text"]) for one in view["context"][:2]] == [
        ("Reason", "tool_call"),
        ("Tool call id", "call-7"),
    ]
    assert not any("chema" in one["label"] or "xpires" in one["label"] for one in view["context"])


@pytest.mark.parametrize(
    ("payload", "question"),
    [
        ({"reason": "Which account is it?"}, "Which account is it?"),
        ({"reason": "input_required"}, "Input required"),
        ({"reason": "confirm", "message": "Really?"}, "Really?"),
        ({"message": "Really?", "tool_call_id": "call-1"}, "Really?"),
        ({"tool_call_id": "call-1"}, "Ask"),
        ({"responseSchema": {"type": "string"}, "title": "The name"}, "The name"),
    ],
)
def test_it_asks_the_message_or_else_the_reason(payload: dict[str, Any], question: str) -> None:
    session = asking(payload)
    assert matched(session) == "ag_ui"
    assert card(session)["question"] == question
    session.answer("ok")
    assert received(session) == "ok"


@pytest.mark.parametrize(
    ("payload", "matcher"),
    [
        ({"message": "What now?"}, "question"),
        ({"message": "What now?", "description": "Well?"}, "question"),
        ({"message": "Where?", "options": ["EU", "US"], "expires_at": "2030-01-01T00:00:00Z"}, "choice"),
        ({"message": "Where?", "options": ["EU", "US"], "toolCallId": "call-1"}, "choice"),
        ({"message": "How many?", "default": 3, "tool_call_id": "call-1"}, "question"),
        ({"question": "Refund?", "reason": "It broke."}, "question"),
        ({"message": "What now?", "expiresAt": "2030-01-01T00:00:00Z"}, "question"),
        ({"message": "What now?", "responseSchema": "a string"}, "question"),
        ({"message": "What now?", "responseSchema": {"type": "nonsense"}}, "question"),
        ({"message": "What now?", "responseSchema": {}}, "question"),
        ({"reason": ""}, "json_editor"),
        ({"reason": 5, "message": None}, "json_editor"),
        ({"control": "approval", "message": "Ok?", "reason": "x"}, "hint"),
        ({"type": "tool_approval", "tool_call_id": "c", "name": "search", "args": {}, "description": ""}, "tool_approval"),
        ({"type": "ask_user", "questions": [{"question": "?", "type": "text"}], "tool_call_id": "c"}, "ask_user"),
        (
            {"action_request": {"action": "a", "args": {}}, "config": {"allow_accept": True}, "reason": "x"},
            "agent_inbox",
        ),
    ],
)  # fmt: skip
def test_other_payloads_are_asked_as_before(payload: dict[str, Any], matcher: str) -> None:
    assert matched(asking(payload)) == matcher


def test_langgraphs_own_response_schema_wins() -> None:
    session = asking({"message": "How many?", "responseSchema": {"type": "string"}}, response_schema=int)
    assert matched(session) == "schema"
    with pytest.raises(hitl.InvalidAnswerError):
        session.answer("many")
    session.answer(0)
    assert received(session) == 0


def test_what_a_model_wrote_stays_text() -> None:
    view = card(asking({"message": "<b>x</b>", "toolCallId": "<i>c</i>"}))
    assert view["question"] == "<b>x</b>"
    assert view["context"][0]["text"] == "<i>c</i>"
