"""Answering several threads of an inbox from code. A part of `Inbox`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from ..control import Control
from ..errors import AmbiguousAnswerError, CannotWaitError
from ..requests import Request
from ..session import Session
from .bulk import Outcomes, check, not_the_same, send
from .quoted import PATIENCE
from .reading import Reading
from .thread import WaitingThread, name_of


class Answering(Reading):
    """How `Inbox` is answered."""

    def answer(
        self,
        value: Any,
        threads: Iterable[str | WaitingThread] | None = None,
        *,
        to: str | None = None,
        reason: str | None = None,
    ) -> Outcomes:
        """Give several threads the same answer, and let their graphs go on, eight at a time.

        All answers are checked first, each by the control of its own question; if one does not fit, nothing is sent.

        Args:
            value: the answer, as a Python value or as JSON.
            threads: which; all of this inbox if they ask the same.
            to: a request's key, its node's name or its interrupt id, where a thread asks several things.
            reason: why, for the record.

        Returns:
            What came of it for each thread, once all of them are at rest again. One that was answered elsewhere in
            between is refused by itself; the others go on.

        Raises:
            InvalidAnswerError: the value does not fit; `fields` has a sentence for each thread. Nothing was sent.
            AmbiguousAnswerError: the threads of this inbox do not ask the same, or one asks several things. Nothing was
                sent.
            CannotWaitError: the graph runs on the event loop of this very thread; use `await inbox.aanswer(...)`.
        """
        if self._listing.driver.blocks_here():
            raise CannotWaitError(
                "This graph is async and runs on this event loop, so `inbox.answer` would stop it: "
                "write `await inbox.aanswer(...)`."
            )
        meant = self._meant(threads, to)
        checked = self._listing.driver.run(self._check(meant, value, to, reason))
        outcomes = send(checked, self._sessions.open, partial(_answer, value, reason))
        self._listing.expire()
        return Outcomes(outcomes)

    async def aanswer(
        self,
        value: Any,
        threads: Iterable[str | WaitingThread] | None = None,
        *,
        to: str | None = None,
        reason: str | None = None,
    ) -> Outcomes:
        """`answer` for coroutines and for async graphs in notebook cells: the same arguments and errors."""
        if not self._listing.driver.blocks_here():
            return await asyncio.to_thread(self.answer, value, threads, to=to, reason=reason)
        if threads is None:
            await self
        meant = self._meant(threads, to)
        checked = await self._check(meant, value, to, reason)
        # In threads: the loop is free for the graphs.
        outcomes = await asyncio.to_thread(send, checked, self._sessions.open, partial(_answer, value, reason))
        self._listing.expire()
        await self
        return Outcomes(outcomes)

    def _check(self, threads: Mapping[str, str | None], value: Any, to: str | None, reason: str | None) -> Any:
        def read(control: Control) -> Any:
            return control.accept(value, reason)

        return check(self._listing, self._sessions.controls, threads, to, read)

    def _asked_by(self, thread: WaitingThread) -> str:
        quoted, driver = self._listing.quoted, self._listing.driver
        if not driver.blocks_here():
            driver.run(quoted.know([thread], PATIENCE))
        return quoted.question(thread, thread.questions[0])

    def _meant(self, threads: Iterable[str | WaitingThread] | None, to: str | None) -> dict[str, str | None]:
        """The threads by name, and which request of each; not just any that a thread asks by the time it is answered."""
        if threads is None:
            threads = self._all()
            if to is None and (why := not_the_same(threads, self._asked_by)) is not None:
                raise AmbiguousAnswerError(why)
        elif isinstance(threads, str | WaitingThread):
            threads = [threads]
        given = list(threads)
        known = self._listing.known(one for one in given if isinstance(one, str))
        found = [(name_of(one), known.get(one) if isinstance(one, str) else one) for one in given]
        return {
            name: thread.requests[0].id if to is None and thread is not None and len(thread.requests) == 1 else None
            for name, thread in found
        }


def _answer(value: Any, reason: str | None, session: Session, request: Request) -> None:
    session.answer(value, to=request.id, reason=reason)
