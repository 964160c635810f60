"""The steps of a thread that ran before this kernel: what ran and what became of it, without any of the state's values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from langchain_core.runnables import RunnableConfig
from langgraph.graph import START
from langgraph.types import PregelTask, StateSnapshot

from ..driver import Driver
from ..driver.clocks import EPOCH, ticks_of
from ..driver.handlers import handled_in
from ..protocol import NodeStatus
from ..texts.raised import message_of
from .cancelled import without_cancelled

if TYPE_CHECKING:
    from .called import Called


@dataclass(frozen=True, slots=True)
class EarlierTask:
    """A node's part in such a step.

    Attributes:
        id: LangGraph's task id.
        node: its path; of a task that a node has called, the node's with the task's name behind.
        error: what it failed with, one line.
        asked: whether it asked a person.
        tool: the tool that it was started to call, if a `ToolNode` was sent one call.
    """

    id: str
    node: tuple[str, ...]
    status: NodeStatus
    error: str | None
    asked: bool
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class EarlierStep:
    """A step of the thread, or of a graph nested in it.

    Attributes:
        checkpoint: the id of the checkpoint that it started from.
        at: when that was saved, in seconds since the epoch.
        tasks: what ran; none where nothing has (a breakpoint before it, with the state then changed). Of nested graphs there
            is such a step only where the state was changed.
        begins: whether the thread was given an input before it.
        ns: the namespace of its graph.
        stands: what was to run, where nothing has ended, failed or asked.
        is_changed: whether it starts from a state that somebody has changed.
    """

    checkpoint: str
    at: float | None
    tasks: tuple[EarlierTask, ...]
    begins: bool = False
    ns: tuple[str, ...] = ()
    stands: tuple[EarlierTask, ...] = ()
    is_changed: bool = False

    @property
    def is_over(self) -> bool:
        """Whether something ran, and all of it has ended."""
        return bool(self.tasks) and all(task.status == "done" for task in self.tasks)

    def left(self) -> EarlierStep:
        """The same where the thread has gone on without it: what asked does not wait any more."""
        tasks = (replace(task, status="idle") if task.status == "waiting" else task for task in self.tasks)
        return replace(self, tasks=tuple(tasks))


@dataclass(frozen=True, slots=True)
class EarlierSteps:
    """How far a thread has been read, newest first.

    Attributes:
        newest_first: the steps that were found, as many as `history_of` finds.
        before: the checkpoint that was read last; what is older has not been read yet.
        is_over: whether the step that starts from the next older one is over.
        are_all: whether there are no others.
    """

    newest_first: tuple[EarlierStep, ...] = ()
    before: RunnableConfig | None = None
    is_over: bool = False
    are_all: bool = False


async def earlier_steps(
    driver: Driver, go_on: Callable[[], bool] = lambda: True, read: EarlierSteps | None = None
) -> EarlierSteps:
    """Read the steps of a thread so far.

    Snapshots are read one by one and let go of: a long thread's states would not fit into memory together.

    Args:
        driver: of the thread.
        go_on: asked before each snapshot; where it says no, another call begins from what this one returns.
        read: what was read already.
    """
    from .called import Called  # which makes such tasks

    called, read = Called(driver), read or EarlierSteps()
    found, before, is_over = list(read.newest_first), read.before, read.is_over
    async with aclosing(driver.snapshots(before)) as snapshots:
        async for snapshot in snapshots:
            if not go_on():
                return EarlierSteps(tuple(found), before, is_over)
            is_latest = before is None
            is_over = await _add(found, snapshot, called, is_over=is_over, is_latest=is_latest)
            before = snapshot.config
    return EarlierSteps(tuple(found), before, is_over, are_all=True)


@dataclass(frozen=True, slots=True)
class StepsSince:
    """What has become of a thread since a checkpoint.

    Attributes:
        steps: its latest steps, oldest first, from the one that starts from that checkpoint.
        is_left: whether it is known not to have gone on from there: it was deleted, or went on from an earlier one.
    """

    steps: tuple[EarlierStep, ...] = ()
    is_left: bool = False


FIRST = -1
"""The number of a thread's first checkpoint, as LangGraph counts."""


async def steps_since(driver: Driver, snapshot: StateSnapshot, since: str | None, most: int) -> StepsSince | None:
    """What has become of a thread since a checkpoint; `None` if there are too many steps.

    Args:
        driver: of the thread.
        snapshot: the thread as it stands.
        since: the checkpoint's id; all steps, if not given.
        most: how many snapshots are read. They are read one by one, back from the latest: few are looked for.
    """
    from .called import Called

    called, is_over = Called(driver), False
    found: list[EarlierStep] = []
    is_found = since is None
    for at in range(most):
        is_kept, is_older = snapshot.created_at is not None, since is not None and checkpoint_of(snapshot) < since
        if not is_kept or is_older:
            if found and _is_input(snapshot):
                found[-1] = replace(found[-1], begins=True)
            # What is older may be kept no longer; where the latest is not there, nothing is.
            return StepsSince(tuple(found[::-1]), is_left=not is_found and (is_older if is_kept else at == 0))
        is_found = is_found or checkpoint_of(snapshot) == since
        is_over = await _add(found, snapshot, called, is_over=is_over, is_latest=at == 0)
        if snapshot.parent_config is None:
            # Some keep the latest one alone, which is not the first.
            is_whole = (snapshot.metadata or {}).get("step") == FIRST
            return StepsSince(tuple(found[::-1]), is_left=not is_found and is_whole)
        snapshot = await driver.state_at(snapshot.parent_config)
    return None


async def _add(
    found: list[EarlierStep], snapshot: StateSnapshot, called: Called, *, is_over: bool, is_latest: bool
) -> bool:
    """Add the step that starts from a snapshot, if one does, and say of the next older one whether it is over."""
    if tasks := _scheduled(snapshot):
        step = step_at(snapshot, tasks, is_over=is_over)
        # One alone is told by its node.
        tools = await called.tools_at(snapshot) if len(tasks) > 1 else {}
        own = [replace(task, tool=tools.get(task.id)) for task in step.tasks] if tools else step.tasks
        step = replace(step, tasks=(*own, *await called.at(snapshot)))
        found.append(step if is_latest else step.left())
    elif found and _is_input(snapshot):
        found[-1] = replace(found[-1], begins=True)
    # Its tasks' writes made this checkpoint; an input or a changed state did not wait for them.
    return (snapshot.metadata or {}).get("source") == "loop"


def _scheduled(snapshot: StateSnapshot) -> list[PregelTask]:
    return [task for task in snapshot.tasks if task.name != START]


def _is_input(snapshot: StateSnapshot) -> bool:
    """Whether it is what the thread was given to begin with."""
    return (snapshot.metadata or {}).get("source") == "input" and not _scheduled(snapshot)


def step_at(snapshot: StateSnapshot, tasks: Sequence[PregelTask], *, is_over: bool) -> EarlierStep:
    """The step that starts from a snapshot; without tasks where nothing has run."""
    handled = handled_in(tasks)
    made = tuple(_task(task, is_over=is_over and task.id not in handled) for task in without_cancelled(tasks))
    has_run = any(task.status != "idle" for task in made)
    return EarlierStep(
        checkpoint=checkpoint_of(snapshot),
        at=datetime.fromisoformat(snapshot.created_at).timestamp() if snapshot.created_at else None,
        tasks=made if has_run else (),
        stands=() if has_run else made,
        is_changed=(snapshot.metadata or {}).get("source") == "update",
    )


def checkpoint_of(snapshot: StateSnapshot) -> str:
    """The id of the checkpoint that a snapshot is of. Later ones are greater: they begin with the time."""
    return str(snapshot.config.get("configurable", {}).get("checkpoint_id"))


def saved_at(checkpoint: str) -> float | None:
    """When a checkpoint was saved, by its id, in seconds since the epoch; `None` of an id that does not say so.

    They are UUIDs of version 6 (langgraph 1.2.24).

    >>> saved_at("1f1e9d74-8f8e-6af7-8002-08fb8cebcc22"), saved_at("mine")
    (1795724627.6709113, None)
    """
    ticks = ticks_of(checkpoint)
    return None if ticks is None else (ticks - EPOCH) / 1e7


def _task(task: PregelTask, *, is_over: bool) -> EarlierTask:
    asked = bool(task.interrupts)
    status: NodeStatus = "idle"
    if is_over or task.result is not None:
        status = "done"
    elif asked:
        status = "waiting"
    elif task.error:
        status = "failed"
    # What a task of the thread failed with is text (langgraph 1.2.22), its `repr`.
    lines = message_of(task.error).strip().splitlines() if status == "failed" else []
    return EarlierTask(task.id, (task.name,), status, lines[0] if lines else None, asked)
