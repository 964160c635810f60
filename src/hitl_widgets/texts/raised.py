"""What somebody else's code has raised, in words: anybody's exception may fail over that, too."""

from __future__ import annotations

from typing import Final

ANYBODYS: Final = (Exception, SystemExit)
"""What the code of a control, a policy or a value may raise; `sys.exit()` in one ends no session, as it would a script."""


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
    return f"{type(error).__name__}: {message_of(error)}"
