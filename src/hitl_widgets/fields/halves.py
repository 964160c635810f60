"""Halves of characters (lone surrogates), which Python's texts can have, and no checkpoint, file or message."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Set as AbstractSet
from typing import Any, Final, cast

from pydantic import BaseModel

from .values import is_storable

HALF: Final = "Half of a character (a lone surrogate) is in it, which nothing can save."


def halves_in(value: Any) -> dict[str, str]:
    r"""A sentence by the path of each text with half of a character in it: LangGraph would save "?" in its place (1.2.24).

    What stands in several places, or contains itself, is looked at once.

    >>> list(halves_in({"to": ["Ada", "\ud800"]}))
    ['to/1']
    """
    found: dict[str, str] = {}
    seen: dict[int, Any] = {}
    todo = [("", value)]
    for path, part in todo:
        if isinstance(part, str):
            if not (part.isascii() or is_storable(part)):
                found[path] = HALF
        elif id(part) not in seen and (parts := _parts(path, part)):
            seen[id(part)] = part
            todo += parts
    return found


def _parts(path: str, value: Any) -> list[tuple[str, Any]]:
    """What a value holds; what has no path of its own, as a key, at that of the value."""
    below = f"{path}/" if path else ""
    if isinstance(value, Mapping):
        items = list(cast("Mapping[Any, Any]", value).items())
        named = [(f"{below}{name}", part) for name, part in items if not isinstance(name, str) or is_storable(name)]
        return [*((path, name) for name, _ in items), *named]
    if isinstance(value, AbstractSet):
        return [(path, part) for part in cast("AbstractSet[Any]", value)]
    if isinstance(value, list | tuple):
        return [(f"{below}{at}", part) for at, part in enumerate(cast("list[Any]", value))]
    if isinstance(value, BaseModel):
        return [(f"{below}{name}", part) for name, part in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return [(f"{below}{name}", getattr(value, name, None)) for name in names]
    return []
