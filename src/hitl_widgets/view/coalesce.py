"""At most so many updates a second, and always the last one."""

from __future__ import annotations

import contextvars
import threading
import time
from collections import deque
from collections.abc import Callable

AT_ONCE = 5
"""How many of a second's calls may be made at once, for somebody who waits for them."""
LINGERS = 0.1
"""Seconds that the thread which has made a call is there for the next one."""


class Coalesced:
    """Calls a function soon after a request, at most `rate` times in any second, and always once after the last one.

    Requests that come close together are served together, in a thread that lasts as long as they come: to start one an
    update takes a run that is at work 2 ms (its thread has to wait for the other to begin). JupyterLab drops messages past
    1 000 a second and stutters past 30 (kernels.md, 4.6). Even the first waits for others: what is over before its turn
    would be drawn only to be drawn anew, and the server's websocket holds a second small message back for 40 ms (kernels.md).

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
        self._changes = threading.Condition()
        self._serving = threading.Lock()
        self._served: deque[float] = deque(maxlen=AT_ONCE)
        self._is_due = False
        """Whether a call was asked for that has not begun."""
        self._thread: threading.Thread | None = None

    def request(self) -> None:
        """Ask for a call that can wait for others."""
        if self._is_due:
            return  # a call that has not begun takes everything so far with it; a run asks ten thousand times
        with self._changes:
            self._ask()

    def request_now(self) -> None:
        """Ask for a call that somebody waits for: in this thread, unless the last second has had `AT_ONCE` calls."""
        with self._changes:
            if not self._is_calm():
                self._ask()
                return
            self._note()
        self._serve_alone()

    def _is_calm(self) -> bool:
        return len(self._served) < AT_ONCE or self._served[0] < time.monotonic() - 1.0

    def _ask(self) -> None:
        if self._is_due:
            return
        if self._thread is None:
            self._begin()
        else:
            self._changes.notify_all()
        self._is_due = True  # only now: where there is no thread to be had, the next one who asks tries again

    def _begin(self) -> None:
        # ipykernel 7.0.1 sends comm messages only from a context that knows the cell (kernels.md).
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(self._serve_on,), name="hitl-updates", daemon=True)
        thread.start()
        self._thread = thread

    def _serve_on(self) -> None:
        """Make the calls that are asked for, until nobody has asked for a while."""
        try:
            while self._is_time():
                self._serve_alone()
        except BaseException:
            with self._changes:
                self._thread = None
                if self._is_due:
                    self._begin()
            raise

    def _is_time(self) -> bool:
        """Wait until a call is due; returns whether one is, else the thread is over."""
        with self._changes:
            while self._changes.wait_for(lambda: self._is_due, LINGERS):
                if not self._changes.wait_for(lambda: not self._is_due, self.pause):
                    self._note()
                    return True
            self._thread = None
            return False

    def _note(self) -> None:
        """A call is made now, for everything that was asked for so far."""
        if self._is_due:
            self._is_due = False
            self._changes.notify_all()
        self._served.append(time.monotonic())

    def _serve_alone(self) -> None:
        with self._serving:
            self._serve()
