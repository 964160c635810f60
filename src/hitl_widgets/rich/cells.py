"""One cell of a data frame: the JSON value that it comes back as, and the text that it is shown and searched as."""

from __future__ import annotations

import datetime as dt
import enum
import json
import math
from collections.abc import Callable
from typing import Any, cast

from ..texts.jsonable import jsonable

INFINITY = "Infinity"
"""JSON has no infinite numbers; `float` reads this text."""
_BEYOND_64_BITS = 2**63

_SINGLE = frozenset({str, int, bool})


def plain(value: Any) -> Any:
    """The JSON value of a cell.

    Missing values (`None`, `NaN`, `NaT`, `NA`) are `None`; dates and times are ISO 8601 texts, to the nanosecond;
    durations too; infinite numbers are `"Infinity"` and `"-Infinity"`; decimals and integers of more than 64 bits (which
    no checkpoint can hold) are texts with all their digits; lists and dicts stay what they are.

    >>> import datetime, decimal
    >>> plain(float("nan")), plain(datetime.date(2026, 1, 2)), plain(decimal.Decimal("1.10"))
    (None, '2026-01-02', '1.10')
    """
    value = single(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -_BEYOND_64_BITS <= value < 2 * _BEYOND_64_BITS else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else f"{'-' * (value < 0)}{INFINITY}"
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta) and getattr(value, "nanoseconds", 0):
        return cast("str", cast("Any", value).isoformat())  # pandas' own: Python's durations end at microseconds
    return jsonable(value)


def single(value: Any) -> Any:
    """The Python value of numpy's scalars and of enum members; `None` for all that stands for nothing."""
    if type(value) in _SINGLE:
        return value  # nearly all of them, and there may be millions
    if isinstance(value, enum.Enum):
        value = value.value
    if type(value).__module__.partition(".")[0] == "numpy":
        item = cast("Callable[[], Any] | None", getattr(value, "item", None))
        value = value if item is None or getattr(value, "ndim", 0) else item()
    if isinstance(value, float) and math.isnan(value):
        return None
    # pandas' NaT and NA, without an import of pandas.
    return None if type(value).__name__ in {"NaTType", "NAType"} else value


def text(value: Any, digits: int | None = None) -> str | None:
    """What the JSON value of a cell is shown and searched as; `None` for a missing one.

    Args:
        value: the JSON value.
        digits: how many digits a number has at most, for those of single precision.

    >>> text(True), text("a"), text(0.1), text([1, None])
    ('Yes', 'a', '0.1', '[1, null]')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float) and digits is not None:
        value = float(f"{value:.{digits}g}")
    return json.dumps(value, ensure_ascii=False)
