"""What is left of a secret where a text was cut: its beginning before the mark that says so, or its end after it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

SHORTEST = 4
"""Characters of a secret that tell of it: fewer begin half of all words."""

_CUT = re.compile(r"""["'`)\]}]{0,3}\s?(?:…|\.{3})\s{0,2}["'`(\[{]{0,3}""")
"""Our marks, and Pydantic's: of a value of more than 50 characters it quotes the beginning and the end (2.14)."""


def without_torn(text: str, secrets: Iterable[str], dots: str) -> str:
    """A text without the parts of secrets that stand where it was cut.

    Takes as long as the text is, however often it was cut.

    Args:
        text: has none of the secrets as a whole.
        secrets: none is shorter than four characters.
        dots: what stands in their place.

    >>> without_torn("the token is hunt…", ["hunter2"], "•")
    'the token is •…'
    >>> without_torn("input_value='hunter...er2-hunter2'", ["hunter2-hunter2-hunter2"], "•")
    "input_value='•...•'"
    """
    if "…" not in text and "..." not in text:
        return text
    likely = [one for one in secrets if one[:SHORTEST] in text or one[-SHORTEST:] in text]
    if not likely:
        return text
    pieces: list[str] = []
    for piece, ends_cut, begins_cut in _pieces(text):
        shown = piece
        if begins_cut and (most := max(_rest_at_start(shown, one) for one in likely)):
            shown = f"{dots}{shown[most:]}"
        if ends_cut and (most := max(_beginning_at_end(shown, one) for one in likely)):
            shown = f"{shown[:-most]}{dots}"
        pieces.append(shown)
    return "".join(pieces)


def _pieces(text: str) -> Iterator[tuple[str, bool, bool]]:
    """What stands between the marks, and the marks; and whether a mark follows it, or precedes it."""
    at = 0
    for mark in _CUT.finditer(text):
        yield text[at : mark.start()], True, at > 0
        yield mark[0], False, False
        at = mark.end()
    yield text[at:], False, at > 0


def _beginning_at_end(text: str, secret: str) -> int:
    """How many characters at a text's end are those that a secret begins with."""
    at = text.find(secret[:SHORTEST], max(len(text) - len(secret), 0))
    while at >= 0:
        if secret.startswith(text[at:]):
            return len(text) - at
        at = text.find(secret[:SHORTEST], at + 1)
    return 0


def _rest_at_start(text: str, secret: str) -> int:
    """How many characters at a text's start are those that a secret ends with."""
    end = len(secret)
    while (at := text.rfind(secret[-SHORTEST:], 0, end)) >= 0:
        end = at + SHORTEST
        if secret.endswith(text[:end]):
            return end
        end -= 1
    return 0
