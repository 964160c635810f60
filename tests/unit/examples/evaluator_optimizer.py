"""One call of a model writes, another one grades, and the loop goes round until the grade is good.

From https://docs.langchain.com/oss/python/langgraph/workflows-agents#evaluator-optimizer
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from pydantic import BaseModel

from ...scripted_model import calls
from .example import Example
from .model import says


class Feedback(BaseModel):
    """A grade and how to get a better one."""

    grade: Literal["funny", "not funny"]
    feedback: str = ""


class State(TypedDict, total=False):
    topic: str
    joke: str
    grade: str
    feedback: str


def build(checkpointer: Any) -> Any:
    model = says(
        mentions="Why do cats purr? They run on batteries.",
        tail="A cat with a tale.",
        about="A cat.",
        batteries=calls(("Feedback", {"grade": "funny"})),
        tale=calls(("Feedback", {"grade": "not funny", "feedback": "mentions no batteries"})),
        cat=calls(("Feedback", {"grade": "not funny", "feedback": "needs a tail"})),
    )
    evaluator = model.with_structured_output(Feedback)

    def llm_call_generator(state: State) -> State:
        hint = f"; mind that it {state['feedback']}" if state.get("feedback") else ""
        return {"joke": model.invoke(f"Write a joke about {state['topic']}{hint}").text}

    def llm_call_evaluator(state: State) -> State:
        found = evaluator.invoke(f"Grade: {state['joke']}")
        assert isinstance(found, Feedback)
        return {"grade": found.grade, "feedback": found.feedback}

    builder = StateGraph(State)
    builder.add_node(llm_call_generator)
    builder.add_node(llm_call_evaluator)
    builder.add_edge(START, "llm_call_generator")
    builder.add_edge("llm_call_generator", "llm_call_evaluator")
    builder.add_conditional_edges(
        "llm_call_evaluator",
        lambda state: "Accepted" if state["grade"] == "funny" else "Rejected + Feedback",
        {"Accepted": END, "Rejected + Feedback": "llm_call_generator"},
    )
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/workflows-agents#evaluator-optimizer",
    build=build,
    input={"topic": "felines"},
    ends_with={"grade": "funny"},
)
