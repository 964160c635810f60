"""Schemas that no value fits, by a slip of their author's: a form for one could be filled in by nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from .merge import CannotReadError
from .schema import Plain, Schema, look_up, options, plain
from .validation import is_usable
from .values import is_list, is_number, is_object
from .words import js_number

_DEEPEST = 12
_OF_KIND: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": is_number,
    "integer": lambda value: is_number(value) and value == int(value),
    "boolean": lambda value: isinstance(value, bool),
    "array": is_list,
    "object": is_object,
}
_COUNTED = {
    "string": ("minLength", "maxLength", "characters"),
    "array": ("minItems", "maxItems", "items"),
    "object": ("minProperties", "maxProperties", "keys"),
}

_LOWS = {"minimum": "at least", "exclusiveMinimum": "more than"}
_HIGHS = {"maximum": "at most", "exclusiveMaximum": "less than"}


def why_nothing_fits(schema: Any) -> str | None:
    """Why no value fits a schema, without a full stop; `None` where one may: what is plain to see is found, and no more.

    >>> why_nothing_fits({"type": "integer", "minimum": 5, "maximum": 3})
    'at least 5 and at most 3 are asked for at once'
    >>> why_nothing_fits({"type": "object", "properties": {"size": {"enum": []}}, "required": ["size"]})
    '"size": there is nothing to choose from'
    >>> why_nothing_fits({"type": "object", "properties": {"size": {"enum": []}}})
    """
    # One that is not valid itself refuses nothing.
    if not is_object(schema) or not is_usable(schema):
        return None
    try:
        return _why(schema, schema, frozenset(), 0)
    except RecursionError:
        return None


def _why(schema: Any, root: Schema, seen: frozenset[str], depth: int) -> str | None:
    if schema is False:
        return "nothing is allowed"
    if depth > _DEEPEST:
        return None
    try:
        read = plain(schema, root, seen)
    except CannotReadError:
        return _two_kinds(schema, root)
    if read.nullable or read.again is not None:
        return None
    if read.branches:
        whys = [_why(branch, root, read.seen, depth + 1) for branch in read.branches]
        return whys[0] if all(whys) else None
    return next(_whys(read, root, depth), None)


def _whys(read: Plain, root: Schema, depth: int) -> Iterator[str]:
    schema = read.schema
    kind = schema.get("type")
    if (choices := options(schema)) is not None:
        fits = _OF_KIND.get(str(kind), lambda _: True)
        if not choices:
            yield "there is nothing to choose from"
        elif not any(fits(choice["value"]) for choice in choices):
            yield f"none of its choices is of the type {kind}"
        return
    if kind in {"number", "integer"}:
        yield from _number(schema)
    if kind in _COUNTED:
        low, high, what = _COUNTED[kind]
        least, most = schema.get(low, 0), schema.get(high)
        if most is not None and least > most:
            yield f"at least {least} and at most {most} {what} are asked for at once"
    # Those that stand first may have schemas of their own, as a tuple's do.
    has_items = kind == "array" and schema.get("minItems", 0) > len(schema.get("prefixItems", ())) and "items" in schema
    if has_items and (why := _why(schema["items"], root, read.seen, depth + 1)) is not None:
        yield f"each item: {why}"
    if kind == "object":
        properties: Schema = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name in properties and (why := _why(properties[name], root, read.seen, depth + 1)) is not None:
                yield f'"{name}": {why}'
            is_closed = schema.get("additionalProperties") is False and "patternProperties" not in schema
            if name not in properties and is_closed:
                yield f'"{name}" is asked for, and no such key is allowed'


def _number(schema: Schema) -> Iterator[str]:
    lows = [(said, schema[name]) for name, said in _LOWS.items() if name in schema]
    highs = [(said, schema[name]) for name, said in _HIGHS.items() if name in schema]
    for (low, least), (high, most) in product(lows, highs):
        is_one_enough = (low, high) == ("at least", "at most")
        if least > most or (least == most and not is_one_enough):
            yield f"{low} {js_number(least)} and {high} {js_number(most)} are asked for at once"


def _two_kinds(schema: Any, root: Schema) -> str | None:
    """Whether the parts of an `allOf` are of different types."""
    parts: list[Any] = schema.get("allOf", []) if is_object(schema) else []
    if not is_list(parts):
        return None
    found: list[Any] = [schema]
    for part in parts:
        try:
            found.append(look_up(part["$ref"], root) if is_object(part) and "$ref" in part else part)
        except (CannotReadError, TypeError):
            return None
    kinds = {part["type"] for part in found if is_object(part) and isinstance(part.get("type"), str)}
    if "integer" in kinds:
        kinds.discard("number")
    return f"the types {' and '.join(sorted(kinds))} are asked for at once" if len(kinds) > 1 else None
