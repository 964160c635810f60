"""Characters that are not seen, or look like others, spelled out: for pictures and tables that no browser of ours draws.

`js/src/parts/odd.ts` does the same in the live view, by the same pattern; `tests/fixtures/odd.json` keeps the two alike.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final, TypeVar

# It takes 25 ms to import, and most texts are ASCII.
if TYPE_CHECKING:
    from regex import Match, Pattern

_ALIKE: Final = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχАВЕКМНОРСТУХІЈЅаеорсухіјѕһԁӏ"
"""Letters of Greek and Cyrillic that look like those of ASCII."""
_SIGNS: Final = r"\u2024\u2044\u2215\u2236\u29f8\ua789"
"""What looks like the dot, slash and colon of an address."""
_FOREIGN: Final = rf"[{_ALIKE}\u0251\u0261\u0400-\u0587\u13a0-\u13ff\p{{Nl}}{_SIGNS}\uff21-\uff5a\U0001d400-\U0001d7ff]"
"""Out of place in a word with ASCII letters: these, Cyrillic, Armenian, Cherokee, Roman numerals, the phonetic `a` and `g`,
and ASCII's own in costume.
"""
_JOINED: Final = (
    r"(?<=\p{ExtPict})[\ufe0e\ufe0f]|\ufe0f(?=\u20e3)|(?<=[\u0600-\u0dff\p{ExtPict}\p{EMod}\ufe0f])[\u200c\u200d]"
)
_HIDDEN: Final = rf"(?:(?![\n\t]|\r\n|{_JOINED})[\p{{DI}}\p{{C}}\p{{Zl}}\p{{Zp}}\u2800])+"
_AT_MOST: Final = 4

T = TypeVar("T")


def spelled(text: str) -> str:
    r"""A text whose odd characters are told by their codes: hidden ones in their place, look-alikes beside them.

    Hidden are control characters (not line breaks and tabs), those that turn the direction of a text, that have no width,
    tags, fillers; and marks of which five or more stand on one letter, where they would cover the lines around it. Look-alikes are letters of other scripts in one word with ASCII letters, or next to them in a name
    (`аррӏе.com`). What joins emoji, or letters from Arabic to Sinhala, is as it should be.

    >>> spelled("invoice_\u202egpj.exe"), spelled("p\u0430ypal"), spelled("Привет, naïve 日本")
    ('invoice_⟨U+202E⟩gpj.exe', 'pа⟨U+0430⟩ypal', 'Привет, naïve 日本')
    """
    if text.isascii() and text.isprintable():
        return text
    return _odd().sub(_spell, text)


def spelled_repr(dataclass: type[T]) -> type[T]:
    """Give a dataclass a `repr` that shows what is odd in its fields; Python's own spells out hidden characters alone."""
    plain = dataclass.__repr__

    def __repr__(self: Any) -> str:  # noqa: N807  (it is one)
        return spelled(plain(self))

    dataclass.__repr__ = __repr__
    return dataclass


@functools.cache
def _odd() -> Pattern[str]:
    import regex

    return regex.compile(
        rf"({_HIDDEN}|\p{{M}}{{5,}})|(?:(?<=[A-Za-z]\p{{L}}{{0,9}}){_FOREIGN}|{_FOREIGN}(?=\p{{L}}{{0,9}}[A-Za-z]))+"
        rf"|(?<=[A-Za-z0-9_][.@/_])[{_ALIKE}]{{1,60}}(?!\p{{L}})|(?<!\p{{L}})[{_ALIKE}]{{1,60}}(?=[.@/_][A-Za-z])"
    )


def alike_in(text: str) -> list[tuple[int, int]]:
    r"""Where look-alikes stand in a text, but for those that it tells the codes of.

    >>> alike_in("p\u0430ypal"), alike_in("paypal")
    ([(1, 2)], [])
    """
    if text.isascii():
        return []
    found = (odd for odd in _odd().finditer(text) if not odd[1])
    return [odd.span() for odd in found if not text.startswith(f"⟨{codes_of(odd[0])}⟩", odd.end())]


def codes_of(characters: str) -> str:
    """What characters are, by number; of many the first."""
    codes = [f"U+{ord(character):04X}" for character in characters]
    return " ".join(codes[:_AT_MOST]) + (f" … {len(codes)}" if len(codes) > _AT_MOST else "")


def _spell(odd: Match[str]) -> str:
    code = f"⟨{codes_of(odd[0])}⟩"
    if odd[1]:
        return code
    # What is spelled out already, such as an error that quotes another's text, stays as it is.
    return odd[0] if odd.string.startswith(code, odd.end()) else f"{odd[0]}{code}"
