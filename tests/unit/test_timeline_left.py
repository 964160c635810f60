"""A question that the thread has gone on without does not wait any more, in the rows of what ran before this kernel too."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import task
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict

import hitl_widgets as hitl

from ..waiting import at_rest, until
from .test_timeline import browse, rows, told

__all__ = ["browse"]

CONFIG: Any = {"configurable": {"thread_id": "t"}}


class State(TypedDict, total=False):
    word: str
    answer: str


def reply(state: State) -> State:
    return {"answer": interrupt("Really?") if state["word"] == "ask" else "no"}


@task
def called(state: State) -> State:
    return reply(state)


def plain() -> Any:
    return StateGraph(State).add_node("reply", reply).add_edge(START, "reply").compile(InMemorySaver())


def nested() -> Any:
    return StateGraph(State).add_node("sub", plain().copy({"checkpointer": None})).add_edge(START, "sub")


def calling() -> Any:
    return StateGraph(State).add_node("calls", lambda state: called(state).result()).add_edge(START, "calls")


@pytest.mark.parametrize(
    ("graph", "nodes"),
    [
        (plain(), [":reply"]),
        (nested().compile(InMemorySaver()), [":sub", ":sub/reply"]),
        (calling().compile(InMemorySaver()), [":calls", ":calls/called"]),
    ],
    ids=["a node's", "a nested graph's", "a task's"],
)
def test_a_question_that_another_input_has_passed_by_does_not_wait(graph: Any, nodes: list[str], browse: Any) -> None:
    for word in ("ask", "go", "ask"):
        graph.invoke({"word": word}, CONFIG)
    browser = browse(at_rest(hitl.attach(graph, "t")))
    until(lambda: not browser.session._run.past.is_due, "the past was not read")

    found = [told(row).lstrip("012") for row in rows(browser)]
    statuses = [{row.split()[1] for row in found[at : at + len(nodes)]} for at in range(0, len(found), len(nodes))]
    assert [row.split()[0] for row in found] == nodes * 3
    # The last one still waits.
    assert statuses == [{"idle"}, {"done"}, {"waiting"}]


def test_a_fork_stands_at_a_question_of_a_graph_that_keeps_nothing(browse: Any) -> None:
    inner = StateGraph(State).add_node("reply", reply).add_edge(START, "reply").compile(checkpointer=False)
    builder = StateGraph(State).add_node("sub", inner).add_edge(START, "sub")
    session = at_rest(hitl.run(builder.compile(InMemorySaver()), {"word": "ask"}))
    # LangGraph does not bring an answer to where it is asked there, so it is asked again.
    session.answer("yes")
    fork = at_rest(at_rest(session).fork(session.decisions[0]))
    browser = browse(fork)
    until(lambda: fork._run.past.is_known, "its past was not read")
    found = rows(browser)
    # No task of it has begun here: when its step did is not known, and its row does not say.
    assert [told(row) for row in found][-1] == "0:sub waiting"
    assert "at" not in found[-1] or isinstance(found[-1]["at"], str)
    until(
        lambda: [told(row) for row in browser.widget.timeline["latest"]] == [told(row) for row in found], "another view"
    )
