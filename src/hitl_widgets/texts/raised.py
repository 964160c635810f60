"""What somebody else's code has raised, in words: anybody's exception may fail over that, too."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

ANYBODYS: Final = (Exception, SystemExit)
"""What the code of a control, a policy or a value may raise; `sys.exit()` in one ends no session, as it would a script."""


class RaisedError(RuntimeError):
    """Somebody else's code was asked something, and has raised what ends a thread, a task or a process."""


def in_place_of(error: BaseException) -> RaisedError | None:
    """What is raised for an exception that would end more than what has raised it; `None` where it is as it should be.

    An interrupt is the user's, and comes to the main thread.

    >>> in_place_of(GeneratorExit()), in_place_of(ValueError())
    (RaisedError('GeneratorExit'), None)
    """
    is_meant = isinstance(error, KeyboardInterrupt) and threading.current_thread() is threading.main_thread()
    return None if is_meant or isinstance(error, Exception) else RaisedError(line_of(error).removesuffix(": "))


@contextmanager
def ending_nothing() -> Generator[None]:
    """Somebody else's code is asked in it: an `Exception` is raised in the place of what would end more than that.

    >>> with ending_nothing():
    ...     raise GeneratorExit
    Traceback (most recent call last):
        ...
    hitl_widgets.texts.raised.RaisedError: GeneratorExit
    """
    try:
        yield
    except ANYBODYS:
        raise
    except BaseException as error:
        if (instead := in_place_of(error)) is None:
            raise
        raise instead from error


def message_of(error: object) -> str:
    """What an exception says, or what a thread has kept of one.

    >>> class Broken(Exception):
    ...     def __str__(self):
    ...         return self.missing
    >>> message_of(ValueError("no such order")), message_of(Broken())
    ('no such order', '<Broken, which cannot say what is wrong>')
    """
    try:
        return str(error)
    except ANYBODYS:  # anybody's __str__
        return f"<{type(error).__name__}, which cannot say what is wrong>"


def line_of(error: BaseException) -> str:
    """The same behind its type's name, as Python writes it.

    >>> line_of(ValueError("no such order"))
    'ValueError: no such order'
    """
    if isinstance(error, RaisedError):  # what it stands for has said its own type
        return message_of(error)
    return f"{type(error).__name__}: {message_of(error)}"
