"""A graph that is a node of another one; they share a key of their states.

From https://docs.langchain.com/oss/python/langgraph/use-subgraphs#add-a-graph-as-a-node (and #view-subgraph-state)
"""

from __future__ import annotations

from typing import Any, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

from .example import Answer, Example, Fork


class SubgraphState(TypedDict, total=False):
    foo: str
    bar: str


class ParentState(TypedDict, total=False):
    foo: str


def build(checkpointer: Any) -> Any:
    inner = StateGraph(SubgraphState)
    inner.add_node("subgraph_node_1", lambda state: {"bar": interrupt("Provide a value:")})
    inner.add_node("subgraph_node_2", lambda state: {"foo": state["foo"] + state["bar"]})
    inner.add_edge(START, "subgraph_node_1")
    inner.add_edge("subgraph_node_1", "subgraph_node_2")
    builder = StateGraph(ParentState)
    builder.add_node("node_1", lambda state: {"foo": "hi! " + state["foo"]})
    builder.add_node("node_2", inner.compile())
    builder.add_edge(START, "node_1")
    builder.add_edge("node_1", "node_2")
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/use-subgraphs#add-a-graph-as-a-node",
    build=build,
    input={"foo": "foo"},
    steps=[Answer("bar")],
    forks=[Fork(0, Answer("baz"))],
    ends_with={"foo": "hi! foobar"},
)
