"""langchain's own agent, with two tools that a model calls at once.

From https://docs.langchain.com/oss/python/langchain/agents
"""

from __future__ import annotations

from typing import Any

from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langchain_core.tools import tool

from ...scripted_model import ScriptedModel, calls
from .example import Example


@tool
def get_weather(city: str) -> str:
    """Get the weather of a city."""
    return f"It's always sunny in {city}!"


@tool
def get_time(city: str) -> str:
    """Get the time in a city."""
    return f"It is noon in {city}."


def build(checkpointer: Any) -> Any:
    script = [
        calls(("get_weather", {"city": "sf"}), ("get_time", {"city": "sf"})),
        calls(("get_weather", {"city": "nyc"})),
        AIMessage("Sunny, and noon."),
    ]
    return create_agent(ScriptedModel(script=script), [get_weather, get_time], checkpointer=checkpointer)


EXAMPLE = Example(
    page="https://docs.langchain.com/oss/python/langchain/agents",
    build=build,
    input={"messages": [{"role": "user", "content": "what is the weather in sf, and how late is it?"}]},
    ends_with={"messages": "Sunny, and noon."},
)
