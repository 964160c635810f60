"""What has changed since the list was made: looked for now and then while somebody sees it, and cheap where nothing has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .heads import Head

if TYPE_CHECKING:
    from .listing import Listing


@dataclass(frozen=True)
class News:
    """How a list differs from what waits now.

    Attributes:
        fresh: threads that wait and are not in it, or ask something else by now.
        gone: threads in it that do not wait any more.
    """

    fresh: int = 0
    gone: int = 0

    def __bool__(self) -> bool:
        return self.fresh > 0 or self.gone > 0


class Looking:
    """Looks for news of a list. The list itself stays as it is until somebody wants it anew.

    Attributes:
        news: what was found last.
    """

    def __init__(self) -> None:
        self.news = News()
        self._mark: Any = None
        self._found: frozenset[Head] = frozenset()

    def start(self, mark: Any, found: Collection[Head]) -> None:
        """The list is made anew, of these."""
        self.news, self._mark, self._found = News(), mark, frozenset(found)

    async def look(self, listing: Listing) -> News:
        """What has changed since; of a list that nobody has asked for yet nothing."""
        source, began = listing.source, self._found
        if source is None or not listing.is_there:
            return self.news
        mark = await source.mark()
        if mark is not None and mark == self._mark:
            return self.news
        heads = await listing.found()
        waiting = await listing.waiting([head for head in heads if head not in began])
        still = {head.thread_id for head in heads if head in began} | waiting
        if self._found is began:  # else it was made anew meanwhile
            gone = sum(name not in still for name in listing.names)
            self.news, self._mark = News(len(waiting), gone), mark
        return self.news
