"""What a run looks like: which nodes did what, and which edges were taken. No threads, no Jupyter.

Events are the parts of LangGraph's `tasks` stream (`version="v2"`, `subgraphs=True`). Folding one is a few dictionary
operations, since a run may emit ten thousand of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .graph.topology import Topology
from .protocol import NodeStatus, NodeView

Namespace = tuple[str, ...]


@dataclass(slots=True)
class NodeRecord:
    """One drawn node: how many of its tasks run and wait, and how many have ended."""

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
class Step:
    """The tasks of one namespace's current step."""

    tasks: dict[str, TaskRecord] = field(default_factory=dict)
    ended: bool = False
    """Whether a task of the step has ended; the next start of an unknown task then begins a new step."""


@dataclass(slots=True)
class TaskRecord:
    node: str | None
    name: str
    status: NodeStatus


class RunState:
    """The statuses of a graph's nodes and the edges taken, folded from its stream.

    Args:
        topology: the drawn graph, which maps runtime paths to drawn nodes.
    """

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self.nodes: dict[str, NodeRecord] = {}
        self.edges: dict[str, int] = {}
        self._steps: dict[Namespace, Step] = {}
        self._groups = {node.id: node.group for node in topology.nodes}
        self._starts = [node.id for node in topology.nodes if node.kind == "start"]
        self._located: dict[tuple[Namespace, str], str | None] = {}

    # ------------------------------------------------------------------ events

    def apply(self, part: Mapping[str, Any]) -> bool:
        """Fold one part of the stream; returns whether anything changed that can be seen."""
        if part["type"] != "tasks":
            return False
        data = part["data"]
        if "triggers" in data:
            return self._started(part["ns"], data["id"], data["name"], data["triggers"])
        return self._ended(part["ns"], data["id"], data.get("error"), bool(data.get("interrupts")))

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
        if step.ended:
            finished = step.tasks
            step = self._steps[ns] = Step()
        else:
            finished = {}
        node = self.locate(ns, name)
        task = step.tasks[task_id] = TaskRecord(node, name, "idle")
        self._set(task, "running")
        if node is not None:
            self._take_edges(ns, node, finished, triggers)
        return True

    def _take_edges(
        self, ns: Namespace, node: str, finished: Mapping[str, TaskRecord], triggers: Iterable[str]
    ) -> None:
        came_from = {task.node for task in finished.values() if task.node is not None}
        for trigger in triggers:
            # A join waits for nodes of earlier steps too; its channel names them (langgraph 1.2.22).
            if trigger.startswith("join:"):
                came_from.update(
                    located for name in trigger.split(":")[1].split("+") if (located := self.locate(ns, name))
                )
        if not came_from:
            # The first step of a graph, or of a graph nested in it: its start node is nobody's task.
            group = self.locate(ns[:-1], node_names(ns)[-1]) if ns else None
            came_from = {start for start in self._starts if self._groups[start] == group}
        self._count_edges(node, came_from)

    def _count_edges(self, node: str, came_from: Collection[str]) -> None:
        for edge_id, sources in self.topology.predecessors(node):
            if any(source in came_from for source in sources):
                self.edges[edge_id] = self.edges.get(edge_id, 0) + 1

    def _ended(self, ns: Namespace, task_id: str, error: Any, interrupted: bool) -> bool:
        step = self._steps.get(ns)
        task = step.tasks.get(task_id) if step else None
        if step is None or task is None:
            return False
        if error is not None:
            self._set(task, "failed")
            if task.node is not None:
                self.nodes[task.node].error = one_line(error)
        elif interrupted:
            self._set(task, "waiting")
        else:
            self._set(task, "done")
            step.ended = True
        return True

    def _set(self, task: TaskRecord, status: NodeStatus) -> None:
        if task.node is None:
            task.status = status
            return
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
        """The run has started: so has the drawn start node."""
        for start in self._starts:
            if self._groups[start] is None:
                self.nodes.setdefault(start, NodeRecord(runs=1))

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
        """The graph has reached its end: mark the edges into it and the end node."""
        last = self._steps.get(())
        ended = {task.node for task in last.tasks.values() if task.node and task.status == "done"} if last else set[str]()
        for node in self.topology.nodes:
            if node.kind == "end" and node.group is None:
                self._count_edges(node.id, ended)
                self.nodes[node.id] = NodeRecord(runs=1)

    # ------------------------------------------------------------------ reading

    def locate(self, ns: Namespace, name: str) -> str | None:
        """The drawn node of a task, by its namespace (`("sub:<task id>",)`) and its node's name."""
        names = node_names(ns)
        key = (names, name)
        if key not in self._located:
            self._located[key] = self.topology.locate((*names, name))
        return self._located[key]

    def view(self) -> dict[str, NodeView]:
        """What every node that is not idle is doing, by drawn id."""
        views: dict[str, NodeView] = {}
        for node_id, record in self.nodes.items():
            if (status := record.status) == "idle":
                continue
            views[node_id] = {"status": status, "runs": record.runs}
            if record.error is not None:
                views[node_id]["error"] = record.error
        return views


def node_names(ns: Namespace) -> tuple[str, ...]:
    """The node names in a checkpoint namespace: `("sub:<task id>", "ask:<task id>")` gives `("sub", "ask")`."""
    return tuple(part.split(":", 1)[0] for part in ns)


def one_line(error: Any) -> str:
    """An exception as one line: its type and the first line of what it says."""
    if not isinstance(error, BaseException):
        return str(error).strip().splitlines()[0] if str(error).strip() else "failed"
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
