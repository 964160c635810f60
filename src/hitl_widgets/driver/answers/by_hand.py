"""What somebody has resumed a thread with by LangGraph alone: `Command(resume=value)`, which names no question.

LangGraph keeps the value beside the checkpoint, under the id of no task, and leaves it there when a question has taken it. The
next one at the same checkpoint that nobody has answered takes it once more, unless another value was written over it, as
the next `Command(resume=value)` does (langgraph 1.2.24). An answer that is given here goes to its question, and names it; so
what is left over is written over with nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langgraph.checkpoint.base import CheckpointTuple

from ..channels import NO_TASK, RESUME
from .address import ns_of

if TYPE_CHECKING:
    from .answering import Answering


def resumed_with(checkpoint: CheckpointTuple) -> Any:
    """The value; `None` if there is none, as LangGraph has it."""
    writes = checkpoint.pending_writes or ()
    return next((value for task, channel, value in writes if (task, channel) == (NO_TASK, RESUME)), None)


async def forget_resume(driver: Answering, asking: CheckpointTuple) -> None:
    """Let no other question take it.

    Args:
        driver: of the thread.
        asking: the checkpoint that asks, of a nested graph perhaps.
    """
    newest = await driver.checkpoint(driver.place) if ns_of(asking) else asking
    if newest is not None and resumed_with(newest) is not None:
        await driver.put_writes(newest.config, [(RESUME, None)], NO_TASK)
