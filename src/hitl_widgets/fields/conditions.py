"""What an object's schema says of keys only under a condition: `if`/`then`, `dependentSchemas` and the like.

A condition is not drawn. The keys that it may ask for are, as optional fields; whether they are wanted is the kernel's
to say, which has the whole schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .merge import CONDITIONS
from .schema import Schema
from .values import is_list, is_object


def conditional_properties(schema: Schema) -> dict[str, Any]:
    """The keys that stand only in conditions, and what is said of their values there.

    >>> conditional_properties({"if": {"required": ["a"]}, "then": {"properties": {"b": {"type": "string"}}}})
    {'b': {'type': 'string'}}
    """
    said: dict[str, list[Any]] = {}
    for part in _parts(schema):
        properties = part.get("properties")
        for name, inner in properties.items() if is_object(properties) else ():
            said.setdefault(name, []).append(inner)
        required = part.get("required")
        for name in required if is_list(required) else ():
            if isinstance(name, str):
                said.setdefault(name, [])
    return {name: _one(schemas) for name, schemas in said.items()}


def _one(schemas: list[Any]) -> Any:
    """What holds in one of the cases, of which nobody knows which it will be."""
    different = [schema for n, schema in enumerate(schemas) if schema not in (True, {}, *schemas[:n])]
    if len(different) > 1:
        return {"anyOf": different}
    return different[0] if different else {}


def _parts(schema: Schema) -> Iterator[Schema]:
    """The schemas that hold for the same object under some condition."""
    held = [schema.get("then"), schema.get("else")]
    for keyword in ("dependentSchemas", "dependencies"):
        depending = schema.get(keyword)
        held += depending.values() if is_object(depending) else []
    depending = schema.get("dependentRequired")
    held += [{"required": names} for names in depending.values()] if is_object(depending) else []
    conditions = schema.get(CONDITIONS)
    held += conditions if is_list(conditions) else []
    for part in held:
        if is_list(part):  # draft-7's `dependencies` name keys or give a schema
            yield {"required": part}
        elif is_object(part):
            yield part
            yield from _parts(part)
