"""Nested graphs that stand at breakpoints beside one another, or beside a question: what goes on with one answer is said."""

from __future__ import annotations

import operator
from pathlib import Path
from typing import Annotated, Any

import pytest
from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.running import unasked
from hitl_widgets.thread.breakpoints import standing

from .test_fork_moment import at_rest


class Part(TypedDict, total=False):
    name: str
    log: Annotated[list[str], operator.add]


class Whole(TypedDict, total=False):
    log: Annotated[list[str], operator.add]


def first(state: Part) -> Part:
    if state["name"] == "asks":
        return {"log": [interrupt("?")]}
    return {}


def copies(*names: str) -> Any:
    """A graph that runs a nested one for each name, side by side."""
    part = StateGraph(Part).add_node("first", first).add_node("second", lambda state: {"log": [state["name"]]})
    part = part.add_edge(START, "first").add_edge("first", "second")
    builder = StateGraph(Whole).add_node("part", part.compile()).add_node("after", lambda _: {"log": ["after"]})
    builder.add_conditional_edges(START, lambda _: [Send("part", {"name": name}) for name in names], ["part"])
    return builder.add_edge("part", "after").compile()


def said(session: hitl.Session) -> str | None:
    """What the card of the one question says below its heading."""
    return session._run.pending[0].question.description


def beside(session: hitl.Session) -> list[str]:
    return [notice for notice in session.notices if notice.startswith("Beside what is asked")]


def test_the_card_of_one_of_several_says_that_the_others_go_on_with_it() -> None:
    session = at_rest(hitl.run(copies("a", "b", "c"), {"log": []}, interrupt_before=["part/second"]))
    assert "2 more graphs stand at a breakpoint" in (said(session) or "")
    session.answer({"update": {"name": "changed"}})
    assert session.wait(60)["log"] == ["changed", "b", "c", "after"]


def test_one_that_stands_alone_says_nothing_of_others() -> None:
    session = at_rest(hitl.run(copies("a"), {"log": []}, interrupt_before=["part/second"]))
    assert said(session) is None
    session.answer(True)
    assert session.wait(60)["log"] == ["a", "after"]


def test_beside_a_question_it_is_said_what_its_answer_lets_go_on(tmp_path: Path) -> None:
    graph, save = copies("a", "asks", "c"), tmp_path / "runs.sqlite"
    session = at_rest(hitl.run(graph, {"log": []}, interrupt_before=["part/second"], save=save))
    assert [request.node for request in session.requests] == ["first"]
    assert ["part › second (2 times)" in notice for notice in beside(session)] == [True]
    session.close()
    again = at_rest(hitl.attach(graph, session.thread_id, interrupt_before=["part/second"], save=save))
    assert ["part › second (2 times)" in notice for notice in beside(again)] == [True]
    again.answer("x")
    at_rest(again)
    assert (beside(again), said(again)) == ([], None)
    again.answer(True)
    assert again.wait(60)["log"] == ["a", "x", "asks", "c", "after"]


def test_beside_a_question_nothing_is_said_of_what_has_no_breakpoint() -> None:
    session = at_rest(hitl.run(copies("a", "asks"), {"log": []}))
    assert beside(session) == []
    session.answer("x")
    assert session.wait(60)["log"] == ["a", "x", "asks", "after"]


def test_where_they_stand_is_found_once_however_often_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Any] = []

    def counted(snapshot: Any, graph: Any) -> Any:
        looked.append(snapshot)
        return standing(snapshot, graph)

    monkeypatch.setattr(unasked, "standing", counted)
    session = at_rest(hitl.run(copies("a", "asks", "c"), {"log": []}, interrupt_before=["part/second"]))
    # It was looked for before the run came to rest, and not as its view is sent.
    assert looked == [session._run.snapshot]
    assert [len(beside(session)) for _ in range(3)] == [1, 1, 1]
    assert len(looked) == 1
