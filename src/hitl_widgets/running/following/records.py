"""What is remembered of a run: a record a node, a record a step, a record a task. Changed by `fold.py` and `state.py` alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...protocol import NodeStatus

if TYPE_CHECKING:
    from .said import Said

Namespace = tuple[str, ...]
"""A checkpoint's namespace, `("sub:<task id>",)`."""

Path = tuple[str, ...]
"""Node names from the outermost graph to a node, `("sub", "ask")`."""


@dataclass(frozen=True, slots=True)
class Items:
    """How many items a task has gone through, of which nobody knows how many there are; and how many a second."""

    count: int
    rate: float


@dataclass(slots=True)
class TaskRecord:
    """A node's part in a step; of those that `Send` started there are several.

    Attributes:
        id: LangGraph's task id; the same when the task is started again with an answer.
        node: the node's path.
        step: where its step is in `RunState.steps`.
        first: when it first began to work, in seconds since the epoch; `None` if that was not seen.
        began: when it last did.
        took: seconds of work so far; the time that it waited for a person is not in it.
        attempts: how often its node was called since it last began; more than 1 with a retry policy.
        cached: its node was not called: what it wrote came from the graph's cache.
        error: what it failed with, one line.
        progress: how far it says that it is, 0 to 1.
        items: how many it has gone through, where it cannot say how far that is.
        failures: what earlier calls of its node raised, a line each, oldest first: those of this attempt to do it, and
            those after which somebody tried again.
        exception: what it failed with, while it is failed; let go of when it runs again or the run goes on.
        said: what it printed, logged and streamed; `None` for nothing, and where nobody listened.
        followed: of a task that a node has called (`@task`): the nodes that it followed.
        tool: the tool that it was started to call, if a `ToolNode` was sent one call.
    """

    id: str
    node: Path
    step: int
    status: NodeStatus = "idle"
    first: float | None = None
    began: float | None = None
    took: float = 0.0
    attempts: int = 1
    cached: bool = False
    error: str | None = None
    progress: float | None = None
    items: Items | None = None
    failures: tuple[str, ...] = ()
    exception: BaseException | None = None
    said: Said | None = None
    followed: tuple[Path, ...] = ()
    tool: str | None = None


@dataclass(slots=True)
class StepRecord:
    """Tasks that ran side by side, in one graph.

    Attributes:
        index: where it is in `RunState.steps`.
        ns: the namespace of its graph.
        checkpoint: the id of the checkpoint that it started from; `None` if the stream did not say.
        number: which of the thread's own steps it is, counted from the first that was streamed here; `None` for those of
            nested graphs. Where several have one number (tasks of the functional API), the thread has one step of them.
        began: when it began, in seconds since the epoch; `None` if that was not seen.
        tasks: in the order in which they started.
        ended: whether one of them has ended; the next start of an unknown task then begins a new step.
        running: how many of them run.
        since: since when at least one of them has run.
        failed: whether one of them has failed, so that LangGraph cancels the others.
        took: seconds in which at least one of them ran; the time that all of them waited is not in it.
        begins: whether the thread was given an input before it, not its first.
        passed: the checkpoints of its graph right before it whose steps never ran, as the state was changed first; oldest
            first.
        is_changed: whether the state was changed by hand right before it: who led to it is anybody's guess.
    """

    index: int
    ns: Namespace
    checkpoint: str | None = None
    number: int | None = None
    began: float | None = None
    tasks: list[TaskRecord] = field(default_factory=list[TaskRecord])
    ended: bool = False
    running: int = 0
    since: float = 0.0
    failed: bool = False
    took: float = 0.0
    begins: bool = False
    passed: tuple[str, ...] = ()
    is_changed: bool = False


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
        since: when it last began to work, with none of its tasks at work before; seconds since the epoch.
        took: seconds of work of its task that was last to end; not of one that came from the cache.
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
    since: float | None = None
    took: float | None = None
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


def namespace_of(ns: str) -> Namespace:
    """A checkpoint's namespace in its parts, as streams have it.

    >>> namespace_of("sub:8b1f2b7e|ask:9c40"), namespace_of("")
    (('sub:8b1f2b7e', 'ask:9c40'), ())
    """
    return tuple(ns.split("|")) if ns else ()


def node_names(ns: Namespace) -> Path:
    """The node names in a checkpoint namespace.

    A graph that a node calls after another has a number in it too (langgraph 1.2.24), and is at the same place.

    >>> node_names(("sub:8b1f2b7e", "ask:9c40")), node_names(("sub:8b1f2b7e", "1"))
    (('sub', 'ask'), ('sub',))
    """
    if not ns:  # as for most of a long run's events
        return ()
    return tuple(part.split(":", 1)[0] for part in ns if not part.isdigit())
