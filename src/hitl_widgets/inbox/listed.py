"""Threads of any checkpointer, through LangGraph's public interface: all of its checkpoints are listed."""

from __future__ import annotations

import sqlite3
from typing import Any

from langgraph.checkpoint.base import CheckpointTuple
from langgraph.checkpoint.memory import InMemorySaver

from ..driver import Driver
from ..driver.choose import is_async
from ..driver.memory import listed
from .heads import Head, Newest, Place

_AT_A_TIME = 50
"""Checkpoints of an async checkpointer before its loop may do something else: it may be the kernel's."""


class Listed:
    """A checkpointer that can list.

    Args:
        driver: of the graph.
    """

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def heads(self) -> list[Head]:
        """See `Source`."""
        checkpointer: Any = self._driver.checkpointer
        newest = Newest()
        if not is_async(checkpointer):
            for found in await self._driver.call(_listed, checkpointer):  # in a thread, where the loop is the kernel's
                newest.see(found)
            return newest.heads()
        seen = 0
        async for found in checkpointer.alist(None):
            newest.see(found)
            seen += 1
            if seen % _AT_A_TIME == 0:
                await self._driver.call(_nothing)
        return newest.heads()

    async def mark(self) -> Any:
        """See `Source`. Of a checkpointer that keeps its threads elsewhere nothing is known but what it lists."""
        checkpointer: Any = self._driver.checkpointer
        if isinstance(checkpointer, InMemorySaver):
            # A thread that goes on gets a checkpoint; one that asks, or is answered, is written to.
            kept = list(checkpointer.storage.values())
            checkpoints = sum(len(of) for thread in kept for of in list(thread.values()))
            return checkpoints, sum(map(len, list(checkpointer.writes.values())))
        # Of a database in memory there is one connection.
        connection = getattr(checkpointer, "conn", None)
        return connection.total_changes if isinstance(connection, sqlite3.Connection) else None

    async def places(self, heads: list[Head]) -> list[Place | None]:
        """See `Source`."""
        return [head.place for head in heads]


def _listed(checkpointer: Any) -> list[CheckpointTuple]:
    if not isinstance(checkpointer, InMemorySaver):
        return list(checkpointer.list(None))
    threads = list(checkpointer.storage)  # others may begin meanwhile
    return [found for thread_id in threads for found in listed(checkpointer, thread_id)]


def _nothing() -> None: ...
