"""JSON Schema's `pattern` is an ECMA 262 regular expression; this reads it for Python, and tries it with patience.

Python's `re` holds the whole kernel for years on `(a+)+$`; `regex` is the same engine with a timeout. It unrolls what
is repeated (`a{100000000}` is 10 GB, 2026.11), so a pattern is first read by `re`, and counted.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from .formats import SPACE
from .patience import patience

# It takes 25 ms to import.
if TYPE_CHECKING:
    from regex import Pattern

_ESCAPES = {"d": "0-9", "w": "A-Za-z0-9_", "s": SPACE}
"""JavaScript's `\\d` and `\\w` are ASCII, Python's are not."""
LONGEST = 2_000
"""Characters of a pattern."""
_LARGEST = 20_000
"""What a pattern comes to, once what is repeated `{n}` times is written out."""
_COUNTED = re.compile(r"\{(\d+)(?:,(\d*))?\}", re.ASCII)


class TooSlowError(Exception):
    """A pattern that takes too long on a text: nobody knows whether they match."""


def matches(pattern: str, text: str) -> bool:
    r"""Whether the pattern is found in the text. One that Python cannot read is left to the browser: True.

    Where it takes too long to find out, it does not.

    >>> matches("^[a-z]{2}$", "de"), matches("^[a-z]{2}$", "de\n"), matches(r"^\\d$", "\u0663")
    (True, False, False)
    >>> matches("^(a|a)*$", "a" * 50 + "!")
    False
    """
    try:
        return found(pattern, text)
    except TooSlowError:
        return False


def found(pattern: str, text: str) -> bool:
    """The same.

    Raises:
        TooSlowError: it takes too long to find out.
    """
    compiled = _compiled(pattern)
    if compiled is None:
        return True
    left = patience()
    seconds = left.seconds()
    if seconds <= 0 or pattern in left.slow:
        raise TooSlowError
    try:
        return compiled.search(text, timeout=seconds) is not None
    except TimeoutError:
        left.slow.add(pattern)
        raise TooSlowError from None
    except MemoryError:
        raise TooSlowError from None


def is_plain(pattern: str) -> bool:
    """Whether anything that reads a pattern reads it in one go: no group, no choice, one repetition at most.

    >>> is_plain("^x-"), is_plain("^[a-z]+$"), is_plain("(a+)+"), is_plain("a+b")
    (True, True, False, False)
    """
    repeated = sum(map(pattern.count, "*+{?"))
    return (
        len(pattern) <= LONGEST
        and not set(pattern) & set("(|")
        and (repeated == 0 or (repeated == 1 and pattern[0] == "^"))
    )


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str) -> Pattern[str] | None:
    if len(pattern) > LONGEST:
        return None
    import regex

    try:
        readable = _Reading(pattern).as_python()
        re.compile(readable)  # what `regex` takes beyond that (recursion, fuzzy matching) is not ECMA's
        return regex.compile(readable)
    except (re.error, regex.error, OverflowError, RecursionError, MemoryError):
        return None


class _Reading:
    """One walk through a pattern.

    Args:
        pattern: as ECMA 262 has it.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._sizes = [0]
        """What each open group comes to so far, the whole pattern first."""
        self._last = 0
        """What the last part comes to, which a repetition is about."""

    def as_python(self) -> str:
        """The same for Python.

        Raises:
            OverflowError: it would be too large.
        """
        out: list[str] = []
        in_class = False
        pattern, position = self._pattern, 0
        while position < len(pattern):
            taken = 1
            character = pattern[position]
            following = pattern[position + 1 : position + 2]
            if character == "\\":
                out.append(_escape(following, in_class=in_class))
                taken = 2
                self._part(0 if in_class else 1)
            elif in_class:
                # Python warns of a bare [ in a class (a nested set one day); JavaScript means the character.
                out.append("\\[" if character == "[" else character)
                in_class = character != "]"
            elif character == "[":
                out.append("[")
                in_class = True
                self._part(1)
            elif character == "{":
                counted = _COUNTED.match(pattern, position)
                out.append(counted[0] if counted else "\\{")  # `regex` may take it for fuzzy matching
                taken = len(counted[0]) if counted else 1
                self._part(1) if counted is None else self._repeat(counted)
            elif character == "$":
                out.append(r"\Z")  # Python's $ also matches before a last newline
            elif pattern.startswith("(?<", position) and pattern[position + 3 : position + 4] not in {"=", "!"}:
                out.append("(?P<")
                taken = 3
                self._sizes.append(0)
            else:
                out.append(character)
                self._group(character)
            position += taken
        return "".join(out)

    def _group(self, character: str) -> None:
        if character == "(":
            self._sizes.append(0)
        elif character == ")" and len(self._sizes) > 1:
            self._part(self._sizes.pop() + 1)
        elif character not in "*+?|^":
            self._part(1)

    def _part(self, size: int) -> None:
        self._last = size
        self._sizes[-1] += size

    def _repeat(self, counted: re.Match[str]) -> None:
        # A most that is small is written out too (regex 2026.11).
        times = max(int(number) for number in counted.groups() if number)
        self._sizes[-1] += self._last * (times - 1)
        self._last *= times
        if self._sizes[-1] > _LARGEST:
            raise OverflowError


def _escape(letter: str, *, in_class: bool) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter] if in_class else f"[{_ESCAPES[letter]}]"
    if letter.lower() in _ESCAPES and not in_class:
        return f"[^{_ESCAPES[letter.lower()]}]"
    return f"\\{letter}"
