"""What each task, node and step of a run did, counted: how often, how long, how far, with what failures.

Which task belongs to which step is told by the stream, see `fold.py`. Counting one is a few dictionary operations, since a
run may have ten thousand of them.
"""

from __future__ import annotations

import time
from typing import Any

from ...protocol import NodeStatus
from ...texts.clipped import clipped
from ...texts.raised import message_of
from .records import Items, NodeRecord, Path, StepRecord, TaskRecord

LONGEST_ERROR = 20_000
"""Characters of an error that are kept; views show less."""
MOST_FAILURES = 20
"""How many earlier failures of one task are remembered."""


class Tally:
    """The records of a run.

    Attributes:
        nodes: what each node that ever started did, by path.
        steps: the steps in the order in which they began, those of nested graphs among them.
    """

    def __init__(self) -> None:
        self.nodes: dict[Path, NodeRecord] = {}
        self.steps: list[StepRecord] = []
        self._tasks: dict[str, TaskRecord] = {}
        """Those of the steps that graphs are at, by id."""

    def task(self, task_id: str) -> TaskRecord | None:
        """A task of any step, by LangGraph's id."""
        if (task := self._tasks.get(task_id)) is not None:
            return task
        return next((task for step in reversed(self.steps) for task in step.tasks if task.id == task_id), None)

    def current(self, task_id: str) -> TaskRecord | None:
        """A task of a step that a graph is at."""
        return self._tasks.get(task_id)

    def current_of(self, path: Path) -> list[TaskRecord]:
        """A node's tasks of the steps that graphs are at; of a nested graph that several tasks run, of all of them."""
        return [task for id, task in self._tasks.items() if task.node == path and task.id == id]

    def attempt(self, task_id: str, number: int, failure: str | None = None) -> bool:
        """A task's node is called again; returns whether that is news.

        Args:
            task_id: the task.
            number: for which time since it began to work.
            failure: what the call before raised, one line.
        """
        task = self._tasks.get(task_id)
        if task is None or number <= task.attempts:
            return False
        self.nodes[task.node].retried += number - task.attempts
        task.attempts = number
        task.progress = task.items = None
        if failure is not None:
            _remember(task, failure)
        return True

    def progress(self, task_id: str, share: float) -> bool:
        """How far a task says that it is, 0 to 1; returns whether that is news."""
        task = self._tasks.get(task_id)
        share = min(max(share, 0.0), 1.0)
        if task is None or task.progress == share:
            return False
        task.progress = share
        return True

    def counted(self, task_id: str, count: int) -> bool:
        """How many items a task has gone through, of nobody knows how many; returns whether that is news."""
        task = self._tasks.get(task_id)
        if task is None or (task.items is not None and task.items.count == count):
            return False
        seconds = time.time() - (task.began or 0.0)
        task.items = Items(count, count / seconds if task.began is not None and seconds > 0 else 0.0)
        return True

    def _add(self, step: StepRecord, task_id: str, path: Path) -> TaskRecord:
        record = self.nodes.get(path)
        if record is None:
            record = self.nodes[path] = NodeRecord()
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
        if task.error is not None:
            _remember(task, task.error)
            task.error = None
        task.began, task.attempts, task.progress, task.items = time.time(), 1, None, None
        if task.first is None:
            task.first = task.began
        step = self.steps[task.step]
        if not step.running:
            step.since, step.failed = task.began, False
            step.began = step.began or task.began
        step.running += 1
        self._set(task, "running")

    def _set(self, task: TaskRecord, status: NodeStatus, *, since: float | None = None) -> None:
        """A task is something else now.

        Args:
            task: the task.
            status: what.
            since: when its own work had ended, if that is known only now; in seconds since the epoch.
        """
        record = self.nodes[task.node]
        if task.status == "running":
            record.running -= 1
            step, ended = self.steps[task.step], time.time()
            step.running -= 1
            if not step.running:
                step.took += max(ended - step.since, 0.0)  # a clock may be set back
            if task.began is not None and not task.cached:
                task.took += max((ended if since is None else since) - task.began, 0.0)
        elif task.status == "waiting":
            record.waiting -= 1
        elif task.status == "failed":
            record.failed -= 1
            record.error = task.error = task.exception = None
        if status == "running":
            if not record.running:
                record.since = task.began
            record.running += 1
        elif status == "waiting":
            record.waiting += 1
        elif status == "failed":
            record.failed += 1
            if task.began is not None:
                record.took = task.took
        elif status == "done":
            task.error = None  # of one that was cancelled, and done elsewhere
            record.runs += 1
            record.finished += 1
            record.cached += task.cached
            if task.began is not None and not task.cached:
                record.took = task.took
        task.status = status


def _remember(task: TaskRecord, failure: str) -> None:
    task.failures = (*task.failures, failure)[-MOST_FAILURES:]


def one_line(error: Any) -> str:
    """An exception as one line: its type and the first line of what it says."""
    if not isinstance(error, BaseException):
        return clipped(str(error).strip().splitlines()[0], LONGEST_ERROR) if str(error).strip() else "failed"
    lines = message_of(error).strip().splitlines()
    return f"{type(error).__name__}: {clipped(lines[0], LONGEST_ERROR)}" if lines else type(error).__name__
