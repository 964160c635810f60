"""The file of a SQLite checkpointer, and when it was written last: what is read there needs no connection of its own.

The tables are those of `SqliteSaver` and `AsyncSqliteSaver` (langgraph-checkpoint-sqlite 3.1.2).
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from .database_path import uri_of

_FILES = "PRAGMA database_list"
"""What a connection has open; `main` comes first."""
_TICK = 2.0
"""Seconds; of the coarsest file systems."""


async def sqlite_file(checkpointer: Any) -> str | None:
    """The file of a SQLite checkpointer; `None` if it is none, keeps its threads in memory, or lists them its own way."""
    from langgraph.checkpoint.sqlite import SqliteSaver
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    from .saved_file import FileSaver

    if isinstance(checkpointer, SqliteSaver) and type(checkpointer).list is SqliteSaver.list:
        with checkpointer.lock:
            if isinstance(checkpointer, FileSaver):
                checkpointer.setup()  # a session that was closed has let go of it
            return file_of(checkpointer.conn)
    if isinstance(checkpointer, AsyncSqliteSaver) and type(checkpointer).alist is AsyncSqliteSaver.alist:
        await checkpointer.setup()
        async with checkpointer.lock:  # nor is it let go of meanwhile
            return await file_of_async(checkpointer.conn)
    return None


def file_of(connection: sqlite3.Connection) -> str | None:
    """The file that a connection is to; `None` if it is to none."""
    return connection.execute(_FILES).fetchone()[2] or None


async def file_of_async(connection: Any) -> str | None:
    """The same of one of aiosqlite's."""
    async with connection.execute(_FILES) as cursor:
        return (await cursor.fetchone())[2] or None


def last_written(path: str) -> Any:
    """Something that is another one once a file was written to, in its journal or beside it; `None` where nothing can tell."""
    stats: list[Any] = []
    for one in (path, f"{path}-wal"):
        with contextlib.suppress(FileNotFoundError):
            stats.append(Path(one).stat())
    # The clock of a file system ticks: another write at the same time could not be told from this one.
    if not stats or time.time() - max(one.st_mtime for one in stats) < _TICK:
        return None
    return tuple((one.st_ino, one.st_size, one.st_mtime_ns) for one in stats)


def rows_in(path: str, queries: Iterable[tuple[str, Any]], *, patience: float = 10) -> list[Any]:
    """What is in a file, through a connection of our own that cannot write: a graph that runs meanwhile does not wait for it.

    Args:
        path: the file.
        queries: what is asked for.
        patience: seconds that it may be locked.
    """
    with closing(
        sqlite3.connect(uri_of(path, "ro"), uri=True, timeout=patience, check_same_thread=False)
    ) as connection:
        try:
            return [row for sql, given in queries for row in connection.execute(sql, given)]
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return []  # nothing has been saved there yet
            raise
