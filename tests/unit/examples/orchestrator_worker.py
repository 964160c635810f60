"""A plan's sections are each sent to a worker (`Send`); what they write is put together.

From https://docs.langchain.com/oss/python/langgraph/workflows-agents#orchestrator-worker
"""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send
from pydantic import BaseModel

from ...scripted_model import calls
from .example import Example
from .model import says


class Section(BaseModel):
    name: str


class Sections(BaseModel):
    """The sections of a report."""

    sections: list[Section]


class State(TypedDict, total=False):
    topic: str
    sections: list[Section]
    completed: Annotated[list[str], operator.add]
    report: str


class WorkerState(TypedDict):
    section: Section


def build(checkpointer: Any) -> Any:
    names = ("Why", "How", "When")
    model = says(
        plan=calls(("Sections", {"sections": [{"name": name} for name in names]})),
        **{name: f"{name} it scales." for name in names},
    )
    planner = model.with_structured_output(Sections)

    def orchestrator(state: State) -> State:
        plan = planner.invoke(f"Make a plan for a report on {state['topic']}")
        assert isinstance(plan, Sections)
        return {"sections": plan.sections}

    def llm_call(state: WorkerState) -> State:
        return {"completed": [model.invoke(f"Write the section {state['section'].name}").text]}

    def synthesizer(state: State) -> State:
        return {"report": "\n".join(state["completed"])}

    builder = StateGraph(State)
    builder.add_node(orchestrator)
    builder.add_node("llm_call", llm_call)  # type: ignore[type-var]
    builder.add_node(synthesizer)
    builder.add_edge(START, "orchestrator")
    builder.add_conditional_edges(
        "orchestrator", lambda state: [Send("llm_call", {"section": one}) for one in state["sections"]], ["llm_call"]
    )
    builder.add_edge("llm_call", "synthesizer")
    builder.add_edge("synthesizer", END)
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/workflows-agents#orchestrator-worker",
    build=build,
    input={"topic": "scaling laws"},
    ends_with={"report": "Why it scales.\nHow it scales.\nWhen it scales."},
)
