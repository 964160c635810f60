"""Checkpointers of which one call fails: the n-th, before it has done anything or after all was done, and none before or after."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, Literal

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver

When = Literal["before", "after"]
"""Whether what was asked for is done when it fails: a disk that is full does nothing, a connection may be lost afterwards."""


class GoneError(OSError):
    """What a checkpointer says whose disk, or server, is not there for a moment."""


class Fault:
    """One call of many that fails.

    Attributes:
        at: which; `None` for none.
        when: whether it is done by then.
        passed: the names of the calls so far.
    """

    def __init__(self, at: int | None = None, when: When = "before") -> None:
        self.at, self.when = at, when
        self.passed: list[str] = []
        self.has_struck = False
        self._lock = threading.Lock()

    def call(self, name: str, does: Callable[[], Any]) -> Any:
        with self._lock:
            strikes = self.at == len(self.passed)
            self.has_struck |= strikes
            self.passed.append(name)
        if strikes and self.when == "before":
            raise GoneError(f"the disk is gone, in {name}")
        found = does()
        if strikes:
            raise GoneError(f"the disk is gone, after {name}")
        return found


class Unheard(Fault):
    """A write fails once it is done, and so does the look of its thread that would find what it has written.

    Args:
        write: which of the writes, counted from 1.
    """

    def __init__(self, write: int = 1) -> None:
        super().__init__()
        self._left, self._writer = write, 0

    def call(self, name: str, does: Callable[[], Any]) -> Any:
        if self._writer == threading.get_ident():
            self._writer, self.has_struck = 0, True
            raise GoneError(f"the disk is gone, in {name}")
        self._left -= name == "put_writes"
        if name != "put_writes" or self._left:
            return does()
        self._writer = threading.get_ident()
        does()
        raise GoneError(f"the disk is gone, after {name}")


def failing(kind: type[Any]) -> type[Any]:
    """A kind of checkpointer whose calls may fail; it takes its `Fault` as `fault`."""

    class Failing(kind):
        fault = Fault()

        def put(self, *given: Any, **options: Any) -> Any:
            return self.fault.call("put", lambda: super(Failing, self).put(*given, **options))

        def put_writes(self, *given: Any, **options: Any) -> Any:
            return self.fault.call("put_writes", lambda: super(Failing, self).put_writes(*given, **options))

        def get_tuple(self, *given: Any, **options: Any) -> Any:
            return self.fault.call("get_tuple", lambda: super(Failing, self).get_tuple(*given, **options))

        def list(self, *given: Any, **options: Any) -> Iterator[Any]:
            yield from self.fault.call("list", lambda: [*super(Failing, self).list(*given, **options)])

    return Failing


FailingMemory = failing(InMemorySaver)
FailingSqlite = failing(SqliteSaver)
