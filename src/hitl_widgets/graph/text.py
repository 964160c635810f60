"""How wide a text will be: the layout is made in the kernel, where no font can be measured."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate, takewhile
from typing import Final

from ..texts.odd import spelled

_GROUPS: Final = {
    0.24: "'ijl|",
    0.30: "!,./:;I[\\]ft ",
    0.36: '()`r"{}*-',
    0.50: "Jcksvxyz^",
    0.58: "#$0123456789?Labdeghnopqu_",
    0.62: "+<=>FTZ~",
    0.68: "&ABEKPSVXY",
    0.75: "CDHNRUw",
    0.80: "GOQ",
    0.88: "Mm%",
    1.00: "W@…",
}
"""Width in em by character, for the sans-serif fonts of user interfaces. They differ by a tenth; these are from the
wider half (Segoe UI, Helvetica), and the boxes have room on both sides."""

_WIDTH: Final = {character: width for width, characters in _GROUPS.items() for character in characters}
_CONSIDERED: Final = 400
_MOST_OF_IT: Final = 0.6
"""How much of its label's width the end of a name may have."""
_ROUNDED: Final = 0.01
"""px; sums of widths differ by their order."""
_WIDE: Final = frozenset("WF")
"""`unicodedata.east_asian_width`: wide and full-width; emoji are wide."""


@lru_cache(maxsize=4096)
def text_width(text: str, size: float) -> float:
    """The width of one line of text in px, for a font of `size` px, with what is odd in it spelled out, as it is drawn.

    >>> text_width("ask_address", 13) > text_width("approve", 13) > text_width("illicit", 13)
    True
    """
    return size * sum(map(_em, spelled(text)))


@lru_cache(maxsize=4096)
def shorten(text: str, size: float, width: float) -> str:
    """The text, cut with an ellipsis where it would be wider than `width` px. Line breaks become spaces.

    >>> shorten("summarise_the_conversation_so_far", 13, 140)
    'summarise_the_con…'
    >>> shorten("ask", 13, 140)
    'ask'
    """
    if len(text) > _CONSIDERED:
        # Of marks without a width there may be any number; so many characters of others are wider than any label.
        return shorten(f"{text[: _CONSIDERED - 1]}…", size, width)
    text = " ".join(text.split())
    if text_width(text, size) <= width:
        return text
    if spelled(text) != text:
        fits = (end for end in range(len(text), -1, -1) if text_width(f"{text[:end].rstrip()}…", size) <= width)
        return f"{text[: next(fits, 0)].rstrip()}…"
    room = width - size * _em("…")
    for end, character in enumerate(text):
        room -= size * _em(character)
        if room < 0:
            return f"{text[:end].rstrip()}…"
    return text


@lru_cache(maxsize=4096)
def shorten_name(name: str, size: float, width: float) -> str:
    """A name, cut in its middle: names that begin alike, as those of one middleware's nodes, are told apart by their ends.

    >>> shorten_name("SummarizationMiddleware.before_model", 13, 160)
    'Summariz…before_model'
    >>> shorten_name("ask", 13, 160)
    'ask'
    """
    if len(name) > _CONSIDERED or spelled(name) != name or text_width(name := " ".join(name.split()), size) <= width:
        return shorten(name, size, width)
    room = width - size * _em("…")
    # What stands behind its last dot is whole, if that leaves room for what begins it.
    last = text_width(name.rpartition(".")[2], size) + _ROUNDED
    of_end = last if room / 2 < last <= room * _MOST_OF_IT else room / 2
    end = name[len(name) - _fitting(reversed(name), size, of_end) :]
    return f"{name[: _fitting(name, size, room - text_width(end, size))].rstrip()}…{end.lstrip()}"


def _fitting(characters: Iterable[str], size: float, room: float) -> int:
    """How many of the first characters have room."""
    widths = accumulate(size * _em(character) for character in characters)
    return sum(1 for _ in takewhile(lambda wide: wide <= room, widths))


def _em(character: str) -> float:
    known = _WIDTH.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return 0.0
    return 1.0 if unicodedata.east_asian_width(character) in _WIDE else 0.7
