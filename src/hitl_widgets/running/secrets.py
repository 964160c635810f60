"""The secrets that a run has been given: they are never shown, wherever they turn up again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from string import whitespace
from typing import Any, cast

from pydantic import BaseModel, SecretBytes, SecretStr

from ..processes import module_lock
from ..texts.clipped import clipped
from ..texts.jsonable import jsonable
from ..thread.secret_keys import secrets_in
from .torn import SHORTEST, without_torn

DOTS = "••••••"
UNKNOWN = "…"
"""In the place of a text that may quote what is not known yet."""
_AROUND = f"{whitespace}'\"`"
"""What may be around a text that is still nothing else: lines end, and a key that is missing is quoted."""
_DEEPEST = 20
_NAME = re.compile(r"[A-Za-z_][\w.]*(?=:|\(|$)")
"""The exception's, at the beginning of its line or its `repr`."""
LONGEST = 2_000
"""Characters of an error in a line."""


_adding = module_lock()
"""One for all: what has a lock of its own cannot be copied, and steps of a history know their secrets."""


class Secrets:
    """Answers that are secret. They stay in the kernel, as LangGraph's thread does, which has them too."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._forms: frozenset[str] = frozenset()
        """How they may stand in other texts."""
        self._longest_first: tuple[str, ...] = ()
        """Those that are looked for there: a longer one may have a shorter one in it."""
        self._alone: frozenset[str] = frozenset()
        """What is left of each where what is around a text is taken away."""
        self.are_all = True
        """Whether there can be no others: the thread is as old as the run."""

    def __bool__(self) -> bool:
        return bool(self._known)

    def __reduce__(self) -> Any:
        return Secrets, ()  # into no file, and to no other process

    def __copy__(self) -> Secrets:
        return self

    def __deepcopy__(self, _memo: object) -> Secrets:
        return self

    def add(self, answer: object) -> None:
        """Keep a secret answer, or what is secret in it, to itself."""
        self._know({text for text in _texts(answer, _DEEPEST) if text})

    def add_from(self, graph: Any, state: object) -> None:
        """Keep what a graph's state calls secret: of an input, or of a thread as it stands.

        It is nobody's answer where an input was given, and in the thread no question tells of it.
        """
        for value in secrets_in(graph, state):
            self.add(value)

    def learn(self, *others: Secrets) -> None:
        """Keep what other runs were given: one whose state this one starts from, or all that are shown together."""
        self._know(set[str]().union(*(one._known for one in others)))

    def _know(self, texts: set[str]) -> None:
        with _adding:
            if texts <= self._known:
                return
            fresh = texts - self._known
            # Others each time: somebody may be reading these.
            self._known = self._known | fresh
            self._alone = self._alone.union(text.strip(_AROUND) for text in fresh) - {""}
            self._forms = self._forms.union(form for text in fresh for form in _forms(text) if len(form) >= SHORTEST)
            self._longest_first = tuple(sorted(self._forms, key=lambda form: (-len(form), form)))

    def mask(self, text: str) -> str:
        """A text with dots where a secret stood.

        >>> secrets = Secrets()
        >>> secrets.add({"token": "hunter2"})
        >>> secrets.mask("the token is hunter2!")
        'the token is ••••••!'

        A short one stands in half of all words: it is looked for alone.

        >>> secrets.add("42")
        >>> secrets.mask("42"), secrets.mask("1942")
        ('••••••', '1942')

        Where a text was cut there may be a part of one.

        >>> secrets.mask("the token is hunt…")
        'the token is ••••••…'
        """
        if self._is_alone(text):
            return text.replace(text.strip(_AROUND), DOTS) if text.strip(_AROUND) else DOTS
        for secret in self._longest_first:
            text = text.replace(secret, DOTS)
        return without_torn(text, self._longest_first, DOTS) if self._longest_first else text

    def quoted(self, text: str) -> str:
        """The same of what may quote one; as long as there may be secrets that are not known, nothing of it."""
        return self.mask(text) if self.are_all else UNKNOWN

    def line(self, text: str) -> str:
        """What something failed with, with dots and no longer than is sent with every update.

        As long as there may be secrets that are not known, nothing but the name of the exception.
        """
        if not self.are_all:
            name = _NAME.match(text)
            return f"{name[0]}: …" if name is not None else UNKNOWN
        return clipped(self.mask(text), LONGEST)

    def masked(self, value: Any) -> Any:
        """A value with dots where a secret stood; of an object that holds one, what is like it in JSON.

        >>> secrets = Secrets()
        >>> secrets.add("hunter2")
        >>> secrets.masked({"to": ["hunter2", "ada"]})
        {'to': ['••••••', 'ada']}
        """
        return self._masked(value, _DEEPEST) if self._known else value

    def _masked(self, value: Any, depth: int) -> Any:
        if self.is_one(value):
            return DOTS
        if isinstance(value, str):
            return self.mask(value)
        if depth <= 0:
            return value
        if type(value) in {list, tuple}:
            return type(value)(self._masked(one, depth - 1) for one in value)
        if type(value) is dict:
            entries = cast("dict[Any, Any]", value).items()
            return {self._masked(key, 0): self._masked(one, depth - 1) for key, one in entries}
        return self._masked(jsonable(value), depth - 1) if self.are_in(value) else value

    def are_in(self, value: object) -> bool:
        """Whether one of them stands somewhere in a value."""
        if not self._known:
            return False
        plain = jsonable(value)
        text = json.dumps(plain, ensure_ascii=False)
        return self.mask(text) != text or self._is_among(plain, _DEEPEST)

    def _is_among(self, value: Any, depth: int) -> bool:
        """Whether one stands alone somewhere in what is plain data, however short it is."""
        if isinstance(value, dict | list) and depth > 0:
            entries = cast("dict[str, Any]", value)
            inside = [*entries, *entries.values()] if isinstance(value, dict) else cast("list[Any]", value)
            return any(self._is_among(one, depth - 1) for one in inside)
        return self.is_one(value)

    def is_one(self, value: object) -> bool:
        """Whether a text or a number is a secret, however short."""
        return bool(self._known) and isinstance(value, str | int | float) and self._is_alone(str(value))

    def _is_alone(self, text: str) -> bool:
        """Whether a text is a secret and nothing else, but for quotes and white space around it."""
        return bool(self._known) and (text in self._known or text.strip(_AROUND) in self._alone)


def _forms(text: str) -> Iterator[str]:
    """How a secret may stand in other texts: as it is, as `repr` and JSON write it, and one of its lines alone."""
    yield text
    yield repr(text)[1:-1]
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    # JSON in JSON, as a tool call's arguments are.
    yield json.dumps(json.dumps(text)[1:-1])[1:-1]
    # `repr` of what has both kinds of quotes; and once more, as the `repr` of an exception that quotes it.
    yield repr(repr(text)[1:-1])[1:-1]
    if len(lines := text.splitlines()) > 1:
        yield " ".join(lines)  # as a table of steps has it
        yield from lines


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
