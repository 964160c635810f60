"""What ran on a run's thread before this kernel: read once, and then where the run's own steps begin in it.

A thread may have thousands of steps, and to read them is work for seconds: for this process, which has one interpreter, and
for the checkpointer, which has one lock (SQLite's). So it is read at once only for somebody who looks at it; else while the
run rests, and no further as soon as it goes on or an answer is written. What was read by then is kept.

The secrets that the thread got are found first (`inside/reading.py`): what ran before may quote them. Until all are known
nothing of it is shown, and of an error no more than its name (`Secrets.line`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..thread.earlier import EarlierStep, EarlierSteps, EarlierTask
    from .records import StepRecord
    from .run import Run


class Past:
    """The steps of a thread before those that its run has streamed. Used with the run's lock held, but for `read`.

    Args:
        run: the run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._read: EarlierSteps | None = None
        """How far the thread was read."""
        self.steps: Sequence[EarlierStep] | None = None
        """The thread's steps when they were read, those that the run had streamed by then among them; `None` before that."""
        self.before = 0
        """How many of the thread's steps are not in the run's state: its first is that one."""

    @property
    def is_known(self) -> bool:
        """Whether it is known how many there are."""
        return self.steps is not None or not self._run.was_used

    @property
    def can_be_read(self) -> bool:
        """Whether there is something to read, and nobody is kept waiting by it: the run rests, and no answer is written."""
        run = self._run
        is_quiet = run.at_rest.is_set() and not any(one.status == "taking" for one in tuple(run.pending))
        return is_quiet and not (self.is_known and run.secrets.are_all)

    async def read(self) -> None:
        """Read the thread, if there is something in it that the run has not seen, and if it was not read yet."""
        await self._go_through(lambda: True)

    async def read_at_rest(self) -> None:
        """Find its secrets and read it, as long as it `can_be_read`; called again it goes on from there."""
        from ..inside.reading import know_secrets

        await know_secrets(self._run.driver, self._run.secrets, lambda: self.can_be_read)
        if self._run.secrets.are_all:
            await self._go_through(lambda: self.can_be_read)

    async def _go_through(self, go_on: Callable[[], bool]) -> None:
        if self.is_known:
            return
        from ..thread.earlier import earlier_steps  # a script never needs it

        # Two may read at once, somebody who looks and the other: each for itself, and what is known stays so.
        read = await earlier_steps(self._run.driver, go_on, self._read)
        with self._run.lock:
            if self.is_known:
                return
            self._read = read
            if read.are_all:
                self.steps, self._read = read.newest_first[::-1], None
                self.place()

    def place(self) -> None:
        """See which of the thread's steps is the first that the run has streamed, or picked up."""
        state, steps = self._run.state, self.steps or ()
        here = next((step for step in state.steps if not step.ns), None)
        ids = {task.id for task in here.tasks} if here is not None else set[str]()
        self.before = len(steps)
        for at, step in enumerate(steps):
            is_here = here is not None and any(task.id in ids for task in step.tasks)
            if here is not None and is_here:
                # Picked up, it began in another kernel.
                here.began = min(step.at or math.inf, here.began or math.inf)
                here.checkpoint, here.number = here.checkpoint or step.checkpoint, here.number or 0
            if is_here or step.checkpoint == state.origin:
                self.before = at
                return

    def index_of(self, step: StepRecord) -> int | None:
        """Where one of the run's own steps is in `session.history`; `None` inside of a nested graph, or if it is not known."""
        return step.number + self.before if step.number is not None and self.is_known else None

    def tasks(self) -> list[tuple[int, EarlierStep, EarlierTask]]:
        """What ran, oldest first: the index of its step in `session.history`, the step, and the task."""
        earlier = (self.steps or ())[: self.before]
        return [(at, step, task) for at, step in enumerate(earlier) for task in step.tasks]
