"""What other sessions do on a run's thread, and how the run finds out.

Those of this process tell each other. What another kernel does is seen when somebody acts here: an answer is held to the
thread before it is taken, and what is read then is shown.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import TYPE_CHECKING

from ..driver.base import LOOK_AGAIN
from ..errors import HitlError
from ..policies.answering import ask_policies
from ..thread.breakpoints import checkpoint_id
from . import turns
from .picked_up import PickedUp, look_at
from .recorded import know_before
from .settling import come_to_rest, pend

if TYPE_CHECKING:
    from langgraph.types import StateSnapshot

    from .run import Run

ELSEWHERE = "Another session has answered and goes on with this thread."
TRIES = 3
CHANGED = "Somebody else has gone on with this thread. What it asks now is shown."


def tell_others(run: Run) -> None:
    """Have the sessions of this process that wait on the same thread look at it."""
    for other in turns.others(run):
        with other.lock:
            asks = bool(other.pending) and all(one.request.kind != "input" for one in other.pending)
            waits = asks and other.status == "waiting" and other.at_rest.is_set()
        if waits:
            with contextlib.suppress(HitlError):  # its event loop is closed
                other.driver.check()
                other.driver.spawn(catch_up(other))


async def catch_up(run: Run) -> None:
    """See what a thread asks now, and run nothing; follow what a server, or another session here, is at work on.

    Whatever goes wrong is said: nobody waits for this.
    """
    for left in reversed(range(TRIES)):
        try:
            await _catch_up(run)
        except Exception as error:  # noqa: BLE001  the checkpointer's
            # The one in memory cannot be read while another session writes to it (langgraph-checkpoint 4.3).
            if left:
                await run.driver.pause(LOOK_AGAIN)
                continue
            run.notice(f"What the thread asks now could not be read. {type(error).__name__}: {error}")
        return


async def _catch_up(run: Run) -> None:
    while True:
        # Before it is read, too: what came to its end, or began and came to its end, meanwhile is read once more.
        is_taken, passes = turns.is_taken(run), turns.passes(run)
        snapshot = await run.driver.snapshot()
        found = await look_at(snapshot, run.driver)
        if await run.driver.is_busy():
            if _begin(run):
                with run.lock:
                    # What it works on is not asked any more; what is asked beside that still is.
                    run.snapshot, run.follows, run.pending = snapshot, False, pend(run, found.open)
                run.changed()
                await run.drive_on()
            return
        if found.open or run.stopping or not (is_taken or turns.is_taken(run) or turns.passes(run) != passes):
            break
        if not _begin(run):
            return
        run.changed()
        while turns.is_taken(run) and not run.stopping:
            await run.driver.pause(LOOK_AGAIN)
    run.secrets.are_all = run.recalled = False
    # While another session works there, a long thread is not read beside it: what it came to is told, and read then.
    await know_before(run, lambda: not turns.is_taken(run))
    with run.lock:
        if not (run.follows or _is_idle(run)):
            return
        run.follows = False
        _say(run, found)
        _draw(run, snapshot, found)
        come_to_rest(run, snapshot, found.open)
    run.changed()
    await ask_policies(run)


def _draw(run: Run, snapshot: StateSnapshot, found: PickedUp) -> None:
    """The graph and the steps are where the thread is."""
    known = len(run.state.steps)
    run.state.went_on(found.tasks, checkpoint_id(snapshot), (snapshot.metadata or {}).get("step"))
    found.draw(run.state)
    for step in run.state.steps[known:]:
        # Nobody here has seen it begin; that was not before its checkpoint.
        step.began = datetime.fromisoformat(snapshot.created_at).timestamp() if snapshot.created_at else None


def _is_idle(run: Run) -> bool:
    """Whether it waits, and none of its own answers is on its way."""
    return run.at_rest.is_set() and run.status == "waiting" and all(one.status == "open" for one in run.pending)


def _begin(run: Run) -> bool:
    """Show that the thread is at work."""
    with run.lock:
        if not (run.follows or _is_idle(run)):
            return False
        if not run.follows:
            run.begin()
            run.follows = True
        return True


def _say(run: Run, found: PickedUp) -> None:
    now, before = {one.request.id for one in found.open}, {one.request.id for one in run.pending}
    said = ELSEWHERE if not now else CHANGED
    if now != before and said not in run.notices:
        run.notices.append(said)
