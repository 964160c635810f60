"""What ran on a run's thread before this kernel: read once, when somebody looks, and then where the run's own steps begin in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .recorded import recall

if TYPE_CHECKING:
    from ..thread.earlier import EarlierStep, EarlierTask
    from .records import StepRecord
    from .run import Run


class Past:
    """The steps of a thread before those that its run has streamed. Used with the run's lock held, but for `read`.

    Args:
        run: the run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self.steps: Sequence[EarlierStep] | None = None
        """The thread's steps when they were read, those that the run had streamed by then among them; `None` before that."""
        self.before = 0
        """How many of the thread's steps are not in the run's state: its first is that one."""

    @property
    def is_known(self) -> bool:
        """Whether it is known how many there are."""
        return self.steps is not None or not self._run.was_used

    async def read(self) -> None:
        """Read the thread, if there is something in it that the run has not seen, and if it was not read yet."""
        await recall(self._run)
        if self.is_known:
            return
        from ..thread.earlier import earlier_steps  # a script never needs it

        steps = await earlier_steps(self._run.driver)
        with self._run.lock:
            self.steps = steps
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
