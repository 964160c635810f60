"""What models say in a graph, heard as they say it.

LangGraph's own `messages` mode would do, but for what it costs: whenever a node ends it looks for messages in what the node
returned, and in a text that means every character (langgraph 1.2.24: a state with a megabyte of text takes 60 times as
long). So its handler is used here without its mode, and does not look into texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from langchain_core.messages import BaseMessage
from langgraph.pregel._messages import StreamMessagesHandler, _state_values  # private (langgraph 1.2.24)
from typing_extensions import override

from .listener import listener

LATEST = 1000
"""How many items of a list that a node returns are looked at, from its end."""


class Tokens(StreamMessagesHandler):
    """Tells the listener each token, and each message that a node returns and no model has streamed."""

    def __init__(self) -> None:
        super().__init__(_tell, subgraphs=True)

    @override
    def _find_and_emit_messages(self, meta: Any, response: Any) -> None:
        is_one = isinstance(response, (BaseMessage, Sequence))
        for value in [response] if is_one else _state_values(response):
            if messages := _messages(value):
                super()._find_and_emit_messages(meta, messages)


def _messages(value: Any) -> list[BaseMessage]:
    if isinstance(value, BaseMessage):
        return [value]
    if not isinstance(value, (list, tuple)):
        return []
    return [one for one in cast("Sequence[Any]", value)[-LATEST:] if isinstance(one, BaseMessage)]


def _tell(chunk: tuple[tuple[str, ...], str, Any]) -> None:
    if (told := listener.get()) is not None:
        told.message(*chunk[2])
