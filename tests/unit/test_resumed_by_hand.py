"""A thread that somebody has resumed with LangGraph alone, and that a session goes on with: each question has its own answer."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command, interrupt

import hitl_widgets as hitl

from ..waiting import at_rest
from . import graphs
from .test_inbox import at


@pytest.fixture(params=["memory", "sqlite"])
def saver(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "memory":
        return InMemorySaver()
    return SqliteSaver(sqlite3.connect(tmp_path / "runs.sqlite", check_same_thread=False))


def asks_thrice(saver: Any, *, nested: bool, before: Any = lambda _: None) -> Any:
    def node(state: Any) -> Any:
        first = interrupt("First?")
        before(state)
        return {"log": [first, interrupt("Second?"), interrupt("Third?")]}

    if not nested:
        return graphs.chain(graphs.Log, {"node": node}, checkpointer=saver)
    inner = graphs.chain(graphs.Log, {"node": node})
    return graphs.chain(graphs.Log, {"outer": inner}, checkpointer=saver)


def asked(session: hitl.Session) -> list[Any]:
    return [request.payload for request in at_rest(session).requests]


@pytest.mark.parametrize("nested", [False, True])
def test_what_one_question_was_resumed_with_is_not_taken_by_another(saver: Any, *, nested: bool) -> None:
    graph = asks_thrice(saver, nested=nested)
    graph.invoke({"log": []}, at("t"))
    graph.invoke(Command(resume="x"), at("t"))
    session = hitl.attach(graph, "t")
    assert asked(session) == ["Second?"]
    session.answer("y")
    assert asked(session) == ["Third?"]
    session.answer("z")
    assert session.wait(60)["log"] == ["x", "y", "z"]


def test_one_that_failed_after_it_and_is_retried_asks_the_next_question(saver: Any) -> None:
    fails = iter([True])

    def before(_: Any) -> None:
        if next(fails, False):
            raise ValueError("not yet")

    graph = asks_thrice(saver, nested=False, before=before)
    graph.invoke({"log": []}, at("t"))
    with pytest.raises(ValueError, match="not yet"):
        graph.invoke(Command(resume="x"), at("t"))
    session = hitl.attach(graph, "t")
    assert asked(session) == ["Second?"]
    session.answer("y")
    session.answer("z", to=at_rest(session).requests[0].id)
    assert session.wait(60)["log"] == ["x", "y", "z"]


def test_what_nobody_has_taken_is_used(saver: Any) -> None:
    dies = iter([True])

    def before(_: Any) -> None:
        if next(dies, False):
            raise KeyboardInterrupt  # nothing is saved then, as where a kernel is killed

    graph = asks_thrice(saver, nested=False, before=before)
    graph.invoke({"log": []}, at("t"))
    with pytest.raises(KeyboardInterrupt):
        graph.invoke(Command(resume="x"), at("t"))
    session = hitl.attach(graph, "t")
    # The thread looks as if it waited for the first; whoever answers that is the one who is heard.
    assert asked(session) == ["First?"]
    session.answer("a")
    assert asked(session) == ["Second?"]
    session.close()
    graph.invoke(Command(resume="b"), at("t"))
    graph.invoke(Command(resume="c"), at("t"))
    assert graph.get_state(at("t")).values["log"] == ["a", "b", "c"]
