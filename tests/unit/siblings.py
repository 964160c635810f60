"""What fails beside others, once those are saved.

LangGraph closes its pool as soon as one node has failed: what another one of its step has written and not handed in by then is
lost ("cannot schedule new futures after shutdown", langgraph 1.2), and that one rightly runs again. On a busy machine this
happens to a node that has long come to its end. So a test that says what became of the others has its node wait for them.
"""

from __future__ import annotations

import asyncio
from typing import Any

from langgraph.config import get_config

from ..waiting import until


def once_saved(*channels: str) -> None:
    """Wait, in a node, until its thread has what its siblings have written.

    Args:
        channels: to which they write, one for each of them: `log`, or `__interrupt__` for a question.
    """
    saver, place, own = _here()
    until(
        lambda: sorted(_written(saver.get_tuple(place), own)) == sorted(channels),
        lambda: f"saved are {_written(saver.get_tuple(place), own)} and not {channels}",
    )


async def aonce_saved(*channels: str) -> None:
    """The same in an async node, whose loop goes on meanwhile."""
    await asyncio.to_thread(once_saved, *channels)


def _here() -> tuple[Any, Any, str]:
    """The checkpointer, the checkpoint that a node's step began with, and the id of the node's own task."""
    found = get_config()["configurable"]
    around, _, task = found["checkpoint_ns"].rpartition("|")
    checkpoint = found["checkpoint_map"][around]
    place = {"thread_id": found["thread_id"], "checkpoint_ns": around, "checkpoint_id": checkpoint}
    return found["__pregel_checkpointer"], {"configurable": place}, task.partition(":")[2]


def _written(saved: Any, own: str) -> list[str]:
    """The channels to which others have written: the first of each task. What they were answered is no writing of theirs."""
    first: dict[str, str] = {}
    for task, channel, _ in saved.pending_writes if saved is not None else ():
        if task != own and channel != "__resume__":
            first.setdefault(task, channel)
    return list(first.values())
