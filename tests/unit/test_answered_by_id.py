"""Answers that go by their questions' ids, as the thread does not show who asks: a node that fails after one has it, once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt

import hitl_widgets as hitl

from ..waiting import at_rest
from . import graphs

Node = Callable[[Any], dict[str, Any]]


def built(inner: Node) -> Node:
    """A graph that the node's own code builds and runs."""
    return lambda state: {"log": graphs.chain(graphs.Log, {"inner": inner}).invoke({"log": []})["log"]}


def in_a_task(inner: Node) -> Node:
    """A graph that a `@task` runs."""
    graph = graphs.chain(graphs.Log, {"inner": inner})
    run = task(name="run")(lambda: graph.invoke({"log": []})["log"])
    return lambda state: {"log": run().result()}


def sent(inner: Node) -> Node:
    """One whose node was sent there."""
    builder = StateGraph(graphs.Log).add_node("inner", inner)
    builder.add_conditional_edges(START, lambda state: [Send("inner", state)], ["inner"])
    graph: Any = builder.compile()
    run = task(name="run")(lambda: graph.invoke({"log": []})["log"])
    return lambda state: {"log": run().result()}


def functional(inner: Node) -> Node:
    """An `@entrypoint`, in whose checkpoints no node has a name."""

    @entrypoint()
    def flow(given: Any) -> Any:
        return inner(given)

    run = task(name="run")(lambda: flow.invoke({"log": []})["log"])
    return lambda state: {"log": run().result()}


def joined(inner: Node) -> Node:
    """One to whose node several others lead together."""
    builder = StateGraph(graphs.Log).add_node("p", lambda state: {}).add_node("q", lambda state: {})
    builder.add_node("inner", inner).add_edge(START, "p").add_edge(START, "q").add_edge(["p", "q"], "inner")
    graph: Any = builder.compile()
    run = task(name="run")(lambda: graph.invoke({"log": []})["log"])
    return lambda state: {"log": run().result()}


def called_inside(inner: Node) -> Node:
    """A `@task` that a node of such a graph calls, whose name nothing says."""
    asks = task(name="asks")(inner)
    graph = graphs.chain(graphs.Log, {"inner": lambda state: asks(state).result()})
    run = task(name="run")(lambda: graph.invoke({"log": []})["log"])
    return lambda state: {"log": run().result()}


@pytest.mark.parametrize("calls", [built, in_a_task, sent, functional, joined, called_inside])
@pytest.mark.parametrize("kept", ["memory", "sqlite"])
@pytest.mark.parametrize("again", ["retried", "attached"])
def test_a_node_that_fails_after_its_answer_asks_the_next_question_then(
    calls: Callable[[Node], Node], kept: str, again: str, tmp_path: Path
) -> None:
    """And does not take the same answer for it."""
    fails = iter([True, True])

    def inner(state: Any) -> dict[str, Any]:
        first = interrupt("first?")
        if next(fails, False):
            raise OSError("no network")
        return {"log": [first, interrupt("then?")]}

    saver: Any = InMemorySaver()
    if kept == "sqlite":
        saver = SqliteSaver(sqlite3.connect(tmp_path / "runs.sqlite", check_same_thread=False))
    nodes = {"calls": calls(inner), "beside": graphs.asks_twice}
    graph = graphs.fan_out(graphs.Log, nodes, lambda state: {}, checkpointer=saver)
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    session.answer("1", to="calls")
    for _ in range(2):
        at_rest(session)
        if again == "attached":
            session.close()
            session = at_rest(hitl.attach(graph, "t"))  # which goes on with what was answered
        if session.status == "failed":
            session.retry()
    asked = {one.payload for one in at_rest(session).requests}
    assert asked == {"then?", "first"}
    session.answer("2", to="calls")
    session.answer("3", to="beside")
    at_rest(session).answer("4")
    assert sorted(session.wait(60)["log"]) == ["1", "2", "3", "4"]
    assert [(one.question, one.value) for one in session.decisions if one.node == "calls"] == [
        ("first?", "1"),
        ("then?", "2"),
    ]


@pytest.mark.parametrize("calls", [built, in_a_task, sent, functional, joined, called_inside])
@pytest.mark.parametrize("where", ["at its beginning", "between its questions"])
@pytest.mark.parametrize("again", ["retried", "attached"])
def test_a_node_that_fails_before_it_gets_to_its_answer_has_it_the_next_time(
    calls: Callable[[Node], Node], where: str, again: str
) -> None:
    fails = set[str]()

    def may_fail(here: str) -> None:
        if here in fails:
            fails.clear()
            raise OSError("no network")

    def inner(state: Any) -> dict[str, Any]:
        may_fail("at its beginning")
        first = interrupt("first?")
        may_fail("between its questions")
        return {"log": [first, interrupt("then?"), interrupt("last?")]}

    graph = graphs.fan_out(graphs.Log, {"calls": calls(inner)}, lambda state: {}, checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    session.answer("1")
    at_rest(session)
    fails.add(where)
    session.answer("2")
    assert at_rest(session).status == "failed"
    if again == "attached":
        session.close()
        session = at_rest(hitl.attach(graph, "t"))
    if session.status == "failed":
        session.retry()
    assert [one.payload for one in at_rest(session).requests] == ["last?"]
    session.answer("3")
    assert session.wait(60)["log"] == ["1", "2", "3"]


def test_an_error_handler_that_fails_after_its_answer_asks_the_next_question_then() -> None:
    fails = iter([True])

    def breaks(state: Any) -> dict[str, Any]:
        raise OSError("no network")

    def handles(state: Any) -> dict[str, Any]:
        first = interrupt("first?")
        if next(fails, False):
            raise ValueError("it fails, too")
        return {"log": [first, interrupt("then?")]}

    builder = StateGraph(graphs.Log).add_node("breaks", breaks, error_handler=handles).add_edge(START, "breaks")
    graph: Any = builder.compile(checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, {"log": []}))
    session.answer("1")
    assert at_rest(session).status == "failed"
    session.retry()
    assert [one.payload for one in at_rest(session).requests] == ["then?"]
    session.answer("2")
    assert session.wait(60)["log"] == ["1", "2"]
