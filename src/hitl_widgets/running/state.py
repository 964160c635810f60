"""What a run did: which nodes started, ended, wait and failed, and which node followed which.

No threads, no Jupyter, and no drawing: events are folded by the names of nodes, and `view/drawn.py` says where they are.
Events are the parts of LangGraph's `tasks` stream (`version="v2"`, `subgraphs=True`). Folding one is a few dictionary
operations, since a run may emit ten thousand of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START

from ..protocol import NodeStatus
from .calls import Calls, is_call, is_scheduled
from .records import Namespace, NodeRecord, Path, StepRecord, TaskRecord, node_names


class RunState:
    """The nodes of a run and how it went from one to the other, folded from its stream.

    Attributes:
        nodes: what each node that ever started did, by path.
        steps: the steps in the order in which they began, those of nested graphs among them.
        followed: how many times a node started because another had finished, by the paths of both. A graph's first
            nodes follow `__start__`, and `__end__` follows its last.
    """

    def __init__(self) -> None:
        self.nodes: dict[Path, NodeRecord] = {}
        self.steps: list[StepRecord] = []
        self.followed: dict[tuple[Path, Path], int] = {}
        self._steps: dict[Namespace, StepRecord] = {}
        """The step that each graph is at."""
        self._tasks: dict[str, TaskRecord] = {}
        """Theirs, by id."""
        self._checkpoints: dict[Namespace, str] = {}
        self._before: dict[Namespace, set[Path]] = {}
        """The nodes of the step before it."""
        self._calls: dict[str, Calls] = {}
        """What the tasks that run have called, by their ids."""

    # ------------------------------------------------------------------ events

    def apply(self, part: Mapping[str, Any]) -> bool:
        """Fold one part of the stream; returns whether anything changed that people see."""
        data = part["data"]
        match part["type"]:
            case "tasks" if "triggers" in data and is_call(data):
                return self._called(part["ns"], data["id"], data["name"])
            case "tasks" if "triggers" in data:
                return self._started(part["ns"], data["id"], data["name"], data["triggers"])
            case "tasks":
                interrupted = bool(data.get("interrupts"))
                return self._ended(part["ns"], data["id"], data.get("error"), interrupted=interrupted)
            case "checkpoints":
                return self._saved(part["ns"], data["config"])
            case _:
                return False

    def _saved(self, ns: Namespace, config: RunnableConfig | None) -> bool:
        """A checkpoint: what runs from now on starts from it, and the step before is over."""
        saved = (config or {}).get("configurable", {}).get("checkpoint_id")
        step = self._steps.get(ns)
        if saved is None or (step is not None and step.checkpoint == saved):
            return False  # it goes on with the same step
        self._checkpoints[ns] = saved
        if step is None:
            return False
        # A task that came from the cache starts and never ends (langgraph 1.2.24).
        cached = [task for task in step.tasks if task.status == "running"]
        for task in cached:
            task.cached = True
            self._finished(ns, step, task)
        return bool(cached)

    def _started(self, ns: Namespace, task_id: str, name: str, triggers: Iterable[str]) -> bool:
        step = self._steps.get(ns)
        if step is None:
            step = self._begin_step(ns)
        task = self._tasks.get(task_id)
        if task is not None:
            # Resuming starts every task of the step again, the finished ones too (those come back from the cache).
            if task.status == "done":
                return False
            self._work(task)
            return True
        if step.ended:
            finished = {one.node for one in step.tasks if is_scheduled(ns, one)}
            step = self._begin_step(ns)
            self._before[ns] = finished
        graph = node_names(ns)
        task = self._add(step, task_id, (*graph, name))
        self._work(task)
        came_from = {*self._before.get(ns, ())}
        for trigger in triggers:
            # A join waits for nodes of earlier steps too; its channel names them (langgraph 1.2.22).
            if trigger.startswith("join:"):
                came_from.update((*graph, joined) for joined in trigger.split(":")[1].split("+"))
        for source in came_from or {(*graph, START)}:
            self._follow(source, task.node)
        return True

    def _called(self, ns: Namespace, task_id: str, name: str) -> bool:
        """A task that a node of the graph has called: a part of that node's step, drawn inside of it."""
        step = self._steps.get(ns)
        if (task := self._tasks.get(task_id)) is not None:
            if task.status == "done":
                return False
            self._work(task)
            return True
        # The stream does not say who has called. With several that could have, the first is as good a guess as any.
        callers = [] if step is None else [one for one in step.tasks if is_scheduled(ns, one)]
        caller = next((one for one in callers if one.status == "running"), None)
        if step is None or caller is None:
            return self._started(ns, task_id, name, ())
        task = self._add(step, task_id, (*caller.node, name))
        self._work(task)
        for source in self._calls.setdefault(caller.id, Calls()).begins() or {(*caller.node, START)}:
            self._follow(source, task.node)
        return True

    def _begin_step(self, ns: Namespace) -> StepRecord:
        self._leave(ns)
        step = self._steps[ns] = StepRecord(len(self.steps), ns, self._checkpoints.get(ns))
        self.steps.append(step)
        return step

    def _leave(self, ns: Namespace) -> None:
        self._before.pop(ns, None)
        if (left := self._steps.pop(ns, None)) is not None:
            for task in left.tasks:
                self._tasks.pop(task.id, None)

    def _add(self, step: StepRecord, task_id: str, path: Path) -> TaskRecord:
        record = self._record(path)
        # The same path object for all of them: a long run has many.
        path = record.latest.node if record.latest is not None else path
        task = self._tasks[task_id] = TaskRecord(task_id, path, step.index)
        step.tasks.append(task)
        if not (record.running or record.waiting or record.failed):
            record.started = record.finished = 0
        record.started += 1
        record.latest = task
        return task

    def _work(self, task: TaskRecord) -> None:
        task.began, task.attempts, task.progress = time.time(), 1, None
        self._set(task, "running")

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
        # The tasks of a graph nested in it are over too.
        if is_scheduled(ns, task):
            step.ended = True
            self._calls.pop(task.id, None)
            self._forget((*ns, f"{task.node[-1]}:{task.id}"))
            return
        if (caller := next((one for one in step.tasks if one.node == task.node[:-1]), None)) is not None:
            self._calls.setdefault(caller.id, Calls()).ended.add(task.node)
            self._forget((*ns, f"{caller.node[-1]}:{caller.id}", f"{task.node[-1]}:{task.id}"))

    def _forget(self, ns: Namespace) -> None:
        self._leave(ns)
        self._checkpoints.pop(ns, None)

    def task(self, task_id: str) -> TaskRecord | None:
        """A task of any step, by LangGraph's id."""
        if (task := self._tasks.get(task_id)) is not None:
            return task
        return next((task for step in reversed(self.steps) for task in step.tasks if task.id == task_id), None)

    def attempt(self, task_id: str, number: int) -> bool:
        """A task's node is called for the `number`th time since it began to work; returns whether that is news."""
        task = self._tasks.get(task_id)
        if task is None or number <= task.attempts:
            return False
        self._record(task.node).retried += number - task.attempts
        task.attempts = number
        return True

    def progress(self, task_id: str, share: float) -> bool:
        """How far a task says that it is, 0 to 1; returns whether that is news."""
        task = self._tasks.get(task_id)
        share = min(max(share, 0.0), 1.0)
        if task is None or task.progress == share:
            return False
        task.progress = share
        return True

    def restore(self, ns: Namespace, task_id: str, name: str, status: NodeStatus, error: str | None = None) -> None:
        """A task of a thread that was not streamed here."""
        step = self._steps.get(ns) or self._begin_step(ns)
        task = self._tasks.get(task_id) or self._add(step, task_id, (*node_names(ns), name))
        self._set(task, status)
        self.nodes[task.node].error = task.error = error

    def _record(self, path: Path) -> NodeRecord:
        record = self.nodes.get(path)
        if record is None:
            record = self.nodes[path] = NodeRecord()
        return record

    def _set(self, task: TaskRecord, status: NodeStatus) -> None:
        record = self._record(task.node)
        if task.status == "running":
            record.running -= 1
            if task.began is not None:
                task.took += time.time() - task.began
        elif task.status == "waiting":
            record.waiting -= 1
        elif task.status == "failed":
            record.failed -= 1
            record.error = task.error = None
        if status == "running":
            record.running += 1
        elif status == "waiting":
            record.waiting += 1
        elif status == "failed":
            record.failed += 1
        elif status == "done":
            record.runs += 1
            record.finished += 1
            record.cached += task.cached
        task.status = status

    # ------------------------------------------------------------------ at rest

    def begin(self) -> None:
        """The run has started."""
        self.nodes.setdefault((START,), NodeRecord(runs=1))

    def rest(self, finished: Iterable[str], waiting: Iterable[str]) -> None:
        """The stream has ended: no task runs any more.

        Args:
            finished: the ids of tasks of the current step that the thread has results of. A task that finished just
                as its sibling failed is not in the stream (langgraph 1.2.22).
            waiting: the ids of tasks that wait for a person.
        """
        done, asked = set(finished), set(waiting)
        for step in self._steps.values():
            for task in step.tasks:
                if task.status == "running":
                    self._set(task, "done" if task.id in done else "waiting" if task.id in asked else "idle")
                elif task.status == "failed" and task.id in asked:
                    # Its answer was refused: the node is where it was.
                    self._set(task, "waiting")

    def finish(self) -> None:
        """The graph has reached its end."""
        last = self._steps.get(())
        done = [task for task in last.tasks if is_scheduled((), task)] if last is not None else ()
        for source in {task.node for task in done if task.status == "done"}:
            self._follow(source, (END,))
        self.nodes[END,] = NodeRecord(runs=1)

    def failed_node(self) -> Path | None:
        """The innermost node that has failed, if one has."""
        failed = [path for path, record in self.nodes.items() if record.status == "failed"]
        return max(failed, key=len, default=None)


def one_line(error: Any) -> str:
    """An exception as one line: its type and the first line of what it says."""
    if not isinstance(error, BaseException):
        return str(error).strip().splitlines()[0] if str(error).strip() else "failed"
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
