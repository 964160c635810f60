"""The messages of a chat: what is said in one, and which tools it calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from langchain_core.messages import BaseMessage

from .parts import Part

MESSAGES = "messages"
"""The key that LangGraph's `MessagesState` and its agents keep their conversation under."""


def contents(message: BaseMessage) -> list[Part]:
    """What a message says, in its parts: texts, and whatever else there is (pictures, files, reasoning)."""
    content: Any = message.content
    blocks = cast("list[Any]", content) if isinstance(content, list) else [content]
    return [Part("", said) for block in blocks if (said := _said(block)) not in ("", None)]


def text_of(message: BaseMessage) -> str:
    """All texts that a message says.

    >>> from langchain_core.messages import AIMessage
    >>> text_of(AIMessage([{"type": "text", "text": "Hello."}, {"type": "reasoning", "reasoning": "Hm."}]))
    'Hello.'
    """
    return "\n\n".join(part.value for part in contents(message) if isinstance(part.value, str))


def _said(block: Any) -> Any:
    if not isinstance(block, Mapping):
        return block
    known = cast("Mapping[str, Any]", block)
    match known.get("type"):
        case "text":
            return known.get("text", "")
        case "tool_use" | "tool_call" | "function_call":
            return None  # is among the calls
        case _:
            return known


def calls(message: BaseMessage) -> list[tuple[str, Any]]:
    """The tools that a message calls, with their arguments. Arguments that cannot be parsed are a text."""
    good: Any = getattr(message, "tool_calls", None) or ()
    bad: Any = getattr(message, "invalid_tool_calls", None) or ()
    return [(str(call.get("name") or "?"), call.get("args")) for call in (*good, *bad)]


def failed(message: BaseMessage) -> bool:
    """Whether it is the result of a tool that has failed."""
    return getattr(message, "status", None) == "error"
