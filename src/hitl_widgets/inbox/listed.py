"""Threads of any checkpointer, through LangGraph's public interface: all of its checkpoints are listed."""

from __future__ import annotations

from typing import Any

from ..driver import Driver
from ..driver.choose import is_async
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
            # In a thread, where the loop is the kernel's; a saver in memory may be written to meanwhile.
            for found in await self._driver.call(lambda: list(checkpointer.list(None))):
                newest.see(found)
            return newest.heads()
        seen = 0
        async for found in checkpointer.alist(None):
            newest.see(found)
            seen += 1
            if seen % _AT_A_TIME == 0:
                await self._driver.call(_nothing)
        return newest.heads()

    async def places(self, heads: list[Head]) -> list[Place | None]:
        """See `Source`."""
        return [head.place for head in heads]


def _nothing() -> None: ...
