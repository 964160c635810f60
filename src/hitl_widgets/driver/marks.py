"""Marks: something of a thread that is found in a moment, and is another one once somebody has changed it.

They are looked at every second or so, beside the graph: no connection of a checkpointer's is used for it, and no event loop.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

from .base import Driver
from .sqlite_file import last_written, rows_in, sqlite_file

Mark = Callable[[], Any]

_MOVED = """
SELECT
    (SELECT COUNT(*) FROM checkpoints WHERE thread_id = :thread),
    (SELECT MAX(checkpoint_id) FROM checkpoints WHERE thread_id = :thread AND checkpoint_ns = ''),
    (SELECT COUNT(*) FROM writes WHERE thread_id = :thread),
    (SELECT MAX(rowid) FROM writes WHERE thread_id = :thread)
"""
"""By the index of each table. What is written over gets another `rowid` (SQLite's `INSERT OR REPLACE`)."""


async def mark_of(driver: Driver) -> Mark | None:
    """The mark of a thread, to be asked for from any thread of this process; `None` where only the thread itself can tell.

    Args:
        driver: of the thread.
    """
    if driver.is_served:
        return None
    checkpointer, thread_id = driver.checkpointer, str(driver.place.get("configurable", {})["thread_id"])
    if isinstance(checkpointer, InMemorySaver):
        return _InMemory(checkpointer, thread_id)
    # Who has such a checkpointer has loaded its module.
    if "langgraph.checkpoint.sqlite" in sys.modules and (path := await sqlite_file(checkpointer)) is not None:
        return _InFile(path, thread_id)
    return None


class _InMemory:
    """A thread in the saver in memory."""

    def __init__(self, saver: InMemorySaver, thread_id: str) -> None:
        self._saver, self._thread_id = saver, thread_id

    def __call__(self) -> Any:
        # Whoever writes meanwhile changes the size of what is gone through: `list` and `tuple` take it in one go.
        graphs: Mapping[str, Mapping[str, Any]] = self._saver.storage.get(self._thread_id, {})
        marks: list[Any] = []
        for ns, saved in list(graphs.items()):
            if (latest := next(reversed(saved), None)) is None:
                continue
            writes = self._saver.writes.get((self._thread_id, ns, latest), {})
            # What is written over is another object.
            marks.append((ns, latest, len(saved), *(_Same(one) for one in tuple(writes.values()))))
        return marks


class _Same:
    """Equal to what holds the same object, which it keeps, so that no other one can have its place in memory."""

    __slots__ = ("_of",)

    def __init__(self, of: object) -> None:
        self._of = of

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other._of is self._of

    __hash__ = None  # type: ignore[assignment]


class _InFile:
    """A thread in a SQLite file: asked for only where the file was written to."""

    def __init__(self, path: str, thread_id: str) -> None:
        self._path, self._thread_id = path, thread_id
        self._written: Any = None
        self._found: Any = None

    def __call__(self) -> Any:
        written = last_written(self._path)
        if written is None or written != self._written:
            self._found = rows_in(self._path, [(_MOVED, {"thread": self._thread_id})])
            self._written = written
        return self._found
