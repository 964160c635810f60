"""Another kernel that is at work on a run's thread: what is said and shown of that here, where nothing is run meanwhile."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from langgraph.types import StateSnapshot

from ...driver.answers.address import ns_of
from ..following.records import namespace_of
from ..following.state import RunState
from ..picked_up import PickedUp, read_thread
from ..reasked import set_pending
from ..recorded import has_other_past
from ..settling import pend
from .closing import close_gone

if TYPE_CHECKING:
    from ..run import Run

AT_WORK = "Another kernel is at work on this thread. Nothing is run here until that one is at rest or has ended; then "
GOES_ON = f"{AT_WORK}this session goes on by itself."
IS_SHOWN = f"{AT_WORK}what came of it is shown."

EVERY = 0.5
"""Seconds between two looks at what the thread asks meanwhile."""


class OtherKernel:
    """It is followed for as long as a run waits for it.

    What the thread asks beside its work can be answered here: the answer is kept in the thread, and used once it is this
    run's turn, or by the other kernel.

    Args:
        run: the run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._next: float | None = None
        self._seen: object = None

    async def tell(self) -> None:
        """Say and show it; called again and again while it is at work."""
        if await self.show_now_and_then():
            self._run.wait_for(GOES_ON)

    async def show_now_and_then(self) -> bool:
        """Show it, if it was not shown just now; called again and again. Returns whether it was."""
        if self._next is None:
            self._next = 0.0
            return False  # it may be just ending, as a kernel that was restarted does: not worth a word
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + EVERY
        with contextlib.suppress(Exception):  # the checkpointer's, beside one who writes: it is looked at again
            # To read a large state takes a while: not if nothing was written.
            driver = self._run.driver
            written = await driver.locks.written(driver.thread_name) if driver.locks is not None else None
            if written is None or written != self._seen:
                await self._show()
                self._seen = written
        return True

    async def _show(self) -> None:
        run = self._run
        snapshot, found = await read_thread(run)
        with run.lock:
            known = {one.request.id for one in run.pending}
            given = {one.request.id for one in run.pending if one.status != "open"}
        # What it asks newly may quote what it was given there.
        if not found.is_new and not (run.was_used and known.issuperset(one.request.id for one in found.asked)):
            await has_other_past(run)
        left = found.answered - given
        asked = [one for one in found.asked if one.request.id not in left]
        # Not a breakpoint: where the other one stops, and goes on, is its own.
        pending = pend(run, [one for one in asked if one.address is not None])
        with run.lock:
            close_gone(run, asked)
            set_pending(run, pending)
            if not run.state.steps:
                run.others.seen = _drawn(run.state.anew(), snapshot, replace(found, asked=found.open))
        run.changed()


def _drawn(state: RunState, snapshot: StateSnapshot, found: PickedUp) -> RunState:
    """A thread as it stands, what waits for nobody and is not done being at work."""
    found.draw(state)
    waiting = found.tasks

    def draw(graph: StateSnapshot) -> None:
        ns = namespace_of(ns_of(graph))
        for task in graph.tasks:
            if task.result is not None:
                state.restore(ns, task.id, task.name, "done")
            elif task.id not in waiting and not (task.error and not task.interrupts):
                state.restore(ns, task.id, task.name, "running")
            if isinstance(task.state, StateSnapshot):
                draw(task.state)

    draw(snapshot)
    return state
