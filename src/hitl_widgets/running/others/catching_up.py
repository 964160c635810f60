"""A run at rest looks at what others have done on its thread, one look after another.

Two looks at once would each show what it has found, and the slower one what was so before: a question that others have gone on
to, and that somebody answers here, would be taken back by it.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from ...driver.aside import if_cut_off
from ...errors import HitlError
from ...policies.answering import ask_policies
from . import turns
from .elsewhere import catch_up_once

if TYPE_CHECKING:
    from ..run import Run


def tell_others(run: Run) -> None:
    """Have the sessions of this process that wait on the same thread look at it."""
    for other in turns.others(run):
        with other.lock:
            asks = bool(other.pending) and all(one.request.kind != "input" for one in other.pending)
            waits = asks and other.status == "waiting" and other.at_rest.is_set()
        if waits:
            with contextlib.suppress(HitlError):  # its event loop is closed
                other.driver.check()
                begin_to_catch_up(other)


def begin_to_catch_up(run: Run) -> None:
    """Have a run `catch_up`. Who waits where nobody can click is told of no question until it is through."""
    with run.lock:
        if not run.ended.is_set():
            run.needs_a_person.clear()
        if not _begin(run):
            return
    if not run.driver.spawn_beside(_catch_up(run)):
        _give_up(run)


async def catch_up(run: Run) -> None:
    """See what a thread asks now; where somebody is at that already, have it done once more afterwards."""
    if _begin(run):
        await _catch_up(run)


def _begin(run: Run) -> bool:
    with run.lock:
        begins, run.others.catching_up, run.others.looks_again = not run.others.catching_up, True, True
        return begins


async def _catch_up(run: Run) -> None:
    is_shown = False
    with if_cut_off(_give_up, run):
        while _is_due(run):
            is_shown = await catch_up_once(run) or is_shown
    if is_shown:
        await ask_policies(run)
    run.rested()


def _is_due(run: Run) -> bool:
    """Whether somebody has asked for a look that has not begun; if not, nobody is at it any more."""
    with run.lock:
        run.others.catching_up, run.others.looks_again = run.others.looks_again, False
        return run.others.catching_up


def _give_up(run: Run) -> None:
    with run.lock:
        run.others.catching_up = run.others.looks_again = False
    run.rested()
