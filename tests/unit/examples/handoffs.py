"""Agents that hand the conversation to each other, and to a person who answers whoever spoke last.

From https://docs.langchain.com/oss/python/langchain/multi-agent (LangGraph's "multi-turn conversation")
"""

from __future__ import annotations

from typing import Any, Literal

from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command, interrupt

from .example import Answer, Example, Fork
from .model import says


class State(MessagesState, total=False):
    active: str


def build(checkpointer: Any) -> Any:
    model = says(
        warm="Go to Aruba. The hotel advisor knows where to stay.", hotel="The Ritz.", do="Dive.", thanks="Bye!"
    )

    def travel_advisor(state: State) -> Command[Literal["hotel_advisor", "human", "__end__"]]:
        said = model.invoke(state["messages"])
        goto = "hotel_advisor" if "hotel" in said.text else "__end__" if said.text == "Bye!" else "human"
        return Command(goto=goto, update={"messages": [said], "active": "travel_advisor"})

    def hotel_advisor(state: State) -> Command[Literal["travel_advisor", "human"]]:
        if "do" in state["messages"][-1].text.split():
            return Command(goto="travel_advisor")
        return Command(goto="human", update={"messages": [model.invoke(state["messages"])], "active": "hotel_advisor"})

    def human(state: State) -> Command[Literal["hotel_advisor", "travel_advisor"]]:
        said = interrupt("Ready for user input.")
        return Command(goto=state["active"], update={"messages": [{"role": "human", "content": said}]})

    builder = StateGraph(State)
    builder.add_node(travel_advisor)
    builder.add_node(hotel_advisor)
    builder.add_node(human)
    builder.add_edge(START, "travel_advisor")
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langchain/multi-agent",
    build=build,
    input={"messages": [{"role": "user", "content": "I want to go somewhere warm."}]},
    steps=[Answer("and another hotel?"), Answer("what can I do there?"), Answer("thanks")],
    forks=[
        Fork(0, Answer("what can I do there?"), [Answer("thanks")]),
        Fork(1, Answer("one more hotel"), [Answer("what can I do there?"), Answer("thanks")]),
        Fork(2, Answer("somewhere warm again"), [Answer("what can I do there?"), Answer("thanks")]),
    ],
    ends_with={"messages": "Bye!"},
)
