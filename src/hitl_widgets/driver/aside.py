"""What the garbage collector may have to begin with, in the midst of whatever a thread is at."""

from __future__ import annotations

import _thread
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress


def aside(function: Callable[..., object], *arguments: object) -> None:
    """Call a function in another thread, which nobody waits for, and have no lock for that.

    Called by the garbage collector itself, `function` would wait for ever for a lock which that very thread holds (seen with
    CPython 3.11). That goes for what `threading` itself locks to begin a thread, too.
    """
    with suppress(RuntimeError):  # a process that ends begins none: its locks end with it
        _thread.start_new_thread(function, arguments)


@contextmanager
def if_cut_off(function: Callable[..., object], *arguments: object) -> Generator[None]:
    """Call a function if what is done inside fails, or is never done: its event loop may be closed in the midst of it.

    >>> with suppress(KeyError), if_cut_off(print, "cut off"):
    ...     {}["missing"]
    cut off
    """
    try:
        yield
    except GeneratorExit:
        # Its event loop was closed, and the garbage collector ends what is left of it.
        aside(function, *arguments)
        raise
    except BaseException:
        function(*arguments)
        raise
