"""A node that does its work in tasks, so that what has been done is not done again when it goes on.

From https://docs.langchain.com/oss/python/langgraph/durable-execution#using-tasks-in-nodes
"""

from __future__ import annotations

from typing import Any, TypedDict

from langgraph.func import task
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

from .example import Answer, Example, Fork


class State(TypedDict, total=False):
    urls: list[str]
    result: list[str]


def build(checkpointer: Any) -> Any:
    @task
    def make_request(url: str) -> str:
        return f"<{url}>"

    def call_api(state: State) -> State:
        requests = [make_request(url) for url in state["urls"]]
        found = [request.result() for request in requests]
        return {"result": [*found, interrupt("Go on with these?")]}

    builder = StateGraph(State)
    builder.add_node(call_api)
    builder.add_edge(START, "call_api")
    builder.add_edge("call_api", END)
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/durable-execution#using-tasks-in-nodes",
    build=build,
    input={"urls": ["a", "b"]},
    steps=[Answer("yes")],
    forks=[Fork(0, Answer("no"))],
    ends_with={"result": ["<a>", "<b>", "yes"]},
)
