"""A question that its node asks in other words, as it has run again: a card of its own takes the place of the one before.

What was typed, chosen or clicked on that card was meant for what it said. So the new one is a request of its own, and the old
one closes and says why; both go by one interrupt's id (`asking/otherwise.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..asking.otherwise import asks_otherwise
from ..driver.answers.writing import SUPERSEDED
from .others.closing import MOST_CLOSED
from .pending import Pending

if TYPE_CHECKING:
    from ..thread.asked import Asked
    from .run import Run

ONCE_MORE = "Its node has run again, and asks about something else than before."


def latest(known: Pending | None, asked: Asked | Pending) -> Asked | Pending:
    """What is known of a request, unless it is not answered, and asks something else by now.

    What has its control already was compared when it got that; a breakpoint's id says all that it is.
    """
    if known is None or known.status == "answered":
        return known or asked
    if isinstance(asked, Pending):
        return asked if asked.nth > known.nth else known
    is_other = asked.address is not None and asks_otherwise(known.as_asked, asked.request.payload)
    return asked if is_other else known


def asks_anew(run: Run, asked: Sequence[Asked]) -> bool:
    """Whether a node asks something else by now than what is asked here, under the same id; held with the lock."""
    known = {one.request.id: one for one in run.pending}
    return any(latest(before, one) is not before for one in asked if (before := known.get(one.request.id)) is not None)


def takes_the_place_of(pending: Pending, before: Pending) -> None:
    """What a question has to do with the one that its node asked before."""
    pending.nth = before.nth + 1
    pending.again = before.again
    asked, now = before.question.question, pending.question.question
    pending.question.context.append(
        {"label": "Asked before", "text": asked if asked != now else ONCE_MORE, "mono": False}
    )


def set_pending(run: Run, pending: Sequence[Pending]) -> None:
    """What a run asks from now on; held with the lock.

    One that was answered while another was made for its place stays: what it said was answered. Where that is refused, the
    other one is asked (`refused`).
    """
    known = {one.request.id: one for one in run.pending}
    asked: list[Pending] = []
    for one in pending:
        before = known.get(one.request.id, one)
        if before is one or before.nth >= one.nth:
            asked.append(before)
        elif before.status != "open":
            before.newer = one
            asked.append(before)
        else:
            asked.append(one)
            _close(run, before)
    run.pending = asked


def refused(run: Run, pending: Pending) -> None:
    """Ask what its node asks by now, where it has run again while an answer was looked at; held with the lock."""
    if pending.newer is not None and pending in run.pending:
        run.pending = [pending.newer if one is pending else one for one in run.pending]
        _close(run, pending)


def _close(run: Run, before: Pending) -> None:
    """Take a card away; one that somebody has been at stays, closed, and says why."""
    before.close()
    if run.is_shown and before.touched is not None:
        before.closed = SUPERSEDED
        run.others.closed = [*run.others.closed, before][-MOST_CLOSED:]
