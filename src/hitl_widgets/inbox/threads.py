"""Inbox: what people hold of the threads that wait."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, overload

from ..control import Control
from ..errors import AmbiguousAnswerError, CannotWaitError, OtherProcessError
from ..processes import Home
from ..requests import Request
from ..session import MimeBundle, Session
from .bulk import Outcomes, check, not_the_same, send
from .listing import Listing
from .query import ORDERS, Order, Query
from .quoted import MOST_SHOWN, PATIENCE
from .sessions import Sessions
from .thread import WaitingThread

if TYPE_CHECKING:
    from ..view.inbox_widget import InboxWidget


class Inbox(Sequence[WaitingThread]):
    """The threads of a graph that wait for an answer, the newest first. Made by `hitl.inbox`.

    In a notebook it displays as a list: what is asked, by which node, since when; to filter, to sort, to open one in its
    place, and to answer in one go those that ask the same. From code it is a sequence.

    It is a list of what waited when it was read last. `refresh()` reads it again, and what is answered here leaves it.

    It belongs to the process that made it, as a session does: in one that is forked from there all of it raises
    `OtherProcessError`.
    """

    def __init__(
        self, sessions: Sessions, listing: Listing, query: Query | None = None, *, refresh: float | None = None
    ) -> None:
        self._owned = sessions, listing
        self._home = Home()
        self._query = query or Query()
        self._refresh = refresh
        self._widget: InboxWidget | None = None

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

    def __reduce__(self) -> Any:
        raise OtherProcessError(
            "An inbox can be neither copied nor sent to another process: what it reads with is this one's. "
            f"{self._owned[0].code} makes one there."
        )

    # ------------------------------------------------------------------ reading

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
    ) -> Inbox:
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

    def sort(self, by: Order = "since", *, descending: bool | None = None) -> Inbox:
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

    def __await__(self) -> Generator[Any, None, Inbox]:
        """Read the list and every thread in it, for async graphs: `len`, loops and filters then need no waiting."""
        return self._read().__await__()

    async def _read(self) -> Inbox:
        work = self._listing.all(self._query)
        if self._listing.driver.blocks_here():
            await self._listing.quoted.know((await work)[:MOST_SHOWN], PATIENCE)
        else:
            await asyncio.to_thread(self._listing.driver.run, work)
        return self

    def _with(self, query: Query) -> Inbox:
        return Inbox(self._sessions, self._listing, query, refresh=self._refresh)

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

    # ------------------------------------------------------------------ opening and answering

    def open(self, thread_id: str | WaitingThread) -> Session:
        """The session of a thread, attached as `hitl.attach` does; the same one for as long as it is not over."""
        return self._sessions.open(_name(thread_id))

    def answer(
        self,
        value: Any,
        threads: Iterable[str | WaitingThread] | None = None,
        *,
        to: str | None = None,
        reason: str | None = None,
    ) -> Outcomes:
        """Give several threads the same answer, and let their graphs go on, eight at a time.

        All answers are checked first, each by the control of its own question; if one does not fit, nothing is sent.

        Args:
            value: the answer, as a Python value or as JSON.
            threads: which; all of this inbox if they ask the same.
            to: a request's key, its node's name or its interrupt id, where a thread asks several things.
            reason: why, for the record.

        Returns:
            What came of it for each thread, once all of them are at rest again. One that was answered elsewhere in
            between is refused by itself; the others go on.

        Raises:
            InvalidAnswerError: the value does not fit; `fields` has a sentence for each thread. Nothing was sent.
            AmbiguousAnswerError: the threads of this inbox do not ask the same, or one asks several things. Nothing was
                sent.
            CannotWaitError: the graph runs on the event loop of this very thread; use `await inbox.aanswer(...)`.
        """
        if self._listing.driver.blocks_here():
            raise CannotWaitError(
                "This graph is async and runs on this event loop, so `inbox.answer` would stop it: "
                "write `await inbox.aanswer(...)`."
            )
        meant = self._meant(threads, to)
        checked = self._listing.driver.run(self._check(meant, value, to, reason))
        outcomes = send(checked, self._sessions.open, partial(_answer, value, reason))
        self._listing.expire()
        return Outcomes(outcomes)

    async def aanswer(
        self,
        value: Any,
        threads: Iterable[str | WaitingThread] | None = None,
        *,
        to: str | None = None,
        reason: str | None = None,
    ) -> Outcomes:
        """`answer` for coroutines and for async graphs in notebook cells: the same arguments and errors."""
        if not self._listing.driver.blocks_here():
            return await asyncio.to_thread(self.answer, value, threads, to=to, reason=reason)
        if threads is None:
            await self
        meant = self._meant(threads, to)
        checked = await self._check(meant, value, to, reason)
        # In threads: the loop is free for the graphs.
        outcomes = await asyncio.to_thread(send, checked, self._sessions.open, partial(_answer, value, reason))
        self._listing.expire()
        await self
        return Outcomes(outcomes)

    def _check(self, threads: Mapping[str, str | None], value: Any, to: str | None, reason: str | None) -> Any:
        def read(control: Control) -> Any:
            return control.accept(value, reason)

        return check(self._listing, self._sessions.controls, threads, to, read)

    def _meant(self, threads: Iterable[str | WaitingThread] | None, to: str | None) -> dict[str, str | None]:
        """The threads by name, and which request of each; not just any that a thread asks by the time it is answered."""
        if threads is None:
            threads = self._all()
            if to is None and (why := not_the_same(threads)) is not None:
                raise AmbiguousAnswerError(why)
        elif isinstance(threads, str | WaitingThread):
            threads = [threads]
        given = list(threads)
        known = self._listing.known(one for one in given if isinstance(one, str))
        found = [(_name(one), known.get(one) if isinstance(one, str) else one) for one in given]
        return {
            name: thread.requests[0].id if to is None and thread is not None and len(thread.requests) == 1 else None
            for name, thread in found
        }

    # ------------------------------------------------------------------ showing

    def to_frame(self) -> Any:
        """A pandas data frame, a row a question: `thread_id`, `since`, `node`, `kind`, `question`.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        import pandas as pd

        rows = [
            (thread.thread_id, thread.since, "/".join(request.path), kind, question)
            for thread in self
            for request, kind, question in zip(thread.requests, thread.kinds, thread.questions, strict=True)
        ]
        return pd.DataFrame(rows, columns=["thread_id", "since", "node", "kind", "question"])

    def __repr__(self) -> str:
        if not self._home.is_here:
            return f"<hitl.Inbox: of process {self._home.process}>"
        from ..view.inbox_story import text_story

        return text_story(self)

    def _repr_html_(self) -> str | None:
        if not self._home.is_here:
            return None
        from ..view.inbox_story import html_story

        return html_story(self)

    def _repr_mimebundle_(self, **_: Any) -> MimeBundle | None:
        html = self._repr_html_()
        if html is None:
            return None
        from ..view.bundle import bundled

        return bundled(repr(self), html, lambda: self._view)

    def _display_(self) -> Any:
        """What marimo displays."""
        return self._view if self._home.is_here else repr(self)

    @property
    def _view(self) -> InboxWidget:
        sessions, listing = self._sessions, self._listing
        if self._widget is None:
            from ..view.inbox_widget import InboxWidget

            self._widget = InboxWidget(sessions, listing, self._query, self._refresh)
        return self._widget


def _name(thread: str | WaitingThread) -> str:
    return thread if isinstance(thread, str) else thread.thread_id


def _answer(value: Any, reason: str | None, session: Session, request: Request) -> None:
    session.answer(value, to=request.id, reason=reason)
