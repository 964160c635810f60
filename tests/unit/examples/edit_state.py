"""A person edits what a model wrote before it is used.

From https://docs.langchain.com/oss/python/langgraph/interrupts#review-and-edit-state
"""

from __future__ import annotations

from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

from .example import Answer, Example, Fork
from .model import says


class State(TypedDict, total=False):
    summary: str
    used: str


def human_review_edit(state: State) -> State:
    result = interrupt({"task": "Review and edit the summary.", "generated_summary": state["summary"]})
    return {"summary": result["edited_summary"]}


def build(checkpointer: Any) -> Any:
    model = says(Summarize="The cat sat on the mat.")
    builder = StateGraph(State)
    builder.add_node("generate_summary", lambda state: {"summary": model.invoke("Summarize it").text})
    builder.add_node(human_review_edit)
    builder.add_node("downstream_use", lambda state: {"used": state["summary"]})
    builder.add_edge(START, "generate_summary")
    builder.add_edge("generate_summary", "human_review_edit")
    builder.add_edge("human_review_edit", "downstream_use")
    builder.add_edge("downstream_use", END)
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/interrupts#review-and-edit-state",
    build=build,
    input={},
    steps=[Answer({"edited_summary": "The cat lay on the rug."})],
    forks=[Fork(0, Answer({"edited_summary": "There was no cat."}))],
    ends_with={"used": "The cat lay on the rug."},
)
