"""How wide a text is where every letter has a column of its own, as in a terminal: Chinese, Japanese and Korean take two."""

from __future__ import annotations

import unicodedata


def columns(text: str) -> int:
    r"""The columns that a line takes.

    >>> columns("tea"), columns("お茶"), columns("e\u0301")
    (3, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.east_asian_width(char) in {"W", "F"}:
        return 2
    return 0 if unicodedata.category(char) in {"Mn", "Me", "Cf"} else 1


def left(text: str, width: int) -> str:
    """The text at the left of so many columns."""
    return text + " " * (width - columns(text))


def right(text: str, width: int) -> str:
    """The text at the right of so many columns."""
    return " " * (width - columns(text)) + text
