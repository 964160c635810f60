"""A JSON Schema as it is told to others: with dots where its author's words are secrets, and all of its keywords."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from ..fields import Schema, is_object

_KEPT: Final = frozenset(
    {
        "$anchor", "$dynamicAnchor", "$dynamicRef", "$id", "$ref", "$schema", "contentEncoding", "contentMediaType",
        "dependentRequired", "format", "pattern", "required", "type",
    }
)  # fmt: skip
"""Keywords whose texts are JSON Schema's own, or names."""
_NAMED: Final = frozenset({"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"})
"""Keywords of schemas by names."""
_SCHEMAS: Final = frozenset(
    {
        "additionalProperties", "allOf", "anyOf", "contains", "contentSchema", "else", "if", "items", "not", "oneOf",
        "prefixItems", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
    }
)  # fmt: skip
_VALUES: Final = frozenset({"const", "default"})
"""Keywords that a number or a boolean is the author's own of; with the others it is a bound, and dots would be none."""


def masked_schema(schema: Schema, masked: Callable[[Any], Any]) -> Schema:
    """The same schema; what its author may write anything into, as titles, defaults and choices, is masked.

    Args:
        schema: the schema.
        masked: what has dots where a secret stood.

    >>> masked_schema({"type": "string", "default": "string"}, lambda value: "••••••")
    {'type': 'string', 'default': '••••••'}

    A bound that is one is left out.

    >>> masked_schema({"minLength": 8, "maxLength": 9}, lambda value: "••••••" if value == 8 else value)
    {'maxLength': 9}
    """
    return cast("Schema", _told(schema, masked))


def _told(part: Any, masked: Callable[[Any], Any]) -> Any:
    if isinstance(part, list):
        return [_told(one, masked) for one in cast("list[Any]", part)]
    if not is_object(part):
        return part
    told = {key: _of_keyword(key, value, masked) for key, value in part.items()}
    return {key: value for key, value in told.items() if not _is_lost(key, part[key], value)}


def _of_keyword(key: str, value: Any, masked: Callable[[Any], Any]) -> Any:
    if key in _NAMED and is_object(value):
        return {name: _told(schema, masked) for name, schema in value.items()}
    if key in _SCHEMAS:
        return _told(value, masked)
    return value if key in _KEPT else masked(value)


def _is_lost(key: str, value: Any, told: Any) -> bool:
    return isinstance(value, int | float) and key not in _VALUES and told != value
