"""What a reader has asked of a table: which rows, in which order. Read from the browser's words, pure."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .columns import Column, Kind, in_zone
from .frames import AT, Table

EMPTY = "empty"
"""The word that stands for a missing value."""


class Unreadable(ValueError):  # noqa: N818  not an error of ours: a sentence on its way to the filter
    """A filter that says nothing; what it may say."""


@dataclass(frozen=True)
class Contains:
    """The text has this in it, in any case."""

    lowered: str


@dataclass(frozen=True)
class Equals:
    """The value is this one."""

    value: Any


@dataclass(frozen=True)
class IsEmpty:
    """The value is missing."""


@dataclass(frozen=True)
class Between:
    """The value is in a range; `None` is an open end."""

    low: Any = None
    high: Any = None
    with_low: bool = True
    with_high: bool = True


Filter = Contains | Equals | IsEmpty | Between


def filter_of(column: Column, said: str) -> Filter | None:
    """What a filter says; `None` if it says nothing yet.

    Raises:
        Unreadable: it cannot be read.

    >>> from hitl_widgets.rich.columns import of_values
    >>> filter_of(of_values("price", [1.5, 2]), "2..8")
    Between(low=2, high=8, with_low=True, with_high=True)
    """
    if column.kind in {"text", "other"}:
        return Contains(said.lower()) if said else None
    said = said.strip()
    if not said:
        return None
    if said.lower() == EMPTY:
        return IsEmpty()
    if column.kind == "boolean":
        return Equals(said == "true")
    if column.kind == "choice":
        return Equals(column.choices[int(said)])
    return _range(column, said)


_COMPARED = re.compile(r"(>=|<=|>|<|=|≥|≤)\s*(.+)", re.DOTALL)


def _range(column: Column, said: str) -> Between:
    if match := _COMPARED.fullmatch(said):
        sign, bound = match.groups()
        first, last, with_last = _bounds(column, bound)
        match sign:
            case ">":
                # More than a day starts after it; more than a number is not the number.
                return Between(low=last, with_low=not with_last)
            case ">=" | "≥":
                return Between(low=first)
            case "<":
                return Between(high=first, with_high=False)
            case "<=" | "≤":
                return Between(high=last, with_high=with_last)
            case _:
                return Between(first, last, with_high=with_last)
    low, dots, high = said.partition("..")
    if not dots:
        first, last, with_last = _bounds(column, said)
        return Between(first, last, with_high=with_last)
    first = _bounds(column, low)[0] if low.strip() else None
    last, with_last = _bounds(column, high)[1:] if high.strip() else (None, True)
    return Between(first, last, with_high=with_last)


def _bounds(column: Column, said: str) -> tuple[Any, Any, bool]:
    """The first and the last value of what a bound names, and whether the last belongs to it: 2026-01 is a month."""
    if column.kind in {"integer", "number"}:
        number = _number(said)
        return number, number, True
    first, end = _moments(said.strip())
    if column.kind == "date":
        # The last is a day itself, so that a month ends with its last day.
        return first.date(), (end - dt.timedelta(microseconds=1)).date(), True
    return in_zone(first, column.zone), in_zone(end, column.zone), False


def _number(said: str) -> float:
    for kind in (int, float):  # an integer keeps all of its digits
        try:
            number = kind(said.replace(" ", ""))
        except ValueError:
            continue
        if number == number:  # noqa: PLR0124  NaN is not
            return number
    raise Unreadable("Not a number or a range of them: 5, >5, 2..8.")


_MOMENT = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d))?)?)?)?")


def _moments(said: str) -> tuple[dt.datetime, dt.datetime]:
    """Where what is named begins, and where it has ended: a year, a month, a day, a minute, a second."""
    match = _MOMENT.fullmatch(said)
    try:
        if match is None:
            raise ValueError(said)
        parts = [int(part) for part in match.groups() if part is not None]
        first = dt.datetime(*(parts + [1, 1][len(parts) - 1 :]))  # type: ignore[arg-type]  # noqa: DTZ001  a zone is a column's
    except (ValueError, OverflowError):
        raise Unreadable("Not a date or a range of them: 2026-05, >2026-05-01, 2026-05..2026-07.") from None
    days = {1: 366 if calendar.isleap(first.year) else 365, 2: calendar.monthrange(first.year, first.month)[1], 3: 1}
    lasts = {5: dt.timedelta(minutes=1), 6: dt.timedelta(seconds=1)}
    try:
        return first, first + lasts.get(len(parts), dt.timedelta(days=days.get(len(parts), 0)))
    except OverflowError:
        return first, dt.datetime.max  # noqa: DTZ901  the end of the year 9999


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
