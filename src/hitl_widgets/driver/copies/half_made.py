"""A copy of a thread that was begun and is not finished, because the kernel that made it was killed in its midst.

It has a part of the past, and looks like a thread that stands there: gone on with, it would be a fork from another step than
the one that was chosen, or without the change that was made. So the outermost graph's checkpoints are written last, oldest
first, each after the writes that belong to it, and all but the one that the copy ends with have a mark in their metadata. A
thread whose latest checkpoint has one is no whole copy. LangGraph makes each checkpoint's metadata anew (1.2.24), and a copy
of a copy is marked anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COPYING = "hitl_copying"
"""The mark: the thread that the copy is on, and the one that it is a copy of."""


def marked(metadata: Mapping[str, Any], thread: str, source: str) -> dict[str, Any]:
    """The metadata of a checkpoint that a copy does not end with."""
    return {**metadata, COPYING: [thread, source]}


def unmarked(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """That of one that it ends with, or that comes after it."""
    return {name: value for name, value in metadata.items() if name != COPYING}


def copied_from(metadata: Mapping[str, Any] | None, thread: str) -> str | None:
    """The thread of which this one is a copy that is not finished; `None` if it is a whole thread.

    Args:
        metadata: of the thread's latest checkpoint.
        thread: the thread.

    >>> copied_from({"step": 1, "hitl_copying": ["b", "a"]}, "b"), copied_from({"step": 1}, "b")
    ('a', None)
    """
    match (metadata or {}).get(COPYING):
        case [str(copy), str(source)] if copy == thread:
            return source
        case _:
            return None


def said(source: str, delete: str = "graph.checkpointer.delete_thread(...)") -> str:
    """What its reader must know.

    Args:
        source: the thread that it is a copy of.
        delete: what deletes it, as code.

    >>> said("t1")[:76]
    "This thread is a copy of the thread 't1' (a fork of it) that is not finished"
    """
    return (
        f"This thread is a copy of the thread {source!r} (a fork of it) that is not finished: the kernel that made it has ended "
        f"in the midst, or is still at it. The thread {source!r} is as it was: fork it once more. Nothing is run on a half-made "
        f"copy; it may be deleted (`{delete}`). If it is still being made, retry."
    )
