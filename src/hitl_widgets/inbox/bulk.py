"""One answer for several threads: all are checked before any is sent."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, overload

from ..asking.otherwise import asks_otherwise
from ..control import Control
from ..driver.thread import Called, called_in_a_thread
from ..driver.working import LOOK_AGAIN
from ..errors import AmbiguousAnswerError, AnswerError, InvalidAnswerError, StaleAnswerError, UnknownRequestError
from ..registering.registry import Registry
from ..requests import Request
from ..running.others.catching_up import begin_to_catch_up
from ..running.taking import read_reply
from ..running.unread import UNREAD
from ..session import Session
from ..texts.odd import spelled
from ..texts.raised import message_of
from ..texts.table import aligned, html_table
from .listing import Listing
from .questions import question_of
from .thread import WaitingThread

AT_ONCE = 8
"""Graphs that go on at a time."""
GONE = "This question is no longer open: it was answered elsewhere, or the thread has moved on."
PATIENCE = 20.0
"""Seconds that a checkpointer has to say what a thread asks by now."""
NOT_READ = f"What its thread asks by now could not be read within {PATIENCE:.0f} s, so nothing was sent."
NOT_SENT = "What its thread is saved in does not answer, so nothing was sent."
ANOTHER = "Its node has run again since and asks something else, or in other words: read it again."
_NAMED = 20
"""Threads that an error names."""

Read = Callable[[Control], Any]


@dataclass(frozen=True, repr=False)
class Outcome:
    """What came of an answer for one thread.

    Attributes:
        thread_id: the thread.
        question: what was asked.
        error: why the answer was not taken; `None` if it was.
        session: the session that goes on with the thread, where it was.
        masked: how a text of it is shown: what the thread was given as a secret stands in it as dots.
    """

    thread_id: str
    question: str
    error: BaseException | None = None
    session: Session | None = None
    masked: Callable[[str], str] = field(default=str, compare=False)

    @property
    def status(self) -> Literal["answered", "refused"]:
        """Whether the answer was taken."""
        return "answered" if self.error is None else "refused"

    @property
    def text(self) -> str:
        """What came of it, for people to read."""
        if self.error is not None:
            return f"refused: {self.why}"
        return f"answered, {self.session.status}" if self.session is not None else "answered"

    @property
    def why(self) -> str | None:
        """Why it was not taken, for people to read; `None` if it was."""
        return None if self.error is None else self.masked(message_of(self.error)) or type(self.error).__name__

    def __repr__(self) -> str:
        return spelled(f"<Outcome of {self.thread_id}: {self.masked(self.question)}, {self.text}>")


class Outcomes(Sequence[Outcome]):
    """What came of an answer for several threads, in their order."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self._outcomes = list(outcomes)

    @overload
    def __getitem__(self, index: int) -> Outcome: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Outcome]: ...
    def __getitem__(self, index: int | slice) -> Outcome | Sequence[Outcome]:
        return self._outcomes[index]

    def __len__(self) -> int:
        return len(self._outcomes)

    @property
    def refused(self) -> list[Outcome]:
        """Those that were not taken."""
        return [one for one in self if one.error is not None]

    def to_frame(self) -> Any:
        """A pandas data frame, a row a thread: `thread_id`, `question`, `status`, `error`.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        import pandas as pd

        rows = [(one.thread_id, one.masked(one.question), one.status, one.why) for one in self]
        return pd.DataFrame(rows, columns=["thread_id", "question", "status", "error"])

    def __repr__(self) -> str:
        if not self:
            return "nothing was answered"
        return aligned([("thread", "question", "outcome"), *self._rows])

    def _repr_html_(self) -> str:
        if not self:
            return "<p>Nothing was answered.</p>"
        return html_table(("Thread", "Question", "Outcome"), self._rows)

    @property
    def _rows(self) -> list[tuple[str, str, str]]:
        return [(one.thread_id, one.masked(one.question), one.text) for one in self]


@dataclass(frozen=True)
class Checked:
    """An answer that fits one thread's question.

    Attributes:
        thread_id: the thread.
        request: the question.
        error: why it is not asked any more; nothing is sent then.
    """

    thread_id: str
    request: Request | None
    error: AnswerError | None = None


async def check(
    listing: Listing, controls: Registry, threads: Mapping[str, Request | None], to: str | None, read: Read
) -> list[Checked]:
    """Check an answer for each of the threads, as they stand now. Nothing is sent.

    Args:
        listing: the list.
        controls: what turns the requests into controls.
        threads: their names, and the request that is meant, if it must be that one: as it was read by who answers.
        to: a request's key, its node's name or its interrupt id, where a thread asks several things.
        read: what makes a control's resume value of the answer.

    Raises:
        InvalidAnswerError: it does not fit some of them, by thread.
        AmbiguousAnswerError: some of them ask several things, and `to` does not say which.
    """
    found: list[Checked] = []
    wrong: dict[str, str] = {}
    ambiguous: list[str] = []
    for thread_id, meant in threads.items():
        try:
            request = _named(thread := await listing.thread(thread_id), meant, to)
            if meant is not None and asks_otherwise(meant.payload, request.payload):
                listing.read_anew(thread)
                raise StaleAnswerError(ANOTHER)
            control = controls.resolve(request)
            try:
                read_reply(control, read)
            finally:
                control.forget()  # nobody sees this one; a widget would keep a secret
        except InvalidAnswerError as error:
            wrong[thread_id] = str(error)
        except AmbiguousAnswerError as error:
            ambiguous.append(f"{thread_id!r}: {error}")
        except AnswerError as error:
            found.append(Checked(thread_id, None, error))
        else:
            found.append(Checked(thread_id, request))
    if ambiguous:
        raise AmbiguousAnswerError(f"Nothing was sent. Say which question is meant with to=. {_listed(ambiguous)}")
    if wrong:
        said = dict(list(wrong.items())[:_NAMED])
        more = {"": f"and {len(wrong) - _NAMED} more"} if len(wrong) > _NAMED else {}
        raise InvalidAnswerError(said | more)
    return found


def send(
    checked: Sequence[Checked],
    open_session: Callable[[str], Session],
    answer: Callable[[Session, Request], None],
    told: Callable[[Outcome], None] = lambda _: None,
    given_up: threading.Event | None = None,
    let_go: Callable[[str], None] = lambda _: None,
) -> list[Outcome]:
    """Answer the threads, a few at a time, each by a session of its own; returns when all of them are at rest.

    Args:
        checked: what was checked.
        open_session: attaches a thread.
        answer: answers its request.
        told: called with each outcome as soon as it is there.
        given_up: set when nobody waits any more, as by an interrupt: what was not sent by then is not sent.
        let_go: called with each thread that is at rest again.
    """
    given_up = given_up or threading.Event()
    lock, left = threading.Lock(), list(enumerate(checked))[::-1]
    outcomes: dict[int, Outcome] = {}

    def serve() -> None:
        while True:
            with lock:
                if not left or given_up.is_set():
                    return
                at, it = left.pop()
            outcome = _sent(it, open_session, answer, given_up)
            if outcome is None:
                return
            let_go(it.thread_id)
            with lock:
                outcomes[at] = outcome
                told(outcome)

    # Not a pool's: neither an interrupt nor the end of a process waits for graphs that work on their answers.
    workers: list[Called] = []
    try:
        for _ in range(min(AT_ONCE, len(checked))):
            workers.append(called_in_a_thread(serve))  # noqa: PERF401  those that have begun give up where the next cannot
        for worker in workers:
            while not worker.is_done.wait(LOOK_AGAIN):
                pass
            worker.result()
    finally:
        given_up.set()
    return [outcomes[at] for at in sorted(outcomes)]


async def asend(
    checked: Sequence[Checked],
    open_session: Callable[[str], Session],
    answer: Callable[[Session, Request], None],
    let_go: Callable[[str], None] = lambda _: None,
) -> list[Outcome]:
    """The same while the loop is free for the graphs."""
    given_up = threading.Event()
    sending = called_in_a_thread(lambda: send(checked, open_session, answer, given_up=given_up, let_go=let_go))
    try:
        while not sending.is_done.is_set():  # noqa: ASYNC110  a thread says so
            await asyncio.sleep(LOOK_AGAIN)
    finally:
        given_up.set()
    return sending.result()


def _sent(
    it: Checked,
    open_session: Callable[[str], Session],
    answer: Callable[[Session, Request], None],
    given_up: threading.Event,
) -> Outcome | None:
    """What came of one thread; `None` if nobody waited any more before its answer was sent."""
    if it.request is None:
        return Outcome(it.thread_id, "", it.error)
    question = question_of(it.request)
    masked: Callable[[str], str] = str
    try:
        session = open_session(it.thread_id)
        masked = session._run.secrets.mask
        _until_told(session, given_up)
        if session._run.others.waits_for == UNREAD:
            raise TimeoutError(NOT_SENT)
        if not _asks(session, it.request):
            # One that was opened before: others may have gone on with its thread since.
            _look_again(session, given_up)
        if given_up.is_set():
            return None  # it may not have been read, either
        if not _asks(session, it.request):
            return Outcome(it.thread_id, question, StaleAnswerError(GONE), masked=masked)
        answer(session, it.request)
    except Exception as error:  # noqa: BLE001  (the others go on)
        return Outcome(it.thread_id, question, error, masked=masked)
    _until_told(session, given_up)
    return Outcome(it.thread_id, question, session=session, masked=masked)


def _asks(session: Session, request: Request) -> bool:
    return any(one.id == request.id for one in session.requests)


def _look_again(session: Session, given_up: threading.Event) -> None:
    """Have it see what its thread asks by now.

    Raises:
        TimeoutError: its checkpointer does not say so.
    """
    run, until = session._run, time.monotonic() + PATIENCE
    begin_to_catch_up(run)
    # Once it follows who is at work there it has been read.
    while run.others.catching_up and run.at_rest.is_set() and not given_up.wait(LOOK_AGAIN):
        if time.monotonic() > until:
            raise TimeoutError(NOT_READ)
    _until_told(session, given_up)


def _until_told(session: Session, given_up: threading.Event) -> None:
    """Wait until it is at rest; or only for another kernel or for a database, which may take for ever.

    What is asked beside another kernel's work is shown by then.
    """
    run = session._run
    while not (run.at_rest.wait(LOOK_AGAIN) or given_up.is_set()) and run.others.waits_for is None:
        pass


def _named(thread: WaitingThread | None, meant: Request | None, to: str | None) -> Request:
    if thread is None or (meant is not None and all(one.id != meant.id for one in thread.requests)):
        raise StaleAnswerError(GONE)
    to = to if meant is None else meant.id
    found = [one for one in thread.requests if to is None or to in {one.id, one.key}]
    found = found or [one for one in thread.requests if to in {one.node, "/".join(one.path)}]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{one.key!r} (asked by {one.node})" for one in thread.requests)
    if found:
        raise AmbiguousAnswerError(f"it asks {names}.")
    raise UnknownRequestError(f"It does not ask {to!r}; it asks {names}.")


def _listed(names: Sequence[str]) -> str:
    more = f"; and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return "; ".join(names[:_NAMED]) + more


def not_the_same(threads: Sequence[WaitingThread], asked_by: Callable[[WaitingThread], str]) -> str | None:
    """What several threads ask, where it is not the same; `None` where it is.

    Args:
        threads: which.
        asked_by: what one of them asks, as it may be shown.
    """
    groups: dict[tuple[str, ...], list[WaitingThread]] = {}
    for thread in threads:
        groups.setdefault(thread.same, []).append(thread)
    if len(groups) <= 1:
        return None
    asked = [f"{len(them)} × {them[0].nodes[0]}: {asked_by(them[0])}" for them in groups.values()]
    return (
        "These threads do not ask the same, so one answer cannot be meant for all of them. "
        f"Say which with threads=, or filter: {_listed(asked)}."
    )
