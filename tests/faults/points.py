"""Where a kernel dies: the moments of a run, counted, at one of which the process kills itself as `kill -9` would.

A moment that is a number can be had again. They lie before, in and after each transaction of the checkpointer, where a node
begins, has its answer and ends, where a session sets its graph going, and where the browser is told.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from hitl_widgets.driver.thread import ThreadDriver
from hitl_widgets.view.widget import SessionWidget


class Clock:
    """Counts the moments of this process.

    Attributes:
        dies_at: the moment at which the process ends; `None` for never.
        passed: the names of the moments so far.
    """

    def __init__(self) -> None:
        self.dies_at: int | None = None
        self.passed: list[str] = []
        self.journal: Path | None = None
        self._lock = threading.Lock()

    def point(self, name: str) -> None:
        with self._lock:
            if self.dies_at == len(self.passed):
                self._note(f"died {name}")
                os.kill(os.getpid(), signal.SIGKILL)
            self.passed.append(name)

    def effect(self, name: str) -> None:
        """What a node does in the world, which no checkpoint takes back."""
        with self._lock:
            self._note(f"did {name}")

    def note(self, line: str) -> None:
        """What a test has to know afterwards."""
        with self._lock:
            self._note(line)

    def _note(self, line: str) -> None:
        if self.journal is not None:
            with self.journal.open("a") as file:
                file.write(f"{line}\n")


clock = Clock()


def work(name: str, seconds: float = 0.002) -> None:
    """A node at work: a while in which somebody may kill it."""
    clock.point(f"{name} at work")
    time.sleep(seconds)
    clock.effect(name)
    clock.point(f"{name} done")


class DyingSqlite(SqliteSaver):
    """The real one, with moments around and in its transactions."""

    @contextmanager
    def cursor(self, transaction: bool = True) -> Iterator[Any]:
        clock.point("before a transaction")
        with super().cursor(transaction) as cursor:
            yield cursor
            clock.point("in a transaction")
        clock.point("after a transaction")


class DyingAsyncSqlite(AsyncSqliteSaver):
    """The real one, with moments before and after what it writes and reads."""

    async def aput(self, *given: Any, **options: Any) -> Any:
        clock.point("before a checkpoint")
        found = await super().aput(*given, **options)
        clock.point("after a checkpoint")
        return found

    async def aput_writes(self, *given: Any, **options: Any) -> None:
        clock.point("before writes")
        await super().aput_writes(*given, **options)
        clock.point("after writes")

    async def aget_tuple(self, *given: Any, **options: Any) -> Any:
        clock.point("before a look")
        return await super().aget_tuple(*given, **options)


def dying_postgres(connection: Any) -> BaseCheckpointSaver[Any]:
    """The real one, with moments around and in its pipelines."""
    from langgraph.checkpoint.postgres import PostgresSaver

    class DyingPostgres(PostgresSaver):
        @contextmanager
        def _cursor(self, *, pipeline: bool = False) -> Iterator[Any]:
            clock.point("before a transaction")
            with super()._cursor(pipeline=pipeline) as cursor:
                yield cursor
                clock.point("in a transaction")
            clock.point("after a transaction")

    return DyingPostgres(connection)


def with_moments(before: str, function: Callable[..., Any], after: str) -> Callable[..., Any]:
    def called(*args: Any, **options: Any) -> Any:
        clock.point(before)
        found = function(*args, **options)
        clock.point(after)
        return found

    return called


def watch_sessions() -> None:
    """Moments where a session sets its graph going, and around each update that the browser gets."""
    ThreadDriver.spawn = with_moments("before going on", ThreadDriver.spawn, "after going on")  # type: ignore[method-assign]
    SessionWidget._push = with_moments("before the view", SessionWidget._push, "after the view")  # type: ignore[method-assign]
