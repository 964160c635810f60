"""Data frames and arrays among values, as a few rows of text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from ..protocol import ColumnHead, TableValue
from ..rich.frames import is_frame, read
from ..texts.clipped import clipped
from ..texts.jsonable import storable
from .parts import type_name

MOST_COLUMNS = 40
_LONGEST_CELL = 120
_LONGEST_NAME = 80
_PANDAS = frozenset({"pandas", "modin", "geopandas"})
_LIBRARIES = _PANDAS | {"polars", "pyarrow"}


def is_table(value: Any) -> bool:
    """Whether a value is a data frame, a series, or an array that has rows. Asks no object that may be anything."""
    if _is_array(value):
        return value.ndim in {1, 2} and value.dtype.kind in "biufcSUMm"
    return _library(value) in _LIBRARIES and (is_frame(value) or _is_series(value))


def table_value(value: Any, first: int, count: int, mask: Callable[[str], str]) -> TableValue:
    """Some rows of a frame or an array.

    Args:
        value: the frame.
        first: the first row.
        count: how many.
        mask: what hides secrets in a text.

    Raises:
        Exception: whatever the library thinks of it.
    """
    shape, columns, rows = (_of_array if _is_array(value) else _of_frame)(value, first, count)
    return {
        "kind": "table",
        "type": type_name(value),
        "shape": shape,
        "columns": [{**column, "name": _cut(mask(column["name"]), _LONGEST_NAME)} for column in columns],
        "first": first,
        "total": shape[0],
        "rows": [[None if cell is None else _cut(mask(cell), _LONGEST_CELL) for cell in row] for row in rows],
    }


Rows = tuple[list[int], list[ColumnHead], list[list[str | None]]]


def _of_array(array: Any, first: int, count: int) -> Rows:
    numeric = array.dtype.kind in "iufc"
    some = array[first : first + count]
    if array.ndim == 1:
        head: list[ColumnHead] = [{"name": str(array.dtype), "numeric": numeric}]
        return [*array.shape], head, [[_number(cell)] for cell in some.tolist()]
    columns: list[ColumnHead] = [
        {"name": str(at), "numeric": numeric} for at in range(min(array.shape[1], MOST_COLUMNS))
    ]
    return [*array.shape], columns, [[_number(cell) for cell in row[:MOST_COLUMNS]] for row in some.tolist()]


def _number(cell: Any) -> str:
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)


def _of_frame(value: Any, first: int, count: int) -> Rows:
    native = value.to_frame() if _is_series(value) else value
    is_pandas = _library(native) in _PANDAS
    shape, names, some = (_some_of_pandas if is_pandas else _some_of_others)(native, first, count)
    table = read(some)
    indexes = [column.name for column in table.columns[: len(table.columns) - len(names)]]
    columns: list[ColumnHead] = [
        {"name": name, "numeric": column.kind in {"integer", "number"}}
        for name, column in zip([*indexes, *names], table.columns, strict=True)
    ]
    return shape, columns, table.texts(range(table.count))


# A few rows of a few columns, under names that no library minds: the frame may have millions.
Some = tuple[list[int], list[str], Any]


def _some_of_pandas(native: Any, first: int, count: int) -> Some:
    some = native.iloc[first : first + count, :MOST_COLUMNS].copy(deep=False)
    names = [" · ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in some.columns]
    some.columns = [f"c{at}" for at in range(len(names))]
    # An index that says more than which row it is stays, as the first columns.
    is_counted = type_name(native.index) == "RangeIndex"
    return [*native.shape], names, some.reset_index(drop=True) if is_counted else some


def _some_of_others(native: Any, first: int, count: int) -> Some:
    import narwhals.stable.v2 as nw

    frame: Any = nw.from_native(native, eager_only=True)
    some = frame[first : first + count, :MOST_COLUMNS]
    names = [str(name) for name in some.columns]
    some = some.rename({name: f"c{at}" for at, name in enumerate(names)})
    return [*frame.shape], names, some.to_native()


def _is_series(value: Any) -> bool:
    return type_name(value) in {"Series", "GeoSeries"}


def _is_array(value: Any) -> bool:
    library = sys.modules.get("numpy")
    return library is not None and isinstance(value, library.ndarray)


def _library(value: Any) -> str:
    return str(type(value).__module__).partition(".")[0]


def _cut(text: str, length: int) -> str:
    return storable(clipped(text, length))
