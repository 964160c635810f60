"""Nodes that appear: what runs and is in no drawable graph, placed inside of the node that ran it.

LangGraph knows the graphs that are nodes, and those that a node's function names (langgraph 1.2.24). A graph that a
function gets elsewhere, and the tasks of the functional API, are seen when they first run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from .topology import END, SEPARATOR, START, Edge, Group, Node, Topology, kind_of

Path = tuple[str, ...]
MOST: Final = 200
"""Nodes that can appear in one picture."""


class Appeared(NamedTuple):
    """What a run has shown of a graph, in the order in which it was seen.

    Attributes:
        nodes: the paths of nodes that are not in the topology, at most `MOST`.
        edges: which of them followed which; and which node of the topology came before one that no edge leads to, or
            after one that none leads on from, as with a `Command` whose targets its function does not name; and what is
            certain without an edge that says so.
    """

    nodes: tuple[Path, ...] = ()
    edges: tuple[tuple[Path, Path], ...] = ()


def appeared(
    topology: Topology,
    paths: Iterable[Path],
    followed: Iterable[tuple[Path, Path]],
    certain: Collection[tuple[Path, Path]] = (),
) -> Appeared:
    """What of these nodes and transitions the topology does not have.

    Args:
        topology: the graph as LangGraph draws it.
        paths: the nodes.
        followed: which followed which, as far as is known.
        certain: those of them of which there is no doubt.
    """
    known = topology.ids
    new = [path for path in paths if SEPARATOR.join(path) not in known and path[-1] not in (START, END)][:MOST]
    drawn, fresh = {*new}, {*new}

    def is_drawn(path: Path) -> bool:
        return path in drawn or SEPARATOR.join(path) in known

    def is_new(source: Path, target: Path) -> bool:
        if source not in fresh and (source, target) in certain and not _leads_to(topology, source, target):
            return True
        is_inside = target in fresh or (source in fresh and target[:-1] == source[:-1])
        is_apart = is_inside or _is_lost(topology, target) or _leads_nowhere(topology, source)
        return is_apart and source != target

    edges = (
        (source, target)
        for source, target in followed
        if is_new(source, target) and is_drawn(source) and is_drawn(target)
    )
    return Appeared(tuple(new), tuple(edges))


def _is_lost(topology: Topology, path: Path) -> bool:
    id = SEPARATOR.join(path)
    return id in topology.ids and not topology.predecessors(id)


def _leads_nowhere(topology: Topology, path: Path) -> bool:
    """Whether no edge leads on from a node: LangGraph draws none of one that it finds no way to (1.2.24)."""
    id = SEPARATOR.join(path)
    return id in topology.ids and id not in topology.leading


def _leads_to(topology: Topology, source: Path, target: Path) -> bool:
    """Whether an edge leads from one node to the other: LangGraph draws none for what a routing function or a `Command` may
    choose that names nobody (1.2.24).
    """
    id = SEPARATOR.join(source)
    return any(id in predecessor.sources for predecessor in topology.predecessors(SEPARATOR.join(target)))


def grown(topology: Topology, seen: Appeared) -> Topology:
    """The topology with what has appeared: a node that something appears in becomes a group.

    >>> topology = Topology((Node("a", "a", "node"), Node("b", "b", "node")), (Edge("a->b", "a", "b"),))
    >>> larger = grown(topology, Appeared((("a", "first"), ("a", "then")), ((("a", "first"), ("a", "then")),)))
    >>> [group.id for group in larger.groups], [edge.id for edge in larger.edges]
    (['a'], ['a->b', 'a:first->a:then'])
    """
    if seen == Appeared():
        return topology
    groups = {group.id: group for group in topology.groups}
    nodes = {node.id: node for node in topology.nodes}
    for path in seen.nodes:
        around: str | None = None
        for depth in range(1, len(path)):
            id = SEPARATOR.join(path[:depth])
            nodes.pop(id, None)
            groups.setdefault(id, Group(id, path[depth - 1], around))
            around = id
        id = SEPARATOR.join(path)
        if id not in groups:
            nodes[id] = Node(id, path[-1], kind_of(id), around)
    ids = {edge.id for edge in topology.edges}
    edges = [Edge(f"{source}->{target}", source, target) for source, target in map(_ids, seen.edges)]
    return Topology(
        tuple(nodes.values()),
        (*topology.edges, *(edge for edge in edges if edge.id not in ids)),
        # A group comes before the groups inside it.
        tuple(sorted(groups.values(), key=lambda group: group.id.count(SEPARATOR))),
    )


def _ids(ends: tuple[Path, Path]) -> tuple[str, str]:
    return SEPARATOR.join(ends[0]), SEPARATOR.join(ends[1])
