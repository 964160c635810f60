"""Threads that a server keeps: it is asked for those of the graph that are interrupted."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable
from typing import Any

import httpx

from ..driver import Driver
from ..driver.copies.half_made import COPYING
from ..driver.server.errors import in_words
from .heads import Head, Place, moment

_PAGE = 1_000
"""Threads that a server tells at a time, at most (langgraph-api 0.16.7)."""
_WAITS = "interrupted"
"""What a server calls a thread with a next node, at a breakpoint too."""


class Served:
    """The server of a `RemoteGraph`.

    Args:
        driver: of the graph.
    """

    def __init__(self, driver: Driver) -> None:
        self._graph: Any = driver.graph
        self._client: Any = self._graph.sync_client or self._graph.client

    @property
    def _is_of(self) -> dict[str, str]:
        """What the server notes on each thread that has run the graph."""
        name = str(self._graph.assistant_id)
        try:
            return {"assistant_id": str(uuid.UUID(name))}
        except ValueError:
            return {"graph_id": name}

    async def heads(self) -> list[Head]:
        """See `Source`."""
        found: list[Head] = []
        while True:
            page = await self._ask(
                self._client.threads.search,
                status=_WAITS,
                metadata=self._is_of,
                limit=_PAGE,
                offset=len(found),
                sort_by="updated_at",
                sort_order="desc",
                select=["thread_id", "updated_at", "metadata"],
            )
            found += [
                Head(
                    one["thread_id"],
                    "",
                    one["updated_at"],
                    asks=True,
                    is_sure=(one["metadata"] or {}).get(COPYING) in (None, one["thread_id"]),
                    since=moment(str(one["updated_at"])),
                )
                for one in page
            ]
            if len(page) < _PAGE:
                return list({head.thread_id: head for head in found}.values())

    async def mark(self) -> Any:
        """See `Source`: how many wait, and which of them moved last."""
        newest = await self._ask(
            self._client.threads.search,
            status=_WAITS,
            metadata=self._is_of,
            limit=1,
            sort_by="updated_at",
            sort_order="desc",
            select=["thread_id", "updated_at"],
        )
        count = await self._ask(self._client.threads.count, status=_WAITS, metadata=self._is_of)
        return count, [(one["thread_id"], one["updated_at"]) for one in newest]

    async def others(self, mine: int) -> int:
        """How many threads of other graphs wait."""
        return max(await self._ask(self._client.threads.count, status=_WAITS) - mine, 0)

    async def places(self, heads: list[Head]) -> list[Place | None]:
        """See `Source`; what it was asked for are the graph's own, so there is nothing to tell apart."""
        return [None for _ in heads]

    async def _ask(self, function: Callable[..., Any], **options: Any) -> Any:
        try:
            reply = function(**options)
            return await reply if inspect.isawaitable(reply) else reply
        except httpx.HTTPError as error:
            raise in_words(error, self._graph) from error
