"""Which of the answers that went by id the tasks have that asked for them: those are not sent a second time.

LangGraph saves with a failure what its task had been answered (1.2.24). Sent once more, the answer to a task's first question
would be given to its next one, which nobody would be asked any more: in older versions all of them had the first one's id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

from langgraph.checkpoint.base import CheckpointTuple

from ..channels import ERROR, INTERRUPT, LEADS_TO, RESUME, SENT
from .address import interrupt_id, ns_of
from .got import Write, writes_of

if TYPE_CHECKING:
    from .answering import Answering


async def taken_inside(driver: Answering, interrupts: Collection[str]) -> frozenset[str]:
    """Those of the questions whose answers are in the thread with the tasks that asked, whatever has come of these.

    Args:
        driver: of the thread.
        interrupts: the questions, by id.
    """
    taken = set[str]()
    async with aclosing(driver.saved()) as saved:
        async for found in saved:
            taken |= _taken_at(found, interrupts)
            if taken.issuperset(interrupts):
                break
    return frozenset(taken)


def _taken_at(found: CheckpointTuple, interrupts: Collection[str]) -> set[str]:
    writes, around = writes_of(found), f"{ns_of(found)}|" if ns_of(found) else ""
    answers = {
        task: len(cast("list[Any]", got)) for task, name, got in writes if name == RESUME and isinstance(got, list)
    }
    names = _names(found) if answers else set[str]()
    if answers and not names:
        return {id for id in interrupts if any(_failed_after(id, task, writes) for task in answers)}
    ids = {
        interrupt_id(f"{around}{name}:{task}", slot)
        for task, count in answers.items()
        for name in names
        for slot in range(count)
    }
    return ids.intersection(interrupts)


def _names(found: CheckpointTuple) -> set[str]:
    """The names that the nodes of a step may have: of those that edges led to, and of those that were sent something."""
    checkpoint = found.checkpoint
    led = {channel.removeprefix(LEADS_TO) for channel in checkpoint["channel_versions"] if channel.startswith(LEADS_TO)}
    sent = {str(getattr(one, "node", "")) for one in checkpoint["channel_values"].get(SENT) or ()}
    return (led | sent) - {""}


def _failed_after(interrupt: str, task: str, writes: Iterable[Write]) -> bool:
    """Whether a task of a graph that does not say what its nodes are called, as an `@entrypoint`, failed after a question."""
    own = [(channel, value) for id, channel, value in writes if id == task]
    asked = [one for channel, value in own if channel == INTERRUPT for one in _listed(value)]
    return any(channel == ERROR for channel, _ in own) and any(getattr(one, "id", None) == interrupt for one in asked)


def _listed(value: Any) -> Iterable[Any]:
    return cast("Iterable[Any]", value) if isinstance(value, list | tuple) else [value]
