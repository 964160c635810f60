"""Where in the picture what a run did is shown: its nodes' records and transitions, on the graph's drawn nodes and edges."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from langgraph.graph import END, START

from ..graph.appeared import Appeared, appeared, grown
from ..graph.folding import folded, folded_at_first
from ..graph.topology import Topology
from ..protocol import GraphView, NodeView
from ..running.following.records import NodeRecord, Path
from ..running.following.state import RunState
from ..thread.stops import When
from .node_view import node_view
from .picture import Picture


class Drawn:
    """A run's state on its graph's topology.

    Args:
        topology: the graph as LangGraph draws it.

    Attributes:
        picture: what is drawn now: with nodes that have appeared, and some groups folded.
    """

    def __init__(self, topology: Topology) -> None:
        self._whole = topology
        self._appeared = Appeared()
        self._seen: tuple[int, ...] = ()
        self._chosen: dict[str, bool] = {}
        """The groups that a person has folded or unfolded."""
        self.picture = self.picture_anew()

    @property
    def view(self) -> GraphView:
        """Where everything is drawn."""
        return self.picture.view

    def locate(self, path: Path) -> str | None:
        """The drawn node of a node's path, or the nearest one around it."""
        return self.picture.locate(path)

    # ------------------------------------------------------------------ which nodes are drawn

    def fold(self, group: str, *, is_folded: bool) -> None:
        """Draw a group as one node, or with what is in it, from the next picture on."""
        if group in self.picture.topology.ids:
            self._chosen[group] = is_folded

    def notice(self, state: RunState) -> bool:
        """Look for nodes that have appeared in a run; returns whether there are any, so that another picture is due."""
        earlier = state.earlier
        both = (state,) if earlier is None else (earlier, state)
        seen = tuple(len(known) for one in both for known in (one.nodes, one.followed, one.certain))
        if seen == self._seen:
            return False
        self._seen = seen
        nodes, followed, certain = (state.nodes, state.followed, state.certain) if earlier is None else (
            {**earlier.nodes, **state.nodes}, {**earlier.followed, **state.followed}, earlier.certain | state.certain
        )  # fmt: skip
        found = appeared(self._whole, nodes, followed, certain)
        if found == self._appeared:
            return False
        self._appeared = found
        return True

    def picture_anew(self) -> Picture:
        """The picture that is due, not yet laid out; it is drawn once it is assigned to `picture`."""
        topology = grown(self._whole, self._appeared)
        at_first = folded_at_first(topology)
        groups = {group.id for group in topology.groups if self._chosen.get(group.id, group.id in at_first)}
        return Picture(folded(topology, groups))

    # ------------------------------------------------------------------ what they do

    def nodes(
        self,
        state: RunState,
        stands_before: Iterable[Path] = (),
        runs_next: Iterable[Path] = (),
        breakpoints: Iterable[tuple[Path, When]] = (),
        *,
        mask: Callable[[str], str] = str,
    ) -> dict[str, NodeView]:
        """What every drawn node that is not idle is doing, and where the run stops, by id.

        Args:
            state: what the nodes did.
            stands_before: the nodes whose breakpoint waits for a person; none of their tasks has started.
            runs_next: the nodes that run when a run goes on that has stopped.
            breakpoints: where the run stops.
            mask: what hides secrets in an error.
        """
        views: dict[str, NodeView] = {}
        asking: set[str] = set()
        for path, record in _with_earlier(state):
            id = self.locate(path)
            if id is None or record.status == "idle":
                continue
            # What is not drawn is at work inside a node that is, and that says so itself.
            if id.count(":") + 1 == len(path):
                views[id] = node_view(record, state, mask)
            elif record.waiting and id in self.picture.folded:
                asking.add(id)
        for id in self._passed(state):
            views.setdefault(id, {"status": "done", "runs": 1})
        for id in asking & views.keys():
            # What else is folded in it may go on meanwhile: that somebody is needed is what a person has to see.
            views[id]["status"] = "waiting"
        for path in runs_next:
            if (id := self.locate(path)) is not None and views.get(id, {"status": "idle"})["status"] in {
                "idle",
                "done",
            }:
                views[id] = {"status": "next", "runs": views[id]["runs"] if id in views else 0}
        for path in stands_before:
            for depth in range(1, len(path) + 1):  # and the graphs around it
                if (id := self.locate(path[:depth])) is not None:
                    views[id] = {"status": "waiting", "runs": views[id]["runs"] if id in views else 0}
        for path, when in breakpoints:
            if (id := self.locate(path)) is None:
                continue
            view = views.setdefault(id, {"status": "idle", "runs": 0})
            if id.count(":") + 1 == len(path):
                view.setdefault("breakpoints", []).append(when)
            else:
                view["stops_inside"] = view.get("stops_inside", 0) + 1
        return views

    def at_rest(self, breakpoints: Iterable[tuple[Path, When]]) -> dict[str, NodeView]:
        """Where a run would stop, by the id of the drawn node; nothing has run."""
        return self.nodes(RunState(), breakpoints=breakpoints)

    def edges(self, state: RunState) -> dict[str, int]:
        """How often every drawn edge was taken, by id."""
        taken: dict[str, int] = {}
        for one in (state, state.earlier):
            for (source, target), count in one.followed.items() if one is not None else ():
                for edge in self.picture.between(source, target):
                    taken[edge] = taken.get(edge, 0) + count
        return taken

    def _passed(self, state: RunState) -> set[str]:
        """The starts and ends of nested graphs that were passed: no task is theirs, but an edge from or to them was taken."""
        topology = self.picture.topology
        inner = {node.id for node in topology.nodes if node.group is not None and node.kind in {"start", "end"}}
        taken = self.edges(state) if inner else {}
        return inner & {id for edge in topology.edges if edge.id in taken for id in (edge.source, edge.target)}


def _with_earlier(state: RunState) -> Iterable[tuple[Path, NodeRecord]]:
    """What every node did, here and before."""
    if state.earlier is None:
        return state.nodes.items()
    nodes = {**state.earlier.nodes, **state.nodes}
    for path, before in state.earlier.nodes.items():
        now = state.nodes.get(path)
        if now is not None and path[-1] not in {START, END}:
            # What it is at is told of the run; it has been there before.
            idle = now.status == "idle"
            nodes[path] = replace(before if idle else now, runs=before.runs + now.runs)
    return nodes.items()
