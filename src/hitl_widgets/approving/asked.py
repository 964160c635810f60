"""How many questions a call has asked in its node, which go by their number there.

LangGraph gives a node's answers to its questions in the order in which they are asked. A call that is not run again, as what
it returned is known, does not ask again either: the answers to its questions are passed over, or the next question of the
node would take the first of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from langgraph.config import get_config
from langgraph.pregel._algo import LAZY_ATOMIC_COUNTER_LOCK  # private (langgraph 1.2.24), as all of the counter is

from ..asking.in_a_graph import SCRATCHPAD


class Asked:
    """How many questions a call has asked by itself."""

    def __init__(self, counter: Any) -> None:
        self.counter = counter
        self.count = 0


_asking: ContextVar[tuple[Asked, ...]] = ContextVar("hitl_asking", default=())
"""The calls that are at work here, one inside of the other."""


@contextmanager
def counted() -> Generator[Asked]:
    """Count what is asked in the node that calls this, as long as this lasts; what its other threads ask is not counted."""
    asked = Asked(_counter())
    before = _asking.set((*_asking.get(), asked))
    try:
        yield asked
    finally:
        _asking.reset(before)


def pass_over(count: int) -> None:
    """Leave so many answers of the node to the questions of a call that is not run again."""
    counter = _counter()
    for _ in range(count):
        counter()


def _counter() -> Any:
    """LangGraph's counter of a task's questions, which tells us that one is asked."""
    counter: Any = get_config()["configurable"][SCRATCHPAD].interrupt_counter  # type: ignore[typeddict-item]
    with LAZY_ATOMIC_COUNTER_LOCK:
        if counter._counter is None:
            counter._counter = itertools.count(0).__next__
        if not isinstance(counter._counter, _Told):
            counter._counter = _Told(counter, counter._counter)
    return counter


class _Told:
    """Takes the next number, and tells the calls that are at work here."""

    def __init__(self, counter: Any, take: Callable[[], int]) -> None:
        self._counter = counter
        self._take = take

    def __call__(self) -> int:
        for one in _asking.get():
            # What a `@task` asks has a number of its own.
            if one.counter is self._counter:
                one.count += 1
        return self._take()
