"""Nodes that say where to go with a `Command`, with no edges between them.

From https://docs.langchain.com/oss/python/langgraph/use-graph-api#combine-control-flow-and-state-updates-with-command
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
    return Command(update={"foo": ["a"]}, goto="node_c" if state["foo"] else "node_b")


def node_b(state: State) -> Command[Literal["node_a", "node_b"]]:
    # Once more itself, then back.
    return Command(update={"foo": ["b"]}, goto="node_a" if "b" in state["foo"] else "node_b")


def node_c(state: State) -> State:
    return {"foo": ["c"]}


def build(checkpointer: Any) -> Any:
    builder = StateGraph(State)
    builder.add_edge(START, "node_a")
    builder.add_node(node_a)
    builder.add_node(node_b)
    builder.add_node(node_c)
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/use-graph-api#combine-control-flow-and-state-updates-with-command",
    build=build,
    input={"foo": []},
    ends_with={"foo": ["a", "b", "b", "a", "c"]},
)
