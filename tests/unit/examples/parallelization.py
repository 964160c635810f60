"""Three calls of a model side by side, and one node after them all: each has an edge of its own to it.

From https://docs.langchain.com/oss/python/langgraph/workflows-agents#parallelization
"""

from __future__ import annotations

from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph

from .example import Example
from .model import says


class State(TypedDict, total=False):
    topic: str
    joke: str
    story: str
    poem: str
    combined: str


def build(checkpointer: Any) -> Any:
    model = says(joke="Ha.", story="Once.", poem="Roses.")

    def call_llm_1(state: State) -> State:
        return {"joke": model.invoke(f"Write a joke about {state['topic']}").text}

    def call_llm_2(state: State) -> State:
        return {"story": model.invoke(f"Write a story about {state['topic']}").text}

    def call_llm_3(state: State) -> State:
        return {"poem": model.invoke(f"Write a poem about {state['topic']}").text}

    def aggregator(state: State) -> State:
        return {"combined": f"{state['story']} {state['joke']} {state['poem']}"}

    builder = StateGraph(State)
    builder.add_node(aggregator)
    builder.add_edge("aggregator", END)
    for node in (call_llm_1, call_llm_2, call_llm_3):
        builder.add_node(node)
        builder.add_edge(START, node.__name__)
        builder.add_edge(node.__name__, "aggregator")
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/workflows-agents#parallelization",
    build=build,
    input={"topic": "cats"},
    ends_with={"combined": "Once. Ha. Roses."},
)
