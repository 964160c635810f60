"""Deadlines: until when a request can be answered, who answers it then, and the one timer that a session needs for it."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from ..controls.expires_at import EXPIRES_KEYS, moment
from ..decisions import now
from ..errors import HitlError
from ..processes import finalize
from ..protocol import DeadlineView

if TYPE_CHECKING:
    from ..running.pending import Pending
    from ..running.run import Run
    from . import Policy

GRACE = timedelta(seconds=60)
"""What somebody who types has at least before a policy answers for them."""

LONGEST_TIMER = 60.0
"""Seconds. A laptop may sleep meanwhile, and a timer's clock with it; so the time of day is looked at this often."""


@dataclass(frozen=True)
class Due:
    """A policy that answers later.

    Attributes:
        policy: the policy.
        at: when.
        before: what stands before the time that is left.
        without: what is said if it had no answer.
    """

    policy: Policy
    at: datetime
    before: str
    without: str


def expires(payload: Any, since: datetime) -> datetime | None:
    """A request's own deadline: `expires_at` of its payload, or so many seconds after it was first seen.

    Args:
        payload: what was passed to `interrupt()`.
        since: when it was first seen, for `hitl.ask(..., timeout=seconds)`.
    """
    if not isinstance(payload, Mapping):
        return None
    said = cast("Mapping[Any, Any]", payload)
    if said.get("type") in ("hitl.ask", "hitl.ask_node") and isinstance(said.get("timeout"), int | float):
        return later(since, said["timeout"])
    return next((at for key in EXPIRES_KEYS if (at := moment(said.get(key))) is not None), None)


def later(since: datetime, seconds: float) -> datetime | None:
    """So many seconds later; `None` where the calendar ends before, or that is no number.

    >>> from datetime import UTC
    >>> later(datetime(2026, 11, 22, tzinfo=UTC), float("nan"))
    """
    try:
        return since + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None


def next_due(pending: Pending) -> Due | None:
    """The policy that is to answer a request next, unless a person does first."""
    if pending.status != "open":
        return None
    left = [due for due in pending.due if due.policy not in pending.asked_of]
    return min(left, key=lambda due: due.at, default=None)


def when_due(pending: Pending, due: Due) -> datetime:
    """When it answers: not while somebody types."""
    return due.at if pending.touched is None else max(due.at, pending.touched + GRACE)


def deadline_view(pending: Pending) -> DeadlineView | None:
    """What the card says of a request's deadline."""
    due = next_due(pending)
    if due is not None:
        return _view(when_due(pending, due), due.before, "The time is up.", acts=True)
    if pending.due:
        last = max(pending.due, key=lambda due: due.at)
        return _view(last.at, "Expires in", last.without, acts=False)
    if pending.expires is not None:
        return _view(pending.expires, "Expires in", "Expired.", acts=False)
    return None


def _view(at: datetime, before: str, after: str, *, acts: bool) -> DeadlineView:
    text = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"at": text, "before": before, "after": after, "acts": acts}


class Deadlines:
    """A listener of a run: one timer that waits for its next deadline, or none while there is none.

    The timer does not hold the run: of a session that nobody has any more no thread is left, and its question stays asked.

    Args:
        run: the run.
        on_time: called when a deadline has come, on the timer's thread.
    """

    def __init__(self, run: Run, on_time: Callable[[], None]) -> None:
        self._run = run
        self._on_time = on_time
        # Guarded by the run's lock, as what they are made from is: what another thread changed meanwhile would be undone.
        self._at: datetime | None = None
        self._timer: _Timer | None = None

    def __call__(self) -> None:
        """The run has changed: wait for what is the first deadline now."""
        run = self._run
        with run.lock:
            over = run.ended.is_set() or run.stopping
            due = [] if over else [(one, due) for one in run.pending if (due := next_due(one)) is not None]
            at = min((when_due(pending, due) for pending, due in due), default=None)
            if at != self._at or (at is not None and self._timer is None):
                self._at = at
                self._start()

    def _start(self) -> None:
        if self._timer is not None:
            self._timer.call_off()
        self._timer = None if self._at is None else _Timer(self, (self._at - now()).total_seconds())

    def look(self, timer: _Timer) -> None:
        """A timer has waited: the deadline has come, or the time of day has to be looked at once more."""
        with self._run.lock:
            if timer is not self._timer:
                return  # it was called off as it woke
            self._timer = None
            if self._at is not None and self._at > now():
                self._start()
                return
        # The event loop that the session ran on may be closed: then nothing can be answered any more.
        with contextlib.suppress(HitlError):
            self._on_time()


class _Timer:
    """A thread that waits once. Unlike `threading.Timer` it is called off with nothing but a lock's release.

    So the garbage collector may do it wherever it comes in, in the midst of such a wait too.
    """

    def __init__(self, deadlines: Deadlines, seconds: float) -> None:
        self._waits = threading.Lock()
        self._waits.acquire()
        self.call_off = finalize(deadlines, self._waits.release)
        self._of = weakref.ref(deadlines)
        waits = min(max(seconds, 0.0), LONGEST_TIMER)
        threading.Thread(target=self._wait, args=(waits,), name="hitl-deadline", daemon=True).start()

    def _wait(self, seconds: float) -> None:
        if self._waits.acquire(timeout=seconds):
            return  # called off
        self.call_off.detach()
        if (deadlines := self._of()) is not None:
            deadlines.look(self)
