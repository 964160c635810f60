"""One answer for several threads of an inbox, as somebody gives it: what is chosen in a view, its card, what came of it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from ...errors import InvalidAnswerError, StaleAnswerError
from ...inbox.bulk import GONE, Outcome, check, send
from ...inbox.listing import Listing
from ...inbox.quoted import not_shown
from ...inbox.sessions import Sessions
from ...inbox.together import NOT_TOGETHER, together
from ...protocol import AnswerIntent, ChooseIntent, InboxChosen
from ...requests import Request
from ...running.pending import Pending
from ...running.secrets import Secrets
from ...session import Session
from ...texts.raised import line_of
from ..replying import reason_of, value_of

MOST_TOGETHER = 1_000
"""Threads that one card answers, at most; code answers any number."""

NAMED = 10
"""Threads that are told by their names."""

NOT_CHOSEN = "These threads are no longer chosen: choose them again."
NOT_BEGUN = "The answer could not be sent: the list says why. Send it again."


EARLIER = "Not taken: that question is closed, and this is asked now."


@dataclass(frozen=True)
class Problem:
    """Why an answer to a thread was not taken.

    Attributes:
        why: one sentence.
        request: the id of what was answered.
    """

    why: str
    request: str | None

    def beside(self, requests: Collection[str]) -> str:
        """What is said of it in the row of a thread that asks these."""
        return self.why if self.request is None or self.request in requests else EARLIER


class Changed(Protocol):
    """Is told that there is something else to be shown."""

    def __call__(self, *, now: bool) -> None:
        """Show it, at once or soon."""
        ...


class OneAnswer:
    """The threads that are chosen in one view, and the card that answers them.

    Args:
        client: the view. What is chosen in another one, as in a second tab, is another answer.
        sessions: attaches the threads.
        listing: the list.
        lock: guards what is shown.
        spawn: runs something in the background; returns whether it has begun.
        changed: told when something else is to be shown.
        refused: told of an answer that has no card any more.

    Attributes:
        pending: the request that stands for those of all chosen threads.
        secrets: what these threads were given as a secret, which it may quote.
        chosen: an `InboxChosen`.
        problems: why an answer was refused, by thread.
        sending: the threads to which an answer is on its way.
    """

    def __init__(
        self,
        client: str,
        sessions: Sessions,
        listing: Listing,
        lock: threading.RLock,
        spawn: Callable[[Coroutine[Any, Any, None]], bool],
        changed: Changed,
        refused: Callable[[AnswerIntent, str], None],
    ) -> None:
        self._client = client
        self._sessions = sessions
        self._listing = listing
        self._lock = lock
        self._spawn = spawn
        self._changed = changed
        self._refused = refused
        self._meant: dict[str, Request | None] = {}
        """The threads that the card is for, and which request of each."""
        self._refusals = 0
        """Over all its cards: a browser that has had one of them knows by it that an answer was refused."""
        self._work: deque[ChooseIntent | AnswerIntent] = deque()
        self._working = False
        self.pending: Pending | None = None
        self.secrets = Secrets()
        self.chosen: InboxChosen | None = None
        self.problems: dict[str, Problem] = {}
        self.sending: set[str] = set()

    @property
    def is_still(self) -> bool:
        """Whether nothing is on its way."""
        return not (self._working or self.sending)

    def close(self) -> None:
        """Nobody is there to answer any more."""
        if self.pending is not None:
            self.pending.close()

    def forget_problems(self) -> None:
        """They have been seen."""
        with self._lock:
            self.problems = {}

    def do(self, intent: ChooseIntent | AnswerIntent) -> None:
        """One after the other, as they came: an answer is for what was chosen before it."""
        with self._lock:
            self._work.append(intent)
            starts, self._working = not self._working, True
        if starts and not self._spawn(self._do_them()):
            self._give_up()

    def _give_up(self) -> None:
        """Nothing could be begun with: an answer that was meant now is not sent later, by whatever is done next."""
        with self._lock:
            left, self._working = list(self._work), False
            self._work.clear()
        for intent in left:
            if intent["type"] == "answer":
                self._refused(intent, NOT_BEGUN)

    async def _do_them(self) -> None:
        while True:
            with self._lock:
                if not self._work:
                    self._working = False
                    return
                intent = self._work.popleft()
            await (self._choose(intent) if intent["type"] == "choose" else self._answer(intent))

    async def _choose(self, intent: ChooseIntent) -> None:
        names = intent["threads"][:MOST_TOGETHER]
        known = self._listing.known(names)
        threads = [known[name] for name in names if name in known and known[name].same == (intent["same"],)]
        said: str | None = None
        pending: Pending | None = None
        quoted = self._listing.quoted
        if threads:
            unread_so_far = quoted.unread(threads)
            try:
                await quoted.know(threads, again=True)
                unread = quoted.unread(threads)
                if len(unread) < len(unread_so_far):
                    self._listing.shown_anew()  # their rows can say now what is asked
                pending = None if unread else together(threads, self._sessions.controls, self._client, quoted.question)
                said = not_shown(unread) if unread else NOT_TOGETHER if pending is None else None
            except Exception as error:  # noqa: BLE001  (a control's own code)
                said = quoted.of(threads).line(line_of(error))[:500]
        meant: dict[str, Request | None] = {one.thread_id: one.requests[0] for one in threads}
        secrets = quoted.of(threads)
        with self._lock:
            before = self.pending
            if pending is not None:
                pending.refusals = self._refusals
                if before is not None and meant == self._meant:
                    pending.field_errors = before.field_errors  # of other threads it may not be true
            if before is not None:
                before.close()
            self.pending, self.secrets, self._meant = pending, secrets, meant
            self.chosen = {
                "client": self._client,
                "choice": intent["choice"],
                "request": None if pending is None else pending.request.id,
                "count": len(threads),
                "done": 0,
                "sending": False,
                "said": said,
            }
        self._changed(now=True)

    async def _answer(self, intent: AnswerIntent) -> None:
        with self._lock:
            pending, meant = self.pending, dict(self._meant)
        if pending is None or pending.request.id != intent["request"]:
            self._refused(intent, NOT_CHOSEN)
            return
        self.sending = set(meant)
        read = partial(value_of, intent)

        def answer(session: Session, request: Request) -> None:
            run = session._run
            asked = next((one for one in run.pending if one.request.id == request.id), None)
            if asked is None:
                raise StaleAnswerError(GONE)
            run.driver.run(run.answer(asked, read, by="person", reason=reason_of(intent)))

        try:
            checked = await check(self._listing, self._sessions.controls, meant, None, read)
        except InvalidAnswerError as error:
            self._refuse(pending, error, intent)
            return
        except Exception as error:  # noqa: BLE001  (a checkpointer's: it belongs on the card)
            self._refuse(pending, InvalidAnswerError(line_of(error)[:500]), intent)
            return
        with self._lock:
            pending.status = "answered"
            assert self.chosen is not None
            self.chosen["sending"] = True
        self._changed(now=True)
        try:
            # Not with `driver.run`: the loop of an async graph is what they run on.
            sessions = self._sessions
            work = partial(send, checked, sessions.for_an_answer, answer, self._came_of, let_go=sessions.let_go)
            outcomes = await self._listing.driver.call_until(lambda: False, work)
        except Exception as error:  # noqa: BLE001  (there may be no thread to be had: what was sent leaves the list)
            self._refuse(pending, InvalidAnswerError(line_of(error)[:500]), intent)
            self._listing.expire()
        else:
            self._sent(outcomes)

    def _refuse(self, pending: Pending, error: InvalidAnswerError, intent: AnswerIntent) -> None:
        """Say why nothing was sent, or not all: where it can be mended, and on each row that it does not fit."""
        total = len(self._meant)
        wrong = {name: text for name, text in error.fields.items() if name in self._meant}
        try:
            # What the card's own request has against it, at its fields; where that is not all, of how many it is true.
            value_of(intent, pending.control)
            fields: dict[str, str] = {}
        except InvalidAnswerError as own:
            fields = dict(own.fields)
        except Exception:  # noqa: BLE001  (a control's own code; `check` has said what it raised)
            fields = {}
        if not wrong:
            fields = dict(error.fields)
        elif total > 1:
            how_many = f"all {total:,}" if len(wrong) == total else f"{len(wrong):,} of {total:,}"
            fields[""] = f"It does not fit {how_many} threads, and nothing was sent. {fields.get('', '')}".strip()
        elif not fields:
            fields = {"": next(iter(wrong.values()))}
        with self._lock:
            pending.refuse(InvalidAnswerError(fields))
            self._refusals = pending.refusals
            self.problems = {name: self._problem(name, why) for name, why in wrong.items()} if total > 1 else {}
            self.sending = set()
            if self.chosen is not None:
                self.chosen["sending"] = False
            self._listing.epoch += 1  # the rows say why
        self._changed(now=True)

    def _came_of(self, outcome: Outcome) -> None:
        with self._lock:
            if self.chosen is not None:
                self.chosen["done"] += 1
            if outcome.error is not None:
                self.problems[outcome.thread_id] = self._problem(outcome.thread_id, outcome.why or "")
            else:
                self.problems.pop(outcome.thread_id, None)
        self._changed(now=False)

    def _problem(self, name: str, why: str) -> Problem:
        meant = self._meant.get(name)
        return Problem(why, None if meant is None else meant.id)

    def _sent(self, outcomes: list[Outcome]) -> None:
        refused = [one.thread_id for one in outcomes if one.error is not None]
        taken = len(outcomes) - len(refused)
        failed = [one.thread_id for one in outcomes if one.session is not None and one.session.status == "failed"]
        said = f"{taken:,} answered." if len(outcomes) > 1 or refused else "Answered."
        if refused:
            said += f" {len(refused):,} refused: the rows say why."
        if failed:
            # They are in the list no more.
            said += f" {len(failed):,} failed afterwards: {_listed(failed)}. Open them with hitl.attach to go on."
        with self._lock:
            if (sent := self.pending) is not None:
                sent.close()
            self.pending, self._meant, self.sending = None, {}, set()
            if self.chosen is not None:
                self.chosen.update({"request": None, "count": 0, "sending": False, "said": said})
            self._listing.keeps = (self._listing.keeps - {one.thread_id for one in outcomes}) | set(refused)
        if sent is not None:
            sent.control.forget()
        self._listing.expire()
        self._changed(now=True)


def _listed(threads: list[str]) -> str:
    """Names of threads, of many the first.

    >>> _listed(["order 1", "order 2"])
    'order 1, order 2'
    """
    more = len(threads) - NAMED
    return f"{', '.join(threads[:NAMED])}{f' and {more:,} more' if more > 0 else ''}"
