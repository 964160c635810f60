"""A topic, and a joke about it: what one goes back to, to have the joke about something else.

From https://docs.langchain.com/oss/python/langgraph/use-time-travel
"""

from __future__ import annotations

from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph

from .example import Example
from .model import says


class State(TypedDict, total=False):
    topic: str
    joke: str


def build(checkpointer: Any) -> Any:
    model = says(topic="socks in the dryer", socks="They elope.", chickens="They cross.")
    builder = StateGraph(State)
    builder.add_node("generate_topic", lambda state: {"topic": model.invoke("Give me a topic for a joke").text})
    builder.add_node("write_joke", lambda state: {"joke": model.invoke(f"A joke about {state['topic']}").text})
    builder.add_edge(START, "generate_topic")
    builder.add_edge("generate_topic", "write_joke")
    builder.add_edge("write_joke", END)
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/use-time-travel",
    build=build,
    input={},
    ends_with={"joke": "They elope."},
)
