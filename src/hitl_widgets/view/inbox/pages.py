"""The pages of an inbox's list that its views ask for, one after the other."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from ...inbox.listing import Listing
from ...inbox.query import Query
from ...inbox.thread import WaitingThread
from ...protocol import AlikeIntent, InboxAlike, InboxRow, InboxRows, RowsIntent
from ...texts.raised import line_of
from .answering import MOST_TOGETHER
from .answers import Answers
from .projected import query_of, row_view

MOST_ROWS = 200
"""Rows of a page, at most."""
PATIENCE = 0.5
"""Seconds that a page waits to know which secrets its threads were given; a question may quote one."""

NOT_BEGUN = "This could not be read: the list says why."


class Tell(Protocol):
    """What gives a view what it has asked for, or says why there is nothing."""

    def __call__(self, client: str, id: int, /, *, data: Any = None, error: str | None = None) -> None: ...


class InboxPages:
    """What reads them.

    Args:
        listing: the list.
        base: which of its threads the inbox is of.
        answers: what is being answered, and what became of it.
        spawn: runs something in the background; returns whether it has begun.
        tell: answers a view.
    """

    def __init__(
        self,
        listing: Listing,
        base: Query,
        answers: Answers,
        spawn: Callable[[Coroutine[Any, Any, None]], bool],
        tell: Tell,
    ) -> None:
        self._listing = listing
        self._base = base
        self._answers = answers
        self._spawn = spawn
        self._tell = tell
        self._lock = threading.Lock()
        self._asked: deque[RowsIntent | AlikeIntent] = deque()
        self._is_reading = False
        self._knowing = False

    def ask(self, intent: RowsIntent | AlikeIntent) -> None:
        """Answer it when those before it are answered; of one view the latest page is enough."""
        with self._lock:
            late = [one for one in self._asked if _is_late(one, intent)]
            self._asked = deque(one for one in self._asked if one not in late)
            self._asked.append(intent)
            starts, self._is_reading = not self._is_reading, True
        for one in late:
            self._tell(one["client"], one["id"], error="late")
        if starts and not self._spawn(self._read()):
            with self._lock:
                late, self._is_reading = list(self._asked), False
                self._asked.clear()
            for one in late:
                self._tell(one["client"], one["id"], error=NOT_BEGUN)

    async def _read(self) -> None:
        while True:
            with self._lock:
                if not self._asked:
                    self._is_reading = False
                    return
                intent = self._asked.popleft()
            try:
                data = await (self._rows(intent) if intent["type"] == "rows" else self._alike(intent))
            except Exception as error:  # noqa: BLE001  (a database's, a server's: the list says it)
                self._tell(intent["client"], intent["id"], error=line_of(error)[:500])
            else:
                self._tell(intent["client"], intent["id"], data=data)

    async def _rows(self, intent: RowsIntent) -> InboxRows:
        query, first = query_of(intent["query"], self._base), max(intent["first"], 0)
        total, threads = await self._listing.page(query, first, min(max(intent["count"], 0), MOST_ROWS))
        quoted = self._listing.quoted
        if not await quoted.know(threads, PATIENCE):
            self._spawn(self._know(threads))
        nodes, kinds = self._listing.words
        return {
            "epoch": self._listing.epoch,
            "total": total,
            "first": first,
            "rows": [self._marked(row_view(thread, quoted), thread) for thread in threads],
            "nodes": nodes,
            "kinds": kinds,
        }

    async def _know(self, threads: list[WaitingThread]) -> None:
        """Go through threads that are too long for a page to wait for; then it is shown again."""
        if self._knowing:
            return  # those that are still not known then are asked for again
        self._knowing = True
        try:
            await self._listing.quoted.know(threads)
        finally:
            self._knowing = False
        self._listing.shown_anew()

    def _marked(self, row: InboxRow, thread: WaitingThread) -> InboxRow:
        name = row["thread"]
        if (problem := self._answers.problems.get(name)) is not None:
            row["gone"] = self._listing.is_gone(name)
            row["problem"] = problem.why if row["gone"] else problem.beside([one.id for one in thread.requests])
        if name in self._answers.sending:
            row["sending"] = True
        return row

    async def _alike(self, intent: AlikeIntent) -> InboxAlike:
        threads = await self._listing.all(query_of(intent["query"], self._base))
        alike = [one.thread_id for one in threads if one.same == (intent["same"],)]
        waiting = [name for name in alike if not self._listing.is_gone(name)]
        return {"threads": waiting[:MOST_TOGETHER], "total": len(waiting)}


def _is_late(one: RowsIntent | AlikeIntent, newer: RowsIntent | AlikeIntent) -> bool:
    return one["client"] == newer["client"] and one["type"] == "rows" and newer["type"] == "rows"
