"""A drawing, in the coordinates of the engine that made it: its boxes, its lines, and the air that is taken out of it."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from .sizes import GROUP_HEADER, GROUP_PADDING

Point = tuple[float, float]

_BELOW_BEND: Final = 20
"""From where a line turns to the node that it leads into, with room for its head."""


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @property
    def centre(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, point: Point) -> bool:
        """Whether a point is in it, not only on its border."""
        return self.left < point[0] < self.right and self.top < point[1] < self.bottom


class Line(NamedTuple):
    points: tuple[Point, ...]
    label: Box | None

    def between(self, source: Box | None, target: Box | None) -> Line:
        """The same line from and to the borders of groups: graphlay 0.3.1 leads it into a group, past its header."""
        points = self.points
        if source is not None:
            points = _up_to(source, points[::-1])[::-1]
        return Line(points if target is None else _up_to(target, points), self.label)


def _up_to(group: Box, points: tuple[Point, ...]) -> tuple[Point, ...]:
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


class Drawing(NamedTuple):
    """The engine's answer: lines in the edges' order, everything in its own coordinates."""

    groups: tuple[Box, ...]
    nodes: tuple[Box, ...]
    lines: tuple[Line, ...]

    @property
    def boxes(self) -> tuple[Box, ...]:
        return self.groups + self.nodes

    @property
    def _solid(self) -> list[Box]:
        return [*self.nodes, *(line.label for line in self.lines if line.label)]

    def bounds(self) -> tuple[float, float, float, float]:
        boxes = [*self.groups, *self._solid]
        points = [point for line in self.lines for point in line.points]
        xs = [*(x for box in boxes for x in (box.left, box.right)), *(x for x, _ in points)]
        ys = [*(y for box in boxes for y in (box.top, box.bottom)), *(y for _, y in points)]
        return min(xs, default=0), min(ys, default=0), max(xs, default=0), max(ys, default=0)

    def without_slack(self) -> Drawing:
        """The same drawing with just enough air below the top and above the bottom of each group.

        graphlay 0.3.1 leaves a whole layer gap there, which adds up in nested graphs, or no room for the name of a group
        around a group. Every y is mapped by one growing function, so nothing can come to overlap and lines stay
        orthogonal.
        """
        warp = self._warp()

        def box(old: Box) -> Box:
            return Box(old.left, warp[old.top], old.right, warp[old.bottom])

        def line(old: Line) -> Line:
            return Line(tuple((x, warp[y]) for x, y in old.points), old.label and box(old.label))

        return Drawing(tuple(map(box, self.groups)), tuple(map(box, self.nodes)), tuple(map(line, self.lines)))

    def _warp(self) -> dict[float, float]:
        """Where each y goes: gaps next to a group's border change, unless something lies across them."""
        bends = (y for line in self.lines for _, y in line.points)
        borders = {y for box in (*self.groups, *self._solid) for y in (box.top, box.bottom)}
        levels = sorted({*bends, *borders})
        tops, bottoms = {box.top for box in self.groups}, {box.bottom for box in self.groups}
        warped = {level: level for level in levels[:1]}
        is_below_top = False
        for (above, below), covered in zip(pairwise(levels), _cover(levels, self._solid), strict=False):
            gap = below - above
            # Lines that come into a group may turn there; then there is more than one gap to its first node.
            is_below_top = above in tops or (is_below_top and above not in borders)
            if not covered and above in tops:
                gap = GROUP_HEADER
            elif not covered and is_below_top:
                gap = min(gap, _BELOW_BEND)
            elif not covered and below in bottoms:
                gap = min(gap, GROUP_PADDING)
            warped[below] = to_hundredths(warped[above] + gap)
        return warped


def _cover(levels: list[float], boxes: list[Box]) -> list[int]:
    """How many boxes lie across each gap between two neighbouring levels."""
    change = [0] * len(levels)
    for box in boxes:
        change[bisect_left(levels, box.top)] += 1
        change[bisect_left(levels, box.bottom)] -= 1
    return list(accumulate(change))


def to_hundredths(value: float) -> float:
    """To 1/100 px: the engine's floats differ in their last digit where they mean the same line."""
    return round(value, 2) + 0.0
