"""The formats of addresses that `jsonschema`'s libraries check too slowly: RFC 3987's IRIs, RFC 6570's templates.

`rfc3987-syntax` takes half a millisecond a character (1.1.0), `uri-template` the square of them (1.3.0), and holds the whole
kernel for minutes over a text of 100 kB. These read a text once: nothing that is repeated gives back what it has taken.
"""

from __future__ import annotations

import functools
import re

_PLANES = "".join(f"{chr(plane * 0x10000)}-{chr(plane * 0x10000 + 0xFFFD)}" for plane in range(1, 14))
_LETTERS = rf"A-Za-z0-9._~\-\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef{_PLANES}\U000e1000-\U000efffd"
_PRIVATE = r"\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_DELIMITERS = "!$&'()*+,;="
_HEX = "%[0-9A-Fa-f]{2}"


def _of(characters: str) -> str:
    """Any number of these, or of bytes in hexadecimal."""
    return rf"[{characters}]*+(?:{_HEX}[{characters}]*+)*+"


_NAME = _LETTERS + _DELIMITERS
_SEGMENT = rf"{_NAME}:@"
_AUTHORITY = rf"//(?:{_of(_NAME + ':')}@)?(?:\[[0-9A-Za-z:.\-_~!$&'()*+,;=]++\]|{_of(_NAME)})(?::[0-9]*+)?"
_AFTER = rf"(?:\?{_of(_SEGMENT + '/?' + _PRIVATE)})?(?:#{_of(_SEGMENT + '/?')})?"
_HIERARCHY = rf"(?:{_AUTHORITY}(?:/{_of(_SEGMENT)})*+|(?!//){_of(_SEGMENT + '/')})"
_IRI = rf"[A-Za-z][A-Za-z0-9+.\-]*+:{_HIERARCHY}{_AFTER}"
# A colon before the first slash would make what is before it a scheme.
_RELATIVE = rf"(?!{_of(_NAME + '@')}:){_HIERARCHY}{_AFTER}"

# Between the braces anything may stand, as `uri-template` has it.
_VARIABLE = rf"(?:[A-Za-z0-9_]|{_HEX})(?:\.?(?:[A-Za-z0-9_]|{_HEX}))*+(?::[1-9][0-9]{{0,3}}|\*)?"
_TEMPLATE = rf"(?:[^{{}}]++|\{{[+#./;?&=,!@|]?{_VARIABLE}(?:,{_VARIABLE})*+\}})*+"


def is_iri(text: str) -> bool:
    """Whether a text is an address with a scheme, in any script.

    >>> is_iri("https://ex\u00e4mple.org/a?b#c"), is_iri("/a"), is_iri("https://a b")
    (True, False, False)
    """
    return _fits(_IRI, text)


def is_iri_reference(text: str) -> bool:
    r"""The same, or the part of one that is read from another.

    >>> is_iri_reference("../\u00e4?b"), is_iri_reference(""), is_iri_reference("\\a")
    (True, True, False)
    """
    return is_iri(text) or _fits(_RELATIVE, text)


def is_uri_template(text: str) -> bool:
    """Whether a text is an address with variables in braces.

    >>> is_uri_template("/users{/id}{?page,size*}"), is_uri_template("/users{id")
    (True, False)
    """
    return _fits(_TEMPLATE, text)


def _fits(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)  # which takes some milliseconds, and most schemas have none of them
