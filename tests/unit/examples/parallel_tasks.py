"""The functional API: a task a topic, all at once, and one that asks for feedback in between.

From https://docs.langchain.com/oss/python/langgraph/use-functional-api#parallel-execution (and #human-in-the-loop)
"""

from __future__ import annotations

from typing import Any

from langgraph.func import entrypoint, task
from langgraph.types import interrupt

from .example import Answer, Example, Fork
from .model import says


def build(checkpointer: Any) -> Any:
    model = says(cats="Cats sleep.", dogs="Dogs run.", birds="Birds sing.")

    @task
    def generate_paragraph(topic: str) -> str:
        return model.invoke(f"A paragraph about {topic}").text

    @task
    def human_feedback(text: str) -> str:
        return f"{text} {interrupt(f'Please give feedback: {text}')}"

    @task
    def step_3(text: str) -> str:
        return f"{text} qux"

    @entrypoint(checkpointer=checkpointer)
    def workflow(topics: list[str]) -> str:
        paragraphs = [generate_paragraph(topic) for topic in topics]
        text = " ".join(paragraph.result() for paragraph in paragraphs)
        return step_3(human_feedback(text).result()).result()

    return workflow


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/use-functional-api#parallel-execution",
    build=build,
    input=["cats", "dogs", "birds"],
    steps=[Answer("baz")],
    forks=[Fork(0, Answer("bar"))],
    ends_with="Cats sleep. Dogs run. Birds sing. baz qux",
)
