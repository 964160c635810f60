"""What is typed into a column's filter: `>5`, `2..8`, `2026-05`, a part of a text."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from .columns import Column, in_zone

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
