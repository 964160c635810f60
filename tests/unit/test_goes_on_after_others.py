"""A session that somebody goes on with whose thread others have gone on with before: their steps are between its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command, interrupt

import hitl_widgets as hitl

from ..waiting import at_rest, until
from . import graphs
from .test_widget import Browser

AT: Any = {"configurable": {"thread_id": "t"}}
HELLO: Any = {"messages": "hello"}
MINE: Any = {"messages": [("user", "mine")]}


def answers(state: Any) -> Any:
    return {"messages": [AIMessage(f"You said {state['messages'][-1].content}.")]}


def chat(**nodes: Any) -> Any:
    return graphs.chain(MessagesState, {"model": answers, **nodes}, checkpointer=InMemorySaver())


def asking_chat() -> Any:
    return chat(ask=lambda _: {"messages": [AIMessage(interrupt("Go on?"))]})


def failing() -> tuple[Any, list[str]]:
    """A graph whose node `pay` fails until its card is there; it asks before and after."""
    cards: list[str] = []

    def pay(_: Any) -> Any:
        if not cards:
            raise RuntimeError("no card")
        return {"log": ["paid"]}

    nodes = {"first": graphs.asks("first?"), "pay": pay, "more": lambda _: {}, "last": graphs.asks("last?")}
    return graphs.chain(graphs.Log, nodes, checkpointer=InMemorySaver()), cards


def rows(session: hitl.Session, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the timeline shows: of a step its number and its nodes, of a decision the answer."""
    browser = Browser(session, monkeypatch)
    browser.widget._push()
    return [
        (row["step"], [node["name"] for node in row["nodes"]]) if row["kind"] == "step" else row["answer"]
        for row in browser.widget.timeline["latest"]
    ]


def is_shown_as_if_attached(graph: Any, session: hitl.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    attached = at_rest(hitl.attach(graph, session.thread_id))
    ran = [(at, list(step.nodes)) for at, step in enumerate(session.history)]
    # What ran before is read once somebody looks.
    for one in (attached, session):
        until(lambda one=one: [row for row in rows(one, monkeypatch) if isinstance(row, tuple)] == ran, one.status)
    assert rows(session, monkeypatch) == rows(attached, monkeypatch)


def waits(graph: Any) -> None:
    graph.invoke(MINE, AT)


def ends(graph: Any) -> None:
    graph.invoke(MINE, AT)
    graph.invoke(Command(resume="theirs"), AT)


@pytest.mark.parametrize("theirs", [waits, ends])
def test_a_chat_that_is_said_something_after_others_have(
    theirs: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = asking_chat()
    session = at_rest(hitl.run(graph, HELLO, thread_id="t"))
    rows(session, monkeypatch)
    session.answer("yes")
    at_rest(session)
    theirs(graph)
    session.follow_up("yours")
    until(lambda: [one for one in session.requests if one.node == "ask"], lambda: session.status)
    is_shown_as_if_attached(graph, session, monkeypatch)
    session.answer("go on")
    assert at_rest(session).status == "finished"
    is_shown_as_if_attached(graph, session, monkeypatch)


@pytest.mark.parametrize("times", [1, 3])
def test_a_chat_that_others_have_brought_to_its_end(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = chat()
    session = at_rest(hitl.run(graph, HELLO, thread_id="t"))
    rows(session, monkeypatch)
    for _ in range(times):
        waits(graph)
    for said in ("yours", "yours too"):
        session.follow_up(said)
        assert at_rest(session).status == "finished"
    is_shown_as_if_attached(graph, session, monkeypatch)


@pytest.mark.parametrize("ends", [False, True])
def test_a_step_that_has_failed_and_that_others_have_gone_on_with(ends: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    graph, cards = failing()
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    rows(session, monkeypatch)
    session.answer("mine")
    assert at_rest(session).status == "failed"
    cards.append("visa")
    graph.invoke(None, AT)
    if ends:
        graph.invoke(Command(resume="theirs"), AT)
    session.retry()
    assert at_rest(session).status == ("finished" if ends else "waiting")
    is_shown_as_if_attached(graph, session, monkeypatch)


def test_what_others_have_brought_to_its_end_is_there_after_a_retry_too(monkeypatch: pytest.MonkeyPatch) -> None:
    works = [True]

    def replies(state: Any) -> Any:
        if not works:
            raise RuntimeError("no model")
        return answers(state)

    graph = graphs.chain(MessagesState, {"model": replies}, checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, HELLO, thread_id="t"))
    rows(session, monkeypatch)
    works.clear()
    session.follow_up("yours")
    assert at_rest(session).status == "failed"
    works.append(True)
    graph.invoke(None, AT)
    session.retry()
    assert at_rest(session).status == "finished"
    is_shown_as_if_attached(graph, session, monkeypatch)
    browser = Browser(session, monkeypatch)
    browser.widget._push()
    assert browser.widget.nodes["__end__"]["status"] == "done"


@pytest.mark.parametrize("breaks_in", ["node", "edge"])
def test_a_breakpoint_that_others_have_let_go_on_and_what_failed_after_it_is_retried(breaks_in: str) -> None:
    """It is at the same checkpoint still, and stands there no more."""
    fails = iter([True])

    def may_break(where: str) -> None:
        if where == breaks_in and next(fails, False):
            raise OSError("no network")

    def work(_: Any) -> Any:
        may_break("node")
        return {"log": ["worked"]}

    def edge(_: Any) -> str:
        may_break("edge")
        return "publish"

    builder = StateGraph(graphs.Log).add_node("plan", lambda _: {"log": ["planned"]}).add_node("work", work)
    builder.add_node("publish", lambda _: {"log": ["published"]})
    builder.add_edge(START, "plan").add_edge("plan", "work").add_conditional_edges("work", edge, ["publish"])
    graph: Any = builder.compile(checkpointer=InMemorySaver(), interrupt_before=["work"])
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    other = at_rest(hitl.attach(graph, "t"))
    other.answer(True)
    until(lambda: session.status == other.status == "failed", lambda: f"{session} {other}")
    session.retry()
    assert at_rest(session).status == "finished"
    assert session.values["log"] == ["planned", "worked", "published"]
    assert graph.get_state(AT).tasks == ()
