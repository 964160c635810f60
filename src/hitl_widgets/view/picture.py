"""Picture: a topology as it is drawn. It never changes: when others groups are folded, or a node appears, there is another."""

from __future__ import annotations

from functools import cached_property

from ..graph.topology import SEPARATOR, Topology
from ..protocol import GraphView
from ..running.following.records import Path


class Picture:
    """Where the nodes and transitions of a run are drawn.

    Args:
        topology: the graph as it is drawn.
    """

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self.folded = frozenset(node.id for node in topology.nodes if node.folded)
        self._located: dict[Path, str | None] = {}
        self._edges: dict[tuple[Path, Path], tuple[str, ...]] = {}

    @cached_property
    def view(self) -> GraphView:
        """Where everything is drawn: a few milliseconds, 0.2 s for a thousand nodes. Laid out once, when first shown."""
        from ..graph.layout import lay_out

        return lay_out(self.topology)

    def locate(self, path: Path) -> str | None:
        """The drawn node of a node's path, or the nearest one around it."""
        if path not in self._located:
            self._located[path] = self.topology.locate(path)
        return self._located[path]

    def between(self, source: Path, target: Path) -> tuple[str, ...]:
        """The drawn edges that a run came along, which went from one node on to the other."""
        key = (source, target)
        if key not in self._edges:
            origin, goal = self.locate(source), self.locate(target)
            # Of what goes on inside of a node that follows itself, nothing is drawn.
            is_within = goal is not None and goal == origin and goal.count(SEPARATOR) + 1 < len(target)
            self._edges[key] = tuple(
                predecessor.edge
                for predecessor in (self.topology.predecessors(goal) if goal is not None and not is_within else ())
                if origin in predecessor.sources
            )
        return self._edges[key]
