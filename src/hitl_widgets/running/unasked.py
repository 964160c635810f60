"""What stands at a breakpoint beside what is asked: LangGraph goes on with all of a step at once (1.2.24)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..texts.odd import spelled
from ..thread.breakpoints import standing

if TYPE_CHECKING:
    from .run import Run


def unasked(run: Run) -> list[str]:
    """What is not asked about, and goes on with the first answer to what is; a sentence, or none."""
    if run.status != "waiting" or run.snapshot is None or all(one.asked.address is None for one in run.pending):
        return []
    places = Counter(" › ".join(path) for path in standing(run.snapshot, run.driver.graph))
    if not places:
        return []
    named = ", ".join(place if times == 1 else f"{place} ({times} times)" for place, times in places.items())
    goes_on = "LangGraph goes on with it as soon as anything is answered, without asking about it."
    return [f"Beside what is asked, a nested graph stands at a breakpoint: {spelled(named)}. {goes_on}"]
