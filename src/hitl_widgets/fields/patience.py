"""How much work one value may cause. Schemas and patterns are written by models, and some take for ever (2^n steps)."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from .values import is_list, is_object

PATTERN_SECONDS = 0.25
"""For one text; a pattern that people write needs microseconds."""
ALL_SECONDS = 1.0
"""For all texts and keys of a value."""
LEAST_STEPS = 20_000
STEPS_A_PART = 60
"""Keywords of a schema that are tried on each part of a value: ten times what schemas of real tools need."""


class TooMuchError(Exception):
    """More steps than any schema needs that says something of its value."""


@dataclass
class Patience:
    """What is left of it.

    Attributes:
        steps: the keywords that may still be tried.
        until: when patterns are given up, on `time.thread_time`'s clock; set when the first one is tried. What else a busy
            machine does is no fault of a pattern.
    """

    steps: int
    until: float | None = None
    slow: set[str] = field(default_factory=set[str])
    """The patterns that were given up: tried on each of 10 000 keys they would use all of it up."""

    def step(self) -> None:
        """One keyword more.

        Raises:
            TooMuchError: it is one too many.
        """
        self.steps -= 1
        if self.steps < 0:
            raise TooMuchError

    def seconds(self) -> float:
        """How long a pattern may be tried now."""
        now = time.thread_time()
        if self.until is None:
            self.until = now + ALL_SECONDS
        return min(PATTERN_SECONDS, self.until - now)


_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)


def patience() -> Patience:
    """That of the value which is being read; else some for one text."""
    return _patience.get() or Patience(LEAST_STEPS)


@contextmanager
def limited(value: Any = None) -> Generator[Patience]:
    """One patience for all that is done inside, with steps for a value of this size."""
    if (around := _patience.get()) is not None:
        yield around
        return
    mine = Patience(LEAST_STEPS + STEPS_A_PART * parts(value))
    before = _patience.set(mine)
    try:
        yield mine
    finally:
        _patience.reset(before)


def parts(value: Any) -> int:
    """How many values there are in a JSON value, itself one of them.

    >>> parts({"a": [1, 2]})
    4
    """
    return sum(1 for _ in _walk(value))


def depth(value: Any) -> int:
    """How deep a JSON value nests; a text has none.

    >>> depth("a"), depth([]), depth({"a": [1]})
    (0, 1, 2)
    """
    deepest = 0
    level = [value]
    while level := [inner for one in level if is_object(one) or is_list(one) for inner in _inside(one)]:
        deepest += 1
    return deepest


def _inside(value: Any) -> list[Any]:
    # An empty one is a level too.
    return list(value.values() if is_object(value) else value) or [None]


def _walk(value: Any) -> Generator[Any]:
    # Not recursive: a value of a thousand levels is one of those that this is for.
    left = [value]
    while left:
        one = left.pop()
        yield one
        if is_object(one):
            left.extend(one.values())
        elif is_list(one):
            left.extend(one)
