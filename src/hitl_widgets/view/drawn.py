"""Where in the picture what a run did is shown: its nodes' records and transitions, on the graph's drawn nodes and edges."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from ..graph.topology import Topology
from ..protocol import GraphView, NodeView
from ..running.state import NodeRecord, Path, RunState
from ..thread.stops import When


class Drawn:
    """A run's state on its graph's topology.

    Args:
        topology: the graph as it is drawn.
    """

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self._located: dict[Path, str | None] = {}
        self._edges: dict[tuple[Path, Path], tuple[str, ...]] = {}

    @cached_property
    def view(self) -> GraphView:
        """Where everything is drawn: a few milliseconds, a thousand nodes a second. Laid out once, when first shown."""
        from ..graph.layout import lay_out

        return lay_out(self.topology)

    def locate(self, path: Path) -> str | None:
        """The drawn node of a node's path, or the nearest one around it."""
        if path not in self._located:
            self._located[path] = self.topology.locate(path)
        return self._located[path]

    def nodes(
        self,
        state: RunState,
        stands_before: Iterable[Path] = (),
        breakpoints: Iterable[tuple[Path, When]] = (),
    ) -> dict[str, NodeView]:
        """What every drawn node that is not idle is doing, and where the run stops, by id.

        Args:
            state: what the nodes did.
            stands_before: the nodes whose breakpoint waits for a person; none of their tasks has started.
            breakpoints: where the run stops.
        """
        views: dict[str, NodeView] = {}
        for path, record in state.nodes.items():
            # A task that is not drawn (the functional API's) is at work inside a node that is, and says so itself.
            if record.status != "idle" and (id := self._drawn_as(path)) is not None:
                views[id] = _view(record)
        for path in stands_before:
            if (id := self.locate(path)) is not None:
                views[id] = {"status": "waiting", "runs": views[id]["runs"] if id in views else 0}
        for path, when in breakpoints:
            if (id := self._drawn_as(path)) is not None:
                views.setdefault(id, {"status": "idle", "runs": 0}).setdefault("breakpoints", []).append(when)
        return views

    def _drawn_as(self, path: Path) -> str | None:
        """The drawn node of a node's path, if that is no other one around it."""
        id = self.locate(path)
        return id if id is not None and id.count(":") + 1 == len(path) else None

    def edges(self, state: RunState) -> dict[str, int]:
        """How often every drawn edge was taken, by id."""
        taken: dict[str, int] = {}
        for (source, target), count in state.followed.items():
            for edge in self._between(source, target):
                taken[edge] = taken.get(edge, 0) + count
        return taken

    def _between(self, source: Path, target: Path) -> tuple[str, ...]:
        key = (source, target)
        if key not in self._edges:
            origin, goal = self.locate(source), self.locate(target)
            self._edges[key] = tuple(
                predecessor.edge
                for predecessor in (self.topology.predecessors(goal) if goal is not None else ())
                if origin in predecessor.sources
            )
        return self._edges[key]


def _view(record: NodeRecord) -> NodeView:
    view: NodeView = {"status": record.status, "runs": record.runs}
    if record.error is not None:
        view["error"] = record.error
    return view
