"""The beginning of an inbox as a saved notebook keeps it, to be read where no kernel answers."""

from __future__ import annotations

from ..driver import Driver
from ..inbox.listing import Listing
from ..inbox.query import Query
from ..inbox.thread import WaitingThread
from ..protocol import InboxRow
from ..running.secrets import Secrets
from ..texts.clipped import clipped
from .inbox_view import row_view

MOST = 25
"""Threads that are kept."""
LONGEST = 200
"""Characters of a question."""


class SavedRows:
    """The first rows of the list, without what is secret in them.

    A question may quote an answer that its thread got before; the threads are gone through for secrets, each once for as
    long as it stands where it does.

    Args:
        driver: of the graph.
        query: which threads the inbox is of.
    """

    def __init__(self, driver: Driver, query: Query) -> None:
        self._driver = driver
        self._query = query
        self._known: dict[WaitingThread, InboxRow] = {}

    async def read(self, listing: Listing) -> list[InboxRow]:
        """The rows of the newest threads."""
        _, threads = await listing.page(self._query, 0, MOST)
        self._known = {thread: self._known.get(thread) or await self._row(thread) for thread in threads}
        return list(self._known.values())

    async def _row(self, thread: WaitingThread) -> InboxRow:
        from ..inside.reading import know_secrets

        row, secrets = row_view(thread), Secrets()
        secrets.are_all = False
        try:
            await know_secrets(self._driver.on_thread(thread.thread_id), secrets)
        except Exception:  # noqa: BLE001  (a database's, a server's: what it may quote is not known)
            secrets.are_all = False
        for question in row["questions"]:
            text = secrets.mask(question["text"]) if secrets.are_all else "…"
            question["text"] = clipped(text, LONGEST)
        return row
