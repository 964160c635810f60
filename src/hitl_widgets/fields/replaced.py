"""Parts of a schema that something of the user's own stands for, and the checks that come with it.

While a request gets its control, `replacing` says what is to stand for a part; whoever makes fields of a schema asks
`replaced` first. So it holds in any form, of whatever family.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from .schema import Schema
from .values import is_list, is_object

Check = Callable[[Any], Mapping[str, str]]
"""What is wrong with a JSON value, a sentence by path; empty if it fits."""

Replace = Callable[[Schema, str, Schema], Schema | None]
"""What stands for a part of a schema, at a path (`lines/*/colour`) of the whole; `None`: it stays as it is."""

KEYWORD = "x-hitl-check"
"""The keyword of a schema that holds a check; `validate` knows it."""

_replace: ContextVar[Replace | None] = ContextVar("replace", default=None)
_numbers = itertools.count(1)


class _Held:
    """A check, in a box that can be held weakly."""

    def __init__(self, check: Check) -> None:
        self.check = check


_held: WeakValueDictionary[str, _Held] = WeakValueDictionary()


class _Token(str):
    """The value of `KEYWORD`: JSON, since validators are kept by the text of their schema, and it keeps its check alive."""

    __slots__ = ("held",)
    held: _Held


def checked(schema: Schema, check: Check) -> Schema:
    """The schema, with a check that its values must pass too.

    >>> from hitl_widgets.fields import validate
    >>> even = checked({"type": "integer"}, lambda value: {} if value % 2 == 0 else {"": "Must be even."})
    >>> validate({"properties": {"count": even}}, {"count": 3})
    {'count': 'Must be even.'}
    """
    before = check_of(schema.get(KEYWORD))
    both = check if before is None else lambda value: before(value) or check(value)
    token = _Token(f"check {next(_numbers)}")
    token.held = _held[str(token)] = _Held(both)
    return {**schema, KEYWORD: token}


def check_of(token: object) -> Check | None:
    """The check that a value of `KEYWORD` stands for, while its schema is in use."""
    held = _held.get(str(token))
    return None if held is None else held.check


@contextmanager
def replacing(replace: Replace | None) -> Generator[None]:
    """Let `replaced` ask this."""
    before = _replace.set(replace)
    try:
        yield
    finally:
        _replace.reset(before)


def replaced(schema: Schema) -> Schema:
    """The schema, with whatever is to stand for its parts in their place."""
    replace = _replace.get()
    return schema if replace is None else _Walk(replace, schema).whole()


_BY_NAME = {"properties": "/{}", "patternProperties": "/*", "$defs": "/{}", "definitions": "/{}"}
_LISTS = {"prefixItems": "/{}", "allOf": "", "anyOf": "", "oneOf": "", "items": "/{}"}
_SINGLE = {"items": "/*", "additionalProperties": "/*", "additionalItems": "/*"}
"""Where a schema has schemas, and what that adds to the path."""


@dataclass
class _Walk:
    replace: Replace
    root: Schema
    definitions: Schema = field(default_factory=dict[str, Any])
    """What the new parts refer to, under names of its own."""

    def whole(self) -> Schema:
        schema = self._part(self.root, "")
        if not self.definitions:
            return schema
        return {**schema, "$defs": {**schema.get("$defs", {}), **self.definitions}}

    def _part(self, schema: Any, path: str) -> Any:
        if not is_object(schema) or KEYWORD in schema:
            return schema
        if (instead := self.replace(schema, path.lstrip("/"), self.root)) is not None:
            return self._moved(instead)
        parts: Schema = {}
        for keyword, value in schema.items():
            if keyword in _BY_NAME and is_object(value):
                at = _BY_NAME[keyword]
                parts[keyword] = {name: self._part(one, path + at.format(name)) for name, one in value.items()}
            elif keyword in _LISTS and is_list(value):
                at = _LISTS[keyword]
                parts[keyword] = [self._part(one, path + at.format(index)) for index, one in enumerate(value)]
            elif keyword in _SINGLE:
                parts[keyword] = self._part(value, path + _SINGLE[keyword])
            else:
                parts[keyword] = value
        return parts

    def _moved(self, part: Schema) -> Schema:
        """A part that brings definitions, which a reference finds at the root only."""
        own = part.get("$defs")
        if not is_object(own):
            return part
        taken = {*self.root.get("$defs", {}), *self.definitions}
        names: dict[str, str] = {}
        for name in own:
            names[name] = next(free for n in itertools.count(1) if (free := f"{name}{n}") not in taken)
            taken.add(names[name])
        self.definitions |= {names[name]: _renamed(one, names) for name, one in own.items()}
        return {name: _renamed(value, names) for name, value in part.items() if name != "$defs"}


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if is_list(value):
        return [_renamed(one, names) for one in value]
    if not is_object(value):
        return value
    renamed: Schema = {name: _renamed(one, names) for name, one in value.items()}
    reference = value.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/$defs/"):
        name, slash, rest = reference.removeprefix("#/$defs/").partition("/")
        renamed["$ref"] = f"#/$defs/{names.get(name, name)}{slash}{rest}"
    return renamed
