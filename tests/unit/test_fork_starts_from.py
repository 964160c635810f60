"""What the questions of a fork start from, as the card has it: questions that come with no schema."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.decisions import Decision
from hitl_widgets.running.forks.earlier import EarlierAnswers
from hitl_widgets.running.pending import Pending
from hitl_widgets.running.settling import controlled


def at_rest(session: hitl.Session) -> hitl.Session:
    assert session._run.at_rest.wait(60)
    assert session.error is None
    return session


def asked_again(payload: Any, answer: Any) -> Pending:
    """What a fork asks, from before a question was answered."""
    builder = StateGraph(dict).add_node("ask", lambda _state: {"got": interrupt(payload)}).add_edge(START, "ask")
    session = at_rest(hitl.run(builder.compile(), {}))
    session.answer(answer)
    assert session.wait(timeout=60) == {"got": answer}
    [pending] = at_rest(session.fork(session.decisions[0]))._run.pending
    return pending


def field_of(pending: Pending) -> dict[str, Any]:
    view: Any = pending.control.view
    return view["field"]


@pytest.mark.parametrize("payload", ["Who?", {"question": "Who?"}, {"message": "Who?"}])
def test_a_bare_question_starts_from_the_text_that_it_was_answered_with(payload: Any) -> None:
    pending = asked_again(payload, "Ann")
    assert field_of(pending)["default"] == "Ann"
    assert "Answered before" not in [part["label"] for part in pending.question.context]
    with pytest.raises(hitl.InvalidAnswerError):  # nobody has called it a default
        pending.control.default_reply()


def test_a_text_of_several_lines_has_room_for_them() -> None:
    field = field_of(asked_again("A poem?", "roses\nviolets"))
    assert (field["default"], field["multiline"]) == ("roses\nviolets", True)


def test_an_answer_from_code_that_is_no_text_is_said_beside_the_empty_field() -> None:
    pending = asked_again("How old?", 33)
    assert "default" not in field_of(pending)
    assert pending.question.context == [{"label": "Answered before", "text": "33", "mono": False}]


def test_the_json_editor_starts_from_the_answer_and_the_payload_is_read_above_it() -> None:
    pending = asked_again({"essay": "Cats.", "length": 5}, {"approved": True})
    assert field_of(pending)["default_text"] == '{\n  "approved": true\n}'
    assert [(part["label"], part["text"]) for part in pending.question.context] == [
        ("Essay", "Cats."), ("Length", "5"),
    ]  # fmt: skip


def test_a_bare_number_starts_from_the_answer_and_is_read_above_it() -> None:
    pending = asked_again(5, 7)
    assert field_of(pending)["default"] == 7
    assert [part["text"] for part in pending.question.context] == ["5"]
    assert pending.control.default_reply() == 5


def test_an_answer_is_used_up_where_its_question_is_asked_and_not_where_that_is_looked_at() -> None:
    def ask(state: dict[str, Any]) -> dict[str, Any]:
        words = state.get("words", [])
        return {"words": [*words, interrupt("Another word?")]}

    builder = StateGraph(dict).add_node("ask", ask).add_edge(START, "ask")
    builder.add_conditional_edges("ask", lambda state: "ask" if len(state["words"]) < 3 else "__end__")
    session = at_rest(hitl.run(builder.compile(), {}))
    for word in ("one", "two", "three"):
        session.answer(word)
        at_rest(session)
    fork = at_rest(session.fork(session.decisions[0]))
    [first] = fork._run.pending
    assert field_of(first)["default"] == "one"
    # What is read of a thread while others go on with it, and is out of date by then.
    other = replace(first.asked, request=replace(first.request, id="a later one"))
    for _ in range(3):
        [looked_at] = controlled(fork._run, [other])
        assert field_of(looked_at)["default"] == "two"
    for word in ("two", "three"):
        fork.answer("again")
        at_rest(fork)
        assert field_of(fork._run.pending[0])["default"] == word


def test_what_is_tried_is_not_used_up_also_of_the_run_that_a_fork_was_forked_from() -> None:
    def decided(*words: str) -> list[Decision]:
        now = datetime.now(UTC)
        return [Decision("ask", "ask", ("ask",), "?", word, "person", now, None, word) for word in words]

    earlier = EarlierAnswers((), EarlierAnswers(decided("one", "two", "three")))
    asked = hitl.Request("new", "ask", "ask", ("ask",), "?")

    def taken(answers: EarlierAnswers) -> Any:
        decision = answers.take(asked)
        assert decision is not None
        return decision.value

    tried = earlier.tried()
    assert [taken(tried) for _ in range(4)] == ["one", "two", "three", "three"]
    assert [taken(earlier) for _ in range(2)] == ["one", "two"]
    assert taken(earlier.tried()) == "three"


def test_at_the_breakpoint_before_a_node_its_answer_to_a_question_is_not_said_to_have_been_given() -> None:
    payload = {"question": "Where to?", "options": ["EU", "US"]}
    builder = StateGraph(dict).add_node("ask", lambda _state: {"got": interrupt(payload)}).add_edge(START, "ask")
    session = at_rest(hitl.run(builder.compile(), {}))
    session.answer("US")
    assert session.wait(timeout=60) == {"got": "US"}
    fork = at_rest(session.fork(0, pause=True))
    [stands] = fork._run.pending
    assert (stands.request.kind, stands.request.key) == ("breakpoint", "ask")
    assert "Answered before" not in [part["label"] for part in stands.question.context]
    fork.answer(True)
    [asked] = at_rest(fork)._run.pending
    assert (asked.request.kind, field_of(asked)["default"]) == ("interrupt", "US")
