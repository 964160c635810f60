"""The nodes that will run when a run goes on that has stopped."""

from __future__ import annotations

import threading

from langgraph.graph import START, StateGraph

import hitl_widgets as hitl

from . import graphs


def statuses(session: hitl.Session) -> dict[str, str]:
    run = session._run
    return {id: view["status"] for id, view in session._display.drawn.nodes(run.state, (), run.runs_next).items()}


def settled(session: hitl.Session) -> hitl.Session:
    assert session._run.at_rest.wait(60)
    return session


def test_a_stopped_run_shows_where_it_goes_on() -> None:
    begun, go = threading.Event(), threading.Event()
    builder = StateGraph(graphs.Log)
    builder.add_node("slow", lambda state: (begun.set(), go.wait(60)) and {"log": ["slow"]})
    builder.add_node("left", lambda state: {"log": ["left"]})
    builder.add_node("right", lambda state: {"log": ["right"]})
    builder.add_edge(START, "slow")
    builder.add_edge("slow", "left")
    builder.add_edge("slow", "right")
    session = hitl.run(builder.compile(), {"log": []})
    begun.wait(60)
    assert statuses(session)["slow"] == "running"
    session.stop()
    go.set()
    settled(session)
    assert statuses(session) == {"__start__": "done", "slow": "done", "left": "next", "right": "next"}
    session.retry()
    session.wait(60)
    assert set(statuses(session).values()) == {"done"}


def test_beside_a_breakpoint_the_others_are_next() -> None:
    builder = StateGraph(graphs.Log)
    builder.add_node("send", lambda state: {"log": ["send"]})
    builder.add_node("print", lambda state: {"log": ["print"]})
    builder.add_edge(START, "send")
    builder.add_edge(START, "print")
    session = settled(hitl.run(builder.compile(), {"log": []}, interrupt_before=["send"]))
    widget = session._display.widget
    assert {id: view["status"] for id, view in widget.nodes.items()} == {
        "__start__": "done",
        "send": "waiting",
        "print": "next",
    }


def test_a_node_inside_of_a_nested_graph_is_next_and_so_is_its_frame() -> None:
    inner = StateGraph(graphs.Log)
    inner.add_node("first", lambda state: {"log": ["first"]})
    inner.add_node("then", lambda state: {"log": ["then"]})
    inner.add_edge(START, "first")
    inner.add_edge("first", "then")
    builder = StateGraph(graphs.Log)
    builder.add_node("sub", inner.compile(interrupt_before=["then"]))
    builder.add_edge(START, "sub")
    session = settled(hitl.run(builder.compile(), {"log": []}))
    session.stop()
    assert session.status == "stopped"
    assert statuses(session)["sub:then"] == "next"


def test_a_run_that_has_failed_shows_what_runs_again_beside_the_node_that_failed() -> None:
    session = settled(hitl.run(graphs.fails_once(), {"log": []}))
    session.answer("go")
    settled(session)
    assert statuses(session)["work"] == "failed"
