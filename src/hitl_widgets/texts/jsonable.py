"""Anything → JSON, for the browser and for recordings; and anything → text, for people. Neither ever raises."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import math
from collections.abc import Callable, Iterable, Mapping, MutableSequence, Sequence, Set as AbstractSet
from pathlib import PurePath
from typing import Any, TypeAlias, cast

from pydantic import BaseModel, SecretBytes, SecretStr, TypeAdapter

from .messages import is_message, spoken
from .raised import ANYBODYS

JSON: TypeAlias = Any
"""`None`, a bool, a finite number, a text, or a list or a dict with text keys of these."""

_DEEPEST = 60
"""What lies deeper is `…`: `json` and the browser stop at a thousand, readers much sooner."""
_MOST_BITS = 13_000
"""Of an integer; Python refuses to print one of more than 4 300 digits (3.11)."""
_MOST_COMPUTED = 100_000
"""Items of what need not have them anywhere, as a `range`: it is told by its `repr` where they are more."""
_LONGEST_REPR = 500
_LONGEST_TEXT = 2000
_ELLIPSIS = "…"

_duration: TypeAdapter[dt.timedelta] = TypeAdapter(dt.timedelta)


def jsonable(value: object) -> JSON:
    """The nearest JSON value: models and dataclasses as dicts, dates and decimals as text, sets as lists.

    Secrets are masked. What is not like any JSON value is its `repr`, at most 500 characters of it.

    >>> jsonable({1: {"b", "a"}, "when": dt.date(2026, 1, 2), "ratio": float("nan")})
    {'1': ['a', 'b'], 'when': '2026-01-02', 'ratio': 'NaN'}
    """
    return _Walk().json(value)


def as_text(value: object, longest: int | None = _LONGEST_TEXT) -> str:
    """A value for people to read: one line unless a text in it has several, at most 2000 characters.

    Args:
        value: anything; a message of a chat is who says what.
        longest: at most so many characters; `None` for all of them.

    >>> as_text(True), as_text({"to": "EU", "days": 3}), as_text(["a", "b"]), as_text("")
    ('Yes', 'to: EU, days: 3', 'a, b', '(empty)')
    """
    text = _text(jsonable(value))
    return text if longest is None else _shortened(text, longest)


def is_only_told(value: object) -> bool:
    """Whether the nearest JSON value is no more than what the value is called: a data frame, a connection, an object.

    >>> is_only_told(object()), is_only_told(dt.date(2026, 1, 2)), is_only_told({"any": object()})
    (True, False, False)
    """
    return not isinstance(value, str) and jsonable(value) == _repr(value)


def storable(text: str) -> str:
    """A text without halves of surrogate pairs, which no file, checkpoint or message can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="backslashreplace").decode()
    return text


def _text(value: JSON) -> str:
    if is_message(value):
        return spoken(value, _inner_text)
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value).items()
        return ", ".join(f"{key}: {_inner_text(inner)}" for key, inner in entries) or "(empty)"
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return ("; " if _are_messages(items) else ", ").join(map(_inner_text, items)) or "(empty)"
    if value is None:
        return "(nothing)"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value) or "(empty)"


def _inner_text(value: JSON) -> str:
    if is_message(value) or (isinstance(value, list) and _are_messages(cast("list[Any]", value))):
        return _text(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else _text(value)


def _are_messages(items: list[Any]) -> bool:
    return bool(items) and all(map(is_message, items))


class _Walk:
    """One walk through a value, which may lead back into itself."""

    def __init__(self) -> None:
        self._inside: set[int] = set()

    def json(self, value: object) -> JSON:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, enum.Enum):
            return self.json(value.value)
        if isinstance(value, str):
            return storable(str(value))
        if isinstance(value, int):
            return int(value) if value.bit_length() < _MOST_BITS else f"about 10^{int(value.bit_length() * 0.30103)}"
        if isinstance(value, float):
            return _finite(float(value))
        if id(value) in self._inside or len(self._inside) >= _DEEPEST:
            return _ELLIPSIS
        self._inside.add(id(value))
        try:
            return self._of_object(value)
        except ANYBODYS:  # anybody's code: a property, a serializer, an iterator
            return _repr(value)
        finally:
            self._inside.discard(id(value))

    def _of_object(self, value: object) -> JSON:
        if isinstance(value, Mapping):
            return self._object(cast("Mapping[object, object]", value))
        if isinstance(value, BaseModel):
            return self._object(value.model_dump(mode="python", by_alias=True, warnings=False))
        if isinstance(value, SecretStr | SecretBytes | type):
            return str(value) if not isinstance(value, type) else value.__qualname__
        if dataclasses.is_dataclass(value):
            return self._object({field.name: getattr(value, field.name) for field in dataclasses.fields(value)})
        if isinstance(value, bytes | bytearray):
            return _bytes(bytes(value))
        if isinstance(value, AbstractSet):
            return sorted(map(self.json, cast("AbstractSet[object]", value)), key=json.dumps)
        if isinstance(value, Sequence):
            if not isinstance(value, MutableSequence | tuple) and len(cast("Sequence[object]", value)) > _MOST_COMPUTED:
                return _repr(cast("object", value))
            return [self.json(item) for item in cast("Sequence[object]", value)]
        if isinstance(value, dt.datetime | dt.date | dt.time):
            return value.isoformat()
        if isinstance(value, PurePath):
            return storable(value.as_posix())  # a recording is replayed on other systems too
        if isinstance(value, dt.timedelta):
            return _duration.dump_python(value, mode="json")
        if (plain := _of_array(value)) is not _NOT_AN_ARRAY:
            return self.json(plain)
        if (attributes := _attrs(value)) is not None:
            return self._object({name: getattr(value, name) for name in attributes})
        if type(value).__str__ is not object.__str__ and not callable(value) and not _iterates(value):
            return _shortened(storable(str(value)), _LONGEST_REPR)  # Decimal, UUID, an exception, ...
        return _repr(value)

    def _object(self, value: Mapping[Any, object]) -> dict[str, JSON]:
        found: dict[str, JSON] = {}
        for key, inner in value.items():
            name = _key(key)
            found[name if name not in found else repr(key)] = self.json(inner)
        return found


def _key(key: object) -> str:
    if isinstance(key, enum.Enum):
        return _key(key.value)
    if isinstance(key, str):
        return storable(str(key))
    if key is None or isinstance(key, bool):
        return json.dumps(key)
    return _shortened(str(key), _LONGEST_REPR)


def _finite(number: float) -> float | str:
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else ("Infinity" if number > 0 else "-Infinity")


def _bytes(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return _shortened(repr(value), _LONGEST_REPR)


_NOT_AN_ARRAY = object()


def _of_array(value: object) -> object:
    """The lists and scalars inside numpy, pandas and torch objects, none of which is imported here."""
    tolist = cast("Callable[[], object] | None", getattr(type(value), "tolist", None))
    if tolist is None:
        return _NOT_AN_ARRAY
    plain: object = cast("Any", value).tolist()
    known = plain is None or isinstance(plain, list | str | bytes | int | float)
    return cast("object", plain) if known else _NOT_AN_ARRAY


def _attrs(value: object) -> list[str] | None:
    attributes = cast("Iterable[Any] | None", getattr(type(value), "__attrs_attrs__", None))
    return None if attributes is None else [attribute.name for attribute in attributes]


def _iterates(value: object) -> bool:
    return hasattr(type(value), "__next__")


def _repr(value: object) -> str:
    try:
        text = repr(value)
    except ANYBODYS:  # anybody's __repr__
        text = f"<{type(value).__name__}>"
    return _shortened(storable(text), _LONGEST_REPR)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + _ELLIPSIS
