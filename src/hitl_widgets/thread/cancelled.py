"""Tasks that LangGraph has cancelled since another one of their step had failed (an async graph's; langgraph 1.2.24).

Their `CancelledError` is kept as if it was theirs. They have not failed: they run again with the one that did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from langgraph.types import PregelTask

CANCELLED = "Cancelled, as another task of its step had failed."


def is_cancelled(error: object) -> bool:
    """Whether it is what a cancelled task ends with: the exception, or its `repr`, which is what a thread keeps.

    >>> is_cancelled(asyncio.CancelledError()), is_cancelled("CancelledError()"), is_cancelled(ValueError("Cancelled"))
    (True, True, False)
    """
    return isinstance(error, asyncio.CancelledError) or (isinstance(error, str) and error.startswith("CancelledError("))


def failed_of(tasks: Iterable[PregelTask]) -> list[PregelTask]:
    """Those of a step that have failed; one that was cancelled only where no other has."""
    failed = [task for task in tasks if task.error and not task.interrupts]
    return [task for task in failed if not is_cancelled(task.error)] or failed
