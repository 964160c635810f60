"""A joke is written, checked, and improved only if it has no punchline: a gate between two calls of a model.

From https://docs.langchain.com/oss/python/langgraph/workflows-agents#prompt-chaining
"""

from __future__ import annotations

from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph

from .example import Example
from .model import says


class State(TypedDict, total=False):
    topic: str
    joke: str
    improved: str
    final: str


def build(checkpointer: Any) -> Any:
    model = says(Write="A cat walks into a bar.", funnier="A cat walks into a bar?", twist="The cat was the bar!")

    def generate_joke(state: State) -> State:
        return {"joke": model.invoke(f"Write a short joke about {state['topic']}").text}

    def check_punchline(state: State) -> str:
        return "Pass" if "?" in state["joke"] or "!" in state["joke"] else "Fail"

    def improve_joke(state: State) -> State:
        return {"improved": model.invoke(f"Make this joke funnier: {state['joke']}").text}

    def polish_joke(state: State) -> State:
        return {"final": model.invoke(f"Add a surprising twist: {state['improved']}").text}

    builder = StateGraph(State)
    builder.add_node(generate_joke)
    builder.add_node(improve_joke)
    builder.add_node(polish_joke)
    builder.add_edge(START, "generate_joke")
    builder.add_conditional_edges("generate_joke", check_punchline, {"Fail": "improve_joke", "Pass": END})
    builder.add_edge("improve_joke", "polish_joke")
    builder.add_edge("polish_joke", END)
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/workflows-agents#prompt-chaining",
    build=build,
    input={"topic": "cats"},
    ends_with={"final": "The cat was the bar!"},
)
