"""A thread that is not read for long, as its database does not answer: nothing else would say why nothing happens."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Generator
from contextlib import contextmanager
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
    waits, is_read = weakref.ref(run), threading.Event()
    call_off = run.driver.after(PATIENCE, lambda: _say(waits, is_read))
    try:
        yield
    finally:
        with run.lock:
            is_read.set()
        call_off()
        if run.others.waits_for == UNREAD:
            run.wait_for(None)


def _say(run: weakref.ref[Run], is_read: threading.Event) -> None:
    if (waits := run()) is None:
        return
    with waits.lock:
        if is_read.is_set() or waits.others.waits_for is not None:
            return
        waits.others.waits_for = UNREAD
    waits.changed()
