"""What ran on a run's thread before this kernel: read once, and then where the run's own steps begin in it.

A thread may have thousands of steps, and to read them is work for seconds: for this process, which has one interpreter, and
for the checkpointer, which has one lock (SQLite's). So it is read at once only for somebody who looks at it; else while the
run rests, and no further as soon as it goes on or an answer is written. What was read by then is kept.

The secrets that the thread got are found first (`inside/reading.py`): what ran before may quote them. Until all are known
nothing of it is shown, and of an error no more than its name (`Secrets.line`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .following.records import StepRecord, TaskRecord
from .forks.copied import Seen, seen_by
from .recorded import know_before

if TYPE_CHECKING:
    from ..thread.earlier import EarlierStep, EarlierSteps, EarlierTask
    from ..thread.inside import Inside
    from .following.state import RunState
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
        self._inside: Inside = {}
        self._seen = Seen()
        self._counted_of: tuple[Any, ...] = ()
        """What was counted."""
        self.steps: Sequence[EarlierStep] | None = None
        """The thread's steps when they were read, those that the run had streamed by then among them; `None` before that."""
        self.is_inside_due = False
        """Whether nested graphs may have done something in the thread that this run did not see, and that was not read yet."""
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
        return not self.is_known or self.is_inside_due

    @property
    def can_be_read(self) -> bool:
        """Whether there is something to read, and nobody is kept waiting by it: the run rests, and no answer is written."""
        run = self._run
        is_quiet = run.at_rest.is_set() and not any(one.status == "taking" for one in tuple(run.pending))
        return is_quiet and (self.is_due or not (run.secrets.are_all and run.recalled))

    async def read(self) -> None:
        """Read the thread, if there is something in it that the run has not seen, and if it was not read yet."""
        await self._go_through(lambda: True)

    async def read_at_rest(self, go_on: Callable[[], bool] = lambda: True) -> None:
        """Find its secrets and read it, as long as it `can_be_read` and one wants to go on; called again it goes on from there."""
        await self._go_through(lambda: self.can_be_read and go_on())

    async def _go_through(self, go_on: Callable[[], bool]) -> None:
        # Two may read at once, somebody who looks and the other: each for itself, and what is known stays so.
        await know_before(self._run, go_on)
        if self._run.secrets.are_all:
            await self._read_steps(go_on)
        if self.is_known and self.is_inside_due:
            await self._read_inside(go_on)

    async def _read_steps(self, go_on: Callable[[], bool]) -> None:
        if self.is_known:
            return
        from ..thread.earlier import earlier_steps  # a script never needs it

        read = await earlier_steps(self._run.driver, go_on, self._read)
        with self._run.lock:
            if self.is_known:
                return
            self._read = read
            if read.are_all:
                self.steps, self._read = read.newest_first[::-1], None
                self.is_inside_due = True
                self._was_read()

    async def _read_inside(self, go_on: Callable[[], bool]) -> None:
        """Read what nested graphs did: all of it, or another time from the beginning."""
        from ..thread.inside import steps_inside

        run = self._run
        inside, other = await steps_inside(run.driver, go_on), run.origin.copied_from
        seen = {step.checkpoint for step in (self.steps or ())[:-1]}
        while inside is not None and seen and other is not None:
            # A copy has the checkpoints of its last step's nested graphs alone.
            found = await steps_inside(other.driver, go_on)
            inside = None if found is None else {**{around: found[around] for around in found.keys() & seen}, **inside}
            other = other.origin.copied_from
        if inside is None:
            return
        ran = [task.id for steps in (self.steps or (), *inside.values()) for step in steps for task in step.tasks]
        beside = [task.id for task in run.snapshot.tasks] if run.snapshot is not None else []
        seen = seen_by(run.origin.copied_from, {*ran, *beside})
        with run.lock:
            self._inside, self._seen, self.is_inside_due = inside, seen, False
            self._was_read()

    def _was_read(self) -> None:
        self.readings += 1
        self.place()

    def place(self) -> bool:
        """See which of the thread's steps is the first that the run has streamed, or picked up, and count what was before.

        Returns:
            Whether other steps are before it than were.
        """
        if not self.readings:
            return False
        self._find()
        state = self._run.state
        known = {task.id for step in state.steps for task in step.tasks}
        passed = {checkpoint for step in state.steps for checkpoint in step.passed}
        earlier = {step.checkpoint for step in (self.steps or ())[: self.before]}
        self._date()
        self.inside = {
            around: found
            for around, steps in self._inside.items()
            if (
                found := steps
                if around in earlier
                else [one for one in steps if not (_is_in(one, known) or one.checkpoint in passed)]
            )
        }
        inside = sum(map(len, self.inside.values()))
        placed = (self.readings, self.before, inside)
        begun = sum(bool(self.inside_of(step)) for step in state.steps) if inside else 0
        stands = any(True for _ in self.not_begun())
        counted = (*placed, begun, len(state.unexplained), self._is_over(), stands)
        is_other = placed != self._counted_of[: len(placed)]
        # Of a long thread it takes a while.
        if counted != self._counted_of:
            self._counted_of, state.earlier = counted, self._counted()
        return is_other

    def _find(self) -> None:
        state, steps = self._run.state, self.steps or ()
        here = next((step for step in state.steps if not step.ns), None)
        ids = {task.id for task in here.tasks} if here is not None else set[str]()
        self.before = len(steps)
        for at, step in enumerate(steps):
            is_here = here is not None and any(task.id in ids for task in (*step.tasks, *step.stands))
            if here is not None and is_here:
                # A fork has begun its first step itself, from a checkpoint that was copied with its time.
                _begun(here, step if self._run.name is None else replace(step, at=None))
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
        begins = False
        for at, step in self.earlier():
            begins = begins or step.begins
            if not (step.tasks or step.checkpoint in self.inside):
                continue  # what never ran has led nowhere
            if at is not None:
                earlier.end_nested()
            earlier.repeat(self._record(step, begins=begins))
            begins = False
        earlier.end_nested()
        known = {step.checkpoint for step in (self.steps or ())[: self.before]}
        for around, steps in self.inside.items():
            # Of the run's own steps, the one that it stands before (a fork from inside of it) among them.
            for nested in steps if around not in known else ():
                if nested.tasks:
                    earlier.repeat(self._record(nested, begins=False))
        if self._is_over():
            # What comes then follows the start.
            earlier.reach_end()
        for step in state.unexplained:
            earlier.explain(step)
        for _, step in self.not_begun():
            if not step.ns:
                earlier.go_on_from(state)
                earlier.repeat(self._record(step, begins=step.begins))
        earlier.steps.clear()
        return earlier

    def _record(self, step: EarlierStep, *, begins: bool) -> StepRecord:
        made = StepRecord(0, step.ns, step.checkpoint, began=step.at, begins=begins, is_changed=step.is_changed)
        # Of one in which a nested graph stands nothing may have ended.
        made.tasks.extend(self.record_of(task) for task in step.tasks or step.stands)
        return made

    def record_of(self, task: EarlierTask) -> TaskRecord:
        """What is known of a task that ran before: as the run has seen it that this one is a fork of, if it did."""
        made = TaskRecord(task.id, task.node, 0, task.status, error=task.error, tool=task.tool)
        seen = self._seen.tasks.get(task.id) if task.status == "done" else None
        return made if seen is None else replace(seen, node=task.node, step=0, error=None)

    def took(self, step: EarlierStep) -> float | None:
        """How long a step took, if all of it has ended and the run has seen it that this one is a fork of."""
        return self._seen.took.get(step.checkpoint) if step.is_over else None

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

    def not_begun(self) -> Iterator[tuple[int | None, EarlierStep]]:
        """The step that the thread stands in and that the run has not begun, with what nested graphs have done of it.

        So a fork begins at what was asked inside of them, until somebody lets it go on.
        """
        state, snapshot = self._run.state, self._run.snapshot
        if not self.inside or snapshot is None or (self.steps is not None and self.before == len(self.steps)):
            return
        from ..thread.earlier import checkpoint_of, step_at

        checkpoint = checkpoint_of(snapshot)
        latest = next((step for step in reversed(state.steps) if not step.ns), None)
        is_begun = latest is not None and (latest.checkpoint is None or latest.checkpoint >= checkpoint)
        if is_begun or not (inside := self.inside.get(checkpoint)):
            return
        at = state.stands_at[1] + self.before if state.stands_at is not None else None
        yield at, step_at(snapshot, snapshot.tasks, is_over=False)
        for nested in inside:
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
        return [(at, step, task) for at, step in (*self.earlier(), *own, *self.not_begun()) for task in step.tasks]


def _is_in(step: EarlierStep, known: set[str]) -> bool:
    return any(task.id in known for task in step.tasks)


def _begun(own: StepRecord, step: EarlierStep) -> None:
    """Picked up, a step began in another kernel."""
    own.began = min((at for at in (step.at, own.began) if at is not None), default=None)
    own.checkpoint = own.checkpoint or step.checkpoint
