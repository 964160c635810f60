"""A person's yes or no decides which way the graph goes on (`Command(goto=...)` after `interrupt`).

From https://docs.langchain.com/oss/python/langgraph/interrupts#approve-or-reject
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

from .example import Answer, Example, Fork


class State(TypedDict, total=False):
    llm_output: str
    decision: str


def human_approval(state: State) -> Command[Literal["approved_path", "rejected_path"]]:
    decision = interrupt({"question": "Do you approve the following output?", "llm_output": state["llm_output"]})
    if decision == "approve":
        return Command(goto="approved_path", update={"decision": "approved"})
    return Command(goto="rejected_path", update={"decision": "rejected"})


def build(checkpointer: Any) -> Any:
    builder = StateGraph(State)
    builder.add_node("generate_llm_output", lambda state: {"llm_output": "This is the generated output."})
    builder.add_node(human_approval)
    builder.add_node("approved_path", lambda state: {})
    builder.add_node("rejected_path", lambda state: {})
    builder.add_edge(START, "generate_llm_output")
    builder.add_edge("generate_llm_output", "human_approval")
    builder.add_edge("approved_path", END)
    builder.add_edge("rejected_path", END)
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/interrupts#approve-or-reject",
    build=build,
    input={},
    steps=[Answer("approve")],
    forks=[Fork(0, Answer("reject"))],
    ends_with={"decision": "approved"},
)
