"""A session that is shown and at rest notices what others do to its thread.

One thread looks for all sessions of the process, about once a second, while somebody's view of one is there: a view says so
now and then, and one that has not for a while is closed. A look compares a mark (`driver/marks.py`: 1 µs in memory, 13 in
a file, and half a millisecond while that has just been written to); only where that is another one is the thread itself read,
on its own driver: its connections and its event loop are used by nobody else. Where there is no mark the thread is read less
often.
"""

from __future__ import annotations

import contextlib
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any

from ...driver.marks import Mark, mark_of
from ...errors import HitlError
from ...processes import when_forked
from .catching_up import catch_up
from .elsewhere import look_elsewhere

if TYPE_CHECKING:
    from ..run import Run

EVERY = 1.0
"""Seconds between two looks at a mark."""
SLOWLY, SLOWEST = 2.0, 20.0
"""Seconds between two readings of a thread that has no mark: the first, and the longest where nothing happens."""
GONE, GONE_AT_WORK = 90.0, 3600.0
"""Seconds after which a view that has said nothing is not there; and where somebody waits for what others are at work on.

One that asks something says hello every 10 seconds, every minute in a hidden tab; another one when its page is used.
"""
_SHARE = 50
"""Of the time a fiftieth at most, however slow a checkpointer is."""


class Noticing:
    """Looks at the thread of one run, while its view is there and it is at rest.

    Args:
        run: the run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._there = -GONE_AT_WORK
        self._is_closed = False
        self._mark: Mark | None = None
        self._has_mark: bool | None = None
        """Whether there is one; `None` before the first look."""
        self._seen: Any = None
        """The mark of the thread as it was read last."""
        self._reads = False
        self._again = 0.0
        self._pause = SLOWLY

    @property
    def is_there(self) -> bool:
        """Whether there is somebody to see it."""
        away = time.monotonic() - self._there
        return not self._is_closed and away < (GONE_AT_WORK if self._run.others.works_elsewhere else GONE)

    @property
    def is_wanted(self) -> bool:
        """Whether there is something to look for, too."""
        return self.is_there and (self._run.at_rest.is_set() or self._run.others.works_elsewhere)

    def there(self) -> None:
        """The view has said something: somebody may be at it."""
        self._there = time.monotonic()
        self.begin()

    def begin(self) -> None:
        """The run may have come to rest."""
        if self.is_wanted:
            _looker.add(self)

    def close(self) -> None:
        """The view is taken away."""
        self._is_closed = True
        _looker.remove(self)

    def look(self) -> None:
        """Look at the thread's mark, and have the thread read where that is another one."""
        if self._reads or time.monotonic() < self._again:
            return
        began = time.monotonic()
        try:
            mark = self._mark() if self._mark is not None else None
            if self._has_mark and mark == self._seen:
                return
            self._run.driver.check()
        except HitlError:  # its event loop is closed
            self._is_closed = True
            return
        except Exception:  # noqa: BLE001  (a file that is locked, a saver that is written to: the next time it may tell)
            return
        finally:
            self._again = began + _SHARE * (time.monotonic() - began)
        self._reads = True
        if not self._run.driver.spawn_beside(self._read(mark)):
            self._reads = False

    async def _read(self, mark: Any) -> None:
        try:
            await self._read_once(mark)
        finally:
            self._reads = False

    async def _read_once(self, mark: Any) -> None:
        run, began, before = self._run, time.monotonic(), self._run.snapshot
        took = 0.0
        # A database or a server that is out of reach: the next time it may be there again.
        with contextlib.suppress(Exception):
            if self._has_mark is None:
                self._mark = await mark_of(run.driver)
                self._has_mark = self._mark is not None
                mark = self._mark() if self._mark is not None else None
            is_read, is_news = await look_elsewhere(run)
            took = time.monotonic() - began
            if is_news:
                await catch_up(run)  # which may follow for as long as others are at work
            if is_read:
                self._seen = mark
        self._pause = SLOWLY if run.snapshot is not before else min(1.5 * self._pause, SLOWEST)
        least = 0.0 if self._has_mark else self._pause
        self._again = began + max(least, _SHARE * took)
        with run.lock:
            if run.ended.is_set():
                run.driver.close()  # a loop of its own was started for this


class _Looker:
    """The thread that looks: there while something is wanted."""

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Nothing is looked for. In a forked process: the thread is the parent's, and so are its sessions."""
        self._changes = threading.Condition()
        self._all = weakref.WeakSet[Noticing]()
        self._thread: threading.Thread | None = None

    def add(self, one: Noticing) -> None:
        """Look there, too, as long as it is wanted."""
        with self._changes:
            self._all.add(one)
            if self._thread is None:
                thread = threading.Thread(target=self._serve, name="hitl-looks", daemon=True)
                thread.start()
                self._thread = thread  # only now: where there was none to be had, the next one who is there tries again

    def remove(self, one: Noticing) -> None:
        """Look there no more."""
        with self._changes:
            self._all.discard(one)
            self._changes.notify_all()

    def _serve(self) -> None:
        while wanted := self._wanted():
            while wanted:  # nothing is held while it waits
                # One that cannot be looked at keeps nobody else from it.
                with contextlib.suppress(Exception):
                    wanted.pop().look()

    def _wanted(self) -> list[Noticing]:
        """Wait until it is time; returns who wants it. If nobody does, the thread is over."""
        with self._changes:
            if len(self._all):
                self._changes.wait(EVERY)
            wanted = [one for one in list(self._all) if one.is_wanted]
            self._all = weakref.WeakSet(wanted)
            if not wanted:
                self._thread = None
            return wanted


_looker = _Looker()
when_forked(_looker.begin_anew)
