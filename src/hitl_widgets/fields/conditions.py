"""The keys of an object that get a field, those too of which it only says something under a condition.

A condition is not drawn. The keys that it may ask for are, as optional fields; whether they are wanted is the kernel's
to say, which has the whole schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .merge import CONDITIONS, CannotReadError
from .rest import is_open, required_keys, value_schema
from .schema import Schema
from .values import is_list, is_object


def properties_of(schema: Schema) -> dict[str, Any]:
    """The schemas of the values of an object, by the keys that get a field.

    Raises:
        CannotReadError: nothing is said of any key, or a key must be there that must not.
    """
    closed = schema.get("additionalProperties") is False
    required = required_keys(schema)
    said = schema.get("properties", {} if closed or is_open(schema) or required else None)
    if not is_object(said):
        raise CannotReadError
    unsaid = {} if closed else conditional_properties(schema)
    for name in required:
        unsaid.setdefault(name, value_schema(schema, name))
    known = {**said, **{name: inner for name, inner in unsaid.items() if name not in said}}
    if any(known[name] is False for name in required):
        raise CannotReadError
    return {name: inner for name, inner in known.items() if inner is not False}


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
