"""Where nobody can click: answers by key, by a function, from a recording, or the defaults."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

import hitl_widgets as hitl

from ..waiting import at_rest
from . import graphs


def test_unattended_answers_by_key_and_by_node() -> None:
    session = hitl.run(
        graphs.three_questions(), {}, unattended={"approved": True, "ask_address": "12 Main St", "budget": 5}
    )
    assert session.wait(60) == {"approved": True, "address": "12 Main St", "budget": 5.0}
    assert {decision.by for decision in session.decisions} == {"unattended"}


def test_what_is_not_answered_is_listed_with_the_code_that_would_answer_it() -> None:
    session = hitl.run(graphs.three_questions(), {}, unattended={"approved": True})
    with pytest.raises(hitl.UnansweredError, match=r"What's your address\?") as raised:
        session.wait(60)
    assert "unattended={'address': ...}" in str(raised.value)
    assert session.status == "waiting"
    session.answer("still possible")


def test_an_unattended_answer_that_does_not_fit_is_named_and_not_sent() -> None:
    session = hitl.run(graphs.three_questions(), {}, unattended={"approved": "maybe"})
    with pytest.raises(hitl.UnansweredError, match="refused"):
        session.wait(60)
    assert len(session.decisions) == 0


def test_each_answers_repeats_in_order_and_then_no_more() -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks_twice})
    assert hitl.run(graph, {"log": []}, unattended={"ask": hitl.each([1, 2])}).wait(60) == {"log": [1, 2]}
    with pytest.raises(hitl.UnansweredError, match="second"):
        hitl.run(graph, {"log": []}, unattended={"ask": hitl.each([1])}).wait(60)


def test_why_there_was_no_answer_is_said() -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("?"), "again": graphs.asks("??")})
    session = hitl.run(graph, {}, unattended={"ask": "a", "again": hitl.each([])})
    with pytest.raises(hitl.UnansweredError, match=r"The 0 answers of each\(\[...\]\) for 'again' were all given"):
        session.wait(60)


def test_a_function_of_the_request_answers() -> None:
    session = hitl.run(
        graphs.parallel(),
        {"log": []},
        unattended=lambda request: {"value": 2} if request.key == "typed" else request.payload,
    )
    assert set(map(str, session.wait(60)["log"])) == {"once?", "first", "second", str(graphs.Amount(value=2))}


def test_a_function_that_raises_fails_the_session_and_is_seen() -> None:
    def broken(request: hitl.Request) -> Any:
        raise LookupError("no such answer")

    with pytest.raises(LookupError, match="no such answer"):
        hitl.run(graphs.three_questions(), {}, unattended=broken).wait(60)


def test_a_recording_replays_the_same_run(tmp_path: Any) -> None:
    first = hitl.run(graphs.parallel(), {"log": []})
    at_rest(first)
    for key, value in (("once", None), ("twice", {"a": [1, 2.5]}), ("typed", {"value": 4}), ("twice", "Zoë")):
        first.answer(value, to=key)
    expected = first.wait(60)
    first.decisions.to_json(tmp_path / "answers.json")
    assert hitl.run(graphs.parallel(), {"log": []}, unattended=tmp_path / "answers.json").wait(60) == expected
    replayed = eval(f"dict({first.decisions.to_code()})", {"hitl": hitl})["unattended"]
    assert hitl.run(graphs.parallel(), {"log": []}, unattended=replayed).wait(60) == expected


def test_defaults_answer_where_there_are_any() -> None:
    class Plan(TypedDict, total=False):
        budget: float
        notes: Annotated[list[str], operator.add]

    graph = graphs.chain(Plan, {"ask_budget": hitl.ask_node("budget", "Budget?", default=100)})
    assert hitl.run(graph, {}, unattended=hitl.defaults).wait(60) == {"budget": 100.0, "notes": []}


def test_attended_sessions_do_not_use_unattended_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "0")
    session = at_rest(hitl.run(graphs.three_questions(), {}, unattended=hitl.defaults))
    assert session.status == "waiting"
    with pytest.raises(TimeoutError, match="waiting"):
        session.wait(0.05)
