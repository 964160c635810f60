"""Threads in a SQLite file, without reading all of their checkpoints: one query finds the newest one of each.

The tables are those of `SqliteSaver` and `AsyncSqliteSaver` (langgraph-checkpoint-sqlite 3.1.2). They are read through a
connection of our own that cannot write, so that a graph that runs meanwhile does not wait for it. What is in them is
read by the checkpointer's own serializer.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..driver import Driver
from .heads import Head, Place, newest_first, place_in

_FILES = "PRAGMA database_list"
_TICK = 2.0
"""Seconds; of the coarsest file systems."""
_CHUNK = 300
"""Threads whose checkpoints are read at a time: SQLite takes 999 parameters, or more."""

_HEADS = """
WITH newest AS (
    SELECT thread_id, MAX(checkpoint_id) AS checkpoint_id FROM checkpoints WHERE checkpoint_ns = '' GROUP BY thread_id
)
SELECT
    newest.thread_id,
    newest.checkpoint_id,
    COUNT(writes.channel),
    TOTAL(writes.checkpoint_ns = '' AND writes.channel = '__interrupt__'),
    TOTAL((writes.checkpoint_ns = '' AND writes.channel <> '__interrupt__') OR writes.channel = '__resume__')
FROM newest
LEFT JOIN writes ON writes.thread_id = newest.thread_id AND writes.checkpoint_id >= newest.checkpoint_id
GROUP BY newest.thread_id
"""
"""Of a nested graph's checkpoints, which come after the one of the graph around it, what was answered counts too."""

_PLACES = """
WITH wanted(thread_id, checkpoint_id) AS (VALUES {})
SELECT found.thread_id, found.checkpoint_id, found.type, found.checkpoint
FROM wanted CROSS JOIN checkpoints AS found
ON found.thread_id = wanted.thread_id AND found.checkpoint_ns = '' AND found.checkpoint_id = wanted.checkpoint_id
"""
"""`CROSS JOIN`: in this order, by the index; asked with `IN`, SQLite 3.40 goes through all checkpoints."""


class Sqlite:
    """The file of a SQLite checkpointer.

    Args:
        driver: of the graph.
        path: the file.
    """

    def __init__(self, driver: Driver, path: str) -> None:
        self._driver = driver
        self._path = path

    async def heads(self) -> list[Head]:
        """See `Source`."""
        rows = await self._driver.call(self._query, [(_HEADS, ())])
        return newest_first(
            Head(thread_id, id, stamp, asks=asked > 0, is_sure=asked > 0 and not other)
            for thread_id, id, stamp, asked, other in rows
        )

    async def mark(self) -> Any:
        """See `Source`: when the file was written last. What is saved goes into its journal first, or beside it."""
        stats = await self._driver.call(self._stats)
        # The clock of a file system ticks: another write at the same time could not be told from this one.
        if not stats or time.time() - max(one.st_mtime for one in stats) < _TICK:
            return None
        return tuple((one.st_ino, one.st_size, one.st_mtime_ns) for one in stats)

    async def places(self, heads: list[Head]) -> list[Place | None]:
        """See `Source`."""
        found = await self._driver.call(self._places, heads)
        return [found.get((head.thread_id, head.checkpoint_id)) for head in heads]

    def _stats(self) -> list[os.stat_result]:
        found: list[os.stat_result] = []
        for path in (self._path, f"{self._path}-wal"):
            with contextlib.suppress(FileNotFoundError):
                found.append(Path(path).stat())
        return found

    def _places(self, heads: list[Head]) -> dict[tuple[str, str], Place | None]:
        queries = [
            (_PLACES.format(", ".join(["(?, ?)"] * len(chunk))), [id for one in chunk for id in _key(one)])
            for chunk in (heads[at : at + _CHUNK] for at in range(0, len(heads), _CHUNK))
        ]
        rows = self._query(queries)
        return {(thread_id, id): self._place(type_, blob) for thread_id, id, type_, blob in rows}

    def _place(self, type_: str, blob: bytes) -> Place | None:
        try:
            return place_in(self._driver.checkpointer.serde.loads_typed((type_, blob)))
        except Exception:  # noqa: BLE001  (one thread that cannot be read hides no other)
            return None

    def _query(self, queries: list[tuple[str, Any]]) -> list[Any]:
        uri = f"file:{quote(self._path)}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=10, check_same_thread=False)) as connection:
            try:
                return [row for sql, given in queries for row in connection.execute(sql, given)]
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return []  # nothing has been saved there yet
                raise


def _key(head: Head) -> tuple[str, str]:
    return head.thread_id, head.checkpoint_id


async def sqlite_file(checkpointer: Any) -> str | None:
    """The file of a SQLite checkpointer; `None` if it is none, keeps its threads in memory, or lists them its own way."""
    from langgraph.checkpoint.sqlite import SqliteSaver
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    if isinstance(checkpointer, SqliteSaver) and type(checkpointer).list is SqliteSaver.list:
        with checkpointer.lock:
            files = checkpointer.conn.execute(_FILES).fetchall()
    elif isinstance(checkpointer, AsyncSqliteSaver) and type(checkpointer).alist is AsyncSqliteSaver.alist:
        await checkpointer.setup()
        async with checkpointer.conn.execute(_FILES) as cursor:
            files = list(await cursor.fetchall())
    else:
        return None
    return next((file for _, name, file in files if name == "main" and file), None)
