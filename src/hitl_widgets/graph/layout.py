"""Layout: where each node and edge of a topology is drawn. The one file that knows the layout engine, graphlay."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import accumulate, pairwise
from typing import Any, Final, NamedTuple

import graphlay

from ..protocol import EdgePath, GraphView, NodeBox
from .text import shorten, text_width
from .topology import Edge, Group, Node, Topology, common_group, group_of

LABEL_SIZE: Final = 13
"""px; the font of nodes."""
SMALL_LABEL_SIZE: Final = 11
"""px; the font of edge labels, of group names, of start and end."""

_MARGIN: Final = 12
_NODE_HEIGHT: Final = 36
_NODE_WIDTH: Final = (96, 220)
_NODE_PADDING: Final = 30
"""Left and right of a node's label: room for a status mark and a run count."""
_TERMINAL_HEIGHT: Final = 26
_TERMINAL_PADDING: Final = 12
_EDGE_LABEL_HEIGHT: Final = 16
_EDGE_LABEL_PADDING: Final = 5
_EDGE_LABEL_WIDTH: Final = 160
_GROUP_HEADER: Final = 26
"""From a group's top to what is in it; its name stands there."""
_GROUP_PADDING: Final = 14
_GROUP_BESIDE: Final = 56
"""Beside a group's name: its margin, what a bold font takes more, and the button that folds it."""
_LAYER_GAP: Final = 34
_LAYER_GAP_WITH_LABELS: Final = 24
"""Labels lie on layers of their own, so there are more gaps."""

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
        "edges": [origin.path(edge, line) for edge, line in zip(topology.edges, drawing.lines, strict=True)],
        "width": _round(right - left + 2 * _MARGIN),
        "height": _round(bottom - top + 2 * _MARGIN),
    }


# ---------------------------------------------------------------- what is drawn, and how large


def _drawn(topology: Topology) -> tuple[Group | Node, ...]:
    """In drawing order: a group lies behind what is in it."""
    return (*topology.groups, *topology.nodes)


def _label(item: Group | Node | Edge) -> str:
    match item:
        case Group():
            return shorten(item.name, SMALL_LABEL_SIZE, _NODE_WIDTH[1])
        case Node(kind="node"):
            return shorten(item.name, LABEL_SIZE, _NODE_WIDTH[1] - 2 * _NODE_PADDING)
        case Node():
            return item.kind
        case Edge():
            return shorten(item.label or "", SMALL_LABEL_SIZE, _EDGE_LABEL_WIDTH - 2 * _EDGE_LABEL_PADDING)


def _size(item: Group | Node | Edge) -> tuple[float, float]:
    """Width and height in px; a group's is the least it gets, an edge's is its label's."""
    match item:
        case Group():
            return _small(item, _GROUP_BESIDE), _GROUP_HEADER
        case Node(kind="node"):
            least, most = _NODE_WIDTH
            width = round(text_width(_label(item), LABEL_SIZE) + 2 * _NODE_PADDING)
            return min(most, max(least, width)), _NODE_HEIGHT
        case Node():
            return _small(item, 2 * _TERMINAL_PADDING), _TERMINAL_HEIGHT
        case Edge():
            return _small(item, 2 * _EDGE_LABEL_PADDING), _EDGE_LABEL_HEIGHT


def _small(item: Group | Node | Edge, padding: float) -> float:
    return round(text_width(_label(item), SMALL_LABEL_SIZE) + padding)


# ---------------------------------------------------------------- what the engine is asked


def _ask_engine(topology: Topology) -> graphlay.Layout:
    """Asks for groups, nodes and labels, in this order, and for the lines of `_ends`."""
    index = {item.id: position for position, item in enumerate(_drawn(topology))}
    ends = {item.id: item for item in _drawn(topology)}
    request = graphlay.Graph()
    for item in _drawn(topology):
        _add_node(request, item, index.get(group_of(item) or ""))
    for edge in topology.edges:
        source, target = index[edge.source], index[edge.target]
        if not _has_label_node(edge):
            request.edge(source, target, **_label_room(edge))
            continue
        group = common_group(ends[edge.source], ends[edge.target])
        label = _add_node(request, edge, index.get(group or ""))
        first, last = (target, source) if edge.id in topology.back_edges else (source, target)
        request.edge(first, label)
        request.edge(label, last)
    return graphlay.layout(request, options=_options(topology, len(request.nodes)))


def _has_label_node(edge: Edge) -> bool:
    """Whether the label is a small node on the edge's way, where it has room of its own.

    graphlay's own `label_size` squeezes labels between lines, where a reader takes them for a neighbour's (0.3.1). A
    back edge's two halves are asked for the other way round, so that its label lies beside the cycle, not below it.
    """
    return bool(edge.label) and edge.source != edge.target


def _add_node(request: graphlay.Graph, item: Group | Node | Edge, parent: int | None) -> int:
    width, height = _size(item)
    fields: dict[str, Any] = {} if parent is None else {"parent": parent}
    if isinstance(item, Node) and item.kind != "node" and item.group is None:
        # A rank counts in the whole drawing, so a nested start or end has none.
        fields["rank"] = "first" if item.kind == "start" else "last"
    # The engine breaks ties by the label, so it must have the same one each time.
    return request.node(label=item.id, width=width, height=height, **fields)


def _label_room(edge: Edge) -> dict[str, Any]:
    if not edge.label:
        return {}
    width, height = _size(edge)
    return {"label_size": {"width": width, "height": height}}


def _options(topology: Topology, size: int) -> dict[str, Any]:
    labelled = any(map(_has_label_node, topology.edges))
    return {
        "direction": "topbottom",
        "effort": "fast" if size > _FAST_BEYOND else "balanced",
        "cycles": {"strategy": "follow_flow"},
        "spacing": {
            "layer_gap": _LAYER_GAP_WITH_LABELS if labelled else _LAYER_GAP,
            "node_gap": 28,
            "dummy_gap": 18,
            "reroute_node_gap": 18,
            "isolated_gap": 28,
            "port_gap": 14,
            "port_stroke_clear": 8,
            "stub": 10,
            "edge_label_margin": 10,
            "compound_padding": _GROUP_PADDING,
            "compound_header": _GROUP_HEADER - _GROUP_PADDING,
        },
    }


# ---------------------------------------------------------------- what it answers

_Point = tuple[float, float]


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @property
    def centre(self) -> _Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, point: _Point) -> bool:
        """Whether a point is in it, not only on its border."""
        return self.left < point[0] < self.right and self.top < point[1] < self.bottom


class _Line(NamedTuple):
    points: tuple[_Point, ...]
    label: _Box | None

    def between(self, source: _Box | None, target: _Box | None) -> _Line:
        """The same line from and to the borders of groups: graphlay 0.3.1 leads it into a group, past its header."""
        points = self.points
        if source is not None:
            points = _up_to(source, points[::-1])[::-1]
        return _Line(points if target is None else _up_to(target, points), self.label)


def _up_to(group: _Box, points: tuple[_Point, ...]) -> tuple[_Point, ...]:
    """A line until it meets a group, where it leads into it."""
    outside = next((at for at, point in enumerate(points) if group.holds(point)), len(points))
    if outside in {0, len(points)}:
        return points
    (x, y), (last_x, last_y) = points[outside], points[outside - 1]
    border = (
        (x, group.top if last_y < y else group.bottom)
        if last_x == x
        else (group.left if last_x < x else group.right, y)
    )
    return (*points[:outside], border)


def _read_answer(topology: Topology, answer: graphlay.Layout) -> _Drawing:
    boxes = [_box(node["center"], node["size"]) for node in answer.nodes]
    groups, nodes = len(topology.groups), len(topology.groups) + len(topology.nodes)
    frames = {group.id: box for group, box in zip(topology.groups, boxes, strict=False)}
    lines = [
        line.between(frames.get(edge.source), frames.get(edge.target))
        for edge, line in zip(topology.edges, _lines(topology, iter(boxes[nodes:]), iter(answer.edges)), strict=True)
    ]
    return _Drawing(tuple(boxes[:groups]), tuple(boxes[groups:nodes]), tuple(lines))


def _lines(topology: Topology, labels: Iterator[_Box], drawn: Iterator[Mapping[str, Any]]) -> Iterator[_Line]:
    for edge in topology.edges:
        line = next(drawn)
        points = _points(line)
        if _has_label_node(edge):
            label = next(labels)
            points = _through(label, points, _points(next(drawn)))
            yield _Line(points[::-1] if edge.id in topology.back_edges else points, label)
        elif edge.label:
            yield _Line(points, _box(line["label_anchor"], _label_room(edge)["label_size"]))
        else:
            yield _Line(points, None)


def _through(label: _Box, before: tuple[_Point, ...], after: tuple[_Point, ...]) -> tuple[_Point, ...]:
    """One line of two that end and start at a label; where they don't meet it at the same x, they do so behind it."""
    _, middle = label.centre
    (x, _), (onwards, _) = before[-1], after[0]
    return (*before[:-1], *([] if x == onwards else [(x, middle), (onwards, middle)]), *after[1:])


def _points(line: Mapping[str, Any]) -> tuple[_Point, ...]:
    points = [(_round(point["x"]), _round(point["y"])) for point in line["points"]]
    return (points[0], *(point for start, end in pairwise(points) for point in _orthogonal(start, end)))


def _orthogonal(start: _Point, end: _Point) -> Iterator[_Point]:
    """The way on from `start`: graphlay 0.3.1 slants a line by a fraction of a px where it leads into a group."""
    if start[0] != end[0] and start[1] != end[1]:
        middle = _round((start[1] + end[1]) / 2)
        yield start[0], middle
        yield end[0], middle
    yield end


def _box(centre: Mapping[str, float], size: Mapping[str, float]) -> _Box:
    x, y, width, height = centre["x"], centre["y"], size["width"] / 2, size["height"] / 2
    return _Box(_round(x - width), _round(y - height), _round(x + width), _round(y + height))


# ---------------------------------------------------------------- what becomes of it


class _Drawing(NamedTuple):
    """The engine's answer: lines in the edges' order, everything in its own coordinates."""

    groups: tuple[_Box, ...]
    nodes: tuple[_Box, ...]
    lines: tuple[_Line, ...]

    @property
    def boxes(self) -> tuple[_Box, ...]:
        return self.groups + self.nodes

    @property
    def _solid(self) -> list[_Box]:
        return [*self.nodes, *(line.label for line in self.lines if line.label)]

    def bounds(self) -> tuple[float, float, float, float]:
        boxes = [*self.groups, *self._solid]
        points = [point for line in self.lines for point in line.points]
        xs = [*(x for box in boxes for x in (box.left, box.right)), *(x for x, _ in points)]
        ys = [*(y for box in boxes for y in (box.top, box.bottom)), *(y for _, y in points)]
        return min(xs, default=0), min(ys, default=0), max(xs, default=0), max(ys, default=0)

    def without_slack(self) -> _Drawing:
        """The same drawing with just enough air below the top and above the bottom of each group.

        graphlay 0.3.1 leaves a whole layer gap there, which adds up in nested graphs, or no room for the name of a group
        around a group. Every y is mapped by one growing function, so nothing can come to overlap and lines stay
        orthogonal.
        """
        warp = self._warp()

        def box(old: _Box) -> _Box:
            return _Box(old.left, warp[old.top], old.right, warp[old.bottom])

        def line(old: _Line) -> _Line:
            return _Line(tuple((x, warp[y]) for x, y in old.points), old.label and box(old.label))

        return _Drawing(tuple(map(box, self.groups)), tuple(map(box, self.nodes)), tuple(map(line, self.lines)))

    def _warp(self) -> dict[float, float]:
        """Where each y goes: gaps next to a group's border change, unless something lies across them."""
        bends = (y for line in self.lines for _, y in line.points)
        borders = (y for box in (*self.groups, *self._solid) for y in (box.top, box.bottom))
        levels = sorted({*bends, *borders})
        tops, bottoms = {box.top for box in self.groups}, {box.bottom for box in self.groups}
        warped = {level: level for level in levels[:1]}
        for (above, below), covered in zip(pairwise(levels), _cover(levels, self._solid), strict=False):
            gap = below - above
            if not covered and above in tops:
                gap = _GROUP_HEADER
            elif not covered and below in bottoms:
                gap = min(gap, _GROUP_PADDING)
            warped[below] = _round(warped[above] + gap)
        return warped


def _cover(levels: list[float], boxes: list[_Box]) -> list[int]:
    """How many boxes lie across each gap between two neighbouring levels."""
    change = [0] * len(levels)
    for box in boxes:
        change[bisect_left(levels, box.top)] += 1
        change[bisect_left(levels, box.bottom)] -= 1
    return list(accumulate(change))


class _Origin(NamedTuple):
    """The point of the engine's coordinates that becomes (0, 0)."""

    x: float
    y: float

    def box(self, item: Group | Node, box: _Box) -> NodeBox:
        drawn: NodeBox = {
            "id": item.id,
            "label": _label(item),
            "kind": "group" if isinstance(item, Group) else item.kind,
            "x": _round(box.left - self.x),
            "y": _round(box.top - self.y),
            "width": _round(box.right - box.left),
            "height": _round(box.bottom - box.top),
        }
        if isinstance(item, Node) and item.folded:
            drawn["folded"] = item.folded
        return drawn

    def path(self, edge: Edge, line: _Line) -> EdgePath:
        return {
            "id": edge.id,
            "source": edge.source,
            "target": edge.target,
            "points": [self._point(point) for point in line.points],
            "conditional": edge.conditional,
            "label": _label(edge) or None,
            "label_at": self._point(line.label.centre) if line.label else None,
        }

    def _point(self, point: _Point) -> list[float]:
        return [_round(point[0] - self.x), _round(point[1] - self.y)]


def _round(value: float) -> float:
    """To 1/100 px: the engine's floats differ in their last digit where they mean the same line."""
    return round(value, 2) + 0.0
