"""JSON Schema's `pattern` is an ECMA 262 regular expression; this reads it with Python's `re`."""

from __future__ import annotations

import functools
import re

from .formats import SPACE

_ESCAPES = {"d": "0-9", "w": "A-Za-z0-9_", "s": SPACE}
"""JavaScript's `\\d` and `\\w` are ASCII, Python's are not."""


def matches(pattern: str, text: str) -> bool:
    r"""Whether the pattern is found in the text. One that Python cannot read is left to the browser: True.

    >>> matches("^[a-z]{2}$", "de"), matches("^[a-z]{2}$", "de\n"), matches(r"^\\d$", "\u0663")
    (True, False, False)
    """
    compiled = _compiled(pattern)
    return compiled is None or compiled.search(text) is not None


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(_as_python(pattern))
    except (re.error, OverflowError, RecursionError):
        return None


def _as_python(pattern: str) -> str:
    out: list[str] = []
    in_class = False
    position = 0
    while position < len(pattern):
        taken = 1
        character = pattern[position]
        following = pattern[position + 1 : position + 2]
        if character == "\\":
            out.append(_escape(following, in_class=in_class))
            taken = 2
        elif in_class:
            # Python warns of a bare [ in a class (a nested set one day); JavaScript means the character.
            out.append("\\[" if character == "[" else character)
            in_class = character != "]"
        elif character == "[":
            out.append("[")
            in_class = True
        elif character == "$":
            out.append(r"\Z")  # Python's $ also matches before a last newline
        elif pattern.startswith("(?<", position) and pattern[position + 3 : position + 4] not in {"=", "!"}:
            out.append("(?P<")
            taken = 3
        else:
            out.append(character)
        position += taken
    return "".join(out)


def _escape(letter: str, *, in_class: bool) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter] if in_class else f"[{_ESCAPES[letter]}]"
    if letter.lower() in _ESCAPES and not in_class:
        return f"[^{_ESCAPES[letter.lower()]}]"
    return f"\\{letter}"
