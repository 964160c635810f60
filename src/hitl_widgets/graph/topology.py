"""Topology: which nodes, edges and nested graphs a LangGraph graph has, and where a running node is drawn.

LangGraph's drawable graph (`get_graph(xray=True)`) spells a node of a nested graph `parent:child`; the parent's own
node is gone and its edges end at the nested graph's first and last node (langgraph 1.2.22). Here the parent comes
back as a `Group`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import Any, Literal, NamedTuple

from .handled import handlers_of
from .nested import nested_graphs

START = "__start__"
END = "__end__"
SEPARATOR = ":"
"""Between the parts of a nested node's id. LangGraph refuses it in node names."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node as it is drawn.

    Attributes:
        id: LangGraph's drawable id; `parent:child` in a nested graph.
        name: the node's name within its own graph.
        kind: `start` and `end` are LangGraph's `__start__` and `__end__`, also those of a nested graph.
        group: the nested graph it belongs to, `None` at the top.
        folded: how many nodes a nested graph has that is drawn as this one; 0 for a node that is none.
    """

    id: str
    name: str
    kind: Literal["start", "end", "node"]
    group: str | None = None
    folded: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A nested graph: the node that runs it, drawn as a frame around the nodes inside."""

    id: str
    name: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge between two drawn nodes; where what is inside of a group is not known beforehand, it ends at the group.

    Attributes:
        id: unique in its topology and the same in every process.
        label: what the graph's author called this branch, if anything.
        repeats: the nested graph that it leads from the end of to the start of: that graph's node follows itself.
    """

    id: str
    source: str
    target: str
    conditional: bool = False
    label: str | None = None
    repeats: str | None = None


class Predecessor(NamedTuple):
    """An edge that leads to a node, and what must have finished for a run to have come along it."""

    edge: str
    sources: tuple[str, ...]
    """The node at the edge's start, then the groups that it ends, from the innermost; any of them having finished
    says that the edge was taken. A `start` node never runs: whoever follows it has come from it."""


@dataclass(frozen=True)
class Topology:
    """A graph's nodes, edges and groups; a group comes before the groups inside it."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    groups: tuple[Group, ...] = ()

    def locate(self, path: tuple[str, ...]) -> str | None:
        """Where a running node is drawn.

        Args:
            path: node names from the outermost graph to the running node.

        Returns:
            The id of the node or group; if the node is not drawn, of the nearest group or node around it that is;
            `None` if not even the outermost is.

        >>> topology = Topology((Node("sub:ask", "ask", "node", "sub"),), (), (Group("sub", "sub"),))
        >>> topology.locate(("sub", "ask")), topology.locate(("sub",)), topology.locate(("sub", "ask", "a_task"))
        ('sub:ask', 'sub', 'sub:ask')
        >>> topology.locate(("unheard_of",))
        """
        return next((id for id in outwards(SEPARATOR.join(path)) if id in self.ids), None)

    def predecessors(self, id: str) -> tuple[Predecessor, ...]:
        """The edges that lead to a node, or into a group from outside it.

        >>> topology = Topology(
        ...     (Node("__start__", "__start__", "start"), Node("sub:ask", "ask", "node", "sub")),
        ...     (Edge("e", "__start__", "sub:ask"),),
        ...     (Group("sub", "sub"),),
        ... )
        >>> topology.predecessors("sub") == topology.predecessors("sub:ask")
        True
        >>> topology.predecessors("sub")
        (Predecessor(edge='e', sources=('__start__',)),)
        """
        return self._predecessors.get(id, ())

    @cached_property
    def back_edges(self) -> frozenset[str]:
        """The ids of the edges that close a cycle, walking from the start; without them the graph flows one way."""
        leaving: dict[str, list[Edge]] = {item.id: [] for item in (*self.nodes, *self.groups)}
        for edge in self.edges:
            leaving[edge.source].append(edge)
        back: set[str] = set()
        seen: set[str] = set()
        for root in (*sorted(self.nodes, key=lambda node: node.kind != "start"), *self.groups):
            if root.id in seen:
                continue
            # Depth first without recursion: a chain may be longer than Python's stack.
            seen.add(root.id)
            open_ids, walk = {root.id}, [(root.id, iter(leaving[root.id]))]
            while walk:
                id, edges = walk[-1]
                edge = next(edges, None)
                if edge is None:
                    walk.pop()
                    open_ids.remove(id)
                elif edge.target in open_ids:
                    back.add(edge.id)
                elif edge.target not in seen:
                    seen.add(edge.target)
                    open_ids.add(edge.target)
                    walk.append((edge.target, iter(leaving[edge.target])))
        return frozenset(back)

    @cached_property
    def rootless_back_edges(self) -> frozenset[str]:
        """Those of them that close a cycle in a group without a start: what ran first there is what was seen first."""
        around = {node.id: node.group for node in self.nodes}
        rooted = {node.group for node in self.nodes if node.kind == "start"}
        return frozenset(
            edge.id
            for edge in self.edges
            if edge.id in self.back_edges
            and edge.source != edge.target
            and (group := around.get(edge.source)) is not None
            and group not in rooted
            and around.get(edge.target) == group
        )

    @cached_property
    def ids(self) -> frozenset[str]:
        """Of all nodes and groups."""
        return frozenset(item.id for item in (*self.nodes, *self.groups))

    @cached_property
    def leading(self) -> frozenset[str]:
        """Of the nodes that an edge leads on from, and the groups that one leads out of."""
        return frozenset(
            id
            for edge in self.edges
            for id in outwards(edge.source)
            if id == edge.source or id not in outwards(edge.target)
        )

    @cached_property
    def _predecessors(self) -> dict[str, tuple[Predecessor, ...]]:
        found: dict[str, list[Predecessor]] = {}
        for edge in self.edges:
            if edge.repeats is not None:
                # What is inside goes from one node to the other along an edge of its own, if it has one.
                found.setdefault(edge.repeats, []).append(Predecessor(edge.id, (edge.repeats,)))
                continue
            around_source = set(outwards(edge.source))
            around_target = set(outwards(edge.target))
            left = tuple(id for id in outwards(edge.source) if id == edge.source or id not in around_target)
            for id in outwards(edge.target):
                if id == edge.target or id not in around_source:
                    found.setdefault(id, []).append(Predecessor(edge.id, left))
        return {id: tuple(predecessors) for id, predecessors in found.items()}


def topology_of(graph: Any) -> Topology:
    """The topology of a compiled graph, a `RemoteGraph`, or anything else with a `get_graph()`.

    Never raises: a run must not fail because its picture does. Where LangGraph cannot draw the nested graphs, they
    stay single nodes; where it cannot draw the graph at all, the nodes come without edges. A cache whose key is made of
    the state is no reason: it is left out.

    A `RemoteGraph` is asked over the network; one that has only an async client must be asked with
    `from_drawable(await graph.aget_graph(xray=True))`.
    """
    for options, bare in (({"xray": True}, False), ({"xray": True}, True), ({}, False), ({}, True)):
        if bare and not _is_local(graph):
            continue  # it has no caches, and is asked over a network
        try:
            drawn: Any = _without_caches(graph) if bare else graph
            drawable = drawn.get_graph(**options)
        except Exception:  # noqa: BLE001, S112 - whatever it was, the next, plainer picture is the answer to it
            continue
        return _with_handlers(from_drawable(drawable), graph)
    names = getattr(graph, "nodes", None) or ()
    return _build(((str(name), str(name)) for name in names), ())


def _without_caches(graph: Any) -> Any:
    """The same graph, its nodes without their cache policies: LangGraph asks one for the key of a state in which there
    is nothing when it draws the graph (1.2.24), and `lambda state: state["topic"]` has none for it.
    """
    if not _is_local(graph):
        return graph
    nodes = {
        name: node.copy({"cache_policy": None, "subgraphs": [*map(_without_caches, node.subgraphs)]})
        for name, node in graph.nodes.items()
    }
    return graph.copy({"nodes": nodes})


def _is_local(graph: Any) -> bool:
    from langgraph.pregel import Pregel  # a picture is drawn without LangGraph, too

    return isinstance(graph, Pregel)


def _with_handlers(topology: Topology, graph: Any) -> Topology:
    """An edge to each node that handles what another one fails with: LangGraph draws none (1.2.24).

    To one that does so for all nodes there is none until it is taken.
    """
    found = [(source, handler) for source, handler in _handlers(graph) if {source, handler} <= topology.ids]
    times = Counter(handler for _, handler in found)
    edges = [
        Edge(f"{source}->{handler}", source, handler, conditional=True, label="error")
        for source, handler in found
        if times[handler] == 1
    ]
    return replace(topology, edges=(*topology.edges, *edges)) if edges else topology


def _handlers(graph: Any) -> Iterator[tuple[str, str]]:
    for path, one in (((), graph), *(nested_graphs(graph) if _is_local(graph) else ())):
        around = "".join(f"{name}{SEPARATOR}" for name in path)
        for source, handler in handlers_of(one).items():
            yield f"{around}{source}", f"{around}{handler}"


def from_drawable(drawable: Any) -> Topology:
    """The topology of a `langchain_core.runnables.graph.Graph`, as `get_graph(xray=True)` returns it."""
    return _build(
        ((str(id), str(node.name)) for id, node in drawable.nodes.items()),
        ((str(e.source), str(e.target), bool(e.conditional), e.data) for e in drawable.edges),
    )


def common_group(a: Group | Node, b: Group | Node) -> str | None:
    """The innermost group that both are in."""
    around = set(outwards(group_of(a) or ""))
    return next((group for group in outwards(group_of(b) or "") if group in around), None)


def group_of(item: Group | Node) -> str | None:
    """The group that it is in."""
    return item.parent if isinstance(item, Group) else item.group


def _build(nodes: Iterable[tuple[str, str]], edges: Iterable[tuple[str, str, bool, Any]]) -> Topology:
    names = dict(nodes)
    groups: dict[str, Group] = {}
    drawn: list[Node] = []
    for id, name in names.items():
        parents = [parent for parent in outwards(id) if parent != id and parent not in names]
        around: str | None = None
        for group in reversed(parents):
            groups.setdefault(group, Group(group, group.rpartition(SEPARATOR)[2], around))
            around = group
        own_name = name.removeprefix(f"{parents[0]}{SEPARATOR}") if parents else name
        drawn.append(Node(id, own_name, kind_of(id), parents[0] if parents else None))
    return Topology(tuple(drawn), tuple(_repeating([*_edges(edges, names)])), tuple(groups.values()))


def _repeating(edges: list[Edge]) -> Iterator[Edge]:
    """The edges, with what they repeat: they lead from inside of a nested graph to where others enter it.

    No edge of that graph's own does: its start is drawn where one would lead to its first node (langgraph 1.2.24).
    """
    entries: dict[str, set[str]] = {}
    for edge in edges:
        around_source = {*outwards(edge.source)}
        for group in outwards(edge.target):
            if group != edge.target and group not in around_source:
                entries.setdefault(group, set()).add(edge.target)
    for edge in edges:
        around_target = {*outwards(edge.target)}
        around = [group for group in outwards(edge.source) if group in around_target]
        repeats = next((group for group in reversed(around) if edge.target in entries.get(group, ())), None)
        yield edge if repeats is None else replace(edge, repeats=repeats)


def _edges(edges: Iterable[tuple[str, str, bool, Any]], names: dict[str, str]) -> Iterator[Edge]:
    taken: set[str] = set()
    for source, target, conditional, label in edges:
        if source not in names or target not in names:
            continue
        id = plain = f"{source}->{target}"
        for repeat in count(2):
            if id not in taken:
                break
            id = f"{plain}#{repeat}"
        taken.add(id)
        yield Edge(id, source, target, conditional, None if label is None else str(label))


def kind_of(id: str) -> Literal["start", "end", "node"]:
    name = id.rpartition(SEPARATOR)[2]
    return "start" if name == START else "end" if name == END else "node"


def outwards(id: str) -> Iterator[str]:
    """The id itself, then the ids around it: `a:b:c`, `a:b`, `a`."""
    while id:
        yield id
        id = id.rpartition(SEPARATOR)[0]
