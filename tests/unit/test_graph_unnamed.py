"""Hand-overs that nobody has named beforehand, to nodes that other edges lead to: they are drawn when they are first taken."""

from __future__ import annotations

import operator
from typing import Annotated, Any, Literal

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.graph.appeared import appeared
from hitl_widgets.graph.topology import topology_of

from ..waiting import until
from .examples.shown import shown
from .test_state import settled
from .test_widget import Browser


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]


def back(state: State) -> Command[Any]:
    return Command(goto="boss", update={"log": ["."]})


def team(boss: Any) -> Any:
    builder = StateGraph(State).add_node("boss", boss).add_node("ann", back).add_node("bob", back)
    return builder.add_edge(START, "boss").compile()


def test_agents_that_hand_back_to_their_supervisor_without_naming_it_have_edges_for_it() -> None:
    def boss(state: State) -> Command[Literal["ann", "bob", "__end__"]]:
        return Command(goto=["ann", "bob", "ann", END][len(state["log"])])

    graph = team(boss)
    assert ("ann", "boss") not in {(edge.source, edge.target) for edge in topology_of(graph).edges}

    now = shown(settled(hitl.run(graph, {"log": []})))

    assert now.edges == {
        "__start__->boss": 1,
        "boss->ann": 2,
        "ann->boss": 2,
        "boss->bob": 1,
        "bob->boss": 1,
        "boss->__end__": 1,
    }


def test_of_two_that_may_both_have_handed_back_neither_is_said_to_have() -> None:
    def boss(state: State) -> Command[Literal["ann", "bob", "__end__"]]:
        return Command(goto=["ann", "bob"] if not state["log"] else END)

    now = shown(settled(hitl.run(team(boss), {"log": []})))

    assert now.nodes["boss"] == ("done", 2)
    assert {line["id"] for line in now.lines}.isdisjoint({"ann->boss", "bob->boss"})


def stands_before(graph: Any) -> Any:
    return graph.compile(InMemorySaver(), interrupt_before=["asked"])


def asks(graph: Any) -> Any:
    graph.nodes["asked"].runnable.func = lambda _: {"log": [interrupt("Well?")]}
    return graph.compile(InMemorySaver())


def ends(graph: Any) -> Any:
    return graph.compile(InMemorySaver())


@pytest.mark.parametrize("is_there", [False, True], ids=["attached later", "a session was there"])
@pytest.mark.parametrize("made", [stands_before, asks, ends])
def test_what_a_change_of_the_state_has_chosen_is_not_said_to_follow_what_ran_before(
    made: Any, monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    builder = StateGraph(State)
    for name in ("first", "asked", "chosen", "last"):
        builder.add_node(name, lambda _: {"log": ["."]})
    builder.add_edge(START, "first").add_edge("first", "asked").add_edge("asked", "chosen").add_edge("chosen", "last")
    graph = made(builder)
    config: Any = {"configurable": {"thread_id": "t"}}
    graph.invoke({"log": []}, config)
    session = settled(hitl.attach(graph, "t")) if is_there else None
    if session is not None:  # who has a view looks at what others do
        Browser(session, monkeypatch).send({"type": "hello", "client": "c1", "seq": 0})
    before = len(graph.get_state(config).values["log"])
    graph.update_state(config, {"log": ["by hand"]}, as_node="chosen")
    graph.invoke(None, config)

    session = session or settled(hitl.attach(graph, "t"))
    until(lambda: len(session.values["log"]) == before + 2, lambda: session.values)
    ran = 2 if made is ends else 1
    until(lambda: shown(session).nodes.get("last") == ("done", ran), lambda: shown(session).nodes)
    drawn = {(edge.source, edge.target) for edge in topology_of(graph).edges}
    assert {(line["source"], line["target"]) for line in shown(session).lines} == drawn


def test_what_runs_beside_others_is_not_said_to_follow_those() -> None:
    def attempt(state: State) -> Command[Any]:
        return Command(goto="attempt" if state["log"].count("attempt") < 2 else END, update={"log": ["attempt"]})

    builder = (
        StateGraph(State).add_node("attempt", attempt).add_node("other", lambda _: {}).add_node("done", lambda _: {})
    )
    builder.add_edge(START, "attempt").add_edge(START, "other").add_edge("other", "done")

    now = shown(settled(hitl.run(builder.compile(), {"log": []})))

    assert now.nodes["attempt"] == ("done", 3)
    ways = {(line["source"], line["target"]) for line in now.lines}
    assert ways.isdisjoint({("other", "attempt"), ("done", "attempt")})


def test_who_has_chosen_a_node_that_was_deferred_is_not_guessed() -> None:
    def boss(_: State) -> Command[Literal["work"]]:
        return Command(goto=["collect", "work"])  # type: ignore[arg-type]

    builder = StateGraph(State).add_node("collect", lambda _: {"log": ["collect"]}, defer=True)
    builder.add_node("boss", boss).add_node("work", lambda _: {}).add_node("rest", lambda _: {}).add_node(
        "sum_up", lambda _: {}
    ).add_edge(START, "boss")
    builder.add_conditional_edges("work", lambda _: "rest", ["rest", "sum_up"])
    builder.add_edge("rest", END).add_edge("sum_up", "collect").add_edge("collect", END)
    graph = builder.compile()

    now = shown(settled(hitl.run(graph, {"log": []})))

    assert now.nodes["collect"] == ("done", 1)
    assert {line["id"] for line in now.lines} == {edge.id for edge in topology_of(graph).edges}


def test_what_is_not_certain_is_not_drawn() -> None:
    builder = StateGraph(State).add_node("a", back).add_node("boss", back).add_edge(START, "a").add_edge(START, "boss")
    topology, paths, way = topology_of(builder.compile()), [("a",), ("boss",)], (("a",), ("boss",))

    assert appeared(topology, paths, [way]).edges == ()
    assert appeared(topology, paths, [way], {way}).edges == (way,)
