"""A table for people to read, as aligned text and as HTML."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape
from os.path import commonprefix
from typing import Final

from . import columns
from .clipped import clipped
from .odd import spelled

NO_MATH: Final = ' class="tex2jax_ignore mathjax_ignore"'
"""Of an element whose dollar signs are dollar signs: JupyterLab (4.6), nbviewer and nbconvert typeset what is between two, where a
formula may hide a part of it or stand over another."""

_WIDEST = 48
"""Characters of a cell in the text form."""
_LONG = 400
"""Characters of a cell that is not shown at its full height, so that the rows of a table stay beside each other."""
_LONGEST = 20_000
"""Characters of a cell in HTML."""
_LEFT = ' style="text-align: left"'
"""Said of every cell: JupyterLab has its tables' cells at the right (4.6)."""


_LINES = 10
_BEFORE = 40
"""Characters before the first that differs."""
_SCROLLED = (
    "min-width: 16ch; max-width: 60ch; max-height: 9em; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere"
)


def aligned(rows: Sequence[Sequence[str]], *, compared: slice = slice(0)) -> str:
    """Rows as lines whose columns stand below each other; a cell is one line, and cut where it is long.

    Args:
        rows: the cells.
        compared: the columns whose cells are compared in each row: where they are long they begin where they part.

    >>> print(aligned([["answer", "outcome"], ["No", "finished"]]))
    answer  outcome
    No      finished
    """
    lines = [[" ".join(cell.split()) for cell in row] for row in rows]
    for line in lines:
        line[compared] = from_where_they_differ(line[compared], _WIDEST)
    return below_each_other([[_cut(cell) for cell in line] for line in lines])


def below_each_other(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> str:
    """Rows as lines whose columns stand below each other, with nothing cut.

    Args:
        rows: the cells, each of one line.
        right: the columns whose cells end below each other, as those of numbers do.

    >>> print(below_each_other([["item", "price"], ["tea", "4.5"]], right={1}))
    item  price
    tea     4.5
    """
    widths = [max(map(columns.columns, column)) for column in zip(*rows, strict=True)]
    sides = [columns.right if at in right else columns.left for at in range(len(widths))]
    return "\n".join(
        "  ".join(justify(cell, width) for cell, justify, width in zip(row, sides, widths, strict=True)).rstrip()
        for row in rows
    )


def html_table(head: Iterable[str], rows: Iterable[Sequence[str]], *, whole: Collection[int] = ()) -> str:
    """The same as HTML; every cell is text.

    Args:
        head: the columns' titles.
        rows: the rows.
        whole: the columns whose texts are short and stay in one line, however narrow the page is.

    >>> html_table(["a"], [["<b>"]])[-75:]
    '<tbody><tr><td style="text-align: left">&lt;b&gt;</td></tr></tbody></table>'
    """
    titles = "".join(f"<th{_LEFT}>{escape(spelled(title))}</th>" for title in head)
    lines = "".join(
        f"<tr>{''.join(_html_cell(text, is_whole=at in whole) for at, text in enumerate(row))}</tr>" for row in rows
    )
    return f"<table{NO_MATH}><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table>"


def from_where_they_differ(texts: Sequence[str], longest: int = _LONG) -> list[str]:
    """Texts of which one is long, from shortly before where they part: what begins the same in all says nothing.

    Args:
        texts: the texts.
        longest: characters of one that is not long.

    >>> long = "The same in both. " * 30
    >>> from_where_they_differ([f"{long}One.", f"{long}Two."])
    ['… The same in both. The same in both. One.', '… The same in both. The same in both. Two.']
    >>> from_where_they_differ(["a", "b"])
    ['a', 'b']
    """
    alike = len(commonprefix(list(texts)))  # noqa: RUF071  (character by character is what is meant)
    before = min(_BEFORE, longest // 3)
    if alike <= before or len(set(texts)) < 2 or max(map(len, texts)) <= longest:
        return list(texts)
    start = alike - before
    # At a word's beginning.
    start += len(texts[0][start:alike]) - len(texts[0][start:alike].partition(" ")[2] or texts[0][start:alike])
    return [f"… {text[start:]}" for text in texts]


def _html_cell(text: str, *, is_whole: bool) -> str:
    text = spelled(text)
    if is_whole:
        return f'<td style="text-align: left; white-space: nowrap">{escape(text)}</td>'
    if len(text) <= _LONG and text.count("\n") < _LINES:
        return f"<td{_LEFT}>{escape(text)}</td>"
    whole = escape(clipped(text, _LONGEST))
    return f'<td style="text-align: left; vertical-align: top"><div tabindex="0" style="{_SCROLLED}">{whole}</div></td>'


def _cut(text: str) -> str:
    return clipped(spelled(text), _WIDEST)
