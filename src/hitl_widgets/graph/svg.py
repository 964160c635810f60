"""The picture without a browser: a laid out graph and its decisions as static, self-contained markup.

It is what GitHub, nbviewer and nbconvert show in place of the live widget, so it leans on nothing that they remove
(style sheets, scripts, ids and references to them), it brings its own light background, and the same run always gives
the same text.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from math import hypot
from typing import Final, NamedTuple

from ..protocol import DecisionView, EdgePath, GraphView, NodeBox, NodeStatus, NodeView
from ..texts.odd import spelled

_FONT: Final = "system-ui,-apple-system,Segoe UI,Helvetica,Arial,sans-serif"
_TEXT: Final = "#1f2328"
_MUTED: Final = "#59636e"
_PAPER: Final = "#ffffff"
_RULE: Final = "#d1d9e0"
_EDGE: Final = "#9aa4af"
_TAKEN: Final = "#3f4a56"
_STOP: Final = "#cf222e"

_CORNER: Final = 6
"""px; the radius of an edge's bends."""
_ARROW: Final = (7.0, 3.5)
"""px; the length and half the width of an arrowhead."""
_LONGEST_TEXT: Final = 600
"""Characters of a question, an answer or a reason. The whole one is in `session.decisions`."""


class _Paint(NamedTuple):
    fill: str
    stroke: str


_PAINT: Final[Mapping[NodeStatus, _Paint]] = {
    "idle": _Paint(_PAPER, "#c4ccd4"),
    "next": _Paint(_PAPER, "#2563eb"),
    "running": _Paint("#eef5ff", "#2563eb"),
    "waiting": _Paint("#fff6e5", "#b45309"),
    "done": _Paint("#effaf2", "#1a7f45"),
    "failed": _Paint("#fff0f0", "#cf2318"),
}
_GROUP: Final = _Paint("#f6f8fa", "#d1d9e0")
_TERMINAL: Final = _Paint("#eef1f4", "#c4ccd4")

_IDLE: Final[NodeView] = {"status": "idle", "runs": 0}

_GLYPHS: Final[Mapping[NodeStatus, str]] = {
    "idle": "",
    "next": '<path d="M-2.5 -3.5l4 3.5l-4 3.5" {pen}/>',
    "running": '<circle r="3.5" fill="{ink}"/>',
    "waiting": '<path d="M-2.6 -1.6a2.6 2.6 0 1 1 3.9 2.3c-0.9 0.5 -1.3 0.9 -1.3 1.9M0 5v0.1" {pen}/>',
    "done": '<path d="M-4 0.4l2.8 2.8l5.2 -6.2" {pen}/>',
    "failed": '<path d="M-3.2 -3.2l6.4 6.4M3.2 -3.2l-6.4 6.4" {pen}/>',
}
"""Drawn around (0, 0): a status is never told by colour alone."""


def picture(
    view: GraphView,
    nodes: Mapping[str, NodeView] | None = None,
    decisions: Sequence[DecisionView] = (),
    *,
    taken: Collection[str] = (),
    title: str = "Graph",
) -> str:
    """The graph and, below it, what was decided: an HTML fragment for a notebook's output.

    Args:
        view: the laid out graph.
        nodes: what each node is doing, by its id; those that are not in it are idle.
        decisions: oldest first. Their times are left out, so the text is the same each time.
        taken: the ids of the edges that the run came along.
        title: what a screen reader says of the drawing.
    """
    parts = [_image(view, nodes or {}, taken, title)]
    if decisions:
        parts.append(_decisions(decisions))
    style = (
        f"display:inline-block;max-width:100%;box-sizing:border-box;padding:12px;border:1px solid {_RULE};"
        f"border-radius:10px;background:{_PAPER};color:{_TEXT};font:13px/1.45 {_FONT}"
    )
    return f'<div style="{style}">{"".join(parts)}</div>'


def _image(view: GraphView, nodes: Mapping[str, NodeView], taken: Collection[str], title: str) -> str:
    """The drawing as an image of its own: of inline SVG, what shows notebooks that it does not trust (JupyterLab 4.6
    is one) takes the shapes away and leaves the labels.
    """
    data = b64encode(svg(view, nodes, taken=taken, title=title).encode()).decode("ascii")
    drawn = ", ".join(
        " ".join((box["label"], _status(box, nodes), *_stopping(nodes.get(box["id"], _IDLE))))
        for box in view["nodes"]
        if box["kind"] == "node"
    )
    return (
        f'<img src="data:image/svg+xml;base64,{data}" alt="{_text(f"{title}: {drawn}")}" '
        f'width="{_number(view["width"])}" height="{_number(view["height"])}" style="max-width:100%;height:auto"/>'
    )


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
        *(_frame(box, _status(box, nodes)) for box in groups),
        *(_edge(edge, taken=edge["id"] in taken) for edge in edges),
        *(_edge_label(edge) for edge in edges),
        *(_frame_name(box) for box in groups),
        *(_terminal(box) if box["kind"] != "node" else _node(box, nodes.get(box["id"])) for box in boxes),
        *(_stops(box, nodes[box["id"]]) for box in view["nodes"] if box["id"] in nodes),
    )
    width, height = _number(view["width"]), _number(view["height"])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="{_FONT}" style="max-width:100%;height:auto">'
        f"<title>{_text(title)}</title>{''.join(parts)}</svg>"
    )


# ---------------------------------------------------------------- nodes


def _status(box: NodeBox, nodes: Mapping[str, NodeView]) -> NodeStatus:
    return nodes[box["id"]]["status"] if box["id"] in nodes else "idle"


def _frame(box: NodeBox, status: NodeStatus) -> str:
    stroke = _GROUP.stroke if status == "idle" else _PAINT[status].stroke
    return _rect(box, 10, _Paint(_GROUP.fill, stroke))


def _frame_name(box: NodeBox) -> str:
    return _label(box["label"], box["x"] + 12, box["y"] + 17, 11, _MUTED, anchor="start", weight=600)


def _terminal(box: NodeBox) -> str:
    x, y = _centre(box)
    return _rect(box, box["height"] / 2, _TERMINAL) + _label(box["label"], x, y, 11, _MUTED)


def _node(box: NodeBox, state: NodeView | None) -> str:
    status: NodeStatus = state["status"] if state else "idle"
    paint = _PAINT[status]
    x, y = _centre(box)
    # What is folded looks like a pile.
    below: NodeBox = {**box, "x": box["x"] + 4, "y": box["y"] + 4}
    pile = [_rect(below, 8, paint)] if "folded" in box else []
    parts = [*pile, _rect(box, 8, paint), _label(box["label"], x, y, 13, _TEXT, weight=500)]
    if status != "idle":
        pen = f'fill="none" stroke="{paint.stroke}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"'
        glyph = _GLYPHS[status].format(ink=paint.stroke, pen=pen)
        parts.append(f'<g transform="translate({_number(box["x"] + 15)} {_number(y)})">{glyph}</g>')
    if state and state["runs"] > 1:
        parts.append(_label(f"×{state['runs']}", box["x"] + box["width"] - 6, y, 10, paint.stroke, anchor="end"))
    return f"<g><title>{_text(_node_title(box, status, state))}</title>{''.join(parts)}</g>"


def _node_title(box: NodeBox, status: NodeStatus, state: NodeView | None) -> str:
    title = ", ".join((box["id"], status, *(_stopping(state) if state else ())))
    return f"{title}: {state['error']}" if state and "error" in state else title


def _stops(box: NodeBox, state: NodeView) -> str:
    """Stop signs: at its left edge before it, at its right one after it, below it for what is folded in it."""
    x, y = box["x"], box["y"] + (13 if box["kind"] == "group" else box["height"] / 2)
    on = state.get("breakpoints", ())
    signs = [
        *([_stop_sign(x - 2, y, _STOP, _PAPER)] if "before" in on else ()),
        *([_stop_sign(x + box["width"] + 2, y, _STOP, _PAPER)] if "after" in on else ()),
        *([_stop_sign(x + 16, box["y"] + box["height"] + 2, _PAPER, _STOP)] if state.get("stops_inside") else ()),
    ]
    return f"<g><title>{_text(', '.join(_stopping(state)))}</title>{''.join(signs)}</g>" if signs else ""


def _stop_sign(x: float, y: float, fill: str, stroke: str) -> str:
    place = f'transform="translate({_pair((x, y))})"'
    return f'<path d="M-2 -5h4l3 3v4l-3 3h-4l-3 -3v-4z" {place} fill="{fill}" stroke="{stroke}" stroke-width="1.3"/>'


def _stopping(state: NodeView) -> Iterator[str]:
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


_Point = tuple[float, float]


def _rounded(points: Sequence[_Point]) -> str:
    """An orthogonal line with round corners, which ends within its arrowhead."""
    *before, last = points
    points = [*before, _towards(last, before[-1], _ARROW[0] - 1)]
    path = [f"M{_pair(points[0])}"]
    for (start, corner), (_, end) in pairwise(pairwise(points)):
        radius = min(_CORNER, _distance(start, corner) / 2, _distance(corner, end) / 2)
        path.append(f"L{_pair(_towards(corner, start, radius))}Q{_pair(corner)} {_pair(_towards(corner, end, radius))}")
    path.append(f"L{_pair(points[-1])}")
    return "".join(path)


def _arrowhead(before: _Point, tip: _Point) -> str:
    length, half = _ARROW
    x, y = _towards(tip, before, length)
    along_x = abs(tip[0] - before[0]) > abs(tip[1] - before[1])
    across = (0.0, half) if along_x else (half, 0.0)
    return f"M{_pair(tip)}L{_pair((x + across[0], y + across[1]))}L{_pair((x - across[0], y - across[1]))}Z"


def _edge_label(edge: EdgePath) -> str:
    if not edge["label"] or not edge["label_at"]:
        return ""
    x, y = edge["label_at"]
    # A stroke in the paper's colour, under the letters, keeps them clear of the line that they stand on.
    return _label(edge["label"], x, y, 11, _MUTED, halo=True)


# ---------------------------------------------------------------- decisions


def _decisions(decisions: Sequence[DecisionView]) -> str:
    rows = "".join(f"<tr>{''.join(_cells(decision))}</tr>" for decision in decisions)
    style = f"border-collapse:collapse;margin:12px 0 0;width:100%;font:13px/1.45 {_FONT};color:{_TEXT}"
    return f'<table style="{style}"><tbody>{rows}</tbody></table>'


def _cells(decision: DecisionView) -> Iterator[str]:
    yield _cell(_shortened(decision["question"]), _MUTED, extra="max-width:26em;")
    mark = {True: "✓ ", False: "✗ ", None: ""}[decision["approved"]]
    answer = f"{mark}{_shortened(decision['answer'])}"
    if decision["reason"]:
        answer = f"{answer}: {_shortened(decision['reason'])}"
    yield _cell(answer, _TEXT, extra="font-weight:600;white-space:pre-wrap;")
    yield _cell(f"{' › '.join(decision['path'])}, {_who(decision)}", _MUTED)


def _who(decision: DecisionView) -> str:
    policy = decision.get("policy")
    if decision["by"] == "policy":
        return f"policy: {policy}"
    return f"by {decision['by']}{f', policy: {policy}' if policy else ''}"


def _cell(text: str, colour: str, *, extra: str = "") -> str:
    style = (
        f"padding:6px 16px 6px 0;border:0;border-top:1px solid {_RULE};background:{_PAPER};color:{colour};"
        f"text-align:left;vertical-align:top;overflow-wrap:anywhere;{extra}"
    )
    return f'<td style="{style}">{_text(text)}</td>'


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"


# ---------------------------------------------------------------- marks


def _rect(box: NodeBox, radius: float, paint: _Paint) -> str:
    place = "".join(f'{key}="{_number(box[key])}" ' for key in ("x", "y", "width", "height"))
    return f'<rect {place}rx="{_number(radius)}" fill="{paint.fill}" stroke="{paint.stroke}" stroke-width="1.3"/>'


def _label(
    text: str,
    x: float,
    y: float,
    size: int,
    colour: str,
    *,
    anchor: str = "middle",
    weight: int = 400,
    halo: bool = False,
) -> str:
    # `dominant-baseline` is ignored by some renderers; a third of an em below the middle is the baseline everywhere.
    baseline = y + size * 0.35
    under = f' stroke="{_PAPER}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{_number(x)}" y="{_number(baseline)}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="{anchor}" fill="{colour}"{under}>{_text(text)}</text>'
    )


def _centre(box: NodeBox) -> _Point:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _distance(a: _Point, b: _Point) -> float:
    return hypot(b[0] - a[0], b[1] - a[1])


def _towards(start: _Point, end: _Point, length: float) -> _Point:
    """The point `length` px from `start` on the way to `end`."""
    distance = _distance(start, end)
    if distance == 0:
        return start
    return start[0] + (end[0] - start[0]) * length / distance, start[1] + (end[1] - start[1]) * length / distance


def _pair(point: _Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    return f"{round(value, 2) + 0.0:.10g}"


_NOT_XML: Final = r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def _text(text: str) -> str:
    """Escaped, without the characters that no XML document may hold, and with those that nobody sees spelled out."""
    return escape(re.sub(_NOT_XML, "\ufffd", spelled(text)))
