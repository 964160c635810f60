"""The checkpointer of `save="runs.sqlite"`: its file is open while it is used, and a session that is closed lets go of it.

What is read after that opens it again, as what a fork writes does; one that was deleted or moved meanwhile is not made anew.
`saved_file_async.py` is the same on an event loop.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from urllib.parse import quote

from langgraph.checkpoint.sqlite import SqliteSaver
from typing_extensions import override

from ..processes import finalize
from .given_back import GivingBack
from .locks.file_lock import tidy

_PATIENCE = 10.0
"""Seconds for which a thread that reads is waited for: closed beside it, SQLite crashes (CPython 3.11)."""
IN_MEMORY = frozenset({"", ":memory:"})
"""What SQLite takes for a database that is gone with its connection."""


def as_it_is(path: str) -> str:
    """What SQLite opens a file by that it is not to make."""
    return f"file:{quote(path)}?mode=rw"


class _Opened:
    """A file, and the connection to it that is open.

    Args:
        path: the file.
    """

    def __init__(self, path: str) -> None:
        # The folder may be another one when it is opened again.
        self.path = path if path in IN_MEMORY else os.path.abspath(path)  # noqa: PTH100  it keeps links
        self.file = os.path.realpath(path)
        self.lock = threading.Lock()
        self.connection: sqlite3.Connection | None = None

    def open(self, *, again: bool) -> sqlite3.Connection:
        path = as_it_is(self.path) if again else self.path
        # The saver has a lock of its own; sqlite3's check would refuse the driver's thread.
        self.connection = sqlite3.connect(path, check_same_thread=False, uri=again)
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
        if self._opened.path not in IN_MEMORY:
            self._opened.close()
