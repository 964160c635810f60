"""How the work of a session is run.

The session's logic is written once, as coroutines. `ThreadDriver` runs them in a background thread, where they never suspend
(every await in them ends in one of a driver's methods, which block there); `LoopDriver` runs them as tasks of an event loop.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from typing import Any

from ..errors import HitlError

STANDS_STILL = (
    "The event loop that this session runs on has been stopped, so waiting for it here would never end. Go on in a coroutine "
    "that it runs: `await session`, `await session.aanswer(...)`, `await session.ahistory()`."
)
LOOK_AGAIN = 0.05
"""Seconds between looks at whether something is still worth waiting for."""


class GivenUpError(HitlError):
    """What a function of the user's returns is of no use any more."""


class Working(ABC):
    """Runs it, beside whoever asks for it or while they wait."""

    @abstractmethod
    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` in the background and return at once. `work` catches its own exceptions.

        Raises:
            RuntimeError: it cannot be begun with: its event loop was closed just now, or there is no thread to be had.
        """

    def spawn_beside(self, work: Coroutine[Any, Any, None]) -> bool:
        """The same with what nobody waits for; returns whether it has begun."""
        try:
            self.check()
            self.spawn(work)
        except (HitlError, RuntimeError):
            work.close()
            return False
        return True

    @abstractmethod
    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run `work` to its end and return its result; raises where that would block the driver's own loop."""

    @abstractmethod
    def blocks_here(self) -> bool:
        """Whether waiting in the calling thread would keep the graph from running."""

    def stands_still(self) -> bool:
        """Whether nothing is done here now, however long somebody waits: the graph's event loop was stopped, or is closed."""
        return False

    @abstractmethod
    async def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """What a function of the user's returns, sync or async, without standing in the graph's way."""

    @abstractmethod
    async def call_until(self, is_over: Callable[[], bool], function: Callable[..., Any], *args: Any) -> Any:
        """The same, but not waited for any longer once `is_over`: then it may go on, and what it returns is not used.

        Raises:
            GivenUpError: it was over before it returned.
        """

    @abstractmethod
    async def pause(self, seconds: float) -> None:
        """Let some time pass, without standing in the graph's way."""

    @abstractmethod
    def after(self, seconds: float, function: Callable[[], None]) -> Callable[[], None]:
        """Have a function called later, whatever the work waits for meanwhile; returns what calls that off. Called by the work."""

    def check(self) -> None:
        """Raise a `HitlError` if nothing can be run any more."""

    def close(self) -> None:
        """The run has ended: give back what the driver holds. It can be used again."""
