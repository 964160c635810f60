"""A joke for each subject, each written by a node of its own (`Send`), and the best of them.

From https://docs.langchain.com/oss/python/langgraph/use-graph-api#map-reduce-and-the-send-api
"""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send

from .example import Example
from .model import says


class OverallState(TypedDict, total=False):
    topic: str
    subjects: list[str]
    jokes: Annotated[list[str], operator.add]
    best: str


class JokeState(TypedDict):
    subject: str


def build(checkpointer: Any) -> Any:
    model = says(lions="Lions don't like fast food.", elephants="They have trunks.", penguins="Too cool.")

    def generate_topics(state: OverallState) -> OverallState:
        return {"subjects": ["lions", "elephants", "penguins"]}

    def generate_joke(state: JokeState) -> OverallState:
        return {"jokes": [model.invoke(f"A joke about {state['subject']}").text]}

    def best_joke(state: OverallState) -> OverallState:
        return {"best": state["jokes"][-1]}

    builder = StateGraph(OverallState)
    builder.add_node(generate_topics)
    builder.add_node("generate_joke", generate_joke)  # type: ignore[type-var]
    builder.add_node(best_joke)
    builder.add_edge(START, "generate_topics")
    builder.add_conditional_edges(
        "generate_topics",
        lambda state: [Send("generate_joke", {"subject": s}) for s in state["subjects"]],
        ["generate_joke"],
    )
    builder.add_edge("generate_joke", "best_joke")
    builder.add_edge("best_joke", END)
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/use-graph-api#map-reduce-and-the-send-api",
    build=build,
    input={"topic": "animals"},
    ends_with={"best": "Too cool."},
)
