"""Which of two dates, times or moments is the earlier one, and whether one is within its bounds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any, cast

from typing_extensions import TypedDict

from ..protocol import DateField, DateTimeField, TimeField
from . import formats, words

_PARTS = re.compile(
    r"(?:(\d{4}-\d\d-\d\d)[T ]?)?(?:(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?(Z|[+-]\d\d:\d\d)?", re.ASCII | re.IGNORECASE
)

_FITS: dict[str, Callable[[str], bool]] = {
    "date": formats.is_date,
    "date-time": formats.is_datetime,
    "time": formats.is_time,
}
"""By JSON Schema's `format`."""

BOUNDS: dict[str, tuple[str, Callable[[str], str], Callable[[str], str]]] = {
    "formatMinimum": ("minimum", words.on_or_after, words.or_later),
    "formatExclusiveMinimum": ("exclusive_minimum", words.after, words.after),
    "formatMaximum": ("maximum", words.on_or_before, words.or_earlier),
    "formatExclusiveMaximum": ("exclusive_maximum", words.before, words.before),
}
"""By JSON Schema's keyword (as ajv-formats has them): the field's word, and what to say of a date and of a time."""


class Bounds(TypedDict, total=False):
    """The bounds that a field has."""

    minimum: str | None
    maximum: str | None
    exclusive_minimum: str | None
    exclusive_maximum: str | None


def bounds_of(schema: dict[str, Any], format_: str) -> Bounds:
    """The bounds of a schema, by the field's words; one that is no such moment is none."""
    given = {name: schema.get(keyword) for keyword, (name, *_) in BOUNDS.items()}
    return cast("Bounds", {name: bound for name, bound in given.items() if is_bound(bound, format_)})


def is_bound(bound: Any, format_: Any) -> bool:
    """Whether a bound can be compared with values of a format."""
    fits = _FITS.get(str(format_))
    return fits is not None and isinstance(bound, str) and fits(bound)


def is_out(value: str, keyword: str, bound: str) -> bool:
    """Whether a moment is beyond a bound.

    >>> is_out("10:00", "formatMinimum", "10:00:00"), is_out("10:00", "formatExclusiveMinimum", "10:00:00")
    (False, True)
    """
    match keyword:
        case "formatMinimum":
            return is_earlier(value, bound)
        case "formatMaximum":
            return is_earlier(bound, value)
        case "formatExclusiveMinimum":
            return not is_earlier(bound, value)
        case _:
            return not is_earlier(value, bound)


def out_of_bounds(field: DateField | DateTimeField | TimeField, value: str) -> Iterator[str]:
    """What is wrong with a reply that is a date, a time or a moment."""
    for keyword, (name, of_date, of_time) in BOUNDS.items():
        bound = cast("dict[str, Any]", field).get(name)
        if bound is not None and is_out(value, keyword, bound):
            yield (of_date if field["type"] == "date" else of_time)(bound)


def is_earlier(left: str, right: str) -> bool:
    """Whether a date, time or moment is before another one of its kind.

    As moments where both have an offset; else as the clock on the wall shows them, for nobody knows better.

    >>> is_earlier("10:00+02:00", "09:00Z"), is_earlier("10:00+02:00", "09:00")
    (True, False)
    """
    both_known = all(_offset(text) is not None for text in (left, right))
    return _on_a_line(left, with_offset=both_known) < _on_a_line(right, with_offset=both_known)


def _on_a_line(text: str, *, with_offset: bool) -> tuple[int, str]:
    """Seconds, and the digits of their fraction: digits compare as the fractions do once zeros at the end are gone."""
    match = _PARTS.fullmatch(text)
    assert match is not None
    day, hours, minutes, seconds, fraction, _ = match.groups()
    days = dt.date.fromisoformat(day).toordinal() if day else 0
    of_day = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    offset = (_offset(text) or 0) if with_offset else 0
    return days * 86400 + of_day - offset, (fraction or "").rstrip("0")


def _offset(text: str) -> int | None:
    match = _PARTS.fullmatch(text)
    offset = match[6] if match is not None else None
    if offset is None:
        return None
    if offset in {"Z", "z"}:
        return 0
    size = int(offset[1:3]) * 3600 + int(offset[4:6]) * 60
    return -size if offset[0] == "-" else size
