"""JSON values: what is missing, what is equal, what JavaScript can hold."""

from __future__ import annotations

import enum
import math
from typing import Any, Final, Literal, TypeAlias, TypeGuard


class _Missing(enum.Enum):
    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing.MISSING
"""No value at all, where `None` is one."""

Missing: TypeAlias = Literal[_Missing.MISSING]

_LARGEST_SAFE_INTEGER = 2**53 - 1


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether a JSON value is a list."""
    return isinstance(value, list)


def is_storable(text: str) -> bool:
    """Whether a text has no halves of surrogate pairs: JSON allows them, no checkpointer can hold them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal as JSON Schema sees it: `1` is `1.0`, `True` is not `1`.

    >>> same({"a": [1]}, {"a": [1.0]}), same(True, 1), same(0, False)
    (True, False, False)
    """
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if is_object(left) and is_object(right):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if is_list(left) and is_list(right):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def is_number(value: Any) -> bool:
    """Whether a JSON value is a number; `True` is not, `NaN` is not."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))


def is_integral(value: float) -> bool:
    return isinstance(value, int) or value.is_integer()


def is_multiple(value: float, step: float) -> bool:
    """Whether `value` is a multiple of `step`, as a person would say: 0.3 is one of 0.1.

    Whole numbers exactly; for the others the tolerance of pydantic-core 2.41 (`value / 1e9`), so that Pydantic and
    the browser, which does the same sum, agree.
    """
    if is_integral(value) and is_integral(step):
        return int(value) % int(step) == 0
    try:
        rest = abs(math.fmod(value, step))
    except OverflowError:
        return False
    tolerance = abs(value) / 1e9
    return rest <= tolerance or abs(rest - step) <= tolerance


def survives_javascript(value: Any) -> bool:
    """Whether a JSON value keeps every digit in a JavaScript number."""
    if is_object(value):
        return all(map(survives_javascript, value.values()))
    if is_list(value):
        return all(map(survives_javascript, value))
    return not is_number(value) or not is_integral(value) or abs(value) <= _LARGEST_SAFE_INTEGER
