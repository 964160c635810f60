"""Threads in a SQLite file, without reading all of their checkpoints: one query finds the newest one of each.

The tables are those of `SqliteSaver` and `AsyncSqliteSaver` (langgraph-checkpoint-sqlite 3.1.2). They are read through a
connection of our own that cannot write, so that a graph that runs meanwhile does not wait for it. What is in them is
read by the checkpointer's own serializer.
"""

from __future__ import annotations

from typing import Any

from ..driver import Driver
from ..driver.sqlite_file import last_written, rows_in
from .heads import Head, Place, newest_first, place_in

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
        return await self._driver.call(last_written, self._path)

    async def places(self, heads: list[Head]) -> list[Place | None]:
        """See `Source`."""
        found = await self._driver.call(self._places, heads)
        return [found.get((head.thread_id, head.checkpoint_id)) for head in heads]

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
        return rows_in(self._path, queries)


def _key(head: Head) -> tuple[str, str]:
    return head.thread_id, head.checkpoint_id
