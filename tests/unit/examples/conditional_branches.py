"""A routing function that leads to several nodes at once, by what the state says.

From https://docs.langchain.com/oss/python/langgraph/use-graph-api#conditional-branching
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph

from .example import Example


class State(TypedDict, total=False):
    aggregate: Annotated[list[str], operator.add]
    which: str


def build(checkpointer: Any) -> Any:
    def adds(letter: str) -> Any:
        return lambda state: {"aggregate": [letter]}

    def route_bc_or_cd(state: State) -> Sequence[str]:
        return ["c", "d"] if state["which"] == "cd" else ["b", "c"]

    builder = StateGraph(State)
    for name in ("a", "b", "c", "d", "e"):
        builder.add_node(name, adds(name.upper()))
    builder.add_edge(START, "a")
    builder.add_conditional_edges("a", route_bc_or_cd, ["b", "c", "d"])
    for name in ("b", "c", "d"):
        builder.add_edge(name, "e")
    builder.add_edge("e", END)
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/use-graph-api#conditional-branching",
    build=build,
    input={"aggregate": [], "which": "cd"},
    ends_with={"aggregate": ["A", "C", "D", "E"]},
)
