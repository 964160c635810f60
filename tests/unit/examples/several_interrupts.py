"""Two nodes side by side that each ask, answered one after the other.

From https://docs.langchain.com/oss/python/langgraph/interrupts#handling-multiple-interrupts
"""

from __future__ import annotations

from typing import Any, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

from .example import Answer, Example, Fork


class State(TypedDict, total=False):
    text_1: str
    text_2: str


def build(checkpointer: Any) -> Any:
    builder = StateGraph(State)
    builder.add_node("human_node_1", lambda state: {"text_1": interrupt({"text_to_revise": state["text_1"]})})
    builder.add_node("human_node_2", lambda state: {"text_2": interrupt({"text_to_revise": state["text_2"]})})
    builder.add_edge(START, "human_node_1")
    builder.add_edge(START, "human_node_2")
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/interrupts#handling-multiple-interrupts",
    build=build,
    input={"text_1": "one", "text_2": "two"},
    steps=[Answer("edited one", to="human_node_1"), Answer("edited two", to="human_node_2")],
    forks=[
        Fork(0, Answer("another one", to="human_node_1"), [Answer("edited two", to="human_node_2")]),
        Fork(1, Answer("another two", to="human_node_2")),
    ],
    ends_with={"text_1": "edited one", "text_2": "edited two"},
)
