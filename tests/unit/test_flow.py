"""Which edges a run is said to have taken: those whose node led to the other one, as LangGraph's thread has it."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from itertools import combinations
from typing import Annotated, Any, TypedDict

import pytest
from hypothesis import given, settings, strategies as st
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, Send

import hitl_widgets as hitl

from ..waiting import at_rest, until
from . import graphs
from .examples.by_hand import ByHand
from .examples.example import Example
from .examples.shown import shown


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]


def logs(name: str) -> Any:
    return lambda state: {"log": [name]}


def taken(builder: Any, start: Any = None) -> dict[str, int]:
    """The edges of a finished run, which must be those that LangGraph's own thread has."""
    example = Example("", lambda saver: builder.compile(checkpointer=saver), start or {"log": []}, None)
    by_hand = ByHand(example, InMemorySaver(), "t")
    by_hand.start(example.input)
    session = hitl.run(example.build(InMemorySaver()), example.input, save=InMemorySaver())
    session.wait(60)
    seen, truth = shown(session), by_hand.truth()
    assert seen.nodes == truth.nodes(seen.boxes, seen.lines)
    assert seen.edges == truth.edges(seen.lines)
    return seen.edges


def test_of_two_that_could_have_led_to_a_node_the_one_that_went_elsewhere_did_not() -> None:
    builder = StateGraph(State)
    for name in ("one", "two", "tools", "merge"):
        builder.add_node(name, logs(name))
    builder.add_edge(START, "one")
    builder.add_edge(START, "two")
    builder.add_conditional_edges(
        "one", lambda state: "tools" if "tools" not in state["log"] else END, ["tools", "merge", END]
    )
    builder.add_conditional_edges("two", lambda state: "merge", ["merge", END])
    builder.add_edge("tools", "one")
    edges = taken(builder)
    assert "one->merge" not in edges
    assert (edges["two->merge"], edges["one->tools"], edges["one->__end__"]) == (1, 1, 1)


def test_a_branch_that_is_over_before_the_others_has_led_to_the_end() -> None:
    builder = StateGraph(State)
    for name in ("short", "long", "longer"):
        builder.add_node(name, logs(name))
    builder.add_edge(START, "short")
    builder.add_edge(START, "long")
    builder.add_edge("long", "longer")
    builder.add_edge("short", END)
    builder.add_edge("longer", END)
    edges = taken(builder)
    assert (edges["short->__end__"], edges["longer->__end__"]) == (1, 1)


def test_a_join_is_followed_only_when_all_of_its_nodes_have_ended() -> None:
    builder = StateGraph(State)
    for name in ("a", "b", "c", "d"):
        builder.add_node(name, logs(name))
    builder.add_edge(START, "a")
    builder.add_edge(START, "b")
    builder.add_edge("b", "c")
    builder.add_edge(["a", "c"], "d")
    builder.add_edge("b", "d")
    # `d` starts twice: after `b` alone, and after `a` with `c`.
    edges = taken(builder)
    assert {id: count for id, count in edges.items() if id.endswith("->d")} == {"a->d": 1, "b->d": 1, "c->d": 1}


def test_a_node_and_what_was_sent_to_it_start_in_one_step() -> None:
    builder = StateGraph(State)
    for name in ("plan", "work", "sum"):
        builder.add_node(name, logs(name))
    builder.add_edge(START, "plan")
    builder.add_conditional_edges("plan", lambda state: [Send("work", {"log": []}) for _ in range(4)], ["work"])
    builder.add_edge("work", "sum")
    edges = taken(builder)
    assert (edges["plan->work"], edges["work->sum"]) == (4, 1)


def test_graphs_that_a_node_calls_one_after_the_other_are_at_one_place() -> None:
    inner = graphs.chain(State, {"look": logs("look"), "tell": logs("tell")})
    builder = StateGraph(State)
    builder.add_node("twice", lambda state: (inner.invoke({"log": []}), inner.invoke({"log": []}))[1])
    builder.add_edge(START, "twice")
    session = hitl.run(builder.compile(), {"log": []})
    session.wait(60)
    state = session._run.state
    assert (state.nodes["twice", "look"].runs, state.nodes["twice", "tell"].runs) == (2, 2)
    assert state.followed[("twice", "look"), ("twice", "tell")] == 2
    assert all(record.status == "done" for record in state.nodes.values())


def test_a_node_that_hands_over_to_the_graph_around_it_is_done() -> None:
    def leave(state: State) -> Command[Any]:
        return Command(goto="after", graph=Command.PARENT, update={"log": ["left"]})

    inner = StateGraph(State)
    inner.add_node("leave", leave)
    inner.add_edge(START, "leave")
    builder = StateGraph(State)
    builder.add_node("inner", inner.compile(), destinations=("after",))
    builder.add_node("after", logs("after"))
    builder.add_edge(START, "inner")
    assert taken(builder)["inner:leave->after"] == 1


@pytest.mark.parametrize("goto", ["b", ["b", "c"], [Send("b", {"log": []}), "c"]])
def test_a_command_leads_where_it_says(goto: Any) -> None:
    builder = StateGraph(State)
    builder.add_node("a", lambda state: Command(goto=goto, update={"log": ["a"]}), destinations=("b", "c"))
    builder.add_node("b", logs("b"))
    builder.add_node("c", logs("c"))
    builder.add_edge(START, "a")
    edges = taken(builder)
    assert edges["a->b"] == 1
    assert edges.get("a->c", 0) == (goto != "b")


def test_another_input_on_a_finished_thread_that_was_attached_starts_at_the_start() -> None:
    graph = StateGraph(State).add_node("answer", logs("a")).add_edge(START, "answer").compile(InMemorySaver())
    for _ in range(2):
        graph.invoke({"log": []}, {"configurable": {"thread_id": "t"}})
    session = at_rest(hitl.attach(graph, "t"))
    until(
        lambda: shown(session).edges == {"__start__->answer": 2, "answer->__end__": 2}, "what ran before is not counted"
    )

    session.follow_up({"log": []})
    session.wait(60)

    assert shown(session).edges == {"__start__->answer": 3, "answer->__end__": 3}


@st.composite
def plain_graphs(draw: st.DrawFn) -> Any:
    """Nodes with plain edges forwards, some that wait for several others, some deferred."""
    names = [f"n{at}" for at in range(draw(st.integers(2, 6)))]
    builder = StateGraph(State)
    for name in names:
        builder.add_node(name, logs(name), defer=draw(st.integers(0, 4)) == 0)
    builder.add_edge(START, names[0])
    pairs: Sequence[tuple[str, str]] = draw(
        st.lists(st.sampled_from([*combinations(names, 2)]), unique=True, max_size=9)
    )
    for source, target in pairs:
        builder.add_edge(source, target)
    if len(names) > 2 and draw(st.booleans()):
        builder.add_edge(names[:2], names[-1])
    return builder


@settings(max_examples=60, deadline=None)
@given(plain_graphs())
def test_the_edges_of_any_graph_of_plain_edges_are_those_that_were_taken(builder: Any) -> None:
    taken(builder)
