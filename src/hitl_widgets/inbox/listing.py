"""The list of the waiting threads: found in a moment, read when they are looked at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from ..driver import Driver
from ..driver.choose import is_remote
from ..driver.loop import LoopDriver
from ..texts.raised import line_of
from ..thread.asked import ToolsByPlace
from ..thread.compiled_stops import has_stops
from .heads import Head, Place, Source, Whose, newest_first
from .news import Looking, News
from .query import Query
from .quoted import Quoted
from .sources import source_of
from .thread import WaitingThread, read_thread

_CHUNK = 500
"""Threads that are sorted out at a time; one is read in a third of a millisecond where they are in a file."""
_AT_ONCE = 8
"""Threads that a server is asked for at a time."""


class Listing:
    """The waiting threads of a graph, the newest first.

    Args:
        driver: of the graph; its own thread is not looked at.

    Attributes:
        epoch: grows whenever the list is another.
        others: threads that wait and are not of this graph.
        unread: threads that could not be read, and why, by name.
        progress: how many threads of how many have been read, while all of them are.
    """

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.epoch = 0
        self.others = 0
        self.unread: dict[str, str] = {}
        self.progress: tuple[int, int] | None = None
        self.keeps: set[str] = set()
        """Threads that stay in the list even if they do not wait any more."""
        self.listeners: list[Callable[[], None]] = []
        self._kept: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._heads: list[Head] | None = None
        self._open: list[Head] = []
        """Those that may wait and have not been sorted out, newest first; all of them are older than the others."""
        self._known: dict[Head, WaitingThread] = {}
        self._tools: ToolsByPlace = {}
        self._stops = has_stops(driver.graph)
        self.source: Source | None = None
        """Where its threads are kept, once it was asked for them."""
        self.quoted = Quoted(driver)
        self._looking = Looking()
        self._whose = Whose(driver.graph) if not is_remote(driver.graph) else None

    @property
    def is_there(self) -> bool:
        """Whether it has been made, and all threads in it are sorted out."""
        return self._heads is not None and not self._open

    @property
    def is_read(self) -> bool:
        """Whether every thread in it has been read."""
        return self.is_there and all(head in self._known for head in self._heads or ())

    def __len__(self) -> int:
        return len(self._heads or ())

    @property
    def most(self) -> int:
        """How many wait, at most, while they are sorted out."""
        return max(len(self) + len(self._open) - len(self._kept), 0)

    def expire(self) -> None:
        """Make the list anew when it is asked for next. What was read of a thread that has not moved is not read again."""
        with self._lock:
            self._heads, self._open = None, []
            self.epoch += 1
        self._tell()

    def shown_anew(self) -> None:
        """Have every view ask for its page again: something else is known of threads that are in it."""
        with self._lock:
            self.epoch += 1
        self._tell()

    async def refresh(self) -> None:
        """Find the threads that wait now."""
        await self._begin()
        await self._sort_out()

    async def _begin(self) -> None:
        """Find those that may wait; whose they are is found out when it has to be known."""
        if self.source is None:
            self.source = await source_of(self.driver)
        mark = await self.source.mark()  # before: what is written meanwhile is news
        heads = await self.found()
        with self._lock:
            self._looking.start(mark, heads)
            there = {head.thread_id for head in heads}
            # Of what has gone on meanwhile what was last known, so that it can be said there why an answer was refused.
            kept = [head for head in self._known if head.thread_id in self.keeps and head.thread_id not in there]
            heads = newest_first([*heads, *kept]) if kept else heads
            self._kept = frozenset(head.thread_id for head in kept)
            self._heads, self._open, self.others, self.unread = [], heads, 0, {}
            self.epoch += 1
        self._tell()

    async def _sort_out(self, enough: int | None = None) -> None:
        """Find out whose the threads are, and whether they wait, until there are enough of the newest."""
        while self._open and (enough is None or len(self._heads or ()) < enough):
            chunk = self._open[:_CHUNK]
            mine: list[Head] = []
            others = 0
            unread: dict[str, str] = {}
            assert self.source is not None
            for head, place in zip(chunk, await self.source.places(chunk), strict=True):
                if not self._is_mine(place):
                    others += head.asks
                elif await self._waits(head, place, unread):
                    mine.append(head)
            with self._lock:
                if self._open[:1] != chunk[:1]:
                    continue  # somebody else has sorted them out, or the list is made anew
                self._heads = [*(self._heads or ()), *mine]
                self._open = self._open[len(chunk) :]
                self.others += others
                self.unread |= unread
                self.epoch += 1
            if not self._open:
                await self._sorted()

    def _is_mine(self, place: Place | None) -> bool:
        return place is None or self._whose is None or self._whose.are(place)

    async def _waits(self, head: Head, place: Place | None, unread: dict[str, str]) -> bool:
        if head.is_sure or head in self._known:
            return True
        if not head.asks and (place is None or self._whose is None or not self._whose.go_on(place)):
            return False
        thread = await self._read(head, unread)
        if thread is not None:
            self._known[head] = thread
        return thread is not None

    # ------------------------------------------------------------------ news

    @property
    def news(self) -> News:
        """What has changed since the list was made, as far as was looked for."""
        return self._looking.news

    async def look(self) -> News:
        """Look for what has changed. The list stays as it is."""
        return await self._looking.look(self)

    async def found(self) -> list[Head]:
        """The threads that may wait now, newest first."""
        assert self.source is not None
        return [head for head in await self.source.heads() if head.asks or self._stops]

    async def waiting(self, heads: list[Head]) -> set[str]:
        """Those of some threads that are the graph's and wait, by name."""
        if not heads:
            return set()
        assert self.source is not None
        places = zip(heads, await self.source.places(heads), strict=True)
        return {head.thread_id for head, place in places if self._is_mine(place) and await self._waits(head, place, {})}

    @property
    def names(self) -> set[str]:
        """The threads in the list that wait, as far as is known."""
        return {head.thread_id for head in self._heads or ()} - self._kept

    def is_gone(self, thread_id: str) -> bool:
        """Whether a thread waits no more, and is in the list only because it is kept there."""
        return thread_id in self._kept

    # ------------------------------------------------------------------

    async def _sorted(self) -> None:
        """All of them are sorted out."""
        if is_remote(self.driver.graph):
            from .served import Served

            assert isinstance(self.source, Served)
            self.others = await self.source.others(len(self))
        current = set(self._heads or ())
        self._known = {head: one for head, one in self._known.items() if head in current}
        self._tell()

    async def page(self, query: Query, first: int, count: int) -> tuple[int, list[WaitingThread]]:
        """Some of the threads, and how many there are: at most, as long as not all have been sorted out."""
        if query.reads:
            found = await self.all(query)
            return len(found), found[first : first + count]
        if self._heads is None:
            await self._begin()
        while True:
            await self._sort_out(first + count if query.descending else None)
            heads, epoch = self._heads or [], self.epoch
            ordered = heads if query.descending else heads[::-1]
            threads = await self._threads(ordered[first : first + count])
            if epoch == self.epoch:  # else one did not wait after all
                return len(heads) + len(self._open), threads

    async def all(self, query: Query) -> list[WaitingThread]:
        """All threads that a query takes."""
        await self.all_found()
        heads = list(self._heads or ())
        threads: list[WaitingThread] = []
        try:
            for at in range(0, len(heads), _CHUNK):
                threads += await self._threads(heads[at : at + _CHUNK])
                if len(heads) > _CHUNK:
                    self.progress = (min(at + _CHUNK, len(heads)), len(heads))
                    self._tell()
        finally:
            self.progress = None
        return query.chosen(threads)

    async def thread(self, thread_id: str) -> WaitingThread | None:
        """What a thread waits for now, whatever was read before."""
        return await read_thread(self.driver, Head(thread_id, "", None, asks=True, is_sure=False), self._tools)

    def read_anew(self, thread: WaitingThread | None) -> None:
        """It asks in other words, in the same place: nothing in the list tells that it does."""
        if thread is None:
            return
        with self._lock:
            heads = [head for head in self._known if head.thread_id == thread.thread_id]
            self._known |= dict.fromkeys(heads, thread)
            self.epoch += 1

    def known(self, thread_ids: Iterable[str]) -> dict[str, WaitingThread]:
        """What was read of some threads of the list, by name; of one that has moved since the latest."""
        wanted = set(thread_ids)
        with self._lock:
            heads = [head for head in self._known if head.thread_id in wanted]
            return {head.thread_id: self._known[head] for head in reversed(newest_first(heads))}

    @property
    def words(self) -> tuple[list[str], list[str]]:
        """The nodes that ask, and what they ask for, as far as threads have been read."""
        with self._lock:
            known = list(self._known.values())
        nodes = {node for thread in known for node in thread.nodes}
        return sorted(nodes), sorted({kind for thread in known[:_CHUNK] for kind in thread.kinds})

    async def all_found(self) -> None:
        """Have the whole list, with none of its threads read."""
        if self._heads is None:
            await self._begin()
        await self._sort_out()

    async def _threads(self, heads: list[Head]) -> list[WaitingThread]:
        """What some of them wait for; those that do not wait after all are dropped."""
        unread: dict[str, str] = {}
        new = [head for head in heads if head not in self._known]
        for head, thread in zip(new, await self._all_of(new, unread), strict=True):
            if thread is not None:
                self._known[head] = thread
        if unread:
            self.unread = {**self.unread, **unread}
        found = [(head, self._known.get(head)) for head in heads]
        self._drop([head for head, thread in found if thread is None])
        return [thread for _, thread in found if thread is not None]

    async def _all_of(self, heads: list[Head], unread: dict[str, str]) -> list[WaitingThread | None]:
        if is_remote(self.driver.graph) and len(heads) > 1:
            return await self._side_by_side(heads, unread)
        found: list[WaitingThread | None] = []
        for head in heads:
            found.append(await self._read(head, unread))
            if len(found) % 20 == 0:
                await self.driver.call(_nothing)  # the loop may be the kernel's
        return found

    async def _side_by_side(self, heads: list[Head], unread: dict[str, str]) -> list[WaitingThread | None]:
        """Ask a server, which is far away."""
        if isinstance(self.driver, LoopDriver):
            import asyncio

            free = asyncio.Semaphore(_AT_ONCE)

            async def one(head: Head) -> WaitingThread | None:
                async with free:
                    return await self._read(head, unread)

            return list(await asyncio.gather(*map(one, heads)))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(lambda head: self.driver.run(self._read(head, unread)), heads))

    async def _read(self, head: Head, unread: dict[str, str]) -> WaitingThread | None:
        try:
            return await read_thread(self.driver, head, self._tools)
        except Exception as error:  # noqa: BLE001  (one thread that cannot be read hides no other)
            unread[head.thread_id] = line_of(error)[:500]
            return None

    def _drop(self, heads: list[Head]) -> None:
        if not heads:
            return
        gone = set(heads)
        with self._lock:
            self._heads = [head for head in self._heads or () if head not in gone]
            self.epoch += 1
        self._tell()

    def _tell(self) -> None:
        for listener in self.listeners:
            listener()


def _nothing() -> None: ...
