"""Where a payload says until when it can be answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

EXPIRES_KEYS = ("expires_at", "expiresAt")
"""Where a payload may say until when it can be answered, as RFC 3339."""


def moment(value: Any) -> datetime | None:
    """A time of day as RFC 3339 has it; without an offset it is UTC.

    >>> moment("2026-11-22T10:00:00Z").isoformat()
    '2026-11-22T10:00:00+00:00'
    >>> moment("soon")
    """
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    if "T" not in value.upper() and " " not in value.strip():
        return None  # a date, which may as well be the day after
    try:
        return (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None
