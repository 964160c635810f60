"""Where an edge without a label says how often a run has taken it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from math import dist
from typing import Final

from .boxes import Box, Line, Point
from .topology import Edge

_WIDE: Final = 24
"""px; a count, and a little air around it."""
_HIGH: Final = 14
_SHORT: Final = 40
"""A line that is no longer would be hidden by a count that stands on it."""
_ASIDE: Final = 16
_CELL: Final = 64
"""What is near a count is looked for in squares of so many px: there may be thousands of lines."""


def counts_at(edges: Sequence[Edge], lines: Sequence[Line]) -> list[Point]:
    """A place for the count of each edge: on its line, or beside a short one, where nothing else is.

    Args:
        edges: all that are drawn.
        lines: theirs, in the same order.
    """
    taken = _Taken()
    for at, line in enumerate(lines):
        for start, end in pairwise(line.points):
            taken.put(at, _around(start, end))
        if line.label:
            taken.put(at, line.label)
    ways = {(edge.source, edge.target) for edge in edges}
    found: list[Point] = []
    for at, (edge, line) in enumerate(zip(edges, lines, strict=True)):
        places = [*_places(line, returned=(edge.target, edge.source) in ways)]
        place = next((place for place in places if not taken.by_others(at, _count(place))), places[0])
        taken.put(at, _count(place))
        found.append(place)
    return found


def _places(line: Line, *, returned: bool) -> Iterator[Point]:
    """Where a count may stand, the best first; of a way there and back each is nearer to where it begins."""
    share = 0.25 if returned else 0.5
    start, end = max(pairwise(line.points), key=lambda part: dist(*part))
    (x, y), (to_x, to_y) = start, end
    down = to_y - y
    if len(line.points) > 2 or x != to_x or abs(down) >= _SHORT:
        yield x + (to_x - x) * share, y + down * share
        return
    # On the right are the signs of the node below, and of there and back the line back is: its count is above them.
    best = y + down * share + min(down, 0) / 3
    side = -_ASIDE if down > 0 else _ASIDE
    for height, aside in product((best, min(y, to_y) + abs(down) * 0.75), (side, -side)):
        yield x + aside, height


def _around(start: Point, end: Point) -> Box:
    """What a part of a line takes, with its head."""
    (left, right), (top, bottom) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    return Box(left - 2, top, right + 2, bottom)


def _count(centre: Point) -> Box:
    x, y = centre
    return Box(x - _WIDE / 2, y - _HIGH / 2, x + _WIDE / 2, y + _HIGH / 2)


class _Taken:
    """The places that are taken, and by which edge."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[int, Box]]] = {}

    def put(self, by: int, box: Box) -> None:
        for cell in _cells(box):
            self._cells.setdefault(cell, []).append((by, box))

    def by_others(self, edge: int, box: Box) -> bool:
        near = (taken for cell in _cells(box) for taken in self._cells.get(cell, ()))
        return any(by != edge and _meet(box, other) for by, other in near)


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    return product(
        range(int(box.left // _CELL), int(box.right // _CELL) + 1),
        range(int(box.top // _CELL), int(box.bottom // _CELL) + 1),
    )


def _meet(a: Box, b: Box) -> bool:
    return a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom
