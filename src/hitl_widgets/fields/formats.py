"""The text formats that have a control of their own, each recognised the same way here and in the browser."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from . import addresses, words

# JavaScript's \s, spelled out: Python's also takes \x1c-\x1f and \x85, and leaves \ufeff out.
SPACE = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

_EMAIL = re.compile(rf"[^{SPACE}@]+@[^{SPACE}@]+\.[^{SPACE}@]+")
_URL = re.compile(
    rf"[a-z][a-z0-9+.-]*://[^{SPACE}/?#]+[^{SPACE}]*|(file|mailto|tel|urn|news|data):[^{SPACE}]+",
    re.ASCII | re.IGNORECASE,
)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_COLOR = re.compile(r"#[0-9a-f]{6}", re.ASCII | re.IGNORECASE)
# With a sign and a fraction of seconds, as Pydantic writes a timedelta.
_DURATION = re.compile(r"[+-]?P(?=[\dT])(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(
    r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?", re.ASCII | re.IGNORECASE
)
_DATETIME_SEPARATORS = "Tt "


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def is_url(text: str) -> bool:
    return _URL.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def is_color(text: str) -> bool:
    """`#rrggbb`, which is what the browsers' own pickers speak."""
    return _COLOR.fullmatch(text) is not None


def is_duration(text: str) -> bool:
    """An ISO 8601 duration, `P1DT2H30M`."""
    return _DURATION.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """`YYYY-MM-DD`, a day that exists."""
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    year, month, day = map(int, match.groups())
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """`HH:MM`, with seconds, their fraction and an offset as one likes (Pydantic's times have no offset)."""
    return _TIME.fullmatch(text) is not None


def is_datetime(text: str) -> bool:
    """A date, `T` and a time. RFC 3339 also wants an offset, which Pydantic's naive datetimes do not have."""
    return is_date(text[:10]) and text[10:11] in _DATETIME_SEPARATORS and is_time(text[11:])


def normal_time(text: str) -> str:
    """The same time with its seconds.

    >>> normal_time("10:30"), normal_time("10:30+02:00"), normal_time("10:30:15z")
    ('10:30:00', '10:30:00+02:00', '10:30:15Z')
    """
    seconds = "" if text[5:6] == ":" else ":00"
    return f"{text[:5]}{seconds}{text[5:]}".upper()


def normal_datetime(text: str) -> str:
    """The same moment as RFC 3339 writes it.

    >>> normal_datetime("2026-11-22 10:00z")
    '2026-11-22T10:00:00Z'
    """
    return f"{text[:10]}T{normal_time(text[11:])}"


TEXT_FORMATS: dict[str, tuple[Callable[[str], bool], str]] = {
    "email": (is_email, words.NOT_EMAIL),
    "url": (is_url, words.NOT_URL),
    "uuid": (is_uuid, words.NOT_UUID),
    "duration": (is_duration, words.NOT_DURATION),
    "color": (is_color, words.NOT_COLOR),
}
"""By `TextField.format`: the test, and what to say when it fails."""

SCHEMA_FORMATS: dict[str, tuple[Callable[[str], bool], str]] = {
    "email": TEXT_FORMATS["email"],
    "idn-email": TEXT_FORMATS["email"],
    "uri": TEXT_FORMATS["url"],
    "url": TEXT_FORMATS["url"],
    "uuid": TEXT_FORMATS["uuid"],
    "duration": TEXT_FORMATS["duration"],
    "color": TEXT_FORMATS["color"],
    "date": (is_date, words.NOT_DATE),
    "date-time": (is_datetime, words.NOT_DATETIME),
    "time": (is_time, words.NOT_TIME),
    "iri": (addresses.is_iri, "Not a valid iri."),
    "iri-reference": (addresses.is_iri_reference, "Not a valid iri-reference."),
    "uri-template": (addresses.is_uri_template, "Not a valid uri-template."),
}
"""The same by JSON Schema's `format`."""
