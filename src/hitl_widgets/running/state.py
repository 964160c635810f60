"""What a run did: which nodes started, ended, wait and failed, and which node followed which.

No threads, no Jupyter, and no drawing: events are folded by the names of nodes, and `view/drawn.py` says where they are.
Events are the parts of LangGraph's `tasks` stream (`version="v2"`, `subgraphs=True`). Folding one is a few dictionary
operations, since a run may emit ten thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from langgraph.graph import END, START

from ..protocol import NodeStatus

Namespace = tuple[str, ...]
"""A checkpoint's namespace, `("sub:<task id>",)`."""

Path = tuple[str, ...]
"""Node names from the outermost graph to a node, `("sub", "ask")`."""


@dataclass(slots=True)
class NodeRecord:
    """One node: how many of its tasks run, wait and have failed now, and how many have ended."""

    running: int = 0
    waiting: int = 0
    failed: int = 0
    runs: int = 0
    error: str | None = None

    @property
    def status(self) -> NodeStatus:
        if self.running:
            return "running"
        if self.waiting:
            return "waiting"
        if self.failed:
            return "failed"
        return "done" if self.runs else "idle"


@dataclass(slots=True)
class TaskRecord:
    node: Path
    status: NodeStatus = "idle"


@dataclass(slots=True)
class Step:
    """The tasks of one namespace's current step."""

    tasks: dict[str, TaskRecord] = field(default_factory=dict[str, TaskRecord])
    ended: bool = False
    """Whether a task of the step has ended; the next start of an unknown task then begins a new step."""


class RunState:
    """The nodes of a run and how it went from one to the other, folded from its stream.

    Attributes:
        nodes: what each node that ever started did, by path.
        followed: how many times a node started because another had finished, by the paths of both. A graph's first
            nodes follow `__start__`, and `__end__` follows its last.
    """

    def __init__(self) -> None:
        self.nodes: dict[Path, NodeRecord] = {}
        self.followed: dict[tuple[Path, Path], int] = {}
        self._steps: dict[Namespace, Step] = {}

    # ------------------------------------------------------------------ events

    def apply(self, part: Mapping[str, Any]) -> bool:
        """Fold one part of the stream; returns whether anything changed."""
        if part["type"] != "tasks":
            return False
        data = part["data"]
        if "triggers" in data:
            return self._started(part["ns"], data["id"], data["name"], data["triggers"])
        return self._ended(part["ns"], data["id"], data.get("error"), interrupted=bool(data.get("interrupts")))

    def _started(self, ns: Namespace, task_id: str, name: str, triggers: Iterable[str]) -> bool:
        step = self._steps.get(ns)
        if step is None:
            step = self._steps[ns] = Step()
        task = step.tasks.get(task_id)
        if task is not None:
            # Resuming starts every task of the step again, the finished ones too (those come back from the cache).
            if task.status == "done":
                return False
            self._set(task, "running")
            return True
        finished: Mapping[str, TaskRecord] = {}
        if step.ended:
            finished = step.tasks
            step = self._steps[ns] = Step()
        graph = node_names(ns)
        task = step.tasks[task_id] = TaskRecord((*graph, name))
        self._set(task, "running")
        came_from = {one.node for one in finished.values()}
        for trigger in triggers:
            # A join waits for nodes of earlier steps too; its channel names them (langgraph 1.2.22).
            if trigger.startswith("join:"):
                came_from.update((*graph, joined) for joined in trigger.split(":")[1].split("+"))
        for source in came_from or {(*graph, START)}:
            self._follow(source, task.node)
        return True

    def _follow(self, source: Path, target: Path) -> None:
        self.followed[source, target] = self.followed.get((source, target), 0) + 1

    def _ended(self, ns: Namespace, task_id: str, error: Any, *, interrupted: bool) -> bool:
        step = self._steps.get(ns)
        task = step.tasks.get(task_id) if step else None
        if step is None or task is None:
            return False
        if error is not None:
            self._set(task, "failed")
            self.nodes[task.node].error = one_line(error)
        elif interrupted:
            self._set(task, "waiting")
        else:
            self._set(task, "done")
            step.ended = True
            # The tasks of a graph nested in it are over too.
            self._steps.pop((*ns, f"{task.node[-1]}:{task_id}"), None)
        return True

    def restore(self, ns: Namespace, task_id: str, name: str, status: NodeStatus, error: str | None = None) -> None:
        """A task of a thread that was not streamed here."""
        task = self._steps.setdefault(ns, Step()).tasks.setdefault(task_id, TaskRecord((*node_names(ns), name)))
        self._set(task, status)
        self.nodes[task.node].error = error

    def _set(self, task: TaskRecord, status: NodeStatus) -> None:
        record = self.nodes.get(task.node)
        if record is None:
            record = self.nodes[task.node] = NodeRecord()
        if task.status == "running":
            record.running -= 1
        elif task.status == "waiting":
            record.waiting -= 1
        elif task.status == "failed":
            record.failed -= 1
            record.error = None
        if status == "running":
            record.running += 1
        elif status == "waiting":
            record.waiting += 1
        elif status == "failed":
            record.failed += 1
        elif status == "done":
            record.runs += 1
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
            for task_id, task in step.tasks.items():
                if task.status == "running":
                    self._set(task, "done" if task_id in done else "waiting" if task_id in asked else "idle")
                elif task.status == "failed" and task_id in asked:
                    # Its answer was refused: the node is where it was.
                    self._set(task, "waiting")

    def finish(self) -> None:
        """The graph has reached its end."""
        last = self._steps.get((), Step())
        for source in {task.node for task in last.tasks.values() if task.status == "done"}:
            self._follow(source, (END,))
        self.nodes[END,] = NodeRecord(runs=1)

    def failed_node(self) -> Path | None:
        """The innermost node that has failed, if one has."""
        failed = [path for path, record in self.nodes.items() if record.status == "failed"]
        return max(failed, key=len, default=None)


def node_names(ns: Namespace) -> Path:
    """The node names in a checkpoint namespace.

    >>> node_names(("sub:8b1f2b7e", "ask:9c40"))
    ('sub', 'ask')
    """
    return tuple(part.split(":", 1)[0] for part in ns)


def one_line(error: Any) -> str:
    """An exception as one line: its type and the first line of what it says."""
    if not isinstance(error, BaseException):
        return str(error).strip().splitlines()[0] if str(error).strip() else "failed"
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
