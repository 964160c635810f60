"""Which of the answers that went by id the tasks have that asked for them: those are not sent a second time.

LangGraph saves with a failure what its task had been answered (1.2.24). Sent once more, the answer to a task's first question
would be given to its next one, which nobody would be asked any more: in older versions all of them had the first one's id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

from langgraph.checkpoint.base import CheckpointTuple

from ..channels import ERROR, INTERRUPT, JOIN, LEADS_TO, RESUME, SENT
from .address import asking_places, interrupt_id, ns_of
from .got import Write, listed, writes_of

if TYPE_CHECKING:
    from .answering import Answering


async def taken_inside(driver: Answering, by_id: Mapping[str, Any]) -> frozenset[str]:
    """Those of the questions whose answers are in the thread with the tasks that asked, whatever has come of these.

    Args:
        driver: of the thread.
        by_id: the answers, by the ids of their questions.
    """
    taken = set[str]()
    async with aclosing(driver.saved()) as saved:
        async for found in saved:
            taken |= _taken_at(found, by_id)
            if taken.issuperset(by_id):
                break
    return frozenset(taken)


def _taken_at(found: CheckpointTuple, by_id: Mapping[str, Any]) -> set[str]:
    writes = writes_of(found)
    answers = [(task, cast("list[Any]", got)) for task, name, got in writes if name == RESUME and isinstance(got, list)]
    if not answers:
        return set()
    names = _names(found)
    places = asking_places(ns_of(found), writes)
    taken = set[str]()
    for task, got in answers:
        slots = {
            interrupt_id(f"{place}{name}:{task}", slot): slot
            for place in places
            for name in names
            for slot in range(len(got) + 1)
        }
        taken.update(id for id in by_id if slots.get(id, len(got)) < len(got))
        if any(id == task and channel == ERROR for id, channel, _ in writes):
            # Nothing says what a `@task` is called, or the node of an `@entrypoint`: its latest question has its latest answer.
            unknown = _asked(task, writes) & (by_id.keys() - slots.keys())
            taken.update(id for id in unknown if got and repr(got[-1]) == repr(by_id[id]))
    return taken


def _names(found: CheckpointTuple) -> set[str]:
    """The names that the nodes of a step may have: of those that edges or joins led to, and of those that were sent something."""
    channels: Iterable[str] = found.checkpoint["channel_versions"]
    led = {name.removeprefix(LEADS_TO) for name in channels if name.startswith(LEADS_TO)}
    joined = {name.rpartition(":")[2] for name in channels if name.startswith(JOIN)}
    sent = {str(getattr(one, "node", "")) for one in found.checkpoint["channel_values"].get(SENT) or ()}
    return (led | joined | sent) - {""}


def _asked(task: str, writes: Iterable[Write]) -> set[str]:
    """The ids of the questions of a task."""
    asked = [one for id, channel, value in writes if id == task and channel == INTERRUPT for one in listed(value)]
    return {getattr(one, "id", "") for one in asked}
