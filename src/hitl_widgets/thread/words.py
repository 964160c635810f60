"""What a model has said in the message whose tool calls wait: why it wants them, which one must see who decides on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import AIMessage, ToolMessage

from ..driver.copies.chains import by_task, is_asked_in
from ..driver.server.told import with_messages
from ..inside.messages import MESSAGES, text_of
from .tools import tools_of_node

if TYPE_CHECKING:
    from langgraph.checkpoint.base import CheckpointTuple

    from ..driver import Address, Driver
    from .asked import Asked

_OWN = 20
"""Questions that a task's own code may have asked; after that many it is looked for what a graph in it has."""
_GRAPHS = 50
"""Graphs that a task's code has run one after the other, among which it is looked for the one that asks."""


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


async def with_inner_words(asked: Sequence[Asked], driver: Driver) -> list[Asked]:
    """The same requests; where a graph asks that a node's own code runs, as a tool's does, with the words of that one.

    LangGraph's snapshot does not show it (1.2.24).
    """
    return [replace(one, words=await _inner_words(one.address, driver)) if _is_inside(one) else one for one in asked]


def _is_inside(asked: Asked) -> bool:
    return asked.address is not None and asked.address.slot(_OWN) is None


async def _inner_words(address: Address | None, driver: Driver) -> Words | None:
    if address is None or driver.is_served:  # a server does not tell of it
        return None
    task = "|".join((*address.namespace, f"{address.node}:{address.task_id}"))
    for nth in range(_GRAPHS):
        place = {**driver.place.get("configurable", {}), "checkpoint_ns": f"{task}|{nth}" if nth else task}
        saved = await driver.checkpoint({"configurable": place})
        if saved is None or _asks(saved, address.interrupt_id):
            return words_in(saved.checkpoint["channel_values"]) if saved is not None else None
    return None


def _asks(saved: CheckpointTuple, interrupt: str) -> bool:
    writes: Iterable[Any] = by_task(saved).values()
    return any(is_asked_in(one, interrupt) for one in writes)
