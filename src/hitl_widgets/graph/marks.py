"""What the static picture is drawn with: its colours, boxes and labels, and the numbers and texts of its markup."""

from __future__ import annotations

import re
from html import escape
from math import hypot
from typing import Final, NamedTuple

from ..protocol import NodeBox
from ..texts.odd import spelled

FONT: Final = "system-ui,-apple-system,Segoe UI,Helvetica,Arial,sans-serif"
INK: Final = "#1f2328"
MUTED: Final = "#59636e"
PAPER: Final = "#ffffff"
RULE: Final = "#d1d9e0"

Point = tuple[float, float]


class Paint(NamedTuple):
    fill: str
    stroke: str


def rect(box: NodeBox, radius: float, paint: Paint) -> str:
    place = "".join(f'{key}="{number(box[key])}" ' for key in ("x", "y", "width", "height"))
    return f'<rect {place}rx="{number(radius)}" fill="{paint.fill}" stroke="{paint.stroke}" stroke-width="1.3"/>'


def label(
    text: str,
    x: float,
    y: float,
    size: int,
    colour: str,
    *,
    anchor: str = "middle",
    weight: int = 400,
    halo: str = "",
) -> str:
    # `dominant-baseline` is ignored by some renderers; a third of an em below the middle is the baseline everywhere.
    baseline = y + size * 0.35
    # A stroke in the colour of what lies below, under the letters, keeps them clear of the line that they stand on.
    under = f' stroke="{halo}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{number(x)}" y="{number(baseline)}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="{anchor}" fill="{colour}"{under}>{escaped(text)}</text>'
    )


def centre(box: NodeBox) -> Point:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def distance(a: Point, b: Point) -> float:
    return hypot(b[0] - a[0], b[1] - a[1])


def towards(start: Point, end: Point, length: float) -> Point:
    """The point `length` px from `start` on the way to `end`."""
    whole = distance(start, end)
    if whole == 0:
        return start
    return start[0] + (end[0] - start[0]) * length / whole, start[1] + (end[1] - start[1]) * length / whole


def pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def number(value: float) -> str:
    return f"{round(value, 2) + 0.0:.10g}"


_NOT_XML: Final = r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def escaped(text: str) -> str:
    """Escaped, without the characters that no XML document may hold, and with those that nobody sees spelled out."""
    return escape(re.sub(_NOT_XML, "\ufffd", spelled(text)))
