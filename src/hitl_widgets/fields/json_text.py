"""JSON as text, to the last digit: what a JSON field shows, and how its reply is read."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from ..errors import InvalidAnswerError
from ..texts.clipped import clipped
from . import words
from .values import is_list, is_object, is_storable

_LONGEST_LINE = 72


def parse_json(text: str) -> Any:
    """The JSON value of a text; `1` and `1.0` stay apart, no digit of an integer is lost.

    Raises:
        InvalidAnswerError: it is not JSON; says where. `NaN`, `Infinity` and numbers beyond a float are refused, and a key
            that is there twice: only one of the values that are read there would be sent.

    >>> parse_json("[1, 1.0, 12345678901234567890]")
    [1, 1.0, 12345678901234567890]
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_each_once)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InvalidAnswerError(words.not_json(f"{error.msg[:1].lower()}{error.msg[1:]} at {where}")) from None
    except RecursionError:
        raise InvalidAnswerError(words.not_json("nested too deeply")) from None
    except ValueError as error:  # ours, and Python's own for integers of more than 4300 digits
        raise InvalidAnswerError(words.not_json(str(error))) from None
    if not is_storable(json.dumps(value, ensure_ascii=False)):
        raise InvalidAnswerError(words.not_json("half of a character (a lone surrogate)"))
    return value


def as_json_text(value: Any) -> str:
    """A JSON value as indented text that `parse_json` reads back as it was."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def as_read_json_text(value: Any) -> str:
    """The same to be read only: a short list or object takes one line, where nothing is nested in it.

    >>> as_read_json_text(["a@example.com", "b@example.com"])
    '["a@example.com", "b@example.com"]'
    """
    text = as_json_text(value)
    values = value.values() if is_object(value) else value if is_list(value) else ()
    if len(text) > 2 * _LONGEST_LINE or any(is_object(one) or is_list(one) for one in values):
        return text
    line = json.dumps(value, ensure_ascii=False)
    return line if len(line) <= _LONGEST_LINE else text


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key, part in pairs:
        if key in value:
            raise ValueError(f"the key {json.dumps(clipped(key, _LONGEST_LINE), ensure_ascii=False)} is there twice")
        value[key] = part
    return value


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits} is too large a number")
    return number
