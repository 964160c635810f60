"""What a model has said in the message whose tool calls wait: why it wants them, which one must see who decides on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from langchain_core.messages import AIMessage, ToolMessage

from ..driver.server.told import with_messages
from ..inside.messages import MESSAGES, text_of
from .tools import tools_of_node


@dataclass(frozen=True, slots=True)
class Words:
    """The message.

    Attributes:
        text: what it says, Markdown as models write it.
        calls: the tools that it calls, and that have not told their results.
        are_run: by the very node that asks, which runs tools: whatever that asks about is one of these calls.
    """

    text: str
    calls: frozenset[str]
    are_run: bool = False


def words_in(values: Any, node: Any = None) -> Words | None:
    """The words of a state's last message of a model, if calls of it wait.

    Args:
        values: the state.
        node: the node that asks, as its graph has it.

    >>> call = {"name": "refund", "args": {"order": 42}, "id": "1"}
    >>> words_in({"messages": [AIMessage("It never arrived.", tool_calls=[call])]})
    Words(text='It never arrived.', calls=frozenset({'refund'}), are_run=False)
    >>> words_in({"messages": [AIMessage("Done.")]}), words_in({"total": 3}), words_in(7)
    (None, None, None)
    """
    messages = cast("Mapping[str, Any]", values).get(MESSAGES) if isinstance(values, Mapping) else None
    told: set[str] = set()
    for message in reversed(cast("list[Any]", messages) if isinstance(messages, list) else []):
        one = with_messages(message)  # as a server has it
        if isinstance(one, ToolMessage):
            told.add(one.tool_call_id)
        elif isinstance(one, AIMessage):
            calls = frozenset(call["name"] for call in one.tool_calls if call["id"] not in told)
            text = text_of(one)
            return Words(text, calls, bool(tools_of_node(node))) if calls and text else None
        else:
            break  # somebody has spoken since: what was called for then is not what is asked about now
    return None
