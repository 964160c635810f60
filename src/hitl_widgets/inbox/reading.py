"""Reading an inbox: the threads of its list that its query is true of, as a sequence. A part of `Inbox`."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Self, overload

from ..errors import CannotWaitError
from ..processes import Home
from .listing import Listing
from .query import ORDERS, Order, Query
from .quoted import MOST_SHOWN, PATIENCE
from .sessions import Sessions
from .thread import WaitingThread


class Reading(Sequence[WaitingThread]):
    """How `Inbox` is read."""

    def __init__(
        self, sessions: Sessions, listing: Listing, query: Query | None = None, *, refresh: float | None = None
    ) -> None:
        self._owned = sessions, listing
        self._home = Home()
        self._query = query or Query()
        self._refresh = refresh

    @property
    def _sessions(self) -> Sessions:
        """The sessions, for all that this inbox does: in another process nothing is touched, locks neither."""
        self._home.check_inbox(self._owned[0].code)
        return self._owned[0]

    @property
    def _listing(self) -> Listing:
        """As `_sessions`."""
        self._home.check_inbox(self._owned[0].code)
        return self._owned[1]

    @property
    def threads(self) -> tuple[WaitingThread, ...]:
        """All of them, read.

        Raises:
            CannotWaitError: the graph runs on the event loop of this very thread; use `await inbox`.
        """
        return tuple(self._all())

    @property
    def graph_name(self) -> str:
        """What the graph is called."""
        return getattr(self._listing.driver.graph, "name", None) or "graph"

    @property
    def others(self) -> int:
        """How many threads wait in the same place that are not of this graph, or of another version of it.

        LangGraph keeps no graph's name. A thread is taken for this graph's if the graph has every node that has run on it
        and every channel that it has: the keys of the state, and the edges between nodes. So the threads of two graphs
        that are alike in all of them cannot be told apart, and those of a version with a node or a key that is no more
        there are not shown; `hitl.attach` still opens them. A server is asked for the threads of its graph.
        """
        self._made()
        return self._listing.others

    @property
    def unread(self) -> dict[str, str]:
        """The threads that could not be read, and why."""
        return dict(self._listing.unread)

    def filter(
        self,
        text: str | None = None,
        *,
        node: str | None = None,
        kind: str | None = None,
        older: timedelta | None = None,
        newer: timedelta | None = None,
    ) -> Self:
        """Those of the threads that all of this is true of; another inbox on the same list.

        Args:
            text: its words are found in what is asked, in the payload or in the thread's name, in upper or lower case.
            node: the node that asks, or its path: `"sub/ask"`.
            kind: what is asked for: `"approval"`, `"decide"`, `"breakpoint"`, `"table"`, or the type of a form's field
                (`"text"`, `"number"`, `"choice"`, `"object"`, ...), as the built-in controls ask.
            older: they have waited so long at least.
            newer: they have waited so long at most.
        """
        given = {"text": text, "node": node, "kind": kind, "older": older, "newer": newer}
        return self._with(replace(self._query, **{name: one for name, one in given.items() if one is not None}))

    def sort(self, by: Order = "since", *, descending: bool | None = None) -> Self:
        """The same threads in another order; another inbox on the same list.

        Args:
            by: `"since"`, `"node"`, `"question"` or `"thread"`.
            descending: the newest first, or from Z to A. Left out, the newest first or from A to Z.

        Raises:
            ValueError: it cannot be sorted by that.
        """
        if by not in ORDERS:
            raise ValueError(f"An inbox cannot be sorted by {by!r}: it can by {', '.join(map(repr, ORDERS))}.")
        return self._with(
            replace(self._query, order=by, descending=by == "since" if descending is None else descending)
        )

    def refresh(self) -> None:
        """Find the threads that wait by now, when they are asked for next; its view does so at once."""
        self._listing.expire()

    def __await__(self) -> Generator[Any, None, Self]:
        """Read the list and every thread in it, for async graphs: `len`, loops and filters then need no waiting."""
        return self._read().__await__()

    async def _read(self) -> Self:
        work = self._listing.all(self._query)
        if self._listing.driver.blocks_here():
            await self._listing.quoted.know((await work)[:MOST_SHOWN], PATIENCE)
        else:
            await asyncio.to_thread(self._listing.driver.run, work)
        return self

    def _with(self, query: Query) -> Self:
        return type(self)(self._sessions, self._listing, query, refresh=self._refresh)

    def _run(self, work: Any, instead: str) -> Any:
        """What reading gives, at once where that may be waited for."""
        if self._listing.driver.blocks_here():
            if not self._listing.is_read:
                work.close()
                raise CannotWaitError(
                    "This graph is async and runs on this event loop, so reading its threads here would stop it: "
                    f"write `{instead}`."
                )
            from ..driver.thread import complete

            return complete(work)  # all of it is there: nothing is waited for
        return self._listing.driver.run(work)

    def _all(self) -> list[WaitingThread]:
        return self._run(self._listing.all(self._query), "await inbox")

    def _made(self) -> None:
        if not self._listing.is_there:
            self._run(self._listing.all_found(), "await inbox")

    def __len__(self) -> int:
        if self._query.reads:
            return len(self._all())
        self._made()
        return len(self._listing)

    @overload
    def __getitem__(self, index: int) -> WaitingThread: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[WaitingThread]: ...
    def __getitem__(self, index: int | slice) -> WaitingThread | Sequence[WaitingThread]:
        if isinstance(index, slice) and index.step in {None, 1} and (index.start or 0) >= 0 and (index.stop or -1) >= 0:
            first = index.start or 0  # the first of them need not be counted
            return self._page(first, max(index.stop - first, 0))
        total = len(self)
        if isinstance(index, slice):
            places = range(total)[index]
            if places.step == 1:
                return self._page(places.start, len(places))
            return [self[at] for at in places]
        if not -total <= index < total:
            raise IndexError(f"There is no thread {index}: {total} wait.")
        found = self._page(index % total, 1)
        if not found:
            raise IndexError(f"There is no thread {index} any more: {len(self)} wait.")
        return found[0]

    def __iter__(self) -> Iterator[WaitingThread]:
        return iter(self._all())

    def _page(self, first: int, count: int) -> list[WaitingThread]:
        return self._run(self._listing.page(self._query, first, count), "await inbox")[1]
