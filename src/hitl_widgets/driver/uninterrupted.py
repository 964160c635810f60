"""What no interrupt may end half-way: it is done in a thread of its own, which hears of none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from .thread import called_in_a_thread

T = TypeVar("T")

_LOOK = 0.25
"""Seconds: Windows lets no Ctrl+C through a wait without an end."""


def uninterrupted(function: Callable[[], T]) -> T:
    """What a function returns, which changes a run.

    Ctrl+C and the stop button raise `KeyboardInterrupt` in the main thread, between any two lines: a question would be left
    that is neither open nor answered, or an answer that nothing goes on with. So there the interrupt ends the waiting alone,
    and what was begun is done.

    >>> uninterrupted(lambda: threading.current_thread() is threading.main_thread())
    False
    """
    if threading.current_thread() is not threading.main_thread():
        return function()
    called = called_in_a_thread(function)
    while not called.is_done.wait(_LOOK):
        pass
    return called.result()
