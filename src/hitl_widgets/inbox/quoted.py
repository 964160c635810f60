"""What a waiting thread was given as a secret, which its questions may quote: dots in every list that shows them."""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterable

from ..driver import Driver
from ..running.secrets import Secrets
from .thread import WaitingThread

MOST_SHOWN = 200
"""Threads that are in a picture of the list, at most: it is made whenever a cell ends with an inbox."""
PATIENCE = 1.0
"""Seconds for finding out what they may quote."""
UNKNOWN = "…"
"""In the place of a question that may quote what is not known yet."""


class Quoted:
    """The secrets of the threads of a list: each thread is gone through once for as long as it stands where it does.

    Args:
        driver: of the graph, on whatever thread.
    """

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._known: weakref.WeakKeyDictionary[WaitingThread, Secrets] = weakref.WeakKeyDictionary()

    async def know(self, threads: Iterable[WaitingThread], within: float | None = None) -> bool:
        """Find what the threads were given as a secret; returns whether that is known of all of them.

        Args:
            threads: which.
            within: how many seconds that may take; `None`: as many as it does.
        """
        from ..inside.reading import know_secrets  # where nothing is shown it is not needed

        until = None if within is None else time.monotonic() + within

        def go_on() -> bool:
            return until is None or time.monotonic() < until

        for thread in threads:
            if thread in self._known:
                continue
            if not go_on():
                return False
            secrets = Secrets()
            secrets.are_all = False
            try:
                await know_secrets(self._driver.on_thread(thread.thread_id), secrets, go_on)
            except Exception:  # noqa: BLE001  (a database's, a server's: what it may quote stays unknown)
                secrets.are_all = False
            else:
                if not secrets.are_all:
                    return False
            self._known[thread] = secrets
        return True

    def of(self, threads: Iterable[WaitingThread]) -> Secrets:
        """What is known of some threads together."""
        together = Secrets()
        for thread in threads:
            if (known := self._known.get(thread)) is not None:
                together.learn(known)
            together.are_all = together.are_all and known is not None and known.are_all
        return together

    def question(self, thread: WaitingThread, text: str) -> str:
        """What a thread asks, with dots where it quotes a secret."""
        known = self._known.get(thread)
        return known.mask(text) if known is not None and known.are_all else UNKNOWN
