"""A view has what ran before its kernel read: for the timeline, and for the cards that may quote a secret of then."""

from __future__ import annotations

import time

from ..running.recorded import know_before
from ..running.run import Run
from ..running.withheld import UNREAD, are_withheld

AGAIN = 10.0
"""Seconds, at least, before what could not be read is tried again."""
_SHARE = 20
"""Of the time a twentieth at most, however long it takes to fail."""


class ReadingPast:
    """Reads what a view lacks of the past of its run; a script never shows one.

    Args:
        run: the run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._reads = False
        """Whether it is being read, or could not be."""
        self._again: float | None = None
        """When it may be tried again, if it could not be."""
        self._said: str | None = None

    def begin(self) -> None:
        """Read what is there to be read, if that is not done already."""
        run = self._run
        if self._reads or not self._is_wanted():
            return
        self._reads = True
        if not run.driver.spawn_beside(self._read()):
            self._reads = False

    def begin_again(self) -> None:
        """Try once more what could not be read: somebody is at the view."""
        if self._again is not None and time.monotonic() >= self._again:
            self._again, self._reads = None, False
            self.begin()

    def _is_wanted(self) -> bool:
        return self._run.past.can_be_read or are_withheld(self._run)

    async def _read(self) -> None:
        """It comes to an end when the run goes on, and is begun at rest again; for a card that is held back it is not left."""
        run, began = self._run, time.monotonic()
        try:
            await know_before(run, self._is_wanted)
            run.changed()
            await run.past.read_at_rest()
        except Exception as error:  # noqa: BLE001  (a checkpointer's: the run goes on without its past)
            now = time.monotonic()
            self._again = now + max(AGAIN, _SHARE * (now - began))
            self._say(error)
        else:
            self._reads = False
            self._unsay()
        run.changed()

    def _say(self, error: Exception) -> None:
        name = type(error).__name__
        # What it says may quote a secret, too.
        why = (
            f"What ran before could not be read. {name}: {error}" if self._run.secrets.are_all else UNREAD.format(name)
        )
        if why != self._said:
            self._unsay()
        self._said = why
        self._run.notice(why)

    def _unsay(self) -> None:
        run = self._run
        with run.lock:
            run.notices = [one for one in run.notices if one != self._said]
        self._said = None
