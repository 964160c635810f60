"""Which rows of a table are shown, in which order: found by the frame's own library where that can, else by Python."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .columns import Column, Kind
from .filters import Between, Contains, Equals, Filter, IsEmpty
from .frames import AT, Table


@dataclass(frozen=True)
class Query:
    """Which rows, in which order.

    Attributes:
        sort: the column to sort by, and whether the largest comes first; `None` for the frame's own order.
        filters: by column.
        search: a text that any column has in it.
        only: the positions that are left; `None` for all.
    """

    sort: tuple[int, bool] | None = None
    filters: tuple[tuple[int, Filter], ...] = ()
    search: str = ""
    only: frozenset[int] | None = None


def positions(table: Table, query: Query) -> Sequence[int]:
    """The positions of the rows that a query finds, in its order. Rows that are equal keep the frame's; missing values
    come last.
    """
    if query.sort is None and not query.filters and not query.search:
        everything = range(table.count)
        return everything if query.only is None else [at for at in everything if at in query.only]
    found = _by_library(table, query)
    plain = [(table.columns[at], wanted) for at, wanted in query.filters if table.columns[at].series is None]
    tests = [_test(column, wanted) for column, wanted in plain]
    if query.only is not None:
        found = [at for at in found if at in query.only]
    if tests:
        found = [at for at in found if all(test(at) for test in tests)]
    if query.search:
        hit = _hits(table, query.search.lower())
        found = [at for at in found if hit[at]]
    if query.sort is not None and (column := table.columns[query.sort[0]]).series is None:
        found = _sorted(column, found, descending=query.sort[1])
    return found if isinstance(found, array) else array("q", found)


# ---------------------------------------------------------------- by Python


def _test(column: Column, wanted: Filter) -> Callable[[int], bool]:
    values = column.values
    match wanted:
        case Contains(lowered):
            texts = column.lowered
            return lambda at: lowered in texts[at]
        case Equals(value):
            return lambda at: values[at] is not None and values[at] == value
        case IsEmpty():
            return lambda at: values[at] is None
        case Between(low, high, with_low, with_high):
            return lambda at: (
                (value := values[at]) is not None
                and (low is None or value > low or (with_low and value == low))
                and (high is None or value < high or (with_high and value == high))
            )


def _sorted(column: Column, found: Sequence[int], *, descending: bool) -> list[int]:
    values = column.values
    present = [at for at in found if values[at] is not None]
    missing = [at for at in found if values[at] is None]
    lowered: Callable[[int], Any] = lambda at: values[at].lower()  # noqa: E731
    key = lowered if column.kind in {"text", "other"} else values.__getitem__
    # `reverse` keeps the order of what is equal.
    return [*sorted(present, key=key, reverse=descending), *missing]


def _hits(table: Table, search: str) -> Sequence[Any]:
    """For each row, whether some column has the text in it."""
    hits: list[Any] = [False] * table.count
    searched = [_searched(at, column, search) for at, column in enumerate(table.columns) if column.series is not None]
    expressions = [expression for expression in searched if expression is not None]
    if expressions:
        import narwhals.stable.v2 as nw

        any_of = nw.any_horizontal(*expressions, ignore_nulls=True)
        hits = table.frame.select(any_of.fill_null(False).alias("hit"))["hit"].to_list()
    for column in table.columns:
        if column.series is None:
            wanted = search.replace("t", " ") if column.kind == "datetime" else search
            hits = [hit or wanted in shown for hit, shown in zip(hits, column.lowered, strict=True)]
    return hits


# ---------------------------------------------------------------- by the frame's own library

_LIKE_A_NUMBER = re.compile(r"[-\d.e+]+")
_LIKE_A_DATE = re.compile(r"[-\d:.t+ ]+")


def _by_library(table: Table, query: Query) -> Sequence[int]:
    """What the library can filter and sort, done by it."""
    sort = query.sort if query.sort is not None and table.columns[query.sort[0]].series is not None else None
    filters = [(at, wanted) for at, wanted in query.filters if table.columns[at].series is not None]
    if sort is None and not filters:
        return range(table.count)
    import narwhals.stable.v2 as nw

    needed = {f"c{at}" for at, _ in filters} | ({f"c{sort[0]}"} if sort else set[str]())
    frame = table.frame.select(AT, *needed)
    for at, wanted in filters:
        frame = frame.filter(_expression(nw.col(f"c{at}"), wanted).fill_null(False))
    if sort is not None:
        at, descending = sort
        value = nw.col(f"c{at}")
        key = value.str.to_lowercase() if table.columns[at].kind == "text" else value
        frame = _stably_sorted(frame.select(AT, key.alias("key")), descending=descending)
    return array("q", frame[AT].to_list())


def _stably_sorted(frame: Any, *, descending: bool) -> Any:
    """The frame by its `key`, what is equal as it was: narwhals does not say so to the libraries (2.29)."""
    import narwhals.stable.v2 as nw

    native: Any = frame.to_native()
    if frame.implementation.is_polars():
        return nw.from_native(native.sort("key", descending=descending, nulls_last=True, maintain_order=True))
    if frame.implementation.is_pandas():
        return nw.from_native(native.sort_values("key", ascending=not descending, kind="stable", na_position="last"))
    # By the position too, which takes several times as long.
    return frame.sort("key", AT, descending=[descending, False], nulls_last=True)


def _expression(value: Any, wanted: Filter) -> Any:
    match wanted:
        case Contains(lowered):
            return value.str.to_lowercase().str.contains(lowered, literal=True)
        case Equals(one):
            return value == one
        case IsEmpty():
            return value.is_null()
        case Between(low, high, with_low, with_high):
            parts: list[Any] = []
            if low is not None:
                parts.append(value >= low if with_low else value > low)
            if high is not None:
                parts.append(value <= high if with_high else value < high)
            return parts[0] if len(parts) == 1 else parts[0] & parts[1]


def _searched(at: int, column: Column, search: str) -> Any:
    """Whether a column has the text in it; `None` where it cannot have it, which spares making texts of it."""
    import narwhals.stable.v2 as nw

    value = nw.col(f"c{at}")
    shown: Mapping[Kind, Any] = {
        "text": value.str.to_lowercase(),
        "choice": value.cast(nw.String).str.to_lowercase(),
        "integer": value.cast(nw.String),
        "number": value.cast(nw.String),
        "date": value.dt.to_string("%Y-%m-%d"),
        "datetime": value.dt.to_string("%Y-%m-%d %H:%M:%S"),
    }
    if column.kind == "boolean":
        words = {True: "yes", False: "no"}
        found = [value == answer for answer, word in words.items() if search in word]
        return nw.any_horizontal(*found, ignore_nulls=True) if found else None
    if column.kind in {"integer", "number"} and not _LIKE_A_NUMBER.fullmatch(search):
        return None
    if column.kind in {"date", "datetime"}:
        if not _LIKE_A_DATE.fullmatch(search):
            return None
        search = search.replace("t", " ")
    return shown[column.kind].str.contains(search, literal=True)
