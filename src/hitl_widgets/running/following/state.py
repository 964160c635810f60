"""What a run did: what its stream says, and what was done where it was not streamed: in other kernels, sessions and runs.

No threads, no Jupyter, and no drawing: nodes are known by their names, and `view/drawn.py` says where they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from langgraph.graph import END, START

from ...graph.leads import Levels
from ...protocol import NodeStatus
from .calls import called, is_scheduled
from .fold import Fold
from .records import Namespace, NodeRecord, Path, StepRecord, TaskRecord, node_names

if TYPE_CHECKING:
    from ...thread.earlier import EarlierStep

_LATE = 20
"""Steps that a checkpointer may still be busy with: it saves beside them."""


class RunState(Fold):
    """The nodes of a run and how it went from one to the other.

    Args:
        levels: where the nodes of its graphs lead; without it, whatever starts has followed all that ended before it.

    Attributes:
        earlier: what was done before all of this, where the thread's past was read: its nodes, and which followed which.
    """

    def __init__(self, levels: Levels | None = None) -> None:
        super().__init__(levels)
        self.earlier: RunState | None = None

    # ------------------------------------------------------------------ not streamed here

    @property
    def stands_at(self) -> tuple[str, int] | None:
        """The checkpoint that the thread is at, and the number of the step that starts from it, as far as it was streamed."""
        return self._numbered

    def stand_at(self, checkpoint: str, number: int, counted: int | None = None) -> None:
        """Others have gone on with the thread: it is there now.

        Args:
            checkpoint: the one that it is at.
            number: of the step that starts from it.
            counted: how many steps LangGraph has counted so far.
        """
        self.origin = self.origin or checkpoint
        self._numbered, self._counted = (checkpoint, number), counted
        self._checkpoints[()] = checkpoint

    def went_on(self, waiting: Collection[str], checkpoint: str | None, steps: int | None) -> None:
        """Others have gone on with the thread: what waited here, and waits no more, was done there.

        Args:
            waiting: the ids of the tasks that wait now.
            checkpoint: the one that the thread is at.
            steps: how many LangGraph has counted so far.
        """
        self.end_elsewhere(waiting)
        if checkpoint is None or self._numbered is None or checkpoint == self._numbered[0]:
            return
        # There may have been others between.
        more = 1 if steps is None or self._counted is None else steps - self._counted
        self.stand_at(checkpoint, self._numbered[1] + more, steps)

    def end_elsewhere(
        self, waiting: Collection[str], done: Collection[str] = (), left: Collection[str] = frozenset()
    ) -> None:
        """What waited here and waits no more has come to its end elsewhere.

        Args:
            waiting: the ids of the tasks that wait now.
            done: those of the thread's own that have finished, whatever they were here.
            left: those that nobody will go on with: the thread was changed behind them.
        """
        for ns, step in list(self._steps.items()):
            for task in step.tasks:
                around = ns[0].rpartition(":")[2] if ns else task.id
                if task.status in {"done", "running"} or task.id in waiting:
                    continue
                if around in left:
                    self._set(task, "idle")
                elif task.status == "waiting" or around in done:
                    self._finished(ns, step, task)

    def pass_over(self, checkpoint: str) -> None:
        """Others have changed the state that a step of the thread was to start from: it never ran."""
        self._passed[()] = (*self._passed.get((), ()), checkpoint)

    def seen_elsewhere(self, step: EarlierStep, number: int) -> None:
        """A step of the thread that others have begun: how long its tasks took is not known.

        Args:
            step: what the thread says of it.
            number: which of the thread's steps it is, counted from the first that was streamed here.
        """
        if step.begins and self.steps:
            if (END,) not in self.nodes:
                self.reach_end()
            self.begin_again()
        record, flow = self._begin_step(()), self._flow(())
        record.checkpoint, record.number, record.began = step.checkpoint, number, step.at
        record.ended, record.is_changed = step.is_over, step.is_changed
        is_explained = not flow.begins(task.node[-1] for task in step.tasks)
        if not is_explained:
            self.unexplained.append(record)
        for name in dict.fromkeys(task.node[-1] for task in step.tasks):
            if is_explained:
                self._follow_in(flow, record, (name,))
        for task in step.tasks:
            self._set(self._add(record, task.id, task.node), task.status)
            if task.status == "done":
                flow.ended(task.node[-1])
            elif task.error is not None:
                self.nodes[task.node].error = self._tasks[task.id].error = task.error

    def restore(self, ns: Namespace, task_id: str, name: str, status: NodeStatus, error: str | None = None) -> None:
        """A task of a thread that was not streamed here."""
        step = self._steps.get(ns)
        if step is None or (step.ended and not step.running and task_id not in self._tasks):
            step = self._begin_step(ns)
            self.unexplained.append(step)
        self._flow(ns).forget()
        self._put(step, task_id, (*node_names(ns), name), status, error)
        if status == "done":
            self._flow(ns).ended(name)

    def restore_call(self, ns: Namespace, task_id: str, node: Path, status: NodeStatus, error: str | None) -> None:
        """A task that a node has called, of a step that is there already.

        Args:
            ns: the namespace of the node's graph.
            task_id: LangGraph's id.
            node: the node's name, and its own.
            status: what it is.
            error: what it failed with, one line.
        """
        if (step := self._steps.get(ns)) is None:
            return
        self._put(step, task_id, (*node_names(ns), *node), status, error)

    def _put(self, step: StepRecord, task_id: str, path: Path, status: NodeStatus, error: str | None) -> None:
        task = self._tasks.get(task_id) or self._add(step, task_id, path)
        self._set(task, status)
        task.error = error
        if error is not None:  # else another of its tasks may have failed
            self.nodes[task.node].error = error

    # ------------------------------------------------------------------ at rest

    def begin(self) -> None:
        """The run has started."""
        self.nodes.setdefault((START,), NodeRecord(runs=1))

    def goes_on(self) -> None:
        """The run goes on with what an earlier kernel has done of it."""
        self._flow(()).goes_on()

    def begin_again(self) -> None:
        """A thread that has finished gets another input: what starts next follows its start."""
        self._leave(())
        self.nodes.pop((END,), None)
        self._begins = True

    def before(self, checkpoint: str) -> RunState:
        """What was done before a checkpoint that a step started from, or that the thread was at when it got another input.

        Args:
            checkpoint: its id. LangGraph's are in the order in which they were made.

        Returns:
            A state of its own, in which nothing is done if that is not known.
        """
        earlier = RunState(self._levels)
        own = [(one.checkpoint, one) for one in self.steps if one.ns == () and one.checkpoint is not None]
        following = next((step for at, step in own if at >= checkpoint), None)
        is_its = following is not None and following.checkpoint == checkpoint
        before = [(at, step.number) for at, step in own if at < checkpoint]
        if not (is_its or before):
            return earlier
        at, number = (checkpoint, following.number) if following is not None and is_its else before[-1]
        if number is not None:
            earlier.origin, earlier._numbered = self.origin, (at, number)
        steps = self.steps if following is None else self.steps[: following.index]
        if steps:
            earlier.begin()
        for step in steps:
            earlier.repeat(step, is_explained=step not in self.unexplained)
        earlier.end_nested()
        if following is None or following.begins:
            earlier.reach_end()
            earlier._begins = is_its
        if following is not None and is_its:
            earlier._passed[()] = following.passed
        return earlier

    def repeat(self, step: StepRecord, *, is_explained: bool = True) -> None:
        """Take over a step that is over, as another state has it."""
        if step.begins and self.steps:
            self._reach_end(())
        copied, flow = self._begin_step(step.ns), self._flow(step.ns)
        copied.checkpoint, copied.number, copied.ended, copied.begins = step.checkpoint, step.number, True, step.begins
        copied.began, copied.took = step.began, step.took
        copied.passed, copied.is_changed = step.passed, step.is_changed
        own = [task.node for task in step.tasks if is_scheduled(step.ns, task)]
        if not is_explained:
            flow.goes_on()
            self.unexplained.append(copied)
        flow.begins(node[-1] for node in own)
        for node in own:
            self._follow_in(flow, step, node)
            flow.ended(node[-1])
        done: list[TaskRecord] = []
        for task in step.tasks:
            if task.status == "done":
                fresh = self._add(copied, task.id, task.node)
                done.append(fresh)
                fresh.began, fresh.took, fresh.attempts, fresh.cached = (
                    task.began,
                    task.took,
                    task.attempts,
                    task.cached,
                )
                fresh.first, fresh.followed = task.first, task.followed
                for source in task.followed:
                    self._follow(source, task.node)
        # In the order in which they ended: the last one says how long its node took.
        for fresh in sorted(done, key=lambda one: (one.began or 0.0) + one.took):
            self._set(fresh, "done")

    def explain(self, step: StepRecord) -> None:
        """Count what led to a step of another state that goes on with what this one has."""
        own = [task.node for task in step.tasks if is_scheduled(step.ns, task)]
        flow = self._flow(step.ns)
        flow.begins(node[-1] for node in own)
        for node in own:
            self._follow_in(flow, step, node)

    def go_on_from(self, other: RunState) -> None:
        """What is repeated next follows what another state has done."""
        if any(not step.ns for step in other.steps):
            self._flows[()] = other._flow(()).copied()

    def end_nested(self) -> None:
        """The graphs nested in the latest step are over."""
        for ns in [ns for ns in self._steps if ns]:
            self._end(ns)

    def anew(self) -> RunState:
        """A state of the same graph, of which nothing is known."""
        return RunState(self._levels)

    def may_wait(self) -> bool:
        """Whether a task that a node has called has not told its end, as those do not that ask, or whose result was there."""
        steps = self._steps.items()
        return any(task.status in {"running", "waiting"} for ns, step in steps for task in called(ns, step.tasks))

    def had_results(self, ids: Collection[str]) -> None:
        """What calls have come to was in the thread: they start and never end (langgraph 1.2.24)."""
        for ns, step in list(self._steps.items()):
            for task in called(ns, step.tasks):
                if task.status == "waiting" and task.id in ids:
                    task.cached, task.took = True, 0.0
                    self._finished(ns, step, task)

    def rest(self, finished: Iterable[str], waiting: Iterable[str], *, cached: Collection[str] = ()) -> None:
        """The stream has ended: no task runs any more.

        Args:
            finished: the ids of tasks of the current step that the thread has results of. A task that finished just
                as its sibling failed is not in the stream (langgraph 1.2.22).
            waiting: the ids of tasks that wait for a person.
            cached: the ids of tasks whose results may have come from the graph's cache; such a one starts and never ends,
                as one whose sibling failed (langgraph 1.2.24).
        """
        done, asked = set(finished), set(waiting)
        for ns, step in list(self._steps.items()):
            callers: dict[Path, TaskRecord] = {}
            for task in step.tasks:
                caller = callers.get(task.node[:-1])
                if task.id in self._calls:
                    callers[task.node] = task
                if task.status == "running" and task.id in done:
                    task.cached = task.id in cached and not step.failed
                    self._finished(ns, step, task)
                elif task.status == "running" and caller is not None and caller.status == "waiting":
                    # The stream says nothing of a task that a node has called and that asks (langgraph 1.2.24).
                    self._set(task, "waiting", since=self._calls[caller.id].asked)
                elif task.status == "running":
                    self._set(task, "waiting" if task.id in asked else "idle")
                elif task.status == "failed" and task.id in asked:
                    # Its answer was refused: the node is where it was.
                    self._set(task, "waiting")

    def finish(self) -> None:
        """The graph has reached its end."""
        self.reach_end()
        self.nodes[END,] = NodeRecord(runs=1)

    def reach_end(self) -> None:
        """Count what led to the graph's end."""
        self._reach_end(())

    def node_of(self, task_id: str) -> str | None:
        """The name of the node that a task of one of the last steps is of."""
        late = (task for step in reversed(self.steps[-_LATE:]) for task in step.tasks)
        return next((task.node[-1] for task in late if task.id == task_id), None)

    def failed_node(self) -> Path | None:
        """The innermost node that has failed, if one has."""
        failed = [path for path, record in self.nodes.items() if record.failed and self._handler_of(path) is None]
        return max(failed, key=len, default=None)
