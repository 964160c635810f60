"""A supervisor hands work to agents with tools that go on in the graph around it; each agent comes back to it.

From https://docs.langchain.com/oss/python/langchain/multi-agent (the supervisor "from scratch" of LangGraph's tutorial)
"""

from __future__ import annotations

from typing import Annotated, Any

from langchain.agents import create_agent
from langchain_core.messages import ToolMessage
from langchain_core.tools import InjectedToolCallId, tool
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import InjectedState
from langgraph.types import Command, interrupt

from ...scripted_model import calls
from .example import Answer, Example, Fork
from .model import says


def handoff_tool(agent: str) -> Any:
    @tool(f"transfer_to_{agent}", description=f"Ask {agent} for help.")
    def transfer(
        state: Annotated[MessagesState, InjectedState], tool_call_id: Annotated[str, InjectedToolCallId]
    ) -> Command[Any]:
        message = ToolMessage(f"Transferred to {agent}.", name=f"transfer_to_{agent}", tool_call_id=tool_call_id)
        messages = [*state["messages"], message]
        return Command(goto=agent, update={"messages": messages}, graph=Command.PARENT)

    return transfer


@tool
def search(query: str) -> str:
    """Search the web."""
    return f"{query}: {interrupt('May I search the web?')}"


@tool
def divide(a: float, b: float) -> float:
    """Divide two numbers."""
    return a / b


def build(checkpointer: Any) -> Any:
    supervisor_agent = create_agent(
        says(
            share=calls(("transfer_to_research_agent", {})),
            Research=calls(("transfer_to_math_agent", {})),
            Math="New York's share is a tenth.",
        ),
        [handoff_tool("research_agent"), handoff_tool("math_agent")],
        name="supervisor",
    )
    research_agent = create_agent(
        says(research_agent=calls(("search", {"query": "GDP"})), GDP="Research: the GDPs are 2 and 20."),
        [search],
        name="research_agent",
    )
    math_agent = create_agent(
        says(math_agent=calls(("divide", {"a": 2, "b": 20})), **{"0.1": "Math: it is 0.1."}),
        [divide],
        name="math_agent",
    )
    builder = StateGraph(MessagesState)
    builder.add_node("supervisor", supervisor_agent, destinations=("research_agent", "math_agent", END))
    builder.add_node("research_agent", research_agent)
    builder.add_node("math_agent", math_agent)
    builder.add_edge(START, "supervisor")
    builder.add_edge("research_agent", "supervisor")
    builder.add_edge("math_agent", "supervisor")
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langchain/multi-agent",
    build=build,
    input={"messages": [{"role": "user", "content": "What share of the US GDP is New York's?"}]},
    steps=[Answer("yes, found")],
    forks=[Fork(0, Answer("no, use an old one"))],
    ends_with={"messages": "New York's share is a tenth."},
)
