"""The functional API: an essay is written in a task, and a person reviews it.

From https://docs.langchain.com/oss/python/langgraph/functional-api#example
"""

from __future__ import annotations

from typing import Any

from langgraph.func import entrypoint, task
from langgraph.types import interrupt

from .example import Answer, Example, Fork
from .model import says


def build(checkpointer: Any) -> Any:
    model = says(essay="An essay about cats.")

    @task
    def write_essay(topic: str) -> str:
        return model.invoke(f"Write an essay about {topic}").text

    @entrypoint(checkpointer=checkpointer)
    def workflow(topic: str) -> dict[str, Any]:
        essay = write_essay(topic).result()
        is_approved = interrupt({"question": "Please approve/reject the essay", "essay": essay})
        return {"essay": essay, "is_approved": is_approved}

    return workflow


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/functional-api#example",
    build=build,
    input="cats",
    steps=[Answer("yes")],
    forks=[Fork(0, Answer("no"))],
    ends_with={"is_approved": "yes"},
)
