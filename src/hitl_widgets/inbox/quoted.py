"""What a waiting thread was given as a secret, which its questions may quote: dots in every list that shows them."""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterable

from ..driver import Driver
from ..running.secrets import UNKNOWN, Secrets
from ..thread.secret_keys import all_secret_keys_of
from .thread import WaitingThread

MOST_SHOWN = 200
"""Threads that are in a picture of the list, at most: it is made whenever a cell ends with an inbox."""
PATIENCE = 1.0
"""Seconds for finding out what they may quote."""


class Quoted:
    """The secrets of the threads of a list: each thread is gone through once for as long as it stands where it does.

    Args:
        driver: of the graph, on whatever thread.
    """

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._known: weakref.WeakKeyDictionary[WaitingThread, Secrets] = weakref.WeakKeyDictionary()
        self._unread: weakref.WeakKeyDictionary[WaitingThread, str] = weakref.WeakKeyDictionary()
        """What came of going through the others: the name of an exception, whose text may quote what it was about."""

    async def know(self, threads: Iterable[WaitingThread], within: float | None = None, *, again: bool = False) -> bool:
        """Find what the threads were given as a secret; returns whether all of them were gone through.

        Args:
            threads: which.
            within: how many seconds that may take; `None`: as many as it does.
            again: try those again that could not be read.
        """
        from ..inside.reading import know_secrets  # where nothing is shown it is not needed

        until = None if within is None else time.monotonic() + within

        def go_on() -> bool:
            return until is None or time.monotonic() < until

        for thread in threads:
            if thread in self._known or (thread in self._unread and not again):
                continue
            if not go_on():
                return False
            secrets = Secrets()
            secrets.are_all = False
            try:
                driver = self._driver.on_thread(thread.thread_id)
                if all_secret_keys_of(driver.graph):
                    secrets.add_from(driver.graph, await driver.snapshot())
                await know_secrets(driver, secrets, go_on)
            except Exception as error:  # noqa: BLE001  (a database's, a server's: what it may quote stays unknown)
                self._unread[thread] = type(error).__name__
                continue
            if not secrets.are_all:
                return False
            self._known[thread] = secrets
            self._unread.pop(thread, None)
        return True

    def unread(self, threads: Iterable[WaitingThread]) -> dict[str, str]:
        """Those of some threads that could not be gone through, and the exception's name, by thread."""
        return {
            thread.thread_id: self._unread[thread]
            for thread in threads
            if thread in self._unread and thread not in self._known  # two may go through one at once
        }

    def of(self, threads: Iterable[WaitingThread]) -> Secrets:
        """What is known of some threads together."""
        known = [self._known.get(thread) for thread in threads]
        together = Secrets()
        together.learn(*filter(None, known))  # in one go: what is known is put in order each time
        together.are_all = None not in known
        return together

    def question(self, thread: WaitingThread, text: str) -> str:
        """What a thread asks, with dots where it quotes a secret."""
        known = self._known.get(thread)
        return known.mask(text) if known is not None else UNKNOWN


def not_shown(unread: dict[str, str]) -> str:
    """Why there is no card for threads of which some could not be gone through.

    >>> print(not_shown({"order 7": "OperationalError"}))  # doctest: +NORMALIZE_WHITESPACE
    What order 7 asks may quote a secret, and its past could not be read to find out (OperationalError), so it is not shown
    here. Choose it again to try again, or answer it from code: inbox.answer(..., threads=[...]).
    """
    (first, error), *others = unread.items()
    one = not others
    which = first if one else f"{first} and {len(others):,} more"
    asks, past, it = ("asks", "its past", "it") if one else ("ask", "their past", "them")
    return (
        f"What {which} {asks} may quote a secret, and {past} could not be read to find out ({error}), so it is not shown "
        f"here. Choose {it} again to try again, or answer {it} from code: inbox.answer(..., threads=[...])."
    )
