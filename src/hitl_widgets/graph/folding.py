"""Folding: nested graphs drawn as one node each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import count
from typing import Final

from .topology import Edge, Group, Node, Topology, group_of, outwards

READABLE: Final = 40
"""Nodes in a picture; beyond that, nested graphs are folded where nobody has said otherwise."""


def folded(topology: Topology, groups: Collection[str]) -> Topology:
    """The topology in which each of these groups is one node.

    Edges from and to what is inside end at that node; edges that then say the same are one, edges within are gone, but
    for one by which the node follows itself.

    >>> nodes = Node("a", "a", "node"), Node("sub:b", "b", "node", "sub"), Node("sub:c", "c", "node", "sub")
    >>> edges = Edge("a->sub:b", "a", "sub:b"), Edge("sub:b->sub:c", "sub:b", "sub:c")
    >>> smaller = folded(Topology(nodes, edges, (Group("sub", "sub"),)), {"sub"})
    >>> [(node.id, node.folded) for node in smaller.nodes], [edge.id for edge in smaller.edges]
    ([('a', 0), ('sub', 2)], ['a->sub'])
    """
    names = {group.id: group for group in topology.groups if group.id in groups}
    if not names:
        return topology

    def drawn_at(id: str) -> str:
        """The outermost folded group around it, or itself."""
        return next((outer for outer in reversed([*outwards(id)]) if outer in names), id)

    inside = Counter(drawn_at(node.id) for node in topology.nodes if node.kind == "node")
    nodes: dict[str, Node] = {}
    for node in topology.nodes:
        if (id := drawn_at(node.id)) == node.id:
            nodes[id] = node
        elif id not in nodes:
            # In the place of its first node: the layout breaks ties by the order.
            nodes[id] = Node(id, names[id].name, "node", names[id].parent, folded=max(inside[id], 1))
    left = tuple(group for group in topology.groups if drawn_at(group.id) == group.id and group.id not in names)
    return Topology(tuple(nodes.values()), tuple(_edges(topology.edges, drawn_at)), left)


def _edges(edges: Collection[Edge], drawn_at: Callable[[str], str]) -> Iterator[Edge]:
    told: set[tuple[str, str, str | None]] = set()
    ids = {edge.id for edge in edges}
    for edge in edges:
        source, target = drawn_at(edge.source), drawn_at(edge.target)
        if (source, target) == (edge.source, edge.target):
            yield edge
            continue
        is_within = source == target and (edge.repeats is None or drawn_at(edge.repeats) != edge.repeats)
        if is_within or (source, target, edge.label) in told:
            continue
        told.add((source, target, edge.label))
        plain = f"{source}->{target}"
        id = next(id for number in count(1) if (id := plain if number == 1 else f"{plain}#{number}") not in ids)
        ids.add(id)
        yield replace(edge, id=id, source=source, target=target)


def folded_at_first(topology: Topology, most: int = READABLE) -> frozenset[str]:
    """The groups to fold so that about `most` nodes are drawn: outer ones first, the largest of them first.

    What is inside of a folded group is a picture of its own, for whoever unfolds it. A group that is all there is, is
    not folded, but what is in it.

    >>> inner = tuple(Node(f"sub:{number}", str(number), "node", "sub") for number in range(50))
    >>> topology = Topology((Node("a", "a", "node"), *inner), (), (Group("sub", "sub"),))
    >>> sorted(folded_at_first(topology)), sorted(folded_at_first(topology, most=100))
    (['sub'], [])
    """
    sizes: Counter[str] = Counter()
    for node in topology.nodes:
        if node.kind == "node":
            sizes.update(outwards(node.group or ""))
    within: dict[str | None, list[Group | Node]] = {}
    for item in (*topology.groups, *topology.nodes):
        if isinstance(item, Group) or item.kind == "node":
            within.setdefault(group_of(item), []).append(item)

    def choose(group: str | None) -> Iterator[str]:
        items = within.get(group, [])
        groups = sorted((item.id for item in items if isinstance(item, Group)), key=lambda one: -sizes[one])
        drawn = sum(sizes[id] for id in groups) + len(items) - len(groups)
        for id in groups:
            if drawn > most and len(items) > 1:
                drawn -= sizes[id] - 1
                yield id
            if sizes[id] > most:
                yield from choose(id)

    return frozenset(choose(None))
