"""A chat model that says what the test has written down, so that agents run without a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field


class ScriptedModel(BaseChatModel):
    """Replays messages: which one is next shows in how many it has said so far in the conversation it is given.

    It is bound to tools as a real one is, so `with_structured_output` goes through a call of a tool.
    """

    script: list[AIMessage]
    heard: list[tuple[list[BaseMessage], list[dict[str, Any]]]] = Field(default_factory=list)
    """What it was sent, and the tools that it could call."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **options: Any) -> Any:
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **options)

    def _generate(self, messages: list[BaseMessage], *args: Any, **options: Any) -> ChatResult:
        self.heard.append((messages, options.get("tools", [])))
        said = sum(isinstance(message, AIMessage) for message in messages)
        return ChatResult(generations=[ChatGeneration(message=self.script[said].model_copy(deep=True))])


def calls(*tool_calls: tuple[str, dict[str, Any]], said: str = "") -> AIMessage:
    """A message that calls tools, with the ids `call-0`, `call-1`, ..."""
    return AIMessage(
        said,
        tool_calls=[{"name": name, "args": args, "id": f"call-{at}"} for at, (name, args) in enumerate(tool_calls)],
    )
