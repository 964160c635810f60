"""Halves of characters (lone surrogates), which Python's texts can have, and no checkpoint, file or message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from .values import is_storable

HALF: Final = "Half of a character (a lone surrogate) is in it, which nothing can save."
_DEEPEST = 100
"""What nests deeper is refused elsewhere, or contains itself."""


def halves_in(value: Any) -> dict[str, str]:
    r"""A sentence by the path of each text with half of a character in it: LangGraph would save "?" in its place (1.2.24).

    >>> list(halves_in({"to": ["Ada", "\ud800"]}))
    ['to/1']
    """
    return dict.fromkeys(_in(value, "", _DEEPEST), HALF)


def _in(value: Any, path: str, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if not (value.isascii() or is_storable(value)):
            yield path
    elif depth <= 0:
        return
    elif isinstance(value, Mapping):
        for name, inner in cast("Mapping[Any, Any]", value).items():
            if isinstance(name, str) and not is_storable(name):
                yield path
            else:
                yield from _in(inner, f"{path}/{name}" if path else str(name), depth - 1)
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(cast("list[Any]", value)):
            yield from _in(inner, f"{path}/{at}" if path else str(at), depth - 1)
