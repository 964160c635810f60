"""A question that its node asks in other words, as it has run again: a card of its own takes the place of the one before.

What was typed, chosen or clicked on that card was meant for what it said. So the new one is a request of its own, and the old
one closes and says why; both go by one interrupt's id (`asking/otherwise.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..asking.otherwise import asks_otherwise
from .others.closing import MOST_CLOSED
from .pending import Pending

if TYPE_CHECKING:
    from ..thread.asked import Asked
    from .run import Run

SUPERSEDED = "Not asked any more: its node has run again, and asks something else by now."
ONCE_MORE = "Its node has run again, and asks about something else than before."


def latest(known: Pending | None, asked: Asked | Pending) -> Asked | Pending:
    """What is known of a request, unless it is open and asks something else by now."""
    if known is None:
        return asked
    is_other = known.status == "open" and asks_otherwise(known.request.payload, asked.request.payload)
    return asked if is_other else known


def takes_the_place_of(pending: Pending, before: Pending) -> None:
    """What a question has to do with the one that its node asked before."""
    pending.nth = before.nth + 1
    pending.again, pending.unsure = before.again, before.unsure
    asked, now = before.question.question, pending.question.question
    pending.question.context.append(
        {"label": "Asked before", "text": asked if asked != now else ONCE_MORE, "mono": False}
    )


def set_pending(run: Run, pending: Sequence[Pending]) -> None:
    """What a run asks from now on; held with the lock.

    One that was answered while another was made for its place stays: what it said was answered.
    """
    known = {one.request.id: one for one in run.pending}
    run.pending = []
    for one in pending:
        before = known.get(one.request.id, one)
        stays = before is one or before.nth >= one.nth or before.status != "open"
        run.pending.append(before if stays else one)
        if stays:
            continue
        before.close()
        if run.is_shown and before.was_shown:
            before.closed = SUPERSEDED
            run.closed = [*run.closed, before][-MOST_CLOSED:]
