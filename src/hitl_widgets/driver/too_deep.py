"""A question that is nested too deeply for LangGraph's stream, which copies it level by level (langgraph 1.2.24)."""

from __future__ import annotations

import sys
import traceback
from typing import Any

from ..errors import CannotSaveError

_COPIES = "map_debug_task_results"
"""LangGraph's function that copies what a task asks."""


def too_deep(error: BaseException) -> CannotSaveError | None:
    """What to raise in the place of an error, if that says only that Python's stack was too small for a question.

    Args:
        error: what a graph's stream ended with.
    """
    if not isinstance(error, RecursionError):
        return None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_name == _COPIES:
            node: Any = getattr(frame.f_locals.get("task"), "name", None)
            told = CannotSaveError(
                f"What {'a node' if node is None else repr(node)} asks with is nested too deeply: LangGraph copies it, and "
                f"Python stops at {sys.getrecursionlimit()} calls, which is less than half as many levels (a checkpointer "
                "saves 255 of them). Ask with less of it, or with a text that is made of it."
            )
            told.__cause__ = error
            return told
    return None
