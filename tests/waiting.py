"""What tests wait for. All of it comes by itself, so a wait is long: it costs nothing where all is well."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import hitl_widgets as hitl

PATIENCE = 60.0
"""Seconds, on a machine that does ten things at a time; `pytest-timeout` ends a test after five minutes."""

T = TypeVar("T")


def until(is_so: Callable[[], T], otherwise: str | Callable[[], Any] = "it never is so") -> T:
    """Wait until something is so, which another thread or process brings about.

    Args:
        is_so: what is looked at.
        otherwise: what is said where it never is; a function is asked at the end, so it tells what is there by then.

    Returns:
        What `is_so` has returned.

    Raises:
        AssertionError: it is not so after a minute.
    """
    deadline, ticking = time.monotonic() + PATIENCE, threading.Event()
    while not (value := is_so()):
        if time.monotonic() > deadline:
            raise AssertionError(otherwise() if callable(otherwise) else otherwise)
        ticking.wait(0.005)
    views_are_whole()
    return value


def views_are_whole() -> None:
    """Wait until no view is in the midst of an update: it sets one trait after another, in the session's thread."""
    widgets = sys.modules.get("ipywidgets.widgets.widget")
    for one in list(widgets._instances.values()) if widgets is not None else ():
        if (updates := getattr(one, "_updates", None)) is not None:
            assert updates._serving.acquire(timeout=PATIENCE), f"it is updated for ever: {one!r}"
            updates._serving.release()


def threads() -> list[str]:
    """Those of ours that run."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("hitl-")]


def ends(is_over: Callable[[], Any]) -> bool:
    """Whether what nobody holds is over: a thread ends, and lets go of what it held, a moment after what it did."""

    def is_over_now() -> Any:
        gc.collect()
        return is_over()

    until(is_over_now, lambda: f"it is still there; threads of ours: {threads()}")
    return True


def at_rest(session: hitl.Session) -> hitl.Session:
    """The session, once nothing runs: it waits for an answer, or has ended."""
    assert session._run.at_rest.wait(PATIENCE), f"still {session.status} after {PATIENCE:.0f} s"
    return session


def card(session: hitl.Session) -> Any:
    """The first card of a session's view, once there is one: before, it is read what the thread was given, which may be secret."""
    display: Any = session._display
    return until(lambda: display.widget.cards, lambda: f"there is no card: {session} {session.notices}")[0]
