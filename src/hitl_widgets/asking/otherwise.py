"""Whether a node that ran again asks something else than before, under the same id.

LangGraph runs a node from its top for every answer that its step gets, and an interrupt's id says which `interrupt()` of which
task it is, not what it asks (1.2.24): the rate, the time or the draft in a question may be another one by then.
"""

from __future__ import annotations

import dataclasses
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final, cast
from uuid import UUID

from pydantic import BaseModel

from ..texts.raised import ANYBODYS

_DEEPEST: Final = 100
_VALUES: Final = (str, int, float, bytes, type(None), date, time, timedelta, Decimal, UUID)
"""What is the same as another one or not, whoever asks."""


def asks_otherwise(before: Any, now: Any) -> bool:
    """Whether two payloads of one interrupt differ; of what is no plain value, dataclass or Pydantic model that is not known.

    >>> asks_otherwise({"question": "Pay 100?"}, {"question": "Pay 200?"})
    True
    >>> asks_otherwise({"question": "Pay?", "of": object()}, {"question": "Pay?", "of": object()})
    False
    """
    try:
        return _differs(before, now, 0)
    except ANYBODYS:
        return False  # what is in them cannot be read


def _differs(before: Any, now: Any, depth: int) -> bool:
    if before is now or depth > _DEEPEST:
        return False
    if isinstance(before, _VALUES) and isinstance(now, _VALUES):
        # A NaN is not itself.
        return before != now and not (before != before and now != now)  # noqa: PLR0124
    if isinstance(before, dict) and isinstance(now, dict):
        if len(cast("dict[Any, Any]", before)) != len(cast("dict[Any, Any]", now)):
            return True
        ours, theirs = _found_again(before), _found_again(now)
        return ours.keys() != theirs.keys() or any(_differs(ours[key], theirs[key], depth + 1) for key in ours)
    if isinstance(before, list | tuple) and isinstance(now, list | tuple):
        ones, others = cast("list[Any]", before), cast("list[Any]", now)
        return len(ones) != len(others) or any(
            _differs(one, other, depth + 1) for one, other in zip(ones, others, strict=True)
        )
    ours, theirs = _object(before), _object(now)
    if ours is None or theirs is None or ours.type is not theirs.type:
        return False
    return _differs(ours.fields, theirs.fields, depth + 1)


def kept(payload: Any) -> Any:
    """What a payload says now, whatever somebody who gets it changes in it, for `asks_otherwise` alone.

    >>> asked = {"question": "Pay?", "choices": [1, 2]}
    >>> before = kept(asked)
    >>> asked["choices"].pop(), asks_otherwise(before, asked), before["choices"]
    (2, True, [1, 2])
    """
    try:
        return _kept(payload, 0)
    except ANYBODYS:
        return payload


def _kept(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        return value
    if isinstance(value, dict):
        return {key: _kept(one, depth + 1) for key, one in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_kept(one, depth + 1) for one in cast("list[Any]", value)]
    if (found := _object(value)) is not None:
        return _Object(found.type, _kept(found.fields, depth + 1))
    return value


def _found_again(of: Any) -> dict[Any, Any]:
    """What a dict has under keys that are themselves, as no NaN is."""
    return {key: value for key, value in cast("dict[Any, Any]", of).items() if key == key}  # noqa: PLR0124


@dataclasses.dataclass(frozen=True)
class _Object:
    """What a dataclass or Pydantic model has, apart from itself, which somebody may change."""

    type: type[Any]
    fields: dict[str, Any]


def _object(of: Any) -> _Object | None:
    """What is in a dataclass or Pydantic model; `None` for anything else."""
    if isinstance(of, _Object):
        return of
    if isinstance(of, BaseModel):
        # What is not saved is made anew each time that it is read.
        names = [name for name, field in type(of).model_fields.items() if not field.exclude]
    elif dataclasses.is_dataclass(of) and not isinstance(of, type):
        names = [field.name for field in dataclasses.fields(of)]
    else:
        return None
    return _Object(type(of), {name: getattr(of, name) for name in names})
