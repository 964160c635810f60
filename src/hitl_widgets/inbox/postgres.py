"""Threads in a Postgres database: one query finds the newest checkpoint of each, and what it says.

The tables are those of `PostgresSaver` and `AsyncPostgresSaver` (langgraph-checkpoint-postgres 3.2.0), asked through the
checkpointer's own connection, or its pool. A checkpoint is JSON there, so that nothing has to be deserialized.
"""

from __future__ import annotations

from typing import Any

from ..driver import Driver
from ..driver.locks.postgres_rows import rows_of
from .heads import Head, Place, newest_first

_HEADS = """
WITH newest AS (
    SELECT DISTINCT ON (thread_id) thread_id, checkpoint_id, checkpoint
    FROM checkpoints WHERE checkpoint_ns = '' ORDER BY thread_id, checkpoint_id DESC
)
SELECT
    newest.thread_id,
    newest.checkpoint_id,
    ARRAY(SELECT jsonb_object_keys(newest.checkpoint -> 'channel_versions')) AS channels,
    ARRAY(SELECT key FROM jsonb_each(newest.checkpoint -> 'versions_seen') WHERE value <> '{}') AS nodes,
    written.stamp,
    written.asked,
    written.other
FROM newest CROSS JOIN LATERAL (
    SELECT
        COUNT(*) AS stamp,
        COUNT(*) FILTER (WHERE checkpoint_ns = '' AND channel = '__interrupt__') AS asked,
        COUNT(*) FILTER (
            WHERE (checkpoint_ns = '' AND channel <> '__interrupt__') OR channel = '__resume__'
        ) AS other
    FROM checkpoint_writes
    WHERE checkpoint_writes.thread_id = newest.thread_id AND checkpoint_writes.checkpoint_id >= newest.checkpoint_id
) AS written
"""

_WRITTEN = """
SELECT current_setting('track_counts') AS counted, SUM(n_tup_ins + n_tup_upd + n_tup_del) AS written
FROM pg_stat_user_tables WHERE relid IN ('checkpoints'::regclass, 'checkpoint_writes'::regclass)
"""


class Postgres:
    """The database of a Postgres checkpointer.

    Args:
        driver: of the graph.
    """

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def heads(self) -> list[Head]:
        """See `Source`."""
        return newest_first(map(_head, await rows_of(self._driver, _HEADS)))

    async def mark(self) -> Any:
        """See `Source`: how many rows were written so far, as the server counts them, within a second."""
        ((counted, written),) = [tuple(row.values()) for row in await rows_of(self._driver, _WRITTEN)]
        return written if counted == "on" else None

    async def places(self, heads: list[Head]) -> list[Place | None]:
        """See `Source`."""
        return [head.place for head in heads]


def _head(row: Any) -> Head:
    channels = tuple(row["channels"])
    # Which channels hold something is in another table; that it may be any of them means that more threads are read.
    place = Place(channels, tuple(row["nodes"]), ready=channels)
    asks = row["asked"] > 0
    sure = asks and not row["other"]
    return Head(row["thread_id"], row["checkpoint_id"], row["stamp"], asks=asks, is_sure=sure, place=place)
