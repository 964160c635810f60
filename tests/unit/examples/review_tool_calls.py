"""A tool asks before it does something: `interrupt` in a tool of langchain's agent, twice in a conversation.

From https://docs.langchain.com/oss/python/langgraph/interrupts#interrupts-in-tools
"""

from __future__ import annotations

from typing import Any

from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.types import interrupt

from ...scripted_model import ScriptedModel, calls
from .example import Answer, Example, Fork


@tool
def book_hotel(hotel_name: str) -> str:
    """Book a hotel."""
    response = interrupt(
        {
            "question": f"Trying to call `book_hotel` with {hotel_name!r}. Approve or suggest edits.",
            "options": ["accept", "reject"],
        }
    )
    return f"Successfully booked a stay at {hotel_name}." if response == "accept" else "The user did not want that."


def build(checkpointer: Any) -> Any:
    script = [
        calls(("book_hotel", {"hotel_name": "McKittrick"})),
        calls(("book_hotel", {"hotel_name": "Ritz"})),
        AIMessage("Done."),
    ]
    return create_agent(ScriptedModel(script=script), [book_hotel], checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/interrupts#interrupts-in-tools",
    build=build,
    input={"messages": [{"role": "user", "content": "book a stay"}]},
    steps=[Answer("accept"), Answer("accept")],
    forks=[Fork(0, Answer("reject"), [Answer("accept")]), Fork(1, Answer("reject"))],
    ends_with={"messages": "Done."},
)
