"""What others answer of what a run asks beside its work: the graph uses it with the next pass, and nobody tells the run.

Before that the run has to know it: a node prints what it was given, and a secret among that is dots in the view.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..recorded import know_others_answers
from . import turns

if TYPE_CHECKING:
    from ...driver import Address
    from ..run import Run


def open_beside(run: Run) -> list[Address]:
    """Where answers are written to what it asks."""
    with run.lock:
        open_ = [one.asked.address for one in run.pending if one.status == "open"]
    return [address for address in open_ if address is not None]


async def know_beside(run: Run, addresses: Sequence[Address]) -> None:
    """Know which of some questions others have answered, and with what; one look at the thread where there are others.

    Args:
        run: the run.
        addresses: of the questions.
    """
    has_others = turns.tells_kernels(run) or bool(turns.others(run))
    if not addresses or run.driver.is_served or not has_others:
        return
    answered = await run.driver.answered_inside(addresses)
    if answered - {one.interrupt_id for one in run.decisions}:
        await know_others_answers(run)
