"""Nodes with retry policies: one succeeds at its second call, one never does until the run is retried.

From https://docs.langchain.com/oss/python/langgraph/use-graph-api#add-retry-policies
"""

from __future__ import annotations

from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import RetryPolicy

from .example import Example, Retry


class State(TypedDict, total=False):
    rows: int
    said: str


def build(checkpointer: Any) -> Any:
    calls = {"query_database": 0, "model": 0}

    def query_database(state: State) -> State:
        calls["query_database"] += 1
        if calls["query_database"] < 4:
            raise OSError("the database is locked")
        return {"rows": 3}

    def model(state: State) -> State:
        calls["model"] += 1
        if calls["model"] < 2:
            raise ConnectionError("rate limit")
        return {"said": "There are tables."}

    policy = RetryPolicy(initial_interval=0.01, jitter=False, max_attempts=3)
    builder = StateGraph(State)
    builder.add_node("query_database", query_database, retry_policy=policy._replace(retry_on=OSError))
    builder.add_node("model", model, retry_policy=policy)
    builder.add_edge(START, "model")
    builder.add_edge("model", "query_database")
    builder.add_edge("query_database", END)
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/use-graph-api#add-retry-policies",
    build=build,
    input={},
    steps=[Retry()],
    ends_with={"rows": 3, "said": "There are tables."},
)
