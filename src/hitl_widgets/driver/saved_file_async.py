"""The checkpointer of `save="runs.sqlite"` for a graph that runs on an event loop: see `saved_file.py`."""

from __future__ import annotations

import threading

import aiosqlite
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from typing_extensions import override

from ..processes import finalize
from .database_path import DatabasePath, is_in_memory
from .given_back import GivingBack
from .locks.file_lock import tidy

_SOON = 0.05
"""Seconds until it is looked again whether it is in use."""


class _Opened(DatabasePath):
    """A file, and aiosqlite's connection to it, whose thread begins with the first use.

    Args:
        path: the file.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.connection = self.open(again=False)

    def open(self, *, again: bool) -> aiosqlite.Connection:
        self.connection = aiosqlite.connect(self.address(again=again), uri=again)
        # It would keep the process from ending (aiosqlite 0.22).
        self.connection._thread.daemon = True
        return self.connection

    def close(self) -> None:
        # In a thread without a loop: what it says afterwards would go to one that may be closed by then (aiosqlite 0.22).
        stopping = threading.Thread(target=self.connection.stop)
        stopping.start()
        stopping.join()
        tidy(self.file)


class AsyncFileSaver(AsyncSqliteSaver):
    """A checkpointer of a file, made on the loop that it is used on.

    Args:
        path: the file, which is made if it is not there.

    Attributes:
        file: where it really is.
    """

    def __init__(self, path: str) -> None:
        self._opened = _Opened(path)
        self.file = self._opened.file
        super().__init__(self._opened.connection, serde=GivingBack())
        finalize(self, self._opened.close)

    @override
    async def setup(self) -> None:
        """Called before each use."""
        thread = self.conn._thread
        if not self.is_setup and thread.ident is not None and not thread.is_alive():
            self.conn = self._opened.open(again=True)  # it was not there the last time
        await super().setup()

    def let_go(self) -> None:
        """Close the file until it is used again; from any thread."""
        if is_in_memory(self._opened.path):
            return
        try:
            self.loop.call_soon_threadsafe(self._let_go)
        except RuntimeError:  # the loop is closed
            self._opened.close()

    def _let_go(self) -> None:
        # Between what it is set up with and its first query nothing else runs, unless somebody waits for the lock.
        if self.lock.locked() or self.lock._waiters:  # type: ignore[attr-defined]
            self.loop.call_later(_SOON, self._let_go)
        elif self.is_setup:
            self._opened.close()
            self.conn = self._opened.open(again=True)
            self.is_setup = False
