"""A loop whose way back goes through two branches side by side, until a routing function says that it is enough.

From https://docs.langchain.com/oss/python/langgraph/use-graph-api#create-and-control-loops (its extended example)
"""

from __future__ import annotations

import operator
from typing import Annotated, Any, Literal, TypedDict

from langgraph.graph import END, START, StateGraph

from .example import Example


class State(TypedDict, total=False):
    aggregate: Annotated[list[str], operator.add]


def build(checkpointer: Any) -> Any:
    def adds(letter: str) -> Any:
        return lambda state: {"aggregate": [letter]}

    def route(state: State) -> Literal["b", "__end__"]:
        return "b" if len(state["aggregate"]) < 7 else END

    builder = StateGraph(State)
    for name in ("a", "b", "c", "d"):
        builder.add_node(name, adds(name.upper()))
    builder.add_edge(START, "a")
    builder.add_conditional_edges("a", route)
    builder.add_edge("b", "c")
    builder.add_edge("b", "d")
    builder.add_edge(["c", "d"], "a")
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/use-graph-api#create-and-control-loops",
    build=build,
    input={"aggregate": []},
    ends_with={"aggregate": ["A", "B", "C", "D", "A", "B", "C", "D", "A"]},
)
