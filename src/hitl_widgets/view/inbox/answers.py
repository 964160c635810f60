"""The answers of all views of an inbox: what is chosen in one tab takes nothing from another."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ...inbox.listing import Listing
from ...protocol import AnswerIntent, ChooseIntent, InboxChosen
from ...running.pending import Pending
from .answering import NOT_CHOSEN, OneAnswer, Problem

MOST_VIEWS = 20
"""Views that have something chosen; each page that was loaded anew is another one, and the oldest are let go."""


class Answers:
    """What each view has chosen, and its card.

    Args:
        listing: the list.
        lock: guards what is shown.
        make: makes the answer of a view.
        refused: told of an answer that has no card any more.
    """

    def __init__(
        self,
        listing: Listing,
        lock: threading.RLock,
        make: Callable[[str], OneAnswer],
        refused: Callable[[AnswerIntent, str], None],
    ) -> None:
        self._listing = listing
        self._lock = lock
        self._make = make
        self._refused = refused
        self._of: dict[str, OneAnswer] = {}

    def do(self, intent: ChooseIntent | AnswerIntent) -> None:
        """Hand it to the view's own."""
        client = intent["client"]
        if intent["type"] == "answer" and client not in self._of:
            self._refused(intent, NOT_CHOSEN)
            return
        with self._lock:
            self._of[client] = one = self._of.pop(client, None) or self._make(client)
            still = [old for old, other in self._of.items() if other.is_still and other is not one]
            # Those without a card first.
            still.sort(key=lambda old: self._of[old].pending is not None)
            for old in still[: max(len(self._of) - MOST_VIEWS, 0)]:
                self._of.pop(old).close()
        one.do(intent)

    def forget_problems(self) -> None:
        """They have been seen."""
        with self._lock:
            for one in self._of.values():
                one.forget_problems()
            self._listing.keeps = set()

    def pending(self, client: str) -> Pending | None:
        """What a view's card asks."""
        one = self._of.get(client)
        return None if one is None else one.pending

    @property
    def open(self) -> list[OneAnswer]:
        """Those with a card."""
        with self._lock:
            return [one for one in self._of.values() if one.pending is not None]

    @property
    def chosen(self) -> list[InboxChosen]:
        """What each view has chosen."""
        with self._lock:
            return [one.chosen.copy() for one in self._of.values() if one.chosen is not None]

    @property
    def problems(self) -> dict[str, Problem]:
        """Why an answer was refused, by thread."""
        with self._lock:
            return {name: why for one in self._of.values() for name, why in one.problems.items()}

    @property
    def sending(self) -> set[str]:
        """The threads to which an answer is on its way."""
        with self._lock:
            return {name for one in self._of.values() for name in one.sending}
