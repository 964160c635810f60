"""A table for people to read, as aligned text and as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from .odd import spelled

_WIDEST = 48
"""Characters of a cell in the text form."""
_LEFT = ' style="text-align: left"'
"""Said of every cell: JupyterLab has its tables' cells at the right (4.6)."""


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows as lines whose columns stand below each other; a cell is one line, and cut where it is long.

    >>> print(aligned([["answer", "outcome"], ["No", "finished"]]))
    answer  outcome
    No      finished
    """
    cut = [[_cut(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cut
    )


def html_table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """The same as HTML; every cell is text.

    >>> html_table(["a"], [["<b>"]])[-75:]
    '<tbody><tr><td style="text-align: left">&lt;b&gt;</td></tr></tbody></table>'
    """
    titles = "".join(f"<th{_LEFT}>{escape(spelled(title))}</th>" for title in head)
    lines = "".join(
        "<tr>" + "".join(f"<td{_LEFT}>{escape(spelled(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table>"


def _cut(text: str) -> str:
    line = spelled(" ".join(text.split()))
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"
