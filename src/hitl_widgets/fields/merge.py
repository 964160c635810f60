"""Two schemas that both hold → one that says the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .values import is_list, is_object, same


class CannotReadError(Exception):
    """A schema that does not come down to kinds of value that can be drawn; the JSON editor takes it."""


def merged(left: dict[str, Any], right: Any) -> dict[str, Any]:
    """One schema for what fits both; where both have words (title, description, default), the left one's stay.

    Raises:
        CannotReadError: there is no such schema that is plain to read (two unions, two formats, ...).

    >>> merged({"minLength": 2, "title": "Name"}, {"type": "string", "minLength": 1})
    {'type': 'string', 'minLength': 2, 'title': 'Name'}
    """
    if right is True:
        return left
    if not is_object(right):
        raise CannotReadError
    _require_open(left, right)
    _require_open(right, left)
    both = dict(right)
    for keyword, value in left.items():
        if keyword in both and not same(both[keyword], value) and keyword in _RULES:
            both[keyword] = _both(keyword, value, both[keyword])
        elif keyword in both and not same(both[keyword], value) and keyword not in _WORDS | _ONE_IS_ENOUGH:
            raise CannotReadError
        else:
            both[keyword] = value
    if "const" in both and "enum" in both:
        del both["enum"]
    return both


CONDITIONS = "x-conditions"
"""Where the `if`s of an `allOf` are kept: of a keyword there can be but one."""

_WORDS = {"title", "description", "default", "examples", "deprecated", "$comment", "$defs", "definitions", "$schema"}


_ONE_IS_ENOUGH = {
    "pattern", "multipleOf", "contains", "minContains", "maxContains", "not", "propertyNames", "unevaluatedItems",
    "unevaluatedProperties", "formatMinimum", "formatMaximum", "formatExclusiveMinimum", "formatExclusiveMaximum",
}  # fmt: skip
"""Of these the left one is drawn; the kernel, which has the whole schema, holds an answer to both."""


def _both(keyword: str, left: Any, right: Any) -> Any:
    try:
        return _RULES[keyword](left, right)
    except TypeError:  # a bound that is a text: no valid schema
        raise CannotReadError from None


def _require_open(schema: dict[str, Any], other: dict[str, Any]) -> None:
    """An object closed to other keys, and another that brings some: together they leave out what one of them wants."""
    if schema.get("additionalProperties") is not False:
        return
    known, brought = schema.get("properties", {}), other.get("properties", {})
    if not is_object(known) or not is_object(brought) or not brought.keys() <= known.keys():
        raise CannotReadError


def _type(left: Any, right: Any) -> Any:
    kinds = [set(kind if is_list(kind) else [kind]) for kind in (left, right)]
    common = kinds[0] & kinds[1]
    if any("integer" in kind for kind in kinds) and any("number" in kind for kind in kinds):
        common |= {"integer"}
    if not common:
        raise CannotReadError
    return next(iter(common)) if len(common) == 1 else sorted(common)


def _properties(left: Any, right: Any) -> Any:
    if not is_object(left) or not is_object(right):
        raise CannotReadError
    shared = {name: _all_of(inner, right[name]) for name, inner in left.items() if name in right}
    return {**right, **left, **shared}


def _all_of(left: Any, right: Any) -> Any:
    return left if same(left, right) else {"allOf": [left, right]}


def _union(left: Any, right: Any) -> Any:
    return [*left, *(name for name in right if name not in left)]


def _common(left: Any, right: Any) -> Any:
    return [value for value in left if any(same(value, other) for other in right)]


def _either(left: Any, right: Any) -> bool:
    return left is True or right is True


_RULES: dict[str, Callable[[Any, Any], Any]] = {
    "type": _type,
    "properties": _properties,
    "patternProperties": _properties,
    "dependentSchemas": _properties,
    "dependentRequired": lambda left, right: {**right, **left},
    CONDITIONS: lambda left, right: [*left, *right],
    "required": _union,
    "enum": _common,
    "items": _all_of,
    "additionalProperties": _all_of,
    "allOf": _union,
    **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly"), _either),
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}
