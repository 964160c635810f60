"""How a moment is told to the browser."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(seconds: float) -> str:
    """RFC 3339 with milliseconds, UTC, of seconds since the epoch.

    >>> moment(1764115200.25)
    '2025-11-26T00:00:00.250Z'
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp(at: datetime) -> str:
    """The same in whole seconds, of a moment that has a time zone.

    >>> stamp(datetime(2025, 11, 26, 1, 2, 3, 250_000, UTC))
    '2025-11-26T01:02:03Z'
    """
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
