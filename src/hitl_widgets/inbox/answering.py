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
from .bulk import Checked, Outcomes, asend, check, not_the_same, send
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
        checked = self._checked(value, threads, to, reason)
        try:
            sessions = self._sessions
            sent = send(checked, sessions.for_an_answer, partial(_answer, value, reason), let_go=sessions.let_go)
            return Outcomes(sent)
        finally:
            self._listing.expire()

    async def aanswer(
        self,
        value: Any,
        threads: Iterable[str | WaitingThread] | None = None,
        *,
        to: str | None = None,
        reason: str | None = None,
    ) -> Outcomes:
        """`answer` for coroutines and for async graphs in notebook cells: the same arguments and errors."""
        blocks = self._listing.driver.blocks_here()
        if blocks:
            if threads is None:
                await self
            checked = await self._check(self._meant(threads, to), value, to, reason)
        else:
            checked = await asyncio.to_thread(self._checked, value, threads, to, reason)
        try:
            sessions = self._sessions
            outcomes = await asend(checked, sessions.for_an_answer, partial(_answer, value, reason), sessions.let_go)
        finally:
            self._listing.expire()
        if blocks:
            await self
        return Outcomes(outcomes)

    def _checked(
        self, value: Any, threads: Iterable[str | WaitingThread] | None, to: str | None, reason: str | None
    ) -> list[Checked]:
        return self._listing.driver.run(self._check(self._meant(threads, to), value, to, reason))

    def _check(self, threads: Mapping[str, Request | None], value: Any, to: str | None, reason: str | None) -> Any:
        def read(control: Control) -> Any:
            return control.accept(value, reason)

        return check(self._listing, self._sessions.controls, threads, to, read)

    def _asked_by(self, thread: WaitingThread) -> str:
        quoted, driver = self._listing.quoted, self._listing.driver
        if not driver.blocks_here():
            driver.run(quoted.know([thread], PATIENCE))
        return quoted.question(thread, thread.questions[0])

    def _meant(self, threads: Iterable[str | WaitingThread] | None, to: str | None) -> dict[str, Request | None]:
        """The threads by name, and which request of each; not just any that a thread asks by the time it is answered."""
        if threads is None:
            threads = self._all()
            if to is None and (why := not_the_same(threads, self._asked_by)) is not None:
                raise AmbiguousAnswerError(why)
        elif isinstance(threads, str | WaitingThread):
            threads = [threads]
        given = [(name_of(one), one if isinstance(one, WaitingThread) else None) for one in threads]
        known = self._listing.known(name for name, thread in given if thread is None)
        found = [(name, thread or known.get(name)) for name, thread in given]
        return {
            name: thread.requests[0] if to is None and thread is not None and len(thread.requests) == 1 else None
            for name, thread in found
        }


def _answer(value: Any, reason: str | None, session: Session, request: Request) -> None:
    session.answer(value, to=request.id, reason=reason)
