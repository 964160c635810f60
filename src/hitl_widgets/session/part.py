"""What the parts of `Session` know of the whole."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from threading import Event
from typing import Any

from ..asking.live import is_kept_in
from ..decisions import Decisions
from ..driver.working import STANDS_STILL
from ..errors import CannotWaitError
from ..protocol import SessionStatus
from ..requests import Request
from ..running.run import Run


class Part(ABC):
    """A part of `Session`: what it is itself is in `session.py`."""

    @property
    @abstractmethod
    def _run(self) -> Run: ...

    @property
    @abstractmethod
    def status(self) -> SessionStatus: ...

    @property
    @abstractmethod
    def thread_id(self) -> str: ...

    @property
    @abstractmethod
    def requests(self) -> tuple[Request, ...]: ...

    @property
    @abstractmethod
    def decisions(self) -> Decisions: ...

    @property
    @abstractmethod
    def values(self) -> Any: ...

    def _refuse_to_wait_for_ever(self, done: Event) -> None:
        """Raise where that would never come: in a node of the graph itself, or where the graph's event loop does not run."""
        run = self._run
        if done.is_set():
            return
        if run.passes.under_way and is_kept_in(run.live):
            raise CannotWaitError(
                "This is a node of the very run that would be waited for, which goes on when the node has returned. "
                "`hitl.ask(...)` asks from a node; `session.requests` and `session.values` can be read there."
            )
        run.driver.check()
        if run.driver.stands_still():
            raise CannotWaitError(STANDS_STILL)

    def _saying(self, done: Event) -> Callable[[], bool]:
        """`done.is_set` for who waits for it: that another kernel keeps it from coming is said once, below the cell."""
        run, said = self._run, set[str]()

        def is_done() -> bool:
            if done.is_set():
                return True
            run.driver.check()  # on an event loop that is closed by now it would never come
            if (why := run.others.waits_for) is None or why in said:
                return False
            said.add(why)
            print(f"{self.thread_id}: {why}", file=sys.stderr)  # noqa: T201
            return False

        return is_done
