"""The beginning of an inbox as a saved notebook keeps it, to be read where no kernel answers."""

from __future__ import annotations

from ...inbox.listing import Listing
from ...inbox.query import Query
from ...inbox.thread import WaitingThread
from ...protocol import InboxRow
from ...texts.clipped import clipped
from .projected import row_view

MOST = 25
"""Threads that are kept."""
LONGEST = 200
"""Characters of a question."""


class SavedRows:
    """The first rows of the list, without what is secret in them.

    Args:
        query: which threads the inbox is of.
    """

    def __init__(self, query: Query) -> None:
        self._query = query

    async def read(self, listing: Listing) -> list[InboxRow]:
        """The rows of the newest threads."""
        _, threads = await listing.page(self._query, 0, MOST)
        await listing.quoted.know(threads)
        return [_row(thread, listing) for thread in threads]


def _row(thread: WaitingThread, listing: Listing) -> InboxRow:
    row = row_view(thread, listing.quoted)
    for question in row["questions"]:
        question["text"] = clipped(question["text"], LONGEST)
    return row
