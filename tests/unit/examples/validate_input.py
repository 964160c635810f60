"""A node that asks again until the answer will do: three questions of one task.

From https://docs.langchain.com/oss/python/langgraph/interrupts#validating-human-input
"""

from __future__ import annotations

from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

from .example import Answer, Example, Fork


class State(TypedDict, total=False):
    age: int
    report: str


def get_valid_age(state: State) -> State:
    prompt = "Please enter your age (must be a non-negative integer)."
    while True:
        said = interrupt(prompt)
        try:
            age = int(said)
        except ValueError:
            prompt = f"{said!r} is not a number. Please enter your age."
            continue
        if age >= 0:
            return {"age": age}
        prompt = f"{said!r} is negative. Please enter your age."


def build(checkpointer: Any) -> Any:
    builder = StateGraph(State)
    builder.add_node(get_valid_age)
    builder.add_node("report_age", lambda state: {"report": f"{state['age']} years old"})
    builder.add_edge(START, "get_valid_age")
    builder.add_edge("get_valid_age", "report_age")
    builder.add_edge("report_age", END)
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/interrupts#validating-human-input",
    build=build,
    input={},
    steps=[Answer("not a number"), Answer("-10"), Answer("25")],
    forks=[
        Fork(0, Answer("7")),
        Fork(1, Answer("8")),
        Fork(2, Answer("-1"), [Answer("9")]),
    ],
    ends_with={"report": "25 years old"},
)
