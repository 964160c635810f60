"""Why a secret was refused, without the secret: it is shown, and kept in a notebook that is saved."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..texts.jsonable import jsonable

REFUSED: Final = "This value does not fit."
_SHORTEST = 4
"""Characters of what is looked for inside of longer sentences; a shorter one stands in half of all words."""
_DEPTH = 50


def unquoted(said: Mapping[str, str], value: object) -> dict[str, str]:
    """Sentences by field, of which those that quote a part of a value say only that it does not fit.

    >>> unquoted({"": "'hunter2' is too easy.", "user": "Who is that?"}, {"": "hunter2"})
    {'': 'This value does not fit.', 'user': 'Who is that?'}
    """
    forms = {form for text in _texts(jsonable(value), _DEPTH) for form in _forms(text)}
    return {path: REFUSED if _quotes(sentence, forms) else sentence for path, sentence in said.items()}


def _quotes(sentence: str, forms: set[str]) -> bool:
    return any(form in sentence if len(form) >= _SHORTEST else sentence.strip("\"'. ") == form for form in forms)


def _forms(text: str) -> Iterator[str]:
    """A text as it is, and as Python and JSON write it."""
    yield text
    yield repr(text)[1:-1]
    yield json.dumps(text)[1:-1]


def _texts(value: Any, depth: int) -> Iterator[str]:
    match value:
        case bool() | None:
            return
        case str() | int() | float():
            if text := str(value).strip():
                yield text
        case dict() if depth:
            for inner in value.values():
                yield from _texts(inner, depth - 1)
        case list() if depth:
            for inner in value:
                yield from _texts(inner, depth - 1)
        case _:
            return
