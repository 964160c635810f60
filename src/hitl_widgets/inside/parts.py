"""A value, taken apart: what is in it, in order, a few at a time. Nothing here trusts what a value says of itself."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Set as AbstractSet
from functools import lru_cache
from itertools import islice
from typing import Any, Literal, NamedTuple, TypeAlias, cast, get_type_hints

from langchain_core.messages import BaseMessage
from pydantic import BaseModel, SecretBytes, SecretStr

from ..texts.clipped import clipped
from ..texts.jsonable import storable
from ..texts.raised import ANYBODYS

Kind: TypeAlias = Literal["list", "map", "object"]

LONGEST_KEY = 200


class Part(NamedTuple):
    """Something inside of a value."""

    key: str
    value: Any
    secret: bool = False


@dataclasses.dataclass(frozen=True)
class Parts:
    """What is inside of a value.

    Attributes:
        kind: `list` for what has items, `map` for keys, `object` for fields.
        type: its type's name.
        total: how many there are.
        some: those from a position on, at most so many.
    """

    kind: Kind
    type: str
    total: int
    some: Callable[[int, int], list[Part]]


def parts_of(value: Any) -> Parts | None:
    """What is inside of a value; `None` if it is not to be taken apart. Messages, frames and texts are not."""
    type_ = type_name(value)
    if isinstance(value, str | bytes | bytearray | BaseMessage | SecretStr | SecretBytes | type):
        return None
    if isinstance(value, Mapping):
        mapping = cast("Mapping[Any, Any]", value)
        return Parts("map", type_, len(mapping), lambda first, count: _entries(mapping, first, count))
    if isinstance(value, tuple) and hasattr(cast("Any", value), "_fields"):
        return _fields(value, [str(name) for name in cast("Any", value)._fields], frozenset())
    if isinstance(value, list | tuple | deque | AbstractSet):
        items = cast("Iterable[Any]", value)
        return Parts("list", type_, len(cast("Any", value)), lambda first, count: _items(items, first, count))
    if isinstance(value, BaseModel):
        names = [*type(value).model_fields, *(value.__pydantic_extra__ or {})]
        return _fields(value, names, secret_fields(type(value)))
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value) if hasattr(value, field.name)]
        return _fields(value, names, secret_fields(type(value)))
    if (attributes := getattr(type(value), "__attrs_attrs__", None)) is not None:
        return _fields(value, [attribute.name for attribute in attributes], secret_fields(type(value)))
    return None


def type_name(value: Any) -> str:
    """The name of a value's type."""
    return type(value).__name__


def _entries(mapping: Mapping[Any, Any], first: int, count: int) -> list[Part]:
    return [Part(key_text(key), value) for key, value in islice(mapping.items(), first, first + count)]


def _items(items: Iterable[Any], first: int, count: int) -> list[Part]:
    if isinstance(items, list | tuple):
        some = cast("list[Any]", items[first : first + count])
    else:
        some = islice(items, first, first + count)
    return [Part(str(at), item) for at, item in enumerate(some, first)]


def _fields(value: Any, names: list[str], secrets: frozenset[str]) -> Parts:
    def some(first: int, count: int) -> list[Part]:
        return [
            # What is secret is not even looked at.
            Part(name, None if name in secrets else getattr(value, name, None), name in secrets)
            for name in names[first : first + count]
        ]

    return Parts("object", type_name(value), len(names), some)


def key_text(key: Any) -> str:
    """A key as it is shown."""
    if isinstance(key, str):
        return storable(clipped(key, LONGEST_KEY))
    try:
        return storable(clipped(repr(key), LONGEST_KEY))
    except ANYBODYS:  # anybody's __repr__
        return f"<{type_name(key)}>"


@lru_cache(maxsize=512)
def secret_fields(type_: type) -> frozenset[str]:
    """The fields of a class that its author has called secret (`format: password`, `writeOnly`), as its schema would say.

    Read without making the schema: that takes milliseconds a field.
    """
    if issubclass(type_, BaseModel):
        return frozenset(
            name
            for name, field in type_.model_fields.items()
            if _says_secret(field.json_schema_extra) or any(map(_is_secret_mark, field.metadata))
        )
    try:
        hints = get_type_hints(type_, include_extras=True)
    except Exception:  # noqa: BLE001  an annotation that cannot be evaluated
        return frozenset()
    return frozenset(
        name for name, hint in hints.items() if any(map(_is_secret_mark, getattr(hint, "__metadata__", ())))
    )


def _is_secret_mark(mark: Any) -> bool:
    return _says_secret(getattr(mark, "json_schema_extra", None)) or _says_secret(getattr(mark, "json_schema", None))


def _says_secret(said: Any) -> bool:
    if not isinstance(said, Mapping):
        return False
    schema = cast("Mapping[str, Any]", said)
    return schema.get("writeOnly") is True or schema.get("format") == "password"
