"""A node that writes to the custom stream, and a nested graph whose tokens stream: what is watched, not what is asked.

From https://docs.langchain.com/oss/python/langgraph/streaming
"""

from __future__ import annotations

from typing import Any, TypedDict

from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph

from .example import Example
from .model import says


class State(TypedDict, total=False):
    topic: str
    joke: str


def build(checkpointer: Any) -> Any:
    model = says(joke="Why did the ice cream go to school? To get a sundae education.")

    def refine_topic(state: State) -> State:
        writer = get_stream_writer()
        for at in range(3):
            writer({"progress": at / 3})
        return {"topic": state["topic"] + " and cats"}

    inner = StateGraph(State)
    inner.add_node("write", lambda state: {"joke": model.invoke(f"A joke about {state['topic']}").text})
    inner.add_edge(START, "write")
    builder = StateGraph(State)
    builder.add_node(refine_topic)
    builder.add_node("generate_joke", inner.compile())
    builder.add_edge(START, "refine_topic")
    builder.add_edge("refine_topic", "generate_joke")
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/streaming",
    build=build,
    input={"topic": "ice cream"},
    ends_with={"topic": "ice cream and cats"},
)
