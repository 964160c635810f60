"""A card that cannot be drawn any more: what was half done in it, as the JSON that a person goes on with."""

from __future__ import annotations

import json
from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets.running.pending import BrokenControlError

from ..waiting import at_rest, until
from . import graphs
from .test_rich import graph_of
from .test_rows import RECORDS, ask
from .test_widget import Browser

CALLS: dict[str, Any] = {
    "action_requests": [
        {"name": "search", "args": {"query": "cats", "limit": 5, "huge": "x" * 200_000}},
        {"name": "delete", "args": {"path": "/tmp/a"}},
        {"name": "copy", "args": {}},
    ],
    "review_configs": [
        {"action_name": "search", "allowed_decisions": ["approve", "edit", "reject"]},
        {"action_name": "delete", "allowed_decisions": ["approve", "reject"]},
        {"action_name": "copy", "allowed_decisions": ["approve", "reject"]},
    ],
}


def asking(payload: Any, **options: Any) -> hitl.Session:
    return at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks(payload)}), {}, **options))


def in_json(session: hitl.Session, reply: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the browser gets for a reply."""
    browser = Browser(session, monkeypatch)
    request = session._run.pending[0].request.id
    browser.send({"type": "fetch", "client": "c1", "request": request, "id": 7, "what": {"in_json": reply}})
    found = until(lambda: [one for one in browser.told if one["type"] == "fetched"], "nothing is told")[0]
    return found.get("error") or json.loads(found["data"])


def test_decisions_are_the_answer_that_the_middleware_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    session = asking(CALLS)
    reply = [
        {"decision": "edit", "value": {"query": "cats and dogs", "limit": 5}},
        {"decision": "reject", "value": None},
        {"decision": "approve"},
    ]
    written = in_json(session, reply, monkeypatch)
    # The arguments that no form holds are there too.
    edited = {"name": "search", "args": {"query": "cats and dogs", "limit": 5, "huge": "x" * 200_000}}
    assert written == {
        "decisions": [{"type": "edit", "edited_action": edited}, {"type": "reject"}, {"type": "approve"}]
    }
    Browser(session, monkeypatch).answer(session._run.pending[0].request.id, json.dumps(written), json=True)
    assert session.wait(60) == {"log": [written]}


def test_what_is_not_decided_or_half_entered_is_left_to_be_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    session = asking(CALLS)
    reply = [{"decision": "edit", "value": {"query": "cats", "limit": "12,"}}, None]
    written = in_json(session, reply, monkeypatch)["decisions"]
    assert written[0]["edited_action"]["args"]["limit"] == "12,"
    assert written[1:] == [{"type": None}, {"type": None}]
    with pytest.raises(hitl.InvalidAnswerError, match=r"None is not allowed for delete; allowed: approve, reject\."):
        session.answer({"decisions": written})


@pytest.mark.parametrize("reply", ["x", [1, 2], [{"decision": "destroy"}], None, [{"decision": ["edit"]}] * 9])
def test_nonsense_decides_nothing(reply: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_json(asking(CALLS), reply, monkeypatch) == {"decisions": [{"type": None}] * 3}


def test_rows_are_the_records_with_what_was_typed_into_their_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    session = at_rest(hitl.run(graph_of(ask(RECORDS, edit=["price"])), {}))
    edits = [{"position": 1, "column": 2, "value": 7.5}, {"position": 0, "column": 2, "value": "1 or"}]
    written = in_json(session, {"picked": [1, 0, 99], "edits": edits}, monkeypatch)
    assert [(row["id"], row["price"]) for row in written] == [(1, "1 or"), (2, 7.5)]
    written[0]["price"] = 2.0
    Browser(session, monkeypatch).answer(session._run.pending[0].request.id, json.dumps(written), json=True)
    session.wait(60)
    assert [row["price"] for row in session.decisions[-1].value] == [2.0, 7.5]


def test_more_rows_than_anybody_edits_as_text_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"id": number} for number in range(2_000)]
    session = at_rest(hitl.run(graph_of(ask(rows)), {}))
    said = in_json(session, {"picked": list(range(1_001)), "edits": []}, monkeypatch)
    assert said == "1001 rows are ticked, which are too many to be written as JSON."


def test_of_a_control_that_broke_in_the_kernel_too(monkeypatch: pytest.MonkeyPatch) -> None:
    session = asking(CALLS)
    pending = session._run.pending[0]
    for _ in range(2):
        pending.refuse(BrokenControlError("AttributeError: no such thing"))
    assert pending.control.view["kind"] == "form"
    assert in_json(session, [None, {"decision": "approve"}], monkeypatch)["decisions"][1] == {"type": "approve"}


def test_no_secret_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = {
        "action_requests": [{"name": "login", "args": {"token": "hunter2"}}],
        "review_configs": [
            {
                "action_name": "login",
                "allowed_decisions": ["approve", "edit"],
                "args_schema": {"properties": {"token": {"type": "string", "format": "password"}}},
            }
        ],
    }
    said = in_json(asking(calls), [{"decision": "edit", "value": {"token": "new"}}], monkeypatch)
    assert said == "This is a secret, so it is not written as JSON."
