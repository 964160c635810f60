"""The views of an inbox ask now and then whether something has changed: no timer of the kernel's, so nothing is left of one.

A view asks while it is seen, and only once its last question was answered; a kernel that is busy answers when it is not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any

from ...inbox.listing import Listing
from ...inbox.news import News
from ...protocol import NewsAnswer, NewsIntent

_SHARE = 50
"""Of the kernel's time a fiftieth at most, however slow a checkpointer is."""
_FORGOTTEN = 3
"""After so many times of its own a view that has not asked is closed, or not seen."""


class InboxNews:
    """Answers the views' questions.

    Args:
        listing: the list.
        refresh: seconds between two questions.
        is_busy: whether an answer is being sent, whose outcome the list must show first.
        told: called when the news are other ones, or the list has been made anew.
        read_again: reads a list that could not be read when it was last asked for.
    """

    def __init__(
        self,
        listing: Listing,
        refresh: float | None,
        is_busy: Callable[[], bool],
        told: Callable[[], None],
        read_again: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self.refresh = refresh
        self._listing = listing
        self._is_busy = is_busy
        self._told = told
        self._read_again = read_again
        self._views: dict[str, tuple[float, bool]] = {}
        self._is_looking = False
        self._after = refresh or 0.0

    async def answer(self, intent: NewsIntent) -> NewsAnswer:
        """Look, unless somebody does so already; where nobody is at any view, the list becomes what waits now."""
        now = time.monotonic()
        known = {name: one for name, one in self._views.items() if now - one[0] < _FORGOTTEN * self._after + 1}
        self._views = {**known, intent["client"]: (now, intent["idle"])}
        if self.refresh is not None and not self._is_looking:
            self._is_looking = True
            after = (
                self.refresh
            )  # how long a look has waited that failed, for a server that is down, says nothing of the next
            try:
                await self._read_again()
                began = time.monotonic()
                await self._look(before=self._listing.news)
                after = max(after, _SHARE * (time.monotonic() - began))
            finally:
                self._is_looking, self._after = False, after
        return {"after": self._after}

    async def _look(self, before: News) -> None:
        news = await self._listing.look()
        if news and not self._is_busy() and all(idle for _, idle in self._views.values()):
            await self._listing.refresh()
            self._told()
        elif news != before:
            self._told()
