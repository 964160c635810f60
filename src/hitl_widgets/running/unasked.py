"""What stands at a breakpoint beside what is asked: LangGraph goes on with all of a step at once (1.2.24)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..texts.odd import spelled
from ..thread.breakpoints import standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langgraph.types import StateSnapshot

    from .run import Run

Standing = tuple["StateSnapshot", "Sequence[tuple[str, ...]]"]
"""A snapshot of a thread, and where nested graphs stand in it."""


def unasked(run: Run) -> list[str]:
    """What is not asked about, and goes on with the first answer to what is; a sentence, or none."""
    if run.status != "waiting" or run.snapshot is None or all(one.asked.address is None for one in run.pending):
        return []
    places = Counter(" › ".join(path) for path in standing_in(run, run.snapshot))
    if not places:
        return []
    named = ", ".join(place if times == 1 else f"{place} ({times} times)" for place, times in places.items())
    goes_on = "LangGraph goes on with it as soon as anything is answered, without asking about it."
    return [f"Beside what is asked, a nested graph stands at a breakpoint: {spelled(named)}. {goes_on}"]


def standing_in(run: Run, snapshot: StateSnapshot) -> Sequence[tuple[str, ...]]:
    """Where nested graphs stand, found once a snapshot: it takes milliseconds where there are hundreds of tasks and nodes.

    A breakpoint that is switched afterwards changes nothing of where they stand.
    """
    known = run.standing
    if known is None or known[0] is not snapshot:
        known = run.standing = snapshot, standing(snapshot, run.driver.graph)
    return known[1]
