"""The checkpointer of `save="runs.sqlite"`: its file is open while it is used, and a session that is closed lets go of it.

What is read after that opens it again, as what a fork writes does; one that was deleted or moved meanwhile is not made anew.
`saved_file_async.py` is the same on an event loop.
"""

from __future__ import annotations

import sqlite3
import threading

from langgraph.checkpoint.sqlite import SqliteSaver
from typing_extensions import override

from ..processes import finalize
from .database_path import DatabasePath, is_in_memory
from .given_back import GivingBack
from .locks.file_lock import tidy

_PATIENCE = 10.0
"""Seconds for which a thread that reads is waited for: closed beside it, SQLite crashes (CPython 3.11)."""


class _Opened(DatabasePath):
    """A file, and the connection to it that is open.

    Args:
        path: the file.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.lock = threading.Lock()
        self.connection: sqlite3.Connection | None = None

    def open(self, *, again: bool) -> sqlite3.Connection:
        # The saver has a lock of its own; sqlite3's check would refuse the driver's thread.
        self.connection = sqlite3.connect(self.address(again=again), check_same_thread=False, uri=again)
        return self.connection

    def close(self) -> None:
        if not self.lock.acquire(timeout=_PATIENCE):
            return
        try:
            if self.connection is not None:
                self.connection.close()
                self.connection = None
                tidy(self.file)
        finally:
            self.lock.release()


class FileSaver(SqliteSaver):
    """A checkpointer of a file.

    Args:
        path: the file, which is made if it is not there.

    Attributes:
        file: where it really is.
    """

    def __init__(self, path: str) -> None:
        self._opened = _Opened(path)
        self.file = self._opened.file
        super().__init__(self._opened.open(again=False), serde=GivingBack())
        self.lock = self._opened.lock
        finalize(self, self._opened.close)

    @override
    def setup(self) -> None:
        """Called with the lock before each use."""
        if self._opened.connection is None:
            self.conn = self._opened.open(again=self.is_setup)
            self.is_setup = False
        super().setup()

    def let_go(self) -> None:
        """Close the file until it is used again."""
        if not is_in_memory(self._opened.path):
            self._opened.close()
