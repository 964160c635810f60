"""A scripted chat model for prompts: it goes by a word in what it was told last, so that it does not matter when."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import Field

from ...scripted_model import ScriptedModel


class PromptedModel(ScriptedModel):
    """Says the first line whose word is in the last message."""

    script: list[AIMessage] = Field(default_factory=list[AIMessage])
    lines: dict[str, AIMessage]

    def _generate(self, messages: list[BaseMessage], *args: Any, **options: Any) -> ChatResult:
        told = messages[-1].text
        said = next(line for word, line in self.lines.items() if word in told)
        return ChatResult(generations=[ChatGeneration(message=said.model_copy(deep=True))])


def says(**lines: str | AIMessage) -> PromptedModel:
    """A model that answers a prompt by a word in it."""
    return PromptedModel(
        lines={word: line if isinstance(line, AIMessage) else AIMessage(line) for word, line in lines.items()}
    )
