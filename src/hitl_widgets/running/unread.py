"""A thread that is not read for long, as its database does not answer: nothing else would say why nothing happens.

Who reads it may be held by that in C code, and so cannot say it itself.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .run import Run

PATIENCE: Final = 10.0
"""Seconds that a checkpointer has before it is said."""
UNREAD: Final = (
    f"This thread could not be read so far: what it is saved in has not answered for {PATIENCE:.0f} s. This session goes on by "
    "itself once it does."
)


@contextmanager
def told_when_unread(run: Run) -> Generator[None]:
    """Say so while what is done in here takes long."""
    is_read = threading.Event()
    saying = threading.Thread(target=_say, args=(weakref.ref(run), is_read), name="hitl-unread", daemon=True)
    with suppress(RuntimeError):  # no thread to be had: then nobody says it
        saying.start()
    try:
        yield
    finally:
        with run.lock:
            is_read.set()
        if run.others.waits_for == UNREAD:
            run.wait_for(None)


def _say(run: weakref.ref[Run], is_read: threading.Event) -> None:
    if is_read.wait(PATIENCE) or (waits := run()) is None:
        return
    with waits.lock:
        if is_read.is_set() or waits.others.waits_for is not None:
            return
        waits.others.waits_for = UNREAD
    waits.changed()
