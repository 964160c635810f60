"""An agent written by hand: a model, a node that runs the tools that it calls, and a loop between them.

From https://docs.langchain.com/oss/python/langgraph/quickstart (and workflows-agents#agents)
"""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.graph import END, START, MessagesState, StateGraph

from ...scripted_model import ScriptedModel, calls
from .example import Example


@tool
def multiply(a: int, b: int) -> int:
    """Multiply two numbers."""
    return a * b


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


TOOLS = {one.name: one for one in (add, multiply)}


def build(checkpointer: Any) -> Any:
    script = [calls(("add", {"a": 3, "b": 4})), calls(("multiply", {"a": 7, "b": 2})), AIMessage("It is 14.")]
    model = ScriptedModel(script=script).bind_tools([add, multiply])

    def llm_call(state: MessagesState) -> dict[str, Any]:
        return {"messages": [model.invoke(state["messages"])]}

    def tool_node(state: MessagesState) -> dict[str, Any]:
        message = state["messages"][-1]
        assert isinstance(message, AIMessage)
        return {
            "messages": [
                ToolMessage(str(TOOLS[call["name"]].invoke(call["args"])), tool_call_id=call["id"])
                for call in message.tool_calls
            ]
        }

    def should_continue(state: MessagesState) -> str:
        message = state["messages"][-1]
        return "tool_node" if isinstance(message, AIMessage) and message.tool_calls else END

    builder = StateGraph(MessagesState)
    builder.add_node(llm_call)
    builder.add_node(tool_node)
    builder.add_edge(START, "llm_call")
    builder.add_conditional_edges("llm_call", should_continue, ["tool_node", END])
    builder.add_edge("tool_node", "llm_call")
    return builder.compile(checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langgraph/quickstart",
    build=build,
    input={"messages": [{"role": "user", "content": "Add 3 and 4, and double it."}]},
    ends_with={"messages": "It is 14."},
)
