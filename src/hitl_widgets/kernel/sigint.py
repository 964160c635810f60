"""An interrupt that can lose nothing."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import ClassVar, Self

Handler = Callable[[int, FrameType | None], object]


class Sigint:
    """Remembers an interrupt while it is held, because a `KeyboardInterrupt` between any two lines loses messages.

    A message that was read from a socket and is not kept yet would be gone. So while this is held, an interrupt sets
    `came` and raises nothing, except in `letting_through`.

    Args:
        passing: whether the handler that was there before still hears of it. While a cell awaits, that is ipykernel's
            own, which raises nothing either: it cancels the cell.
    """

    _open: ClassVar[bool] = False  # Whoever holds: there is one main thread, and only it is interrupted.

    def __init__(self, *, passing: bool = False) -> None:
        self.came = False
        self._passing = passing
        self._before: Handler | int | None = None
        self._ours: Handler = self._remember
        self._process = os.getpid()
        self._held = False

    def hold(self) -> None:
        """Take SIGINT over. Python lets only the main thread do that; a kernel elsewhere never gets an interrupt."""
        if threading.current_thread() is not threading.main_thread():
            return
        self._before = signal.getsignal(signal.SIGINT)
        if self._before is None:  # Installed by C code: Python could not put it back.
            return
        signal.signal(signal.SIGINT, self._ours)
        self._held = True

    def give_back(self) -> None:
        """Put the former handler back, unless somebody has taken SIGINT since."""
        if self._held and signal.getsignal(signal.SIGINT) is self._ours:
            signal.signal(signal.SIGINT, self._before)
        self._held = False

    def __enter__(self) -> Self:
        self.hold()
        return self

    def __exit__(self, *_: object) -> None:
        self.give_back()

    @classmethod
    @contextmanager
    def letting_through(cls) -> Generator[None]:
        """Where an interrupt raises at once: around code that is not ours and may hang."""
        cls._open = True
        try:
            yield
        finally:
            cls._open = False

    def _remember(self, number: int, frame: FrameType | None) -> None:
        if os.getpid() != self._process:
            # A process that a node has forked meanwhile, and that the stop button reaches too: nobody waits here.
            signal.default_int_handler(number, frame)
        self.came = True
        if self._passing and callable(self._before):
            self._before(number, frame)
        if self._open:
            raise KeyboardInterrupt
