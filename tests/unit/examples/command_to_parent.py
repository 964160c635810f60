"""A node of a nested graph that goes on in the graph around it (`Command.PARENT`).

From https://docs.langchain.com/oss/python/langgraph/use-graph-api#navigate-to-a-node-in-a-parent-graph
"""

from __future__ import annotations

import operator
from typing import Annotated, Any, Literal, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import Command

from .example import Example


class State(TypedDict, total=False):
    foo: Annotated[list[str], operator.add]


def node_a(state: State) -> Command[Literal["node_b", "node_c"]]:
    return Command(update={"foo": ["a"]}, goto="node_b", graph=Command.PARENT)


def build(checkpointer: Any) -> Any:
    inner = StateGraph(State)
    inner.add_node("before", lambda state: {"foo": ["before"]})
    inner.add_node("node_a", node_a, destinations=())
    inner.add_edge(START, "before")
    inner.add_edge("before", "node_a")
    builder = StateGraph(State)
    builder.add_edge(START, "subgraph")
    builder.add_node("subgraph", inner.compile(), destinations=("node_b", "node_c"))
    builder.add_node("node_b", lambda state: {"foo": ["b"]})
    builder.add_node("node_c", lambda state: {"foo": ["c"]})
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/use-graph-api#navigate-to-a-node-in-a-parent-graph",
    build=build,
    input={"foo": []},
    # What the nested graph had of its own ends with it.
    ends_with={"foo": ["a", "b"]},
)
