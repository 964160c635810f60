"""Layout: where each node and edge of a topology is drawn. The one file that knows the layout engine, graphlay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from itertools import combinations, pairwise
from typing import Any, Final, NamedTuple

import graphlay

from ..protocol import EdgePath, GraphView, NodeBox
from ..texts.jsonable import storable
from .boxes import Box, Drawing, Line, Point, to_hundredths
from .counts import counts_at
from .sizes import GROUP_HEADER, GROUP_PADDING, label_of, size_of
from .topology import Edge, Group, Node, Topology, common_group, group_of

_MARGIN: Final = 12
_LAYER_GAP: Final = 34
_LAYER_GAP_WITH_LABELS: Final = 24
"""Labels lie on layers of their own, so there are more gaps."""

_ONWARDS: Final = 2
"""How much an edge that leads on counts beside one that leads back, where branches are drawn straight: the way back of a
loop, which has a label's two halves to its one, took the middle of its nodes else (graphlay 0.3.1)."""

_FAST_BEYOND: Final = 24
"""Nodes and labels. With 30 nodes `balanced` saves a crossing or two and takes up to 18 ms, `fast` 3 to 7 ms; with 1000
it takes far longer (graphlay 0.3.1)."""


def lay_out(topology: Topology) -> GraphView:
    """Draws a topology top to bottom, in px; the same topology always gives the same drawing.

    30 nodes take a few milliseconds, 1000 a second or so: with a large graph, don't make a run wait for it.

    >>> nodes = Node("__start__", "__start__", "start"), Node("ask", "ask", "node")
    >>> view = lay_out(Topology(nodes, (Edge("__start__->ask", "__start__", "ask"),)))
    >>> [(box["label"], box["y"]) for box in view["nodes"]]
    [('start', 12.0), ('ask', 72.0)]
    """
    drawing = _read_answer(topology, _ask_engine(topology))
    if topology.groups:
        drawing = drawing.without_slack()
    left, top, right, bottom = drawing.bounds()
    origin = _Origin(left - _MARGIN, top - _MARGIN)
    return {
        "nodes": [origin.box(item, box) for item, box in zip(_drawn(topology), drawing.boxes, strict=True)],
        "edges": [
            origin.path(edge, line, count)
            for edge, line, count in zip(
                topology.edges, drawing.lines, counts_at(topology.edges, drawing.lines), strict=True
            )
        ],
        "width": to_hundredths(right - left + 2 * _MARGIN),
        "height": to_hundredths(bottom - top + 2 * _MARGIN),
    }


def _drawn(topology: Topology) -> tuple[Group | Node, ...]:
    """In drawing order: a group lies behind what is in it."""
    return (*topology.groups, *topology.nodes)


# ---------------------------------------------------------------- what the engine is asked


def _ask_engine(topology: Topology) -> graphlay.Layout:
    """Asks for groups, nodes and labels, in this order, and for the lines between them."""
    index = {item.id: position for position, item in enumerate(_drawn(topology))}
    ends = {item.id: item for item in _drawn(topology)}
    is_straight = _is_straight(topology)
    request = graphlay.Graph()
    for item in _drawn(topology):
        _add_node(request, item, index.get(group_of(item) or ""))
    for edge in topology.edges:
        source, target = index[edge.source], index[edge.target]
        weight = _ONWARDS if is_straight and edge.id not in topology.back_edges else 1
        if not _has_label_node(edge):
            ends_asked = (target, source) if edge.id in topology.rootless_back_edges else (source, target)
            request.edge(*ends_asked, weight=weight, **_label_room(edge))
            continue
        group = common_group(ends[edge.source], ends[edge.target])
        label = _add_node(request, edge, index.get(group or ""))
        first, last = (target, source) if edge.id in topology.back_edges else (source, target)
        request.edge(first, label, weight=weight)
        request.edge(label, last, weight=weight)
    return graphlay.layout(request, options=_options(topology))


def _has_label_node(edge: Edge) -> bool:
    """Whether the label is a small node on the edge's way, where it has room of its own.

    graphlay's own `label_size` squeezes labels between lines, where a reader takes them for a neighbour's (0.3.1). A
    back edge's two halves are asked for the other way round, so that its label lies beside the cycle, not below it.
    """
    return bool(edge.label) and edge.source != edge.target


def _add_node(request: graphlay.Graph, item: Group | Node | Edge, parent: int | None) -> int:
    width, height = size_of(item)
    fields: dict[str, Any] = {} if parent is None else {"parent": parent}
    if isinstance(item, Node) and item.kind != "node" and item.group is None:
        # A rank counts in the whole drawing, so a nested start or end has none.
        fields["rank"] = "first" if item.kind == "start" else "last"
    # The engine breaks ties by the label, so it must have the same one each time; it takes no half of an emoji.
    return request.node(label=storable(item.id), width=width, height=height, **fields)


def _label_room(edge: Edge) -> dict[str, Any]:
    if not edge.label:
        return {}
    width, height = size_of(edge)
    return {"label_size": {"width": width, "height": height}}


def _labels(topology: Topology) -> int:
    """How many are nodes of their own."""
    return sum(map(_has_label_node, topology.edges))


def _is_large(topology: Topology) -> bool:
    return len(topology.groups) + len(topology.nodes) + _labels(topology) > _FAST_BEYOND


def _is_straight(topology: Topology) -> bool:
    """Whether of what fans out one branch is drawn straight below the other, and all else beside it, `straight_main`.

    With a second fan-out below the first everything leans to one side. `symmetric` draws it around its middle, with fewer
    bends, as fast. But it ends one line in ten beside the middle of its label, `straight_main` one in fifty, and draws
    what leads back in the middle of what leads on (graphlay 0.3.1).
    """
    return not _is_large(topology) and (_labels(topology) > 0 or _is_one_way(topology))


def _is_one_way(topology: Topology) -> bool:
    """Whether nothing goes on side by side: of two that a node leads on to, one leads to the other, as where it is passed by."""
    onwards: dict[str, set[str]] = {}
    for edge in topology.edges:
        if edge.id not in topology.back_edges:
            onwards.setdefault(edge.source, set()).add(edge.target)
    beyond: dict[str, set[str]] = {}
    for id in TopologicalSorter(onwards).static_order():
        beyond[id] = onwards.get(id, set()).union(*(beyond[target] for target in onwards.get(id, ())))
    pairs = (pair for targets in onwards.values() for pair in combinations(targets, 2))
    return all(one in beyond[other] or other in beyond[one] for one, other in pairs)


def _options(topology: Topology) -> dict[str, Any]:
    """What the engine is told."""
    is_large = _is_large(topology)
    return {
        "direction": "topbottom",
        "effort": "fast" if is_large else "balanced",
        "cycles": {"strategy": "follow_flow"},
        # Else the first of several is drawn in their middle. In a large graph it makes the drawing narrower by a third.
        "tuning": {"order": {} if is_large else {"balance_rounds": 0}},
        "coords": {"branch_style": "straight_main" if _is_straight(topology) else "symmetric"},
        "spacing": {
            "layer_gap": _LAYER_GAP_WITH_LABELS if _labels(topology) else _LAYER_GAP,
            "node_gap": 28,
            "dummy_gap": 18,
            "reroute_node_gap": 18,
            "isolated_gap": 28,
            "port_gap": 14,
            "port_stroke_clear": 8,
            "stub": 10,
            "edge_label_margin": 10,
            "compound_padding": GROUP_PADDING,
            "compound_header": GROUP_HEADER - GROUP_PADDING,
        },
    }


# ---------------------------------------------------------------- what it answers


def _read_answer(topology: Topology, answer: graphlay.Layout) -> Drawing:
    boxes = [_box(node["center"], node["size"]) for node in answer.nodes]
    groups, nodes = len(topology.groups), len(topology.groups) + len(topology.nodes)
    frames = {group.id: box for group, box in zip(topology.groups, boxes, strict=False)}
    lines = [
        line.between(frames.get(edge.source), frames.get(edge.target))
        for edge, line in zip(topology.edges, _lines(topology, iter(boxes[nodes:]), iter(answer.edges)), strict=True)
    ]
    return Drawing(tuple(boxes[:groups]), tuple(boxes[groups:nodes]), tuple(lines))


def _lines(topology: Topology, labels: Iterator[Box], drawn: Iterator[Mapping[str, Any]]) -> Iterator[Line]:
    for edge in topology.edges:
        line = next(drawn)
        points = _points(line)
        if _has_label_node(edge):
            label = next(labels)
            points = _through(label, points, _points(next(drawn)))
            yield Line(points[::-1] if edge.id in topology.back_edges else points, label)
        elif edge.label:  # from a node to itself
            yield Line(points, _box(line["label_anchor"], _label_room(edge)["label_size"]))
        else:
            yield Line(points[::-1] if edge.id in topology.rootless_back_edges else points, None)


def _through(label: Box, before: tuple[Point, ...], after: tuple[Point, ...]) -> tuple[Point, ...]:
    """One line of two that end and start at a label; where they don't meet it at the same x, they do so behind it."""
    _, middle = label.centre
    (x, _), (onwards, _) = before[-1], after[0]
    return (*before[:-1], *([] if x == onwards else [(x, middle), (onwards, middle)]), *after[1:])


def _points(line: Mapping[str, Any]) -> tuple[Point, ...]:
    points = [(to_hundredths(point["x"]), to_hundredths(point["y"])) for point in line["points"]]
    return (points[0], *(point for start, end in pairwise(points) for point in _orthogonal(start, end)))


def _orthogonal(start: Point, end: Point) -> Iterator[Point]:
    """The way on from `start`: graphlay 0.3.1 slants a line by a fraction of a px where it leads into a group."""
    if start[0] != end[0] and start[1] != end[1]:
        middle = to_hundredths((start[1] + end[1]) / 2)
        yield start[0], middle
        yield end[0], middle
    yield end


def _box(centre: Mapping[str, float], size: Mapping[str, float]) -> Box:
    x, y, width, height = centre["x"], centre["y"], size["width"] / 2, size["height"] / 2
    return Box(to_hundredths(x - width), to_hundredths(y - height), to_hundredths(x + width), to_hundredths(y + height))


class _Origin(NamedTuple):
    """The point of the engine's coordinates that becomes (0, 0)."""

    x: float
    y: float

    def box(self, item: Group | Node, box: Box) -> NodeBox:
        drawn: NodeBox = {
            "id": item.id,
            "label": label_of(item),
            "kind": "group" if isinstance(item, Group) else item.kind,
            "x": to_hundredths(box.left - self.x),
            "y": to_hundredths(box.top - self.y),
            "width": to_hundredths(box.right - box.left),
            "height": to_hundredths(box.bottom - box.top),
        }
        if isinstance(item, Node) and item.folded:
            drawn["folded"] = item.folded
        return drawn

    def path(self, edge: Edge, line: Line, count: Point) -> EdgePath:
        return {
            "id": edge.id,
            "source": edge.source,
            "target": edge.target,
            "points": [self._point(point) for point in line.points],
            "conditional": edge.conditional,
            "label": label_of(edge) or None,
            "label_at": self._point(line.label.centre if line.label else count),
        }

    def _point(self, point: Point) -> list[float]:
        return [to_hundredths(point[0] - self.x), to_hundredths(point[1] - self.y)]
