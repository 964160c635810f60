"""What is remembered of a run: a record a node, a record a step, a record a task. Changed by `state.py` alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..protocol import NodeStatus

Namespace = tuple[str, ...]
"""A checkpoint's namespace, `("sub:<task id>",)`."""

Path = tuple[str, ...]
"""Node names from the outermost graph to a node, `("sub", "ask")`."""


@dataclass(slots=True)
class TaskRecord:
    """A node's part in a step; of those that `Send` started there are several.

    Attributes:
        id: LangGraph's task id; the same when the task is started again with an answer.
        node: the node's path.
        step: where its step is in `RunState.steps`.
        began: when it last began to work, in seconds since the epoch; `None` if that was not seen.
        took: seconds of work so far; the time that it waited for a person is not in it.
        attempts: how often its node was called since it last began; more than 1 with a retry policy.
        cached: its node was not called: what it wrote came from the graph's cache.
        error: what it failed with, one line.
        progress: how far it says that it is, 0 to 1.
    """

    id: str
    node: Path
    step: int
    status: NodeStatus = "idle"
    began: float | None = None
    took: float = 0.0
    attempts: int = 1
    cached: bool = False
    error: str | None = None
    progress: float | None = None


@dataclass(slots=True)
class StepRecord:
    """Tasks that ran side by side, in one graph.

    Attributes:
        index: where it is in `RunState.steps`.
        ns: the namespace of its graph.
        checkpoint: the id of the checkpoint that it started from; `None` if the stream did not say.
        tasks: in the order in which they started.
        ended: whether one of them has ended; the next start of an unknown task then begins a new step.
    """

    index: int
    ns: Namespace
    checkpoint: str | None = None
    tasks: list[TaskRecord] = field(default_factory=list[TaskRecord])
    ended: bool = False


@dataclass(slots=True)
class NodeRecord:
    """A node: how many of its tasks run, wait and have failed now, and what became of all that have ended.

    Attributes:
        started: how many tasks of it its latest step has: with `Send`, as many as were sent.
        finished: how many of those have ended.
        runs: how many of its tasks have ended, in all.
        cached: how many of those came from the graph's cache.
        retried: how many more calls than one those made that needed them.
        error: of the last one that failed, one line.
        latest: its task that was last started.
    """

    running: int = 0
    waiting: int = 0
    failed: int = 0
    started: int = 0
    finished: int = 0
    runs: int = 0
    cached: int = 0
    retried: int = 0
    error: str | None = None
    latest: TaskRecord | None = None

    @property
    def status(self) -> NodeStatus:
        if self.running:
            return "running"
        if self.waiting:
            return "waiting"
        if self.failed:
            return "failed"
        return "done" if self.runs else "idle"


def node_names(ns: Namespace) -> Path:
    """The node names in a checkpoint namespace.

    A graph that a node calls after another has a number in it too (langgraph 1.2.24), and is at the same place.

    >>> node_names(("sub:8b1f2b7e", "ask:9c40")), node_names(("sub:8b1f2b7e", "1"))
    (('sub', 'ask'), ('sub',))
    """
    return tuple(part.split(":", 1)[0] for part in ns if not part.isdigit())
