"""What somebody has resumed with LangGraph alone, where its node is still at work on it: as far as its thread tells.

`graph.invoke(Command(resume=value))` saves the value before anything runs, under the id of no task, and the asking task's own
answers have it only once the node has ended or asks again: between the two the thread tells (langgraph 1.2.24). Of
`Command(resume={id: value})` nothing is saved before that. The thread is then, byte for byte, one that waits, so that its node
looks waiting until it has ended, to everybody but the one who resumed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from langgraph.checkpoint.base import CheckpointTuple
from langgraph.types import StateSnapshot

from ..driver import Driver
from ..driver.answers.by_hand import resumed_with
from ..driver.channels import ERROR, NO_TASK, RESUME
from .asked import Asked
from .breakpoints import checkpoint_id


async def resumed_by_hand(snapshot: StateSnapshot, asked: Sequence[Asked], driver: Driver) -> frozenset[str]:
    """The question that a node was resumed for and has not got past, by id. At most one: of several LangGraph wants the ids.

    Args:
        snapshot: the thread as it stands.
        asked: what nobody has answered there, as it looks.
        driver: of the thread.
    """
    if len(asked) != 1 or (address := asked[0].address) is None or driver.is_served:
        return frozenset()
    newest = await driver.checkpoint(driver.place)
    if newest is None or newest.checkpoint["id"] != checkpoint_id(snapshot):
        return frozenset()
    value = resumed_with(newest)
    if value is None or await _was_taken(value, newest, nested=bool(address.namespace), driver=driver):
        return frozenset()
    return frozenset({asked[0].request.id})


async def _was_taken(value: Any, newest: CheckpointTuple, *, nested: bool, driver: Driver) -> bool:
    """Whether a task has got past the question that it was resumed for; the value stays where it was.

    One that is given once more, for the next question, cannot be told from that.

    Args:
        value: what it was resumed with.
        newest: the newest checkpoint of the outermost graph.
        nested: whether a nested graph asks now, which may have gone on since, in checkpoints of its own.
        driver: of the thread.
    """
    if _is_taken(value, newest):
        return True
    if nested:
        async with aclosing(driver.saved()) as saved:
            async for found in saved:
                if found.checkpoint["id"] > newest.checkpoint["id"] and _is_taken(value, found):
                    return True
    return False


def _is_taken(value: Any, found: CheckpointTuple) -> bool:
    writes = [(channel, wrote) for task, channel, wrote in found.pending_writes or () if task != NO_TASK]
    return any(channel == ERROR or (channel == RESUME and _has(wrote, value)) for channel, wrote in writes)


def _has(answers: Any, value: Any) -> bool:
    try:
        return value in answers
    except Exception:  # noqa: BLE001  (what is compared may be anybody's: an array has no truth)
        return True
