"""Which of the waiting threads are shown, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from .thread import WaitingThread

Order = Literal["since", "node", "question", "thread"]
ORDERS: tuple[Order, ...] = get_args(Order)


@dataclass(frozen=True)
class Query:
    """A choice of threads.

    Attributes:
        text: what is said somewhere in what they ask, or in their names; in upper or lower case.
        node: the node that asks, or its path (`sub/ask`).
        kind: what is asked for.
        older: they wait so long at least.
        newer: they wait so long at most.
        order: what they are sorted by.
        descending: the newest or the last in the alphabet first.
    """

    text: str = ""
    node: str | None = None
    kind: str | None = None
    older: timedelta | None = None
    newer: timedelta | None = None
    order: Order = "since"
    descending: bool = True

    @property
    def reads(self) -> bool:
        """Whether the threads have to be read for it; the newest first they need not be."""
        filters = (self.text.strip(), self.node, self.kind, self.older, self.newer)
        return any(one not in ("", None) for one in filters) or self.order != "since"

    def chosen(self, threads: Iterable[WaitingThread]) -> list[WaitingThread]:
        """Those of the threads, in order.

        Args:
            threads: the newest first.
        """
        now, words = datetime.now(UTC), self.text.casefold().split()
        found = [one for one in threads if self._takes(one, now, words)]
        match self.order:
            case "since":
                return found if self.descending else found[::-1]
            case "node":
                found.sort(key=lambda one: one.nodes, reverse=self.descending)
            case "question":
                found.sort(key=lambda one: tuple(text.casefold() for text in one.questions), reverse=self.descending)
            case "thread":
                found.sort(key=lambda one: one.thread_id, reverse=self.descending)
        return found

    def _takes(self, thread: WaitingThread, now: datetime, words: list[str]) -> bool:
        if self.older is not None and now - thread.since < self.older:
            return False
        if self.newer is not None and now - thread.since > self.newer:
            return False
        if self.node is not None and not any(self.node in (path, path.split("/")[-1]) for path in thread.nodes):
            return False
        if not all(word in thread.searched for word in words):
            return False
        return self.kind is None or self.kind in thread.kinds
