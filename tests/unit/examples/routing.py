"""A model's structured output decides which of three nodes does the work.

From https://docs.langchain.com/oss/python/langgraph/workflows-agents#routing
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from pydantic import BaseModel

from ...scripted_model import calls
from .example import Example
from .model import says


class Route(BaseModel):
    """Where a request goes."""

    step: Literal["poem", "story", "joke"]


class State(TypedDict, total=False):
    input: str
    decision: str
    output: str


def build(checkpointer: Any) -> Any:
    model = says(Route=calls(("Route", {"step": "joke"})), joke="Ha.", story="Once.", poem="Roses.")
    router = model.with_structured_output(Route)

    def llm_call_router(state: State) -> State:
        route = router.invoke(f"Route this to story, joke or poem: {state['input']}")
        assert isinstance(route, Route)
        return {"decision": route.step}

    def write(kind: str) -> Any:
        return lambda state: {"output": model.invoke(f"Write a {kind}").text}

    builder = StateGraph(State)
    builder.add_node("llm_call_1", write("story"))
    builder.add_node("llm_call_2", write("joke"))
    builder.add_node("llm_call_3", write("poem"))
    builder.add_node(llm_call_router)
    builder.add_edge(START, "llm_call_router")
    builder.add_conditional_edges(
        "llm_call_router",
        lambda state: {"story": "llm_call_1", "joke": "llm_call_2", "poem": "llm_call_3"}[state["decision"]],
        ["llm_call_1", "llm_call_2", "llm_call_3"],
    )
    for node in ("llm_call_1", "llm_call_2", "llm_call_3"):
        builder.add_edge(node, END)
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/workflows-agents#routing",
    build=build,
    input={"input": "Write me a joke about cats"},
    ends_with={"decision": "joke", "output": "Ha."},
)
