"""A node with a cache policy that a loop comes back to with the same input.

From https://docs.langchain.com/oss/python/langgraph/use-graph-api#add-node-caching
"""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

from langgraph.cache.memory import InMemoryCache
from langgraph.graph import END, START, StateGraph
from langgraph.types import CachePolicy

from .example import Example


class State(TypedDict, total=False):
    x: int
    results: Annotated[list[int], operator.add]


def build(checkpointer: Any) -> Any:
    builder = StateGraph(State)
    builder.add_node(
        "expensive_node",
        lambda state: {"results": [state["x"] * 2]},
        cache_policy=CachePolicy(key_func=lambda state: str(state["x"]), ttl=120),
    )
    builder.add_node("again", lambda state: {})
    # What a node leads to is cached with what it writes (langgraph 1.2.24): the loop is closed by another one.
    builder.add_edge(START, "expensive_node")
    builder.add_edge("expensive_node", "again")
    builder.add_conditional_edges(
        "again", lambda state: "expensive_node" if len(state["results"]) < 3 else END, ["expensive_node", END]
    )
    return builder.compile(checkpointer=checkpointer, cache=InMemoryCache())


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/use-graph-api#add-node-caching",
    build=build,
    input={"x": 5, "results": []},
    ends_with={"results": [10, 10, 10]},
)
