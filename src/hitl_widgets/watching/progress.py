"""`hitl.progress`: a loop in a node says how far it is."""

from __future__ import annotations

import time
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Sized
from typing import Any, Generic, TypeVar, overload

from langgraph.config import get_stream_writer

T = TypeVar("T")

PAUSE = 0.1
"""Seconds between two reports, at least; the last one always comes."""


class Progress(Generic[T]):
    """Items that say how many of them have been done. Made by `hitl.progress`."""

    def __init__(self, items: Iterable[T] | AsyncIterable[T], total: int | None) -> None:
        self._items = items
        self._total = total if total is not None else len(items) if isinstance(items, Sized) else None

    def __iter__(self) -> Iterator[T]:
        if not isinstance(self._items, Iterable):
            raise TypeError(f"{type(self._items).__name__} is iterated with `async for`, and so is its progress.")
        report = _Report(self._total)
        for item in self._items:
            yield item
            report.one_more()
        report.last()

    async def __aiter__(self) -> AsyncIterator[T]:
        report = _Report(self._total)
        if isinstance(self._items, AsyncIterable):
            async for item in self._items:
                yield item
                report.one_more()
        else:
            for item in self._items:
                yield item
                report.one_more()
        report.last()


class _Report:
    """What is written to the graph's custom stream, when there has been nothing for a while."""

    def __init__(self, total: int | None) -> None:
        self._write = _writer()
        self._total = total
        self._count = 0
        self._again = 0.0
        self._said = -1
        self._say()

    def one_more(self) -> None:
        self._count += 1
        if self._write is not None and time.monotonic() >= self._again:
            self._say()

    def last(self) -> None:
        """There are no more items."""
        if self._said != self._count:
            self._say()

    def _say(self) -> None:
        self._said, self._again = self._count, time.monotonic() + PAUSE
        if self._write is None:
            return
        report: dict[str, Any] = {"count": self._count}
        if self._total is not None:
            # More items than there were said to be are not more than all.
            share = min(self._count / self._total, 1.0) if self._total > 0 else 1.0
            report = {"progress": share, **report, "total": self._total}
        self._write(report)


def _writer() -> Callable[[Any], None] | None:
    try:
        return get_stream_writer()
    except (RuntimeError, KeyError):
        return None  # outside of a graph


@overload
def progress(iterable: Iterable[T], total: int | None = None) -> Progress[T]: ...
@overload
def progress(iterable: AsyncIterable[T], total: int | None = None) -> Progress[T]: ...
def progress(iterable: Iterable[T] | AsyncIterable[T], total: int | None = None) -> Progress[T]:
    """Go through items in a node, and show on the node how many of them are done.

    It writes `{"progress": 0.4, "count": 4, "total": 10}` to the graph's custom stream, at most ten times a second, so
    that whoever streams the graph sees it; a node can write `{"progress": share}` itself as well, a number from 0 to 1,
    with `langgraph.config.get_stream_writer()`. Outside of a graph it only goes through the items.

    Args:
        iterable: the items, for `for` or for `async for`.
        total: how many there are, if `len(iterable)` does not say. With neither, only `{"count": 4}` is written, and the
            node shows how many items it has gone through, and how many a second.

    Returns:
        The items, one by one. One counts as done when the next is asked for.

    Raises:
        TypeError: it has no items to go through.

    >>> from typing import TypedDict
    >>> from langgraph.graph import START, StateGraph
    >>> import hitl_widgets as hitl
    >>> class State(TypedDict, total=False):
    ...     squares: list[int]
    >>> def work(state: State) -> State:
    ...     return {"squares": [number**2 for number in hitl.progress(range(4))]}
    >>> graph = StateGraph(State).add_node("work", work).add_edge(START, "work").compile()
    >>> shares = [part["progress"] for part in graph.stream({}, stream_mode="custom")]
    >>> shares[0], shares[-1]
    (0.0, 1.0)
    >>> hitl.run(graph, {}).wait()
    {'squares': [0, 1, 4, 9]}
    """
    if not hasattr(iterable, "__iter__") and not hasattr(iterable, "__aiter__"):
        raise TypeError(f"hitl.progress goes through items, as in hitl.progress(range(20)), not {iterable!r}.")
    return Progress(iterable, total)
