"""LangGraph's stream, folded: which nodes started, ended, wait and failed, and which node followed which.

Events are the parts of its `tasks` and `checkpoints` streams (`version="v2"`, `subgraphs=True`). Folding one is a few dictionary
operations, since a run may emit ten thousand of them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from langgraph.graph import END, START

from ...driver.answers.address import checkpoint_id_in
from ...driver.handlers import handler_id
from ...graph.leads import Levels
from ...thread.cancelled import CANCELLED, is_cancelled
from ...watching.listener import handling
from .calls import Calls, called_name, is_call, is_scheduled, tool_called
from .flow import Flow
from .records import Namespace, Path, StepRecord, TaskRecord, node_names
from .tally import Tally, one_line


class Fold(Tally):
    """The nodes of a run and how it went from one to the other, as far as its stream says.

    Args:
        levels: where the nodes of its graphs lead; without it, whatever starts has followed all that ended before it.

    Attributes:
        followed: how many times a node started because another had finished, by the paths of both. A graph's first
            nodes follow `__start__`, and `__end__` follows its last.
        certain: those of them of which there is no doubt, though no edge may say so.
        origin: the checkpoint that the first of the thread's own steps started from, of those that were streamed here.
        unexplained: the steps that an earlier kernel has led to: it is not known which nodes they followed.
    """

    def __init__(self, levels: Levels | None = None) -> None:
        super().__init__()
        self._levels = levels
        self.followed: dict[tuple[Path, Path], int] = {}
        self.certain: set[tuple[Path, Path]] = set()
        self.origin: str | None = None
        self.unexplained: list[StepRecord] = []
        self._steps: dict[Namespace, StepRecord] = {}
        """The step that each graph is at."""
        self._checkpoints: dict[Namespace, str] = {}
        self._counts: dict[Namespace, int] = {}
        """How many steps LangGraph has counted in each graph until then."""
        self._next: dict[Namespace, Sequence[str]] = {}
        """The nodes that start from it."""
        self._flows: dict[Namespace, Flow] = {}
        self._numbered: tuple[str, int] | None = None
        """The checkpoint that the thread is at, and the number of the step that starts from it."""
        self._counted: int | None = None
        """How many steps LangGraph has counted in the thread until then; of them the input is one."""
        self._passed: dict[Namespace, tuple[str, ...]] = {}
        """By graph the checkpoints whose steps were passed over, before its next one."""
        self._changed: set[Namespace] = set()
        """The graphs that are at a state that somebody has changed."""
        self._begins = False
        """Whether the thread has got another input, and nothing has started since."""
        self._calls: dict[str, Calls] = {}
        """What the tasks that run have called, by their ids."""

    def apply(self, part: Mapping[str, Any]) -> bool:
        """Fold one part of the stream; returns whether anything changed that people see."""
        kind, ns, data = part["type"], part["ns"], part["data"]
        if kind == "tasks":
            if "triggers" not in data:
                interrupted = bool(data.get("interrupts"))
                return self._ended(ns, data["id"], data.get("error"), interrupted=interrupted)
            starts = self._called if is_call(data) else self._started
            is_news = starts(ns, data["id"], data["name"])
            if (tool := tool_called(data.get("input"))) and (task := self._tasks.get(data["id"])) is not None:
                task.tool = tool
            return is_news
        return kind == "checkpoints" and self._saved(ns, data)

    def _saved(self, ns: Namespace, data: Mapping[str, Any]) -> bool:
        """A checkpoint: what runs from now on starts from it, and the step before is over."""
        saved = checkpoint_id_in(data["config"])
        if saved is None:
            return False
        following: Sequence[str] = data.get("next") or ()
        metadata = data.get("metadata") or {}
        if is_changed := metadata.get("source") == "update":
            self._changed.add(ns)
        else:
            self._changed.discard(ns)
        if not ns:
            self._counted = metadata.get("step")
            copied = checkpoint_id_in(data.get("parent_config")) if metadata.get("source") == "fork" else None
            self._number(saved, following, is_changed=is_changed, copied=copied)
        step = self._steps.get(ns)
        if step is not None and step.checkpoint == saved:
            return False  # it goes on with the same step
        if ns:
            self._passed_inside(ns, saved, data, is_changed=is_changed)
        self._checkpoints[ns], self._counts[ns] = saved, metadata.get("step", -1)
        self._next[ns] = following
        if ns and ns not in self._flows and metadata.get("step", 0) > 0:
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

    def _number(self, saved: str, following: Sequence[str], *, is_changed: bool, copied: str | None) -> None:
        """Count the steps of the thread as `thread/history.py` does: each checkpoint that has tasks but the input's.

        Args:
            saved: the checkpoint that the thread is at.
            following: the nodes that start from it.
            is_changed: whether somebody has changed the state.
            copied: the checkpoint that it is a copy of: a server begins so what starts from an earlier one (langgraph-api 0.16.7).
        """
        if not following or (START in following and set(following) == {START}):
            return
        if self._numbered is None:
            self.origin, self._numbered = saved, (saved, 0)
        elif self._numbered[0] == copied:
            self._numbered = saved, self._numbered[1]
        elif self._numbered[0] != saved:
            number, here = self._numbered[1], self._steps.get(())
            # What was to run next has a number too; with the state changed, it is another checkpoint that runs.
            if is_changed and number >= 0 and (here is None or here.number not in {None, number}):
                self._passed[()] = (*self._passed.get((), ()), self._numbered[0])
            self._numbered = saved, number + 1

    def _passed_inside(self, ns: Namespace, saved: str, data: Mapping[str, Any], *, is_changed: bool) -> None:
        """See whether the state of a nested graph was changed before its next step."""
        step, before = self._steps.get(ns), self._checkpoints.get(ns) or checkpoint_id_in(data.get("parent_config"))
        # One that was begun before this kernel may have been begun from there.
        has_run = step is not None and step.checkpoint in {None, before}
        if is_changed and not has_run and before is not None and before != saved:
            self._passed[ns] = (*self._passed.get(ns, ()), before)

    def _number_at(self, ns: Namespace) -> int | None:
        return self._numbered[1] if self._numbered is not None and not ns else None

    def _started(self, ns: Namespace, task_id: str, name: str) -> bool:
        step, task = self._steps.get(ns), self._tasks.get(task_id)
        if step is not None and task is not None:
            # Resuming starts every task of the step again, the finished ones too (those come back from the cache).
            # What another has taken over from does not run again.
            if task.status == "done" or (task.status == "failed" and self._handler_of(task.node) is not None):
                return False
            self._work(task)
            return True
        flow = self._flow(ns)
        # A task that a node calls in its own code is a part of that node's step.
        if step is None or (step.ended and not step.running):
            step = self._begin_step(ns)
            # Without a checkpoint that says what is next, this is all that is known to start.
            if flow.begins(self._next.get(ns) or [name]):
                self.unexplained.append(step)
        task = self._add(step, task_id, (*node_names(ns), name))
        self._work(task)
        if name in self._handlers(node_names(ns)).values():
            self._takes_over_again(ns, step, task)
        if step not in self.unexplained:
            self._follow_in(flow, step, task.node)
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
        running = () if step is None else (one for one in step.tasks if one.status == "running")
        caller = next((one for one in running if is_scheduled(ns, one)), None)
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
        step.passed, step.is_changed = self._passed.pop(ns, ()), ns in self._changed
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
                if task.status == "failed":
                    self._tasks.pop(handling(task.id), None)

    def _follow_in(self, flow: Flow, step: StepRecord, target: Path) -> None:
        """Count what has led to a node of a step; where the state was changed first, that may have chosen it."""
        graph, is_certain = target[:-1], not step.is_changed and flow.is_certain(target[-1])
        for name in flow.followed_by(target[-1]):
            source = (*graph, name)
            self._follow(source, target)
            if is_certain:
                self.certain.add((source, target))

    def _follow(self, source: Path, target: Path) -> None:
        self.followed[source, target] = self.followed.get((source, target), 0) + 1

    def _ended(self, ns: Namespace, task_id: str, error: Any, *, interrupted: bool) -> bool:
        step = self._steps.get(ns)
        task = self._tasks.get(task_id)
        if step is None or task is None:
            return False
        if error is not None and is_cancelled(error) and self._has_failed_around(ns):
            self._set(task, "idle")
            task.error = CANCELLED
        elif error is not None:
            handler = self._handler_of(task.node)
            step.failed = step.failed or handler is None
            self._set(task, "failed")
            self.nodes[task.node].error = task.error = one_line(error)
            task.exception = error if isinstance(error, BaseException) else None
            if handler is not None:
                self._take_over(ns, step, task, handler)
        elif interrupted:
            self._set(task, "waiting")
            if (calls := self._calls.get(task.id)) is not None:
                calls.asked = time.time()
        else:
            self._finished(ns, step, task)
        return True

    def _handler_of(self, node: Path) -> str | None:
        """The node that takes over from another one that fails."""
        return self._handlers(node[:-1]).get(node[-1])

    def _handlers(self, graph: Path) -> Mapping[str, str]:
        return self._levels.handlers(graph) if self._levels is not None else {}

    def _take_over(self, ns: Namespace, step: StepRecord, failed: TaskRecord, handler: str) -> None:
        """An error handler begins: the stream does not say so (langgraph 1.2.24)."""
        id = self._handler_id(ns, step, failed, handler)
        if id is None or id in self._tasks:
            return
        task = self._tasks[handling(failed.id)] = self._add(step, id, (*failed.node[:-1], handler))
        self._work(task)
        self._follow(failed.node, task.node)

    def _takes_over_again(self, ns: Namespace, step: StepRecord, task: TaskRecord) -> None:
        """See whether a task that starts handles what another one failed with in an earlier kernel, which starts too and never ends."""
        handler = task.node[-1]
        for one in step.tasks:
            is_failed = one.status == "running" and self._handler_of(one.node) == handler
            if is_failed and task.id == self._handler_id(ns, step, one, handler):
                self._set(one, "failed")
                self._tasks[handling(one.id)] = task
                self._follow(one.node, task.node)

    def _handler_id(self, ns: Namespace, step: StepRecord, failed: TaskRecord, handler: str) -> str | None:
        checkpoint = step.checkpoint or self._checkpoints.get(ns)
        if checkpoint is None:
            return None
        count = self._counts.get(ns, -1) + 1
        return handler_id(checkpoint, count, "|".join(ns), (failed.node[-1], failed.id), handler)

    def _has_failed_around(self, ns: Namespace) -> bool:
        """Whether another task has failed of the step that a graph is at, or of one around it: what runs beside it is cancelled."""
        steps = (self._steps.get(ns[:depth]) for depth in range(len(ns) + 1))
        return any(step is not None and step.failed for step in steps)

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
        self._counts.pop(ns, None)
        self._next.pop(ns, None)
        self._flows.pop(ns, None)
        self._passed.pop(ns, None)
        self._changed.discard(ns)

    def _reach_end(self, ns: Namespace) -> None:
        graph = node_names(ns)
        for source in self._flow(ns).ends():
            self._follow((*graph, source), (*graph, END))

    def is_at(self, step: StepRecord) -> bool:
        """Whether a step's graph is still at it, so that it may get more tasks: its nodes may call others."""
        return self._steps.get(step.ns) is step

    def running_in(self, ns: Namespace) -> list[TaskRecord]:
        """The tasks of one graph that are at work."""
        step = self._steps.get(ns)
        return [task for task in step.tasks if task.status == "running"] if step is not None else []
