"""Which values, and which items of two lists, are the same: as far as anybody's values can be compared at all."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import BaseMessage

from ..texts.raised import ANYBODYS
from .parts import type_name


def in_common(before: list[Any], after: list[Any]) -> int:
    """How many of the first items are the same."""
    return next(
        (at for at, (was, is_) in enumerate(zip(before, after, strict=False)) if not same(was, is_)),
        min(len(before), len(after)),
    )


def have_ids(items: list[Any]) -> bool:
    return all(isinstance(item, BaseMessage) and item.id is not None for item in items)


def pairs_that_differ(before: list[Any], after: list[Any], kept: int) -> list[tuple[int | None, int | None]]:
    """The items that are not the same, those of one place together: messages by their id, others by their position."""
    if have_ids(before):
        return _by_id(before, after)
    tail = in_common(before[kept:][::-1], after[kept:][::-1])
    old, new = range(kept, len(before) - tail), range(kept, len(after) - tail)
    both = min(len(old), len(new))
    return [
        *zip(old[:both], new[:both], strict=True),
        *((position, None) for position in old[both:]),
        *((None, position) for position in new[both:]),
    ]


def _by_id(before: list[Any], after: list[Any]) -> list[tuple[int | None, int | None]]:
    was = {message.id: at for at, message in enumerate(before)}
    is_: dict[Any, int] = {getattr(message, "id", None): at for at, message in enumerate(after)}
    found: list[tuple[int | None, int | None]] = [(at, None) for id, at in was.items() if id not in is_]
    for id, at in is_.items():
        if id not in was:
            found.append((None, at))
        elif not same(before[was[id]], after[at]):
            found.append((was[id], at))
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same, as far as they can be compared at all."""
    if one is other:
        return True
    try:
        if type_name(one) != type_name(other):
            return False
        equals = getattr(type(one), "equals", None)  # frames and series say `==` cell by cell
        if equals is not None:
            return bool(equals(one, other))
        if hasattr(type(one), "__array__"):
            return bool(one.shape == other.shape and (one == other).all())
        return bool(one == other)
    except ANYBODYS:  # anybody's __eq__
        return False
