"""What ran on a run's thread before this kernel: read once, when somebody looks, and then where the run's own steps begin in it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .records import StepRecord, TaskRecord

if TYPE_CHECKING:
    from ..thread.earlier import EarlierStep, EarlierTask
    from ..thread.inside import Inside
    from .run import Run
    from .state import RunState


class Past:
    """The steps of a thread before those that its run has streamed. Used with the run's lock held, but for `read`.

    Args:
        run: the run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._inside: Inside = {}
        self._is_reading = False
        self._what: tuple[Any, ...] = ()
        """What was counted."""
        self.steps: Sequence[EarlierStep] | None = None
        """The thread's steps when they were read, those that the run had streamed by then among them; `None` before that."""
        self.is_inside_due = False
        """Whether the thread is a copy, in which nested graphs may have done something that this run did not see."""
        self.readings = 0
        """How often something was read."""
        self.before = 0
        """How many of the thread's steps are not in the run's state: its first is that one."""
        self.inside: Mapping[str, Sequence[EarlierStep]] = {}
        """What nested graphs did before, by the checkpoint of the thread's step that it is a part of."""

    @property
    def is_known(self) -> bool:
        """Whether it is known how many there are."""
        return self.steps is not None or not self._run.was_used

    @property
    def is_due(self) -> bool:
        """Whether there is something in the thread that the run has not seen, and that was not read yet."""
        return (not self.is_known or self.is_inside_due) and not self._is_reading

    async def read(self) -> None:
        """Read the thread, if there is something in it that the run has not seen, and if it was not read yet."""
        if self.is_known and not self.is_inside_due:
            return
        # A script never needs it.
        from ..thread.earlier import earlier_steps
        from ..thread.inside import steps_inside

        run, self._is_reading = self._run, True
        try:
            steps = None if self.is_known else await earlier_steps(run.driver)
            inside, other = await steps_inside(run.driver), run.copied_from
            seen = {step.checkpoint for step in (steps or ())[:-1]}
            while steps and other is not None:
                # A copy has the checkpoints of its last step's nested graphs alone.
                found = await steps_inside(other.driver)
                inside = {**{around: found[around] for around in found.keys() & seen}, **inside}
                other = other.copied_from
        finally:
            self._is_reading = False
        with run.lock:
            self.steps = self.steps if steps is None else steps
            self._inside, self.is_inside_due = inside, False
            self.readings += 1
            self.place()

    def place(self) -> None:
        """See which of the thread's steps is the first that the run has streamed, or picked up, and count what was before."""
        if not self.readings:
            return
        self._find()
        state = self._run.state
        known = {task.id for step in state.steps for task in step.tasks}
        earlier = {step.checkpoint for step in (self.steps or ())[: self.before]}
        self._date()
        self.inside = {
            around: found
            for around, steps in self._inside.items()
            if (found := steps if around in earlier else [one for one in steps if not _is_in(one, known)])
        }
        inside = sum(map(len, self.inside.values()))
        what = (self.readings, self.before, inside, len(state.unexplained), self._is_over())
        # Of a long thread it takes a while.
        if what != self._what:
            self._what, state.earlier = what, self._counted()

    def _find(self) -> None:
        state, steps = self._run.state, self.steps or ()
        here = next((step for step in state.steps if not step.ns), None)
        ids = {task.id for task in here.tasks} if here is not None else set[str]()
        self.before = len(steps)
        for at, step in enumerate(steps):
            is_here = here is not None and any(task.id in ids for task in step.tasks)
            if here is not None and is_here:
                _begun(here, step)
                here.number = here.number or 0
            if is_here or step.checkpoint == state.origin:
                self.before = at
                return

    def _date(self) -> None:
        """Say of steps of nested graphs that were picked up when they began."""
        begun = {task.id: step for steps in self._inside.values() for step in steps for task in step.tasks}
        for own in self._run.state.unexplained:
            if own.ns and (step := next((begun[task.id] for task in own.tasks if task.id in begun), None)):
                _begun(own, step)

    def _counted(self) -> RunState:
        """What the nodes did before, and what led to which."""
        state = self._run.state
        earlier = state.anew()
        earlier.begin()
        for at, step in self.earlier():
            if at is not None:
                earlier.end_nested()
            earlier.repeat(_record(step))
        earlier.end_nested()
        for step in state.steps:
            for nested in self.inside_of(step):
                earlier.repeat(_record(nested))
        for step in state.unexplained:
            earlier.explain(step)
        if self._is_over():
            earlier.reach_end()
        earlier.steps.clear()
        return earlier

    def _is_over(self) -> bool:
        """Whether the graph has come to its end with the last of what was before."""
        steps = self.steps or ()
        if not self.before or not steps[self.before - 1].is_over:
            return False
        begins_anew = self.before < len(steps) and steps[self.before].begins
        return begins_anew or (
            self.before == len(steps) and not any(not step.ns for step in self._run.state.unexplained)
        )

    def index_of(self, step: StepRecord) -> int | None:
        """Where one of the run's own steps is in `session.history`; `None` inside of a nested graph, or if it is not known."""
        return step.number + self.before if step.number is not None and self.is_known else None

    def earlier(self) -> Iterator[tuple[int | None, EarlierStep]]:
        """What ran before, oldest first, with its index in `session.history`; `None` for that of a nested graph's."""
        for at, step in enumerate((self.steps or ())[: self.before]):
            yield at, step
            for nested in self.inside.get(step.checkpoint, ()):
                yield None, nested

    def following(self, step: EarlierStep) -> str | None:
        """The checkpoint of the thread's step after one that ran before; `None` inside of a nested graph."""
        steps = self.steps or ()
        later = dict(zip([one.checkpoint for one in steps], [one.checkpoint for one in steps[1:]], strict=False))
        return None if step.ns else later.get(step.checkpoint)

    def inside_of(self, step: StepRecord) -> Sequence[EarlierStep]:
        """What nested graphs had done of one of the run's own steps before it went on with that."""
        return () if step.ns or step.checkpoint is None else self.inside.get(step.checkpoint, ())

    def tasks(self) -> list[tuple[int | None, EarlierStep, EarlierTask]]:
        """What ran, oldest first: the index of its step in `session.history`, if it has one; the step; the task."""
        own = [(None, nested) for step in self._run.state.steps for nested in self.inside_of(step)]
        return [(at, step, task) for at, step in (*self.earlier(), *own) for task in step.tasks]


def _is_in(step: EarlierStep, known: set[str]) -> bool:
    return any(task.id in known for task in step.tasks)


def _begun(own: StepRecord, step: EarlierStep) -> None:
    """Picked up, a step began in another kernel."""
    own.began = min(step.at or math.inf, own.began or math.inf)
    own.checkpoint = own.checkpoint or step.checkpoint


def _record(step: EarlierStep) -> StepRecord:
    made = StepRecord(0, step.ns, step.checkpoint, began=step.at, begins=step.begins)
    made.tasks.extend(TaskRecord(task.id, task.node, 0, task.status) for task in step.tasks)
    return made
