"""Who is at work on a thread, told by what keeps the thread: one process at a time has the lock, which ends with the process.

```
FileLocks       a SQLite file: a lock of the operating system's (`file_lock.py`)
PostgresLocks   a PostgreSQL server: one of its own (`postgres_locks.py`, `postgres_lock.py`)
```
"""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar

from typing_extensions import override

from ..working import LOOK_AGAIN
from . import file_lock


class CannotTellError(Exception):
    """Whether another process is at work cannot be told; says why."""


class Locks(ABC):
    """The locks of a place where threads are kept, all of whose names are different.

    Args:
        place: its name, the same for all that keep threads there.
    """

    def __init__(self, place: str) -> None:
        self.place = place

    look_again: ClassVar[float] = LOOK_AGAIN
    """Seconds between two tries, or looks."""

    @abstractmethod
    async def lock(self, thread: str) -> bool:
        """Be at work on a thread, until `unlock`. In this process one has to know by oneself who is.

        Returns:
            Whether no other process is.

        Raises:
            CannotTellError: that cannot be told here.
        """

    @abstractmethod
    def unlock(self, thread: str) -> None:
        """Be at work on a thread no more, without waiting for anything; nothing where this process was not."""

    @abstractmethod
    async def is_locked(self, thread: str) -> bool:
        """Whether another process is at work on a thread; `False` where that cannot be told."""

    def sees(self, thread: str) -> bool:
        """The same as far as it is seen without waiting for anything; `False` where somebody has to be asked."""
        return False

    def is_lost(self, thread: str) -> bool:
        """Whether a lock that this process had is gone, so that it has to be had again."""
        return False

    async def written(self, thread: str) -> Any:
        """Something that is another one once the thread may have been written to; `None` where nothing can tell."""
        return None

    def is_there(self) -> bool:
        """Whether what keeps the threads is what it was, as far as that can be told at once."""
        return True


class FileLocks(Locks):
    """Those of a SQLite file; `place` is its real path."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self._file = self._found()
        """Which one it is; `None` before it is made."""

    def _found(self) -> tuple[int, int] | None:
        try:
            found = Path(self.place).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    @override
    def is_there(self) -> bool:
        # Deleted, or another one by that name, it is written to until its connection is closed, and is gone then.
        return self._file is None or self._found() == self._file

    @override
    async def lock(self, thread: str) -> bool:
        self._file = self._file or self._found()
        try:
            return file_lock.lock(self.place, thread)
        except OSError as error:
            raise CannotTellError(str(error)) from error

    @override
    def unlock(self, thread: str) -> None:
        file_lock.unlock(self.place, thread)

    @override
    async def is_locked(self, thread: str) -> bool:
        return self.sees(thread)

    @override
    def sees(self, thread: str) -> bool:
        return file_lock.is_locked(self.place, thread)

    @override
    async def written(self, thread: str) -> Any:
        from ..sqlite_file import last_written  # where nobody else is at work, none is needed

        return last_written(self.place)


async def locks_of(checkpointer: Any) -> Locks | None:
    """The locks of a checkpointer that has to be asked where it keeps its threads; `None` where there are none.

    Raises:
        CannotTellError: that cannot be found out.
    """
    # Who has made one has loaded its module.
    if "langgraph.checkpoint.postgres" in sys.modules:
        from .postgres_locks import postgres_locks
        from .postgres_rows import is_postgres

        if is_postgres(checkpointer):
            return await postgres_locks(checkpointer)
    # Its connection answers on a thread of its own alone (aiosqlite 0.22).
    connection: Any = getattr(checkpointer, "conn", None)
    aiosqlite = sys.modules.get("aiosqlite")
    if aiosqlite is not None and isinstance(connection, aiosqlite.Connection):
        from ..sqlite_file import file_of_async

        try:
            await checkpointer.setup()
            file = await file_of_async(connection)
        except Exception:  # noqa: BLE001  what is wrong with it is said where it is used
            return None
        return FileLocks(os.path.realpath(file)) if file else None  # noqa: ASYNC240  once
    return None
