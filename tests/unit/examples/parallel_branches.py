"""One branch is longer than the other, and the node after both is deferred until all others are done.

From https://docs.langchain.com/oss/python/langgraph/use-graph-api#defer-node-execution
"""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph

from .example import Example


class State(TypedDict, total=False):
    aggregate: Annotated[list[str], operator.add]


def build(checkpointer: Any) -> Any:
    def adds(letter: str) -> Any:
        return lambda state: {"aggregate": [letter]}

    builder = StateGraph(State)
    for name in ("a", "b", "b_2", "c"):
        builder.add_node(name, adds(name.upper()))
    builder.add_node("d", adds("D"), defer=True)
    builder.add_edge(START, "a")
    builder.add_edge("a", "b")
    builder.add_edge("a", "c")
    builder.add_edge("b", "b_2")
    builder.add_edge("b_2", "d")
    builder.add_edge("c", "d")
    builder.add_edge("d", END)
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/use-graph-api#defer-node-execution",
    build=build,
    input={"aggregate": []},
    ends_with={"aggregate": ["A", "B", "C", "B_2", "D"]},
)
