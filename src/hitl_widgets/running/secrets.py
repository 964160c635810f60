"""The secrets that a run has been given: they are never shown, wherever they turn up again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic import BaseModel, SecretBytes, SecretStr

DOTS = "••••••"
_SHORTEST = 4
"""Characters of a secret that is looked for inside of texts; a shorter one is found in half of all words."""
_DEEPEST = 20


class Secrets:
    """Answers that are secret. They stay in the kernel, as LangGraph's thread does, which has them too."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._longest_first: tuple[str, ...] = ()
        self.are_all = True
        """Whether there can be no others: the thread is as old as the run."""

    def __bool__(self) -> bool:
        return bool(self._known)

    def add(self, answer: object) -> None:
        """Keep a secret answer, or what is secret in it, to itself."""
        self._known |= {text for text in _texts(answer, _DEEPEST) if text}
        # A longer one may have a shorter one in it.
        self._longest_first = tuple(
            sorted((one for one in self._known if len(one) >= _SHORTEST), key=lambda one: (-len(one), one))
        )

    def mask(self, text: str) -> str:
        """A text with dots where a secret stood.

        >>> secrets = Secrets()
        >>> secrets.add({"token": "hunter2"})
        >>> secrets.mask("the token is hunter2!")
        'the token is ••••••!'
        """
        for secret in self._longest_first:
            text = text.replace(secret, DOTS)
        return text

    def is_one(self, value: object) -> bool:
        """Whether a text or a number is a secret, however short."""
        return bool(self._known) and isinstance(value, str | int | float) and str(value) in self._known


def _texts(answer: object, depth: int) -> Iterator[str]:
    match answer:
        case None | bool():
            return
        case str() | int() | float():
            yield str(answer)
        case bytes():
            yield answer.decode(errors="replace")
        case SecretStr() | SecretBytes():
            yield from _texts(cast("object", answer.get_secret_value()), depth)
        case _ if depth > 0:
            for part in _parts(answer):
                yield from _texts(part, depth - 1)
        case _:
            return


def _parts(answer: object) -> list[object]:
    if isinstance(answer, Mapping):
        return list(cast("Mapping[object, object]", answer).values())
    if isinstance(answer, list | tuple | set | frozenset):
        return list(cast("list[object]", answer))
    fields: Any = vars(answer) if isinstance(answer, BaseModel) or hasattr(answer, "__dict__") else {}
    return list(fields.values())
