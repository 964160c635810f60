"""A text that is too long for its place."""

from __future__ import annotations


def clipped(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis: `most` characters.

    >>> clipped("short", 5), clipped("longer", 5)
    ('short', 'long…')
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"
