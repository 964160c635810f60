"""A row of the timeline as plain data, of what a run or its thread has recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ..decisions import Decision
from ..inside.changed import CHANGED, Changed
from ..inside.task_view import earlier_task_view, task_view
from ..protocol import DecisionRow, NodeCount, NodeStatus, StepRow, TaskView
from ..running.following.calls import scheduled
from ..running.following.records import Namespace, Path, StepRecord, TaskRecord, node_names
from ..running.forks.place import can_answer_differently, can_fork
from ..running.run import Run
from ..texts.clipped import clipped
from ..texts.moments import moment
from ..thread.earlier import EarlierStep, EarlierTask
from .changed_keys import ChangedKeys
from .copies import Around
from .project import decision_view

FEW = 8
"""Tasks and node names of a step that its row has."""

LONGEST = 4_000
"""Characters of an answer in its row, which is sent with every update while it is one of the latest; copied, it is whole."""

_FIRST: tuple[NodeStatus, ...] = ("failed", "waiting", "running")
"""The tasks that one wants to see where there are many."""
_STATUSES: tuple[NodeStatus, ...] = ("running", "waiting", "failed", "idle", "done")
"""What a step is: what the first of these is that one of its tasks is."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A decision, and its index in `session.decisions`."""

    index: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class Earlier:
    """A step that ran before this kernel, and its index in `session.history`; `None` for one of a nested graph."""

    index: int | None
    step: EarlierStep


@dataclass(frozen=True, slots=True)
class Call:
    """A task that a node of a step has called (`@task`)."""

    task: TaskRecord


@dataclass(frozen=True, slots=True)
class EarlierCall:
    """One that ran before this kernel."""

    task: EarlierTask


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A step that never ran, as the state was changed first.

    Attributes:
        before: the next one of its graph that ran.
        by: how many steps it is before that.
        at: when the state was changed, in seconds since the epoch, if that is known.
        ns: the namespace of its graph.
        checkpoint: the id of the checkpoint that it was to start from.
        next: that of the next one, if that never ran either.
    """

    before: StepRecord | Earlier
    by: int
    at: float | None
    ns: Namespace
    checkpoint: str
    next: str | None

    @property
    def id(self) -> str:
        """What one looks into goes by: no task's id has a colon."""
        return f"changed:{self.checkpoint}"

    def change(self, run: Run) -> Changed | None:
        """What was changed; `None` while it is not known with which state it went on."""
        before = self.before
        index = before.index if isinstance(before, Earlier) else run.past.index_of(before)
        following = self.next or (before.step if isinstance(before, Earlier) else before).checkpoint
        step = None if index is None else index - self.by
        return None if following is None else Changed(self.id, self.ns, self.checkpoint, following, step)


Entry = StepRecord | Answered | Earlier | Call | EarlierCall | PassedOver


class _Task(Protocol):
    @property
    def node(self) -> Path: ...
    @property
    def status(self) -> NodeStatus: ...


_T = TypeVar("_T", bound=_Task)


def status_of(tasks: Iterable[_Task]) -> NodeStatus:
    """What a step is, by what its tasks are."""
    have = {task.status for task in tasks}
    for status in _STATUSES:
        if status in have:
            return status
    return "idle"


def paths_of(entry: Entry) -> Iterable[Path]:
    """The nodes that a row is about."""
    match entry:
        case StepRecord():
            return {task.node for task in scheduled(entry.ns, entry.tasks)}
        case Earlier():
            return [task.node for task in scheduled(entry.step.ns, entry.step.tasks)]
        case Call() | EarlierCall():
            return [entry.task.node]
        case Answered():
            return [entry.decision.path]
        case PassedOver():
            return [node_names(entry.ns)]


def row_of(entry: Entry, at: int, run: Run, keys: ChangedKeys, around: Around) -> StepRow | DecisionRow:
    """One row.

    Args:
        entry: what it is about.
        at: its place.
        run: the run.
        keys: which keys a change of the state has changed.
        around: the steps in which nested graphs run.
    """
    match entry:
        case StepRecord():
            return _of_copy(_of_step(entry, at, run, around), entry.ns, around)
        case Earlier():
            return _of_copy(_of_earlier(entry, at, run, around), entry.step.ns, around)
        case Call():
            return _of_call(task_view(entry.task, run.secrets), entry.task, at)
        case EarlierCall():
            record = run.past.record_of(entry.task)
            return _of_call(earlier_task_view(entry.task, record, run.secrets), record, at)
        case Answered():
            return _of_decision(entry, at, run)
        case PassedOver():
            return _of_copy(_of_none(entry, at, run, keys), entry.ns, around)


def _of_copy(row: StepRow, ns: Namespace, around: Around) -> StepRow:
    if (copy := around.copy(ns)) is not None:
        row["copy"] = copy
    return row


def _of_step(step: StepRecord, at: int, run: Run, around: Around) -> StepRow:
    index, tasks = run.past.index_of(step), scheduled(step.ns, step.tasks)
    copies = around.copies(step)
    row: StepRow = {
        "kind": "step",
        "row": at,
        "step": index,
        "path": list(node_names(step.ns)),
        "status": status_of(tasks),
        "nodes": _counted(tasks),
        "tasks": [_of_several(task_view(task, run.secrets), copies.get(task.id)) for task in _few(tasks)],
        "count": len(tasks),
        **can_fork(run, step.ns, index, step.checkpoint, was_seen=step.began is not None),
    }
    if step.began is not None:
        row["at"] = moment(step.began)
    if not step.running and step.took and not all(task.cached for task in tasks):
        row["took"] = step.took
    return row


def _of_earlier(earlier: Earlier, at: int, run: Run, around: Around) -> StepRow:
    step = earlier.step
    tasks, copies = scheduled(step.ns, step.tasks), around.copies(step)
    row: StepRow = {
        "kind": "step",
        "row": at,
        "step": earlier.index,
        "path": list(node_names(step.ns)),
        "status": status_of(tasks),
        "nodes": _counted(tasks),
        "tasks": [
            _of_several(earlier_task_view(task, run.past.record_of(task), run.secrets), copies.get(task.id))
            for task in _few(tasks)
        ],
        "count": len(tasks),
        **can_fork(run, step.ns, earlier.index, step.checkpoint),
    }
    if step.at is not None:
        row["at"] = moment(step.at)
    if (took := run.past.took(step)) is not None:
        row["took"] = took
    return row


def _of_call(view: TaskView, task: TaskRecord, at: int) -> StepRow:
    row: StepRow = {
        "kind": "step",
        "row": at,
        "step": None,
        "path": list(task.node[:-1]),
        "status": task.status,
        "nodes": [{"name": task.node[-1], "count": 1}],
        "tasks": [view],
        "count": 1,
        "can_fork": False,  # its node runs it
    }
    if task.first is not None:
        row["at"] = moment(task.first)
    if task.took and "took" in view:
        row["took"] = view["took"]
    return row


def _of_none(passed: PassedOver, at: int, run: Run, keys: ChangedKeys) -> StepRow:
    before, path = passed.before, list(node_names(passed.ns))
    index = before.index if isinstance(before, Earlier) else run.past.index_of(before)
    row: StepRow = {
        "kind": "step",
        "row": at,
        "step": None if index is None else index - passed.by,
        "path": path,
        "status": "idle",
        "nodes": [],
        "tasks": [{"id": passed.id, "node": ":".join(path), "name": CHANGED, "status": "done"}],
        "count": 0,
        "changed": keys.words(passed.change(run), passed.id),
        "can_fork": False,
    }
    if passed.at is not None:
        row["at"] = moment(passed.at)
    return row


def _of_decision(answered: Answered, at: int, run: Run) -> DecisionRow:
    decision = answered.decision
    view = decision_view(answered.index, decision, run.secrets)
    row: DecisionRow = {
        **view,
        "kind": "decision",
        "row": at,
        **can_answer_differently(run, decision),
    }
    row["answer"] = clipped(row["answer"], LONGEST)
    return row


def _of_several(view: TaskView, copy: str | None) -> TaskView:
    if copy is not None:
        view["copy"] = copy
    return view


def _counted(tasks: Sequence[_Task]) -> list[NodeCount]:
    counts = Counter(task.node[-1] for task in tasks)
    return [{"name": name, "count": count} for name, count in list(counts.items())[:FEW]]


def _few(tasks: Sequence[_T]) -> Sequence[_T]:
    if len(tasks) <= FEW:
        return tasks
    urgent = [task for task in tasks if task.status in _FIRST]
    kept = list(dict.fromkeys(id(task) for task in (*urgent, *tasks)))[:FEW]
    return [task for task in tasks if id(task) in kept]
