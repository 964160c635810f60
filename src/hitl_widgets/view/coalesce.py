"""At most so many updates a second, and always the last one."""

from __future__ import annotations

import contextvars
import threading
import time
from collections import deque
from collections.abc import Callable

AT_ONCE = 5
"""How many of a second's calls may be made at once, for somebody who waits for them."""


class Coalesced:
    """Calls a function soon after a request, at most `rate` times in any second, and always once after the last one.

    Requests that come close together are served together, by a timer. JupyterLab drops messages past 1 000 a second
    and stutters past 30 (kernels.md, 4.6). Even the first waits for others: what is over before its turn would be drawn
    only to be drawn anew, and the server's websocket holds a second small message back for 40 ms (kernels.md).

    Args:
        serve: called with nothing; never twice at a time.
        rate: calls a second, at most.

    Attributes:
        pause: seconds that a request waits for others. In any second at most `AT_ONCE` at once, and the rest this far
            apart.
    """

    def __init__(self, serve: Callable[[], None], rate: int = 20) -> None:
        self._serve = serve
        self.pause = 1.0 / (rate - AT_ONCE)
        self._lock = threading.Lock()
        self._serving = threading.Lock()
        self._served: deque[float] = deque(maxlen=AT_ONCE)
        self._timer: threading.Timer | None = None

    def request(self) -> None:
        """Ask for a call that can wait for others."""
        if self._timer is not None:
            return  # a call that has not begun takes everything so far with it; a run asks ten thousand times
        with self._lock:
            if self._timer is None:
                self._serve_in(self.pause)

    def request_now(self) -> None:
        """Ask for a call that somebody waits for: in this thread, unless the last second has had `AT_ONCE` calls."""
        with self._lock:
            if not self._is_calm():
                if self._timer is None:
                    self._serve_in(self.pause)
                return
            self._note()
        self._serve_alone()

    def _is_calm(self) -> bool:
        return len(self._served) < AT_ONCE or self._served[0] < time.monotonic() - 1.0

    def _serve_in(self, seconds: float) -> None:
        # ipykernel 7.0.1 sends comm messages only from a context that knows the cell (kernels.md).
        self._timer = threading.Timer(seconds, contextvars.copy_context().run, (self._on_time,))
        self._timer.daemon = True
        self._timer.start()

    def _on_time(self) -> None:
        with self._lock:
            self._note()
        self._serve_alone()

    def _note(self) -> None:
        """A call is made now, for everything that was asked for so far."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._served.append(time.monotonic())

    def _serve_alone(self) -> None:
        with self._serving:
            self._serve()
