"""What is read from LangGraph's drawable graph, and where a running node is found in it."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, Literal, TypedDict

import pytest
from langgraph.cache.memory import InMemoryCache
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.types import CachePolicy, Command

from hitl_widgets.graph.topology import Edge, Group, Node, Topology, common_group, from_drawable, topology_of


class State(TypedDict, total=False):
    value: str


def nothing(state: State) -> State:
    return {}


def graph(*edges: tuple[str, str], **subgraphs: Any) -> Any:
    """A compiled graph with these edges; a node is `nothing`, unless it is one of the subgraphs."""
    builder = StateGraph(State)
    for name in dict.fromkeys(name for edge in edges for name in edge if name not in (START, END)):
        builder.add_node(name, subgraphs.get(name, nothing))
    for source, target in edges:
        builder.add_edge(source, target)
    return builder.compile()


def nested() -> Any:
    """`sub` has two nodes: `prepare`, and `inner`, which is a graph of one node `ask`."""
    inner = graph((START, "ask"), ("ask", END))
    sub = graph((START, "prepare"), ("prepare", "inner"), ("inner", END), inner=inner)
    return graph((START, "sub"), ("sub", "after"), ("after", END), sub=sub)


def branching() -> Any:
    """A nested graph with two ways in and two ways out keeps its own start and end."""
    builder = StateGraph(State)
    builder.add_node("left", nothing)
    builder.add_node("right", nothing)
    builder.add_conditional_edges(START, lambda state: "left", {"go left": "left", "go right": "right"})
    return graph((START, "sub"), ("sub", "after"), sub=builder.compile())


def edges(topology: Topology) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in topology.edges}


def test_a_chain_has_its_nodes_in_order_and_a_start_and_an_end() -> None:
    topology = topology_of(graph((START, "first"), ("first", "second"), ("second", END)))

    assert [(node.id, node.kind) for node in topology.nodes] == [
        ("__start__", "start"),
        ("first", "node"),
        ("second", "node"),
        ("__end__", "end"),
    ]
    assert edges(topology) == {("__start__", "first"), ("first", "second"), ("second", "__end__")}
    assert topology.groups == ()


def test_conditional_edges_keep_the_names_of_their_branches() -> None:
    builder = StateGraph(State)
    builder.add_node("agent", nothing)
    builder.add_node("tools", nothing)
    builder.add_edge(START, "agent")
    builder.add_conditional_edges("agent", lambda state: END, {"call a tool": "tools", "answer": END})
    builder.add_edge("tools", "agent")

    found = {edge.target: (edge.conditional, edge.label) for edge in topology_of(builder.compile()).edges}

    assert found == {"agent": (False, None), "tools": (True, "call a tool"), "__end__": (True, "answer")}


def test_the_targets_of_a_command_are_drawn() -> None:
    def supervisor(state: State) -> Command[Literal["writer", "__end__"]]:
        return Command(goto=END)

    builder = StateGraph(State)
    builder.add_node("supervisor", supervisor)
    builder.add_node("writer", nothing)
    builder.add_edge(START, "supervisor")
    builder.add_edge("writer", "supervisor")

    assert ("supervisor", "writer") in edges(topology_of(builder.compile()))


def test_nested_graphs_become_groups_from_the_outside_in() -> None:
    topology = topology_of(nested())

    assert topology.groups == (Group("sub", "sub", None), Group("sub:inner", "inner", "sub"))
    assert {node.id: (node.name, node.group) for node in topology.nodes if ":" in node.id} == {
        "sub:prepare": ("prepare", "sub"),
        "sub:inner:ask": ("ask", "sub:inner"),
    }


@pytest.mark.parametrize(
    ("path", "drawn"),
    [
        (("sub",), "sub"),
        (("sub", "prepare"), "sub:prepare"),
        (("sub", "inner"), "sub:inner"),
        (("sub", "inner", "ask"), "sub:inner:ask"),
        (("sub", "inner", "ask", "a_task"), "sub:inner:ask"),
        (("sub", "another_graph", "its_node"), "sub"),
        (("after",), "after"),
        (("nobody",), None),
        ((), None),
    ],
)
def test_a_running_node_is_found_where_it_is_drawn(path: tuple[str, ...], drawn: str | None) -> None:
    assert topology_of(nested()).locate(path) == drawn


def test_an_edge_into_a_nested_graph_leads_to_its_group_and_to_the_first_node_inside() -> None:
    topology = topology_of(nested())

    for id in ("sub", "sub:prepare"):
        assert topology.predecessors(id) == (("__start__->sub:prepare", ("__start__",)),)


def test_an_edge_out_of_a_nested_graph_is_taken_once_any_of_what_it_leaves_has_finished() -> None:
    topology = topology_of(nested())

    assert topology.predecessors("after") == (("sub:inner:ask->after", ("sub:inner:ask", "sub:inner", "sub")),)
    assert topology.predecessors("sub:inner") == (("sub:prepare->sub:inner:ask", ("sub:prepare",)),)


def test_a_nested_graph_with_branches_is_entered_and_left_through_its_own_start_and_end() -> None:
    topology = topology_of(branching())

    assert [(node.id, node.kind) for node in topology.nodes if node.group and node.kind != "node"] == [
        ("sub:__start__", "start"),
        ("sub:__end__", "end"),
    ]
    assert topology.predecessors("sub") == (("__start__->sub:__start__", ("__start__",)),)
    assert topology.predecessors("sub:left") == (("sub:__start__->sub:left", ("sub:__start__",)),)
    assert topology.predecessors("after") == (("sub:__end__->after", ("sub:__end__", "sub")),)


def test_a_node_without_predecessors_has_none() -> None:
    assert topology_of(nested()).predecessors("__start__") == ()
    assert topology_of(nested()).predecessors("nobody") == ()


def test_a_functional_graph_is_one_node_and_its_tasks_are_found_there() -> None:
    @task
    def ask(value: str) -> str:
        return value

    @entrypoint()
    def workflow(value: str) -> str:
        return ask(value).result()

    topology = topology_of(workflow)

    assert [node.id for node in topology.nodes if node.kind == "node"] == ["workflow"]
    assert topology.locate(("workflow", "ask")) == "workflow"


def test_a_graph_that_cannot_be_drawn_with_its_nested_graphs_is_drawn_without() -> None:
    class Remote:
        def get_graph(self) -> Any:  # no `xray`
            return graph((START, "node"), ("node", END)).get_graph()

    assert topology_of(Remote()).locate(("node",)) == "node"


def test_a_graph_is_drawn_whole_where_the_key_of_a_cache_is_made_of_the_state() -> None:
    policy = CachePolicy(key_func=lambda state: state["value"])

    def looks_up(cache_policy: CachePolicy | None) -> Any:
        def built(*nodes: str, inner: Any = None) -> Any:
            builder = StateGraph(State)
            for name in nodes:
                builder.add_node(name, inner if name == "sub" else nothing, cache_policy=cache_policy)
            for before, after in pairwise((START, *nodes, END)):
                builder.add_edge(before, after)
            return builder.compile(cache=InMemoryCache())

        return built("look_up", "sub", inner=built("find", "read"))

    cached = looks_up(policy)
    with pytest.raises(KeyError):  # which is why
        cached.get_graph()

    assert topology_of(cached) == topology_of(looks_up(None))
    assert cached.nodes["look_up"].cache_policy is policy
    assert [edge.id for edge in topology_of(cached).edges if edge.source == "look_up"] == ["look_up->sub:find"]


def test_a_graph_of_a_class_of_ones_own_that_cannot_be_copied_is_drawn_plainly() -> None:
    drawn = graph((START, "ask"), ("ask", END))

    class Own(type(drawn)):
        def copy(self, update: Any = None) -> Any:
            raise TypeError("not like this")

        def get_graph(self, config: Any = None, *, xray: Any = False) -> Any:
            assert not xray
            return drawn.get_graph()

    own = object.__new__(Own)
    own.__dict__.update(drawn.__dict__)
    assert topology_of(own) == topology_of(drawn)


def test_a_graph_that_cannot_be_drawn_at_all_still_has_its_nodes() -> None:
    # langgraph 1.2.22 sorts edges by label and fails where two branches agree in all but having one.
    class Undrawable:
        def __init__(self) -> None:
            self.nodes = {"__start__": None, "ask": None}

        def get_graph(self, *, xray: bool = False) -> Any:
            raise TypeError("'<' not supported between instances of 'str' and 'NoneType'")

    topology = topology_of(Undrawable())

    assert topology.locate(("ask",)) == "ask"
    assert topology.edges == ()


def test_what_is_no_graph_at_all_has_an_empty_topology() -> None:
    assert topology_of(object()) == Topology()


def test_edges_between_the_same_nodes_have_different_ids_and_edges_to_nowhere_are_left_out() -> None:
    def edge(source: str, target: str, data: str | None = None) -> Any:
        return SimpleNamespace(source=source, target=target, conditional=data is not None, data=data)

    drawable = SimpleNamespace(
        nodes={id: SimpleNamespace(name=id) for id in ("a", "b", "b#2")},
        edges=[edge("a", "b#2"), edge("a", "b", "yes"), edge("a", "b", "no"), edge("a", "nowhere")],
    )

    topology = from_drawable(drawable)

    assert len({edge.id for edge in topology.edges}) == len(topology.edges) == 3
    assert [edge.label for edge in topology.edges] == [None, "yes", "no"]


def test_the_topology_is_the_same_in_every_process() -> None:
    code = (
        "from tests.unit.test_graph_topology import *\nprint([topology_of(graph) for graph in (nested(), branching())])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_back_edges_are_those_that_close_a_cycle() -> None:
    topology = topology_of(graph((START, "agent"), ("agent", "tools"), ("tools", "agent"), ("agent", END)))

    assert topology.back_edges == {"tools->agent"}


def test_back_edges_of_a_chain_longer_than_the_stack_are_found() -> None:
    ids = [str(number) for number in range(5000)]
    chain = [Edge(f"{a}-{b}", a, b) for a, b in pairwise(ids)]

    topology = Topology(tuple(Node(id, id, "node") for id in ids), (*chain, Edge("back", ids[-1], ids[0])))

    assert topology.back_edges == {"back"}


@pytest.mark.parametrize(
    ("a", "b", "common"),
    [(None, None, None), ("x", None, None), ("x", "x", "x"), ("x:y", "x:z", "x"), ("x:y", "x", "x"), ("x", "y", None)],
)
def test_two_nodes_share_the_innermost_group_around_both(a: str | None, b: str | None, common: str | None) -> None:
    assert common_group(Node("a", "a", "node", a), Node("b", "b", "node", b)) == common
