"""At most so many updates a second, and always the last one."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable


class Coalesced:
    """Calls a function soon after `request()`, at most `rate` times a second, and always once after the last request.

    The first request after a pause is served at once in the calling thread; those that follow too soon are served
    together, by a timer. JupyterLab drops messages past 1 000 a second and stutters past 30 (kernels.md, 4.6).

    Args:
        serve: called with nothing; never twice at a time.
        rate: calls a second, at most.
    """

    def __init__(self, serve: Callable[[], None], rate: float = 20.0) -> None:
        self._serve = serve
        self._interval = 1.0 / rate
        self._lock = threading.Lock()
        self._serving = threading.Lock()
        self._last = float("-inf")
        self._timer: threading.Timer | None = None

    def request(self) -> None:
        """Ask for a call."""
        with self._lock:
            if self._timer is not None:
                return
            wait = self._last + self._interval - time.monotonic()
            # ipykernel 7.0.1 sends comm messages only from a context that knows the cell (kernels.md).
            context = contextvars.copy_context()
            self._timer = threading.Timer(max(wait, 0.0), context.run, (self._fire,))
            self._timer.daemon = True
            timer = self._timer
        if wait > 0:
            timer.start()
        else:
            self._fire()

    def _fire(self) -> None:
        with self._serving:
            with self._lock:
                self._timer = None
                self._last = time.monotonic()
            self._serve()
