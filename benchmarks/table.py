"""Figure: something measured beside a peer in the same run; and the table of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

HEADER = ("", "measured", "peer", "", "ratio", "at most", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, what it is compared with, and how many times as much it may be.

    Attributes:
        name: what was measured.
        value: in `unit`.
        peer: what it is measured against, in the same run: another way to do the same, or a budget.
        theirs: the peer's figure, in the same unit.
        limit: the ratio that is still within the budget.
        unit: `s` is shown as is convenient (µs, ms, s); anything else as it is.
    """

    name: str
    value: float
    peer: str
    theirs: float
    limit: float = 1.0
    unit: str = "s"

    @property
    def ratio(self) -> float:
        return self.value / self.theirs if self.theirs else math.inf

    @property
    def is_met(self) -> bool:
        return self.ratio <= self.limit

    def row(self) -> tuple[str, ...]:
        return (
            self.name,
            shown(self.value, self.unit),
            self.peer,
            shown(self.theirs, self.unit),
            f"{self.ratio:.2f}×",
            f"{self.limit:.2f}×",
            "" if self.is_met else "OVER",
        )


def shown(value: float, unit: str) -> str:
    """
    >>> shown(0.0123, "s"), shown(3, "s"), shown(41.87, " KB"), shown(1.5e-5, "s")
    ('12.3 ms', '3.00 s', '41.9 KB', '15.0 µs')
    """
    if unit != "s":
        return f"{value:.1f}{unit}"
    factor, unit = next(((f, u) for f, u in ((1, " s"), (1e3, " ms")) if value * f >= 1), (1e6, " µs"))
    return (
        f"{value * factor:.3g}{unit}" if factor > 1 and value * factor >= 100 else _three_digits(value * factor) + unit
    )


def _three_digits(value: float) -> str:
    digits = max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0
    return f"{value:.{digits}f}"


def table(figures: Iterable[Figure]) -> str:
    """The figures as aligned text, names to the left and numbers to the right."""
    rows = [HEADER, *(figure.row() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    to_the_left = {0, 2, 6}
    lines = [
        "  ".join(
            cell.ljust(width) if column in to_the_left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])
