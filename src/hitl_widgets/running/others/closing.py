"""The cards of questions that others have answered: they say so, and stay a while, as somebody may be typing there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...driver.answers.writing import SUPERSEDED

if TYPE_CHECKING:
    from ...thread.asked import Asked
    from ..pending import Pending
    from ..run import Run

MOST_CLOSED = 5
"""Cards of that kind that are shown."""
GONE = "Somebody else has answered this, or changed the thread: it is not asked any more."
"""What is said where it is not known who that was."""


def close_gone(run: Run, asked: Iterable[Asked]) -> bool:
    """Close the cards that nobody has answered here, and that are asked no more. Held with the lock.

    Args:
        run: the run, with what it asked so far.
        asked: what its thread asks now.

    Returns:
        Whether there was one.
    """
    if not run.is_shown:
        return False
    now = {one.request.id for one in asked}
    gone = [one for one in run.pending if one.status == "open" and one.closed is None and one.request.id not in now]
    for one in gone:
        one.closed = _why_closed(run, one)
    stay = [one for one in run.others.closed if one.closed == SUPERSEDED or one.request.id not in now]
    run.others.closed = [*stay, *gone][-MOST_CLOSED:]
    return bool(gone)


def say_who(run: Run) -> None:
    """Have the cards say who has answered them, where that is known only now. Held with the lock."""
    for one in run.others.closed:
        if one.closed == GONE:
            one.closed = _why_closed(run, one)


def _why_closed(run: Run, pending: Pending) -> str:
    decision = run.decisions.about(pending.request.id)
    if decision is not None:
        answer = run.secrets.mask(decision.text)
        return f"Answered in another session (by {decision.who}, at {decision.at:%H:%M:%S} UTC): {answer}"
    return GONE
