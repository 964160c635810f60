"""Hand-overs that nobody has named beforehand, to nodes that other edges lead to: they are drawn when they are first taken."""

from __future__ import annotations

import operator
from typing import Annotated, Any, Literal

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.graph.appeared import appeared
from hitl_widgets.graph.topology import topology_of

from ..waiting import until
from .examples.shown import shown
from .test_state import settled


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


def test_what_a_change_of_the_state_has_chosen_is_not_said_to_follow_what_ran_before() -> None:
    builder = StateGraph(State)
    for name in ("first", "asked", "chosen", "last"):
        builder.add_node(name, lambda _: {"log": ["."]})
    builder.add_edge(START, "first").add_edge("first", "asked").add_edge("asked", "chosen").add_edge("chosen", "last")
    graph = builder.compile(InMemorySaver(), interrupt_before=["asked"])
    config: Any = {"configurable": {"thread_id": "t"}}
    graph.invoke({"log": []}, config)
    graph.update_state(config, {"log": ["by hand"]}, as_node="chosen")
    graph.invoke(None, config)

    session = settled(hitl.attach(graph, "t"))
    until(lambda: shown(session).edges, "what ran before is not counted")

    now = shown(session)
    assert now.nodes["last"] == ("done", 1)
    assert "first->last" not in {line["id"] for line in now.lines}


def test_what_is_not_certain_is_not_drawn() -> None:
    builder = StateGraph(State).add_node("a", back).add_node("boss", back).add_edge(START, "a").add_edge(START, "boss")
    topology, paths, way = topology_of(builder.compile()), [("a",), ("boss",)], (("a",), ("boss",))

    assert appeared(topology, paths, [way]).edges == ()
    assert appeared(topology, paths, [way], {way}).edges == (way,)
