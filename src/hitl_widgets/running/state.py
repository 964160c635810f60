"""What a run did: which nodes started, ended, wait and failed, and which node followed which.

No threads, no Jupyter, and no drawing: events are folded by the names of nodes, and `view/drawn.py` says where they are.
Events are the parts of LangGraph's `tasks` stream (`version="v2"`, `subgraphs=True`). Folding one is a few dictionary
operations, since a run may emit ten thousand of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START

from ..graph.leads import Levels
from ..protocol import NodeStatus
from .calls import Calls, called_name, is_call, is_scheduled
from .flow import Flow
from .records import Namespace, NodeRecord, Path, StepRecord, TaskRecord, node_names
from .tally import Tally, one_line

if TYPE_CHECKING:
    from ..thread.earlier import EarlierStep

_LATE = 20
"""Steps that a checkpointer may still be busy with: it saves beside them."""


class RunState(Tally):
    """The nodes of a run and how it went from one to the other, folded from its stream.

    Args:
        levels: where the nodes of its graphs lead; without it, whatever starts has followed all that ended before it.

    Attributes:
        followed: how many times a node started because another had finished, by the paths of both. A graph's first
            nodes follow `__start__`, and `__end__` follows its last.
        origin: the checkpoint that the first of the thread's own steps started from, of those that were streamed here.
        unexplained: the steps that an earlier kernel has led to: it is not known which nodes they followed.
        earlier: what was done before all of this, where the thread's past was read: its nodes, and which followed which.
    """

    def __init__(self, levels: Levels | None = None) -> None:
        super().__init__()
        self._levels = levels
        self.followed: dict[tuple[Path, Path], int] = {}
        self.origin: str | None = None
        self.unexplained: list[StepRecord] = []
        self.earlier: RunState | None = None
        self._steps: dict[Namespace, StepRecord] = {}
        """The step that each graph is at."""
        self._checkpoints: dict[Namespace, str] = {}
        self._next: dict[Namespace, Sequence[str]] = {}
        """The nodes that start from it."""
        self._flows: dict[Namespace, Flow] = {}
        self._numbered: tuple[str, int] | None = None
        """The checkpoint that the thread is at, and the number of the step that starts from it."""
        self._counted: int | None = None
        """How many steps LangGraph has counted in the thread until then; of them the input is one."""
        self._begins = False
        """Whether the thread has got another input, and nothing has started since."""
        self._calls: dict[str, Calls] = {}
        """What the tasks that run have called, by their ids."""

    # ------------------------------------------------------------------ events

    def apply(self, part: Mapping[str, Any]) -> bool:
        """Fold one part of the stream; returns whether anything changed that people see."""
        kind, ns, data = part["type"], part["ns"], part["data"]
        if kind == "tasks":
            if "triggers" not in data:
                interrupted = bool(data.get("interrupts"))
                return self._ended(ns, data["id"], data.get("error"), interrupted=interrupted)
            starts = self._called if is_call(data) else self._started
            return starts(ns, data["id"], data["name"])
        return kind == "checkpoints" and self._saved(ns, data)

    def _saved(self, ns: Namespace, data: Mapping[str, Any]) -> bool:
        """A checkpoint: what runs from now on starts from it, and the step before is over."""
        config: RunnableConfig = data["config"] or {}
        saved = config.get("configurable", {}).get("checkpoint_id")
        if saved is None:
            return False
        following: Sequence[str] = data.get("next") or ()
        if not ns:
            self._counted = (data.get("metadata") or {}).get("step")
            self._number(saved, following)
        step = self._steps.get(ns)
        if step is not None and step.checkpoint == saved:
            return False  # it goes on with the same step
        self._checkpoints[ns] = saved
        self._next[ns] = following
        if ns and ns not in self._flows and (data.get("metadata") or {}).get("step", 0) > 0:
            self._flow(ns).goes_on()
        if step is None:
            return False
        if step.checkpoint is None and not step.ended and any(task.node[-1] in following for task in step.tasks):
            # It was begun before this kernel, and goes on.
            step.checkpoint, step.number = saved, self._number_at(ns)
            return False
        if not step.running:
            return False
        # A task that came from the cache starts and never ends (langgraph 1.2.24).
        cached = [task for task in step.tasks if task.status == "running"]
        for task in cached:
            task.cached = True
            self._finished(ns, step, task)
        return bool(cached)

    def _number(self, saved: str, following: Sequence[str]) -> None:
        """Count the steps of the thread as `thread/history.py` does: each checkpoint that has tasks but the input's."""
        if not following or (START in following and set(following) == {START}):
            return
        if self._numbered is None:
            self.origin, self._numbered = saved, (saved, 0)
        elif self._numbered[0] != saved:
            self._numbered = saved, self._numbered[1] + 1

    def _number_at(self, ns: Namespace) -> int | None:
        return self._numbered[1] if self._numbered is not None and not ns else None

    def _started(self, ns: Namespace, task_id: str, name: str) -> bool:
        step, task = self._steps.get(ns), self._tasks.get(task_id)
        if step is not None and task is not None:
            # Resuming starts every task of the step again, the finished ones too (those come back from the cache).
            if task.status == "done":
                return False
            self._work(task)
            return True
        graph, flow = node_names(ns), self._flow(ns)
        # A task that a node calls in its own code is a part of that node's step.
        if step is None or (step.ended and not step.running):
            step = self._begin_step(ns)
            # Without a checkpoint that says what is next, this is all that is known to start.
            if flow.begins(self._next.get(ns) or [name]):
                self.unexplained.append(step)
        task = self._add(step, task_id, (*graph, name))
        self._work(task)
        if step not in self.unexplained:
            for source in flow.followed_by(name):
                self._follow((*graph, source), task.node)
        return True

    def _flow(self, ns: Namespace) -> Flow:
        flow = self._flows.get(ns)
        if flow is None:
            flow = self._flows[ns] = Flow(self._levels.at(node_names(ns)) if self._levels is not None else None)
        return flow

    def _called(self, ns: Namespace, task_id: str, name: str) -> bool:
        """A task that a node of the graph has called: a part of that node's step, drawn inside of it."""
        step, name = self._steps.get(ns), called_name(name)
        if (task := self._tasks.get(task_id)) is not None:
            if task.status == "done":
                return False
            self._work(task)
            return True
        # The stream does not say who has called. With several that could have, the first is as good a guess as any.
        callers = [] if step is None else [one for one in step.tasks if is_scheduled(ns, one)]
        caller = next((one for one in callers if one.status == "running"), None)
        if step is None or caller is None:
            return self._started(ns, task_id, name)
        task = self._add(step, task_id, (*caller.node, name))
        self._work(task)
        task.followed = tuple(self._calls.setdefault(caller.id, Calls()).begins() or {(*caller.node, START)})
        for source in task.followed:
            self._follow(source, task.node)
        return True

    def _begin_step(self, ns: Namespace) -> StepRecord:
        self._leave(ns)
        index, number = len(self.steps), self._number_at(ns)
        # The same int object where they are equal: a long run has many.
        number = index if number == index else number
        step = self._steps[ns] = StepRecord(index, ns, self._checkpoints.get(ns), number)
        self.steps.append(step)
        if not ns:
            step.begins, self._begins = self._begins, False
        return step

    def _leave(self, ns: Namespace) -> None:
        if (left := self._steps.pop(ns, None)) is not None:
            for task in left.tasks:
                task.exception = None
                if task.status == "running":
                    # It went on in the graph around its own (`Command.PARENT`): it starts and never ends (langgraph 1.2.24).
                    self._set(task, "done")
                self._tasks.pop(task.id, None)

    def _follow(self, source: Path, target: Path) -> None:
        self.followed[source, target] = self.followed.get((source, target), 0) + 1

    def _ended(self, ns: Namespace, task_id: str, error: Any, *, interrupted: bool) -> bool:
        step = self._steps.get(ns)
        task = self._tasks.get(task_id)
        if step is None or task is None:
            return False
        if error is not None:
            self._set(task, "failed")
            self.nodes[task.node].error = task.error = one_line(error)
            task.exception = error if isinstance(error, BaseException) else None
        elif interrupted:
            self._set(task, "waiting")
            # The stream says nothing of a task that it has called and that asks (langgraph 1.2.24).
            for called in step.tasks:
                if called.status == "running" and called.node[:-1] == task.node:
                    self._set(called, "waiting")
        else:
            self._finished(ns, step, task)
        return True

    def _finished(self, ns: Namespace, step: StepRecord, task: TaskRecord) -> None:
        self._set(task, "done")
        if is_scheduled(ns, task):
            step.ended = True
            self._flow(ns).ended(task.node[-1])
            self._calls.pop(task.id, None)
            if len(self._steps) > 1:
                self._end_inside((*ns, f"{task.node[-1]}:{task.id}"))
        elif (caller := next((one for one in step.tasks if one.node == task.node[:-1]), None)) is not None:
            self._calls.setdefault(caller.id, Calls()).ended.add(task.node)
            self._end_inside((*ns, f"{caller.node[-1]}:{caller.id}", f"{task.node[-1]}:{task.id}"))

    def _end_inside(self, first: Namespace) -> None:
        """The graphs that a task has run are over; the second one that its code called has a number (langgraph 1.2.24)."""
        inside, calls = first, count(1)
        while inside in self._steps:
            self._end(inside)
            inside = (*first, str(next(calls)))

    def _end(self, ns: Namespace) -> None:
        """A nested graph is over."""
        self._leave(ns)
        self._reach_end(ns)
        self._checkpoints.pop(ns, None)
        self._next.pop(ns, None)
        self._flows.pop(ns, None)

    def _reach_end(self, ns: Namespace) -> None:
        graph = node_names(ns)
        for source in self._flow(ns).ends():
            self._follow((*graph, source), (*graph, END))

    def running_in(self, ns: Namespace) -> list[TaskRecord]:
        """The tasks of one graph that are at work."""
        step = self._steps.get(ns)
        return [task for task in step.tasks if task.status == "running"] if step is not None else []

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
        record.ended = step.is_over
        is_explained = not flow.begins(task.node[-1] for task in step.tasks)
        if not is_explained:
            self.unexplained.append(record)
        for name in dict.fromkeys(task.node[-1] for task in step.tasks):
            for source in flow.followed_by(name) if is_explained else ():
                self._follow((source,), (name,))
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
        task = self._tasks.get(task_id) or self._add(step, task_id, (*node_names(ns), name))
        self._set(task, status)
        if status == "done":
            self._flow(ns).ended(name)
        self.nodes[task.node].error = task.error = error

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
        task = self._tasks.get(task_id) or self._add(step, task_id, (*node_names(ns), *node))
        self._set(task, status)
        self.nodes[task.node].error = task.error = error

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
        """What was done before the step that started from a checkpoint, as a state of its own; nothing if that is not known."""
        earlier = RunState(self._levels)
        following = next((one for one in self.steps if one.ns == () and one.checkpoint == checkpoint), None)
        if following is None:
            return earlier
        if following.number is not None:
            earlier.origin, earlier._numbered = self.origin, (checkpoint, following.number)
        if following.index > 0:
            earlier.begin()
        for step in self.steps[: following.index]:
            earlier.repeat(step, is_explained=step not in self.unexplained)
        earlier.end_nested()
        if following.begins:
            earlier.reach_end()
            earlier._begins = True
        return earlier

    def repeat(self, step: StepRecord, *, is_explained: bool = True) -> None:
        """Take over a step that is over, as another state has it."""
        if step.begins and self.steps:
            self._reach_end(())
        copied, flow = self._begin_step(step.ns), self._flow(step.ns)
        copied.checkpoint, copied.number, copied.ended, copied.begins = step.checkpoint, step.number, True, step.begins
        copied.began, copied.took = step.began, step.took
        own = [task.node for task in step.tasks if is_scheduled(step.ns, task)]
        if not is_explained:
            flow.goes_on()
            self.unexplained.append(copied)
        flow.begins(node[-1] for node in own)
        for node in own:
            for source in flow.followed_by(node[-1]):
                self._follow((*node[:-1], source), node)
            flow.ended(node[-1])
        for task in step.tasks:
            if task.status == "done":
                fresh = self._add(copied, task.id, task.node)
                fresh.began, fresh.took, fresh.attempts, fresh.cached = (
                    task.began,
                    task.took,
                    task.attempts,
                    task.cached,
                )
                fresh.followed = task.followed
                for source in task.followed:
                    self._follow(source, task.node)
                self._set(fresh, "done")

    def explain(self, step: StepRecord) -> None:
        """Count what led to a step of another state that goes on with what this one has."""
        own = [task.node for task in step.tasks if is_scheduled(step.ns, task)]
        flow = self._flow(step.ns)
        flow.begins(node[-1] for node in own)
        for node in own:
            for source in flow.followed_by(node[-1]):
                self._follow((*node[:-1], source), node)

    def end_nested(self) -> None:
        """The graphs nested in the latest step are over."""
        for ns in [ns for ns in self._steps if ns]:
            self._end(ns)

    def anew(self) -> RunState:
        """A state of the same graph, of which nothing is known."""
        return RunState(self._levels)

    def rest(self, finished: Iterable[str], waiting: Iterable[str]) -> None:
        """The stream has ended: no task runs any more.

        Args:
            finished: the ids of tasks of the current step that the thread has results of. A task that finished just
                as its sibling failed is not in the stream (langgraph 1.2.22).
            waiting: the ids of tasks that wait for a person.
        """
        done, asked = set(finished), set(waiting)
        for ns, step in list(self._steps.items()):
            for task in step.tasks:
                if task.status == "running" and task.id in done:
                    self._finished(ns, step, task)
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
        failed = [path for path, record in self.nodes.items() if record.failed]
        return max(failed, key=len, default=None)
