"""Where an edge says how often it was taken: at its own line, and on no other's."""

from __future__ import annotations

from itertools import pairwise, permutations
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.tools import tool
from langgraph.graph import END, START, StateGraph

from hitl_widgets.graph.boxes import Line
from hitl_widgets.graph.counts import counts_at
from hitl_widgets.graph.layout import lay_out
from hitl_widgets.graph.topology import Edge, topology_of

from ..scripted_model import ScriptedModel


@tool
def send(text: str) -> str:
    """Send it."""
    return text


def improves(*nodes: str) -> Any:
    """A graph whose last node leads to the end, or back to the first."""
    builder = StateGraph(dict)
    for name in nodes:
        builder.add_node(name, lambda _state: {})
    for before, after in pairwise((START, *nodes)):
        builder.add_edge(before, after)
    return builder.add_conditional_edges(nodes[-1], lambda _state: END, [nodes[0], END]).compile()


ASKS_FIRST = HumanInTheLoopMiddleware(interrupt_on={"send": True})
GRAPHS = {
    "an agent": create_agent(ScriptedModel(script=[]), [send]),
    "an agent that asks": create_agent(ScriptedModel(script=[]), [send], middleware=[ASKS_FIRST]),
    # The names say which of the two lines is in the middle: LangGraph tells edges by their names.
    "the way back on the right": improves("draft", "judge"),
    "the way back on the left": improves("generate", "evaluate"),
    "three in a round": improves("a", "b", "c"),
}


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
def test_no_count_lies_on_the_line_of_another_edge(graph: Any) -> None:
    edges = lay_out(topology_of(graph))["edges"]

    for edge, other in permutations(edges, 2):
        x, y = edge["label_at"]
        for start, end in pairwise(other["points"]):
            (left, right), (top, bottom) = sorted((start[0], end[0])), sorted((start[1], end[1]))
            # "×2" is 15 px wide and 9 high.
            is_on_it = left - 8 < x < right + 8 and top - 5 < y < bottom + 5
            assert not is_on_it, f"the count of {edge['id']} is on {other['id']}"


def test_the_counts_of_there_and_back_are_on_the_sides_where_their_lines_are() -> None:
    for names in (("draft", "judge"), ("generate", "evaluate")):
        edges = {edge["id"]: edge for edge in lay_out(topology_of(improves(*names)))["edges"]}
        there, back = edges["->".join(names)], edges["->".join(reversed(names))]
        lines = there["points"][0][0], back["points"][0][0]
        counts = there["label_at"][0], back["label_at"][0]

        assert (lines[0] < lines[1]) == (counts[0] < counts[1])
        assert [abs(count - line) for count, line in zip(counts, lines, strict=True)] == [16, 16]


def test_a_long_line_has_its_count_in_the_middle_of_its_longest_part_and_one_there_and_back_where_it_begins() -> None:
    bent = Line(((0, 0), (0, 10), (100, 10), (100, 50)), None)
    straight = Line(((200, 0), (200, 80)), None)

    assert counts_at([Edge("1", "a", "b"), Edge("2", "b", "c")], [bent, straight]) == [(50, 10), (200, 40)]
    assert counts_at([Edge("1", "a", "b"), Edge("2", "b", "a")], [bent, straight]) == [(25, 10), (200, 20)]


def test_a_short_line_has_its_count_beside_it_where_neither_a_line_nor_another_count_is() -> None:
    beside = [Line(((x, 0), (x, 24)), None) for x in (0, 20, 52)]
    edges = [Edge(str(at), f"a{at}", f"b{at}") for at in range(3)]

    assert counts_at(edges, beside) == [(-16, 12), (36, 12), (68, 12)]
