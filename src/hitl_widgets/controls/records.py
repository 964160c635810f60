"""Records in a payload, as a table: what a list of dicts is, where each has the same few values."""

from __future__ import annotations

from typing import Any, cast

from ..fields.values import is_number
from ..rich.cells import text
from ..texts.columns import columns as wide
from ..texts.table import below_each_other

_MOST_KEYS = 8
_WIDEST = 72
"""Columns of a line: it is not broken in a card beside a graph."""
_SCALARS = (str, bool, int, float, type(None))


def as_table(plain: Any) -> str | None:
    """A list of flat records with the same keys as lines whose columns stand below each other; `None` for anything else.

    Nothing of it is cut: one that is wide, has a text that is not seen as it is in a line, or values of several kinds in a
    column is no table.

    Args:
        plain: a JSON value.

    >>> print(as_table([{"item": "tea", "price": 4.5}, {"item": "coffee", "price": 12}]))
    item    price
    tea       4.5
    coffee     12
    >>> as_table([{"item": "tea"}]), as_table([{"item": "tea"}, {"price": 4}]), as_table([{"a": [1]}, {"a": [2]}])
    (None, None, None)
    """
    records = cast("list[Any]", plain) if isinstance(plain, list) else []
    if len(records) < 2 or not all(isinstance(record, dict) for record in records):
        return None
    names = list(cast("dict[str, Any]", records[0]))
    if not 0 < len(names) <= _MOST_KEYS or any(record.keys() != records[0].keys() for record in records):
        return None
    columns = [[record[name] for record in records] for name in names]
    if not all(isinstance(value, _SCALARS) for column in columns for value in column) or any(map(_is_mixed, columns)):
        return None
    rows = [names, *([_cell(record[name]) for name in names] for record in records)]
    if sum(max(map(wide, cells)) + 2 for cells in zip(*rows, strict=True)) - 2 > _WIDEST:
        return None
    if not all(_is_seen(cell) for row in rows for cell in row):
        return None
    return below_each_other(rows, right=[at for at, column in enumerate(columns) if all(map(is_number, column))])


def _cell(value: Any) -> str:
    return text(value) or ("null" if value is None else "")


def _is_mixed(column: list[Any]) -> bool:
    """Whether what stands in it could be taken for another value: where one is a text, `12` and `"12"` look the same."""
    are_texts = {isinstance(value, str) for value in column if value is not None}
    are_booleans = {isinstance(value, bool) for value in column if value is not None}
    return len(are_texts) > 1 or len(are_booleans) > 1 or (None in column and _cell(None) in column)


def _is_seen(cell: str) -> bool:
    """Whether a text is seen as it is beside others: one has no beginning or end where it is empty or has spaces there."""
    return bool(cell) and cell.isprintable() and cell == " ".join(cell.split())
