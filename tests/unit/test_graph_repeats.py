"""A node that follows itself: which line of the picture that is, also of a nested graph and where LangGraph draws none."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.graph.folding import folded
from hitl_widgets.graph.topology import topology_of

from .examples.shown import shown
from .test_state import settled


class State(TypedDict, total=False):
    tries: int
    checks: int


def try_it(state: State) -> State:
    return {"tries": state.get("tries", 0) + 1}


def check(state: State) -> State:
    return {"checks": state.get("checks", 0) + 1}


def again_or_enough(state: State) -> Literal["again", "enough"]:
    return "again" if state.get("tries", 0) < 3 else "enough"


def attempt(*, checks_twice: bool = False) -> Any:
    """Tries, and checks it; where it `checks_twice`, an edge of its own leads back from its last node to its first."""
    builder = StateGraph(State).add_node("try_it", try_it).add_node("check", check)
    builder.add_edge(START, "try_it").add_edge("try_it", "check")
    if checks_twice:
        builder.add_conditional_edges("check", lambda state: "try_it" if state["checks"] % 2 else END, ["try_it", END])
    return builder.compile()


def repeated(nested: Any) -> Any:
    builder = StateGraph(State).add_node("attempt", nested).add_node("report", lambda _: {}).add_edge(START, "attempt")
    builder.add_conditional_edges("attempt", again_or_enough, {"again": "attempt", "enough": "report"})
    return builder.compile()


def alone() -> Any:
    return StateGraph(State).add_node("try_it", try_it).add_edge(START, "try_it").compile()


def within(graph: Any) -> Any:
    """The same a level deeper."""
    return StateGraph(State).add_node("outer", graph).add_edge(START, "outer").compile()


@pytest.mark.parametrize(
    ("graph", "edge", "inside"),
    [
        (repeated(attempt()), "attempt:check->attempt:try_it", {"attempt:try_it->attempt:check": 3}),
        (repeated(alone()), "attempt:try_it->attempt:try_it", {}),
        (
            within(repeated(attempt())),
            "outer:attempt:check->outer:attempt:try_it",
            {"outer:attempt:try_it->outer:attempt:check": 3},
        ),
    ],
    ids=["several nodes", "one node", "a level deeper"],
)
def test_the_way_back_to_the_start_of_a_nested_graph_is_counted(graph: Any, edge: str, inside: dict[str, int]) -> None:
    session = settled(hitl.run(graph, {}))

    edges = shown(session).edges
    assert edges[edge] == 2
    assert {one: edges[one] for one in inside} == inside


def test_a_way_back_of_its_own_is_counted_apart() -> None:
    session = settled(hitl.run(repeated(attempt(checks_twice=True)), {}))

    now = shown(session)
    labels = {line["id"]: line["label"] for line in now.lines}
    around, inside = "attempt:__end__->attempt:__start__", "attempt:check->attempt:try_it"
    assert (labels[around], labels[inside]) == ("again", None)
    # It tries four times: twice in each of two rounds.
    assert (now.edges[around], now.edges[inside]) == (1, 2)


def test_of_two_graphs_of_which_one_is_all_that_the_other_has_it_is_told_which_one_follows_itself() -> None:
    only = StateGraph(State).add_node("only", attempt()).add_edge(START, "only").compile()
    inner = StateGraph(State).add_node("outer", repeated(attempt())).add_edge(START, "outer").compile()

    assert [edge.repeats for edge in topology_of(repeated(only)).edges if edge.label == "again"] == ["attempt"]
    assert [edge.repeats for edge in topology_of(inner).edges if edge.label == "again"] == ["outer:attempt"]


@pytest.mark.parametrize("nested", [attempt(), alone()], ids=["several nodes", "one node"])
def test_folded_it_is_a_node_that_follows_itself_and_what_goes_on_inside_is_not_counted_there(nested: Any) -> None:
    session = settled(hitl.run(repeated(nested), {}))
    session._display.widget._drawn.fold("attempt", is_folded=True)

    now = shown(session)
    assert {line["id"]: line["label"] for line in now.lines}["attempt->attempt"] == "again"
    assert now.edges == {
        "__start__->attempt": 1,
        "attempt->attempt": 2,
        "attempt->report": 1,
        "report->__end__": 1,
    }


def test_inside_of_a_folded_graph_nothing_of_it_is_drawn() -> None:
    topology = folded(topology_of(within(repeated(attempt()))), {"outer"})

    assert {(edge.source, edge.target) for edge in topology.edges} == {("__start__", "outer"), ("outer", "__end__")}


def test_a_nested_graph_that_goes_back_inside_only_has_no_such_edge() -> None:
    builder = StateGraph(State).add_node("attempt", attempt(checks_twice=True)).add_edge(START, "attempt")
    topology = topology_of(builder.add_edge("attempt", END).compile())

    assert [edge.repeats for edge in topology.edges if edge.id == "attempt:check->attempt:try_it"] == [None]
    assert ("attempt", "attempt") not in {(edge.source, edge.target) for edge in folded(topology, {"attempt"}).edges}


def goes_to(state: State) -> str:
    return "attempt" if state.get("tries", 0) < 3 else END


def routed(node: Any) -> Any:
    builder = StateGraph(State).add_node("attempt", node).add_edge(START, "attempt")
    return builder.add_conditional_edges("attempt", goes_to).compile()


def commanded() -> Any:
    def node(state: State) -> Command[Any]:
        now = try_it(state)
        return Command(goto=goes_to(now), update=now)

    return StateGraph(State).add_node("attempt", node).add_edge(START, "attempt").compile()


@pytest.mark.parametrize("graph", [routed(try_it), routed(attempt()), commanded()], ids=["route", "nested", "command"])
def test_a_node_that_follows_itself_where_nobody_has_said_that_it_may_has_an_edge_from_then_on(graph: Any) -> None:
    assert ("attempt", "attempt") not in {(edge.source, edge.target) for edge in topology_of(graph).edges}

    session = settled(hitl.run(graph, {}))

    now = shown(session)
    assert [line["id"] for line in now.lines if line["source"] == line["target"]] == ["attempt->attempt"]
    assert now.edges["attempt->attempt"] == 2
    assert now.edges[next(id for id in now.edges if id.startswith("__start__->"))] == 1


def test_a_node_that_another_one_may_have_chosen_is_not_said_to_follow_itself() -> None:
    builder = StateGraph(State).add_node("attempt", lambda _: {}).add_node("other", lambda _: Command(goto="attempt"))
    builder.add_edge(START, "attempt").add_edge(START, "other")

    session = settled(hitl.run(builder.compile(), {}))

    now = shown(session)
    assert now.nodes["attempt"] == ("done", 2)
    assert "attempt->attempt" not in {line["id"] for line in now.lines}


def test_tasks_that_follow_those_of_their_own_name_have_no_edge_for_it() -> None:
    @task
    def fetch(page: int) -> int:
        return page

    @entrypoint()
    def report(pages: int) -> int:
        return sum(fetch(page).result() for page in range(pages))

    session = settled(hitl.run(report, 3))

    now = shown(session)
    assert now.nodes["report:fetch"] == ("done", 3)
    assert [line["id"] for line in now.lines if line["source"] == line["target"]] == []
