"""A laid out graph, and what its nodes are doing, as static, self-contained SVG: the picture without a browser."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from ..protocol import EdgePath, GraphView, NodeBox, NodeStatus, NodeView
from .marks import FONT, INK, MUTED, PAPER, Paint, Point, centre, distance, escaped, label, number, pair, rect, towards

_EDGE: Final = "#9aa4af"
_TAKEN: Final = "#3f4a56"
_STOP: Final = "#cf222e"

_CORNER: Final = 6
"""px; the radius of an edge's bends."""
_ARROW: Final = (7.0, 3.5)
"""px; the length and half the width of an arrowhead."""

_PAINT: Final[Mapping[NodeStatus, Paint]] = {
    "idle": Paint(PAPER, "#c4ccd4"),
    "next": Paint(PAPER, "#2563eb"),
    "running": Paint("#eef5ff", "#2563eb"),
    "waiting": Paint("#fff6e5", "#b45309"),
    "done": Paint("#effaf2", "#1a7f45"),
    "failed": Paint("#fff0f0", "#cf2318"),
}
_GROUP: Final = Paint("#f6f8fa", "#d1d9e0")
_TERMINAL: Final = Paint("#eef1f4", "#c4ccd4")

_GLYPHS: Final[Mapping[NodeStatus, str]] = {
    "idle": "",
    "next": '<path d="M-2.5 -3.5l4 3.5l-4 3.5" {pen}/>',
    "running": '<circle r="3.5" fill="{ink}"/>',
    "waiting": '<path d="M-2.6 -1.6a2.6 2.6 0 1 1 3.9 2.3c-0.9 0.5 -1.3 0.9 -1.3 1.9M0 5v0.1" {pen}/>',
    "done": '<path d="M-4 0.4l2.8 2.8l5.2 -6.2" {pen}/>',
    "failed": '<path d="M-3.2 -3.2l6.4 6.4M3.2 -3.2l-6.4 6.4" {pen}/>',
}
"""Drawn around (0, 0): a status is never told by colour alone."""


def svg(
    view: GraphView,
    nodes: Mapping[str, NodeView] | None = None,
    *,
    taken: Collection[str] = (),
    title: str = "Graph",
) -> str:
    """The graph alone, as an SVG document; arguments as in `picture`.

    >>> "<title>Nothing &amp; nobody</title>" in svg(
    ...     {"nodes": [], "edges": [], "width": 24, "height": 24}, title="Nothing & nobody"
    ... )
    True
    """
    nodes = nodes or {}
    groups = [box for box in view["nodes"] if box["kind"] == "group"]
    boxes = [box for box in view["nodes"] if box["kind"] != "group"]
    edges = sorted(view["edges"], key=lambda edge: edge["id"] in taken)
    parts = (
        *(_frame(box, status_of(box, nodes)) for box in groups),
        *(_edge(edge, taken=edge["id"] in taken) for edge in edges),
        *(_edge_label(edge) for edge in edges),
        *(_frame_name(box) for box in groups),
        *(_terminal(box) if box["kind"] != "node" else _node(box, nodes.get(box["id"])) for box in boxes),
        *(_stops(box, nodes[box["id"]]) for box in view["nodes"] if box["id"] in nodes),
    )
    width, height = number(view["width"]), number(view["height"])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="{FONT}" style="max-width:100%;height:auto">'
        f"<title>{escaped(title)}</title>{''.join(parts)}</svg>"
    )


# ---------------------------------------------------------------- nodes


def status_of(box: NodeBox, nodes: Mapping[str, NodeView]) -> NodeStatus:
    return nodes[box["id"]]["status"] if box["id"] in nodes else "idle"


def _frame(box: NodeBox, status: NodeStatus) -> str:
    stroke = _GROUP.stroke if status == "idle" else _PAINT[status].stroke
    return rect(box, 10, Paint(_GROUP.fill, stroke))


def _frame_name(box: NodeBox) -> str:
    x, y = box["x"] + 12, box["y"] + 17
    return label(box["label"], x, y, 11, MUTED, anchor="start", weight=600, halo=_GROUP.fill)


def _terminal(box: NodeBox) -> str:
    x, y = centre(box)
    return rect(box, box["height"] / 2, _TERMINAL) + label(box["label"], x, y, 11, MUTED)


def _node(box: NodeBox, state: NodeView | None) -> str:
    status: NodeStatus = state["status"] if state else "idle"
    paint = _PAINT[status]
    x, y = centre(box)
    # What is folded looks like a pile.
    below: NodeBox = {**box, "x": box["x"] + 4, "y": box["y"] + 4}
    pile = [rect(below, 8, paint)] if "folded" in box else []
    parts = [*pile, rect(box, 8, paint), label(box["label"], x, y, 13, INK, weight=500)]
    if status != "idle":
        pen = f'fill="none" stroke="{paint.stroke}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"'
        glyph = _GLYPHS[status].format(ink=paint.stroke, pen=pen)
        parts.append(f'<g transform="translate({number(box["x"] + 15)} {number(y)})">{glyph}</g>')
    if state and state["runs"] > 1:
        parts.append(label(f"×{state['runs']}", box["x"] + box["width"] - 6, y, 10, paint.stroke, anchor="end"))
    return f"<g><title>{escaped(_node_title(box, status, state))}</title>{''.join(parts)}</g>"


def _node_title(box: NodeBox, status: NodeStatus, state: NodeView | None) -> str:
    title = ", ".join((box["id"], status, *(stops_in_words(state) if state else ())))
    return f"{title}: {state['error']}" if state and "error" in state else title


def _stops(box: NodeBox, state: NodeView) -> str:
    """Stop signs: at its left edge before it, at its right one after it, below it for what is folded in it."""
    x, y = box["x"], box["y"] + (13 if box["kind"] == "group" else box["height"] / 2)
    on = state.get("breakpoints", ())
    signs = [
        *([_stop_sign(x - 2, y, _STOP, PAPER)] if "before" in on else ()),
        *([_stop_sign(x + box["width"] + 2, y, _STOP, PAPER)] if "after" in on else ()),
        *([_stop_sign(x + 16, box["y"] + box["height"] + 2, PAPER, _STOP)] if state.get("stops_inside") else ()),
    ]
    return f"<g><title>{escaped(', '.join(stops_in_words(state)))}</title>{''.join(signs)}</g>" if signs else ""


def _stop_sign(x: float, y: float, fill: str, stroke: str) -> str:
    place = f'transform="translate({pair((x, y))})"'
    return f'<path d="M-2 -5h4l3 3v4l-3 3h-4l-3 -3v-4z" {place} fill="{fill}" stroke="{stroke}" stroke-width="1.3"/>'


def stops_in_words(state: NodeView) -> Iterator[str]:
    """Where a run stops at it, in words."""
    if on := state.get("breakpoints"):
        yield f"stops {' and '.join(on)} it"
    if inside := state.get("stops_inside"):
        yield f"{inside} breakpoint{'' if inside == 1 else 's'} inside"


# ---------------------------------------------------------------- edges


def _edge(edge: EdgePath, *, taken: bool) -> str:
    colour = _TAKEN if taken else _EDGE
    points = [(x, y) for x, y in edge["points"]]
    dash = ' stroke-dasharray="4 3"' if edge["conditional"] and not taken else ""
    return (
        f'<path d="{_rounded(points)}" fill="none" stroke="{colour}" stroke-width="{1.8 if taken else 1.3}"{dash}/>'
        f'<path d="{_arrowhead(*points[-2:])}" fill="{colour}"/>'
    )


def _rounded(points: Sequence[Point]) -> str:
    """An orthogonal line with round corners, which ends within its arrowhead."""
    *before, last = points
    points = [*before, towards(last, before[-1], _ARROW[0] - 1)]
    path = [f"M{pair(points[0])}"]
    for (start, corner), (_, end) in pairwise(pairwise(points)):
        radius = min(_CORNER, distance(start, corner) / 2, distance(corner, end) / 2)
        path.append(f"L{pair(towards(corner, start, radius))}Q{pair(corner)} {pair(towards(corner, end, radius))}")
    path.append(f"L{pair(points[-1])}")
    return "".join(path)


def _arrowhead(before: Point, tip: Point) -> str:
    length, half = _ARROW
    x, y = towards(tip, before, length)
    along_x = abs(tip[0] - before[0]) > abs(tip[1] - before[1])
    across = (0.0, half) if along_x else (half, 0.0)
    return f"M{pair(tip)}L{pair((x + across[0], y + across[1]))}L{pair((x - across[0], y - across[1]))}Z"


def _edge_label(edge: EdgePath) -> str:
    if not edge["label"]:
        return ""
    x, y = edge["label_at"]
    return label(edge["label"], x, y, 11, MUTED, halo=PAPER)
