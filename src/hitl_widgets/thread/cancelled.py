"""Tasks that LangGraph has cancelled since another one of their step had failed (an async graph's; langgraph 1.2.24).

Their `CancelledError` is kept as if it was theirs. They have not failed: they run again with the one that did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from langgraph.types import PregelTask

CANCELLED = "Cancelled, as another task of its step had failed."


def is_cancelled(error: object) -> bool:
    """Whether it is what a cancelled task ends with: the exception, or its `repr`, which is what a thread keeps.

    >>> is_cancelled(asyncio.CancelledError()), is_cancelled("CancelledError()"), is_cancelled(ValueError("Cancelled"))
    (True, True, False)
    """
    return isinstance(error, asyncio.CancelledError) or (isinstance(error, str) and error.startswith("CancelledError("))


def without_cancelled(tasks: Sequence[PregelTask]) -> Sequence[PregelTask]:
    """The tasks of a step as they are, but that one which was cancelled as another had failed has no error."""
    errors = [task.error for task in tasks if task.error and not task.interrupts]
    if not any(map(is_cancelled, errors)) or all(map(is_cancelled, errors)):
        return tasks
    return [task._replace(error=None) if is_cancelled(task.error) else task for task in tasks]
