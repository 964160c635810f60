"""A Python value from code → the JSON value that it stands for; to the letter, where `jsonable` is for readers."""

from __future__ import annotations

import math
from pathlib import PurePath
from typing import Any, cast

from pydantic import BaseModel, SecretBytes, SecretStr
from pydantic_core import PydanticSerializationError, to_jsonable_python

from ..errors import InvalidAnswerError
from . import words
from .values import is_list, is_object


def as_json(value: Any) -> Any:
    """The JSON value of an answer from code: models and dataclasses as dicts, dates as text, secrets as they are.

    Raises:
        InvalidAnswerError: it has no JSON form (an open file, `NaN`, a value that contains itself).

    >>> import datetime
    >>> as_json({"due": datetime.date(2026, 1, 2), "tags": ("a", "b")})
    {'due': '2026-01-02', 'tags': ['a', 'b']}
    """
    try:
        plain = to_jsonable_python(_revealed(value), by_alias=True, inf_nan_mode="constants", fallback=_of_array)
        infinite = _not_finite(plain, "")
    except RecursionError:
        raise InvalidAnswerError("This value contains itself, or is nested too deeply.") from None
    except (PydanticSerializationError, ValueError, TypeError) as error:
        raise InvalidAnswerError(f"A value of type {type(value).__name__} has no JSON form: {error}.") from error
    if infinite is not None:
        raise InvalidAnswerError({infinite: words.NOT_NUMBER})
    return plain


def _revealed(value: Any) -> Any:
    """The value with its secrets in the open: Pydantic would mask them, and the graph would get the mask."""
    if isinstance(value, SecretStr | SecretBytes):
        return value.get_secret_value()
    if isinstance(value, BaseModel):
        dumped = value.model_dump(mode="python", by_alias=True, round_trip=True, warnings=False)
        return _revealed(dumped) if _has_secret(dumped) else value
    if isinstance(value, PurePath):
        return value.as_posix()  # the same on each system, so that a recording can be replayed on another
    if is_object(value):
        return {name: _revealed(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_revealed(inner) for inner in cast("list[Any]", value)]
    return value


def _has_secret(value: Any) -> bool:
    if is_object(value):
        return any(map(_has_secret, value.values()))
    if isinstance(value, SecretStr | SecretBytes):
        return True
    return isinstance(value, list | tuple) and any(map(_has_secret, cast("list[Any]", value)))


def _of_array(value: Any) -> Any:
    """What is inside numpy and pandas objects (and the like); anything else is refused."""
    if hasattr(type(value), "tolist"):
        return value.tolist()
    raise TypeError("it would have to be sent as text")


def _not_finite(value: Any, path: str) -> str | None:
    if isinstance(value, float):
        return None if math.isfinite(value) else path
    if is_object(value):
        items = list(value.items())
    elif is_list(value):
        items = [(str(index), inner) for index, inner in enumerate(value)]
    else:
        return None
    for name, inner in items:
        found = _not_finite(inner, f"{path}/{name}" if path else name)
        if found is not None:
            return found
    return None
