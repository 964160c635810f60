"""Schemas within a schema that have an `$id`: pointers in there (`#/$defs/...`) begin at them, and not at the document's root."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from .values import is_list, is_object

_BY_NAME: Final = {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"}
"""Where a schema has others by names, which may be those of keywords."""
_DATA: Final = {"enum", "const", "default", "examples"}


def rebased(schema: Any) -> Any:
    """The schema with all its pointers from the root, and with no `$id` but its own; what has none is returned as it is.

    >>> address = {"$id": "address", "$defs": {"zip": {"type": "string"}}, "properties": {"zip": {"$ref": "#/$defs/zip"}}}
    >>> rebased({"properties": {"to": address}})["properties"]["to"]["properties"]["zip"]
    {'$ref': '#/properties/to/$defs/zip'}
    """
    try:
        return _schema(schema, "", "", {}) if _has_ids(schema, set()) else schema
    except RecursionError:  # it contains itself, or nests so deep that nobody could draw it
        return schema


def is_resource(schema: dict[str, Any]) -> bool:
    """Whether a schema within another is a document of its own; a `#name` is an anchor (draft 7)."""
    return isinstance(name := schema.get("$id"), str) and not name.startswith("#")


def _has_ids(schema: Any, seen: set[int]) -> bool:
    if not is_object(schema) or id(schema) in seen:
        return False
    is_root = not seen
    seen.add(id(schema))
    return (not is_root and is_resource(schema)) or any(_has_ids(part, seen) for _, _, part in _parts(schema))


def _parts(schema: dict[str, Any]) -> Iterator[tuple[str, str | int | None, Any]]:
    """The schemas in a schema, by their keyword, and their name or place below that."""
    for keyword, value in schema.items():
        if keyword in _DATA:
            continue
        if keyword in _BY_NAME and is_object(value):
            yield from ((keyword, name, part) for name, part in value.items())
        elif is_object(value):
            yield keyword, None, value
        elif is_list(value):
            yield from ((keyword, at, part) for at, part in enumerate(value))


def _schema(schema: Any, at: str, base: str, known: dict[tuple[int, str], Any]) -> Any:
    if not is_object(schema):
        return schema
    is_own = bool(at) and is_resource(schema)
    # One that stands in several places is made once, from the first: it is the same everywhere.
    if (key := (id(schema), "" if is_own else base)) in known:
        return known[key]
    made = dict(schema)
    if is_own:
        base = at
        del made["$id"]
    reference = schema.get("$ref")
    if base and isinstance(reference, str) and (reference == "#" or reference.startswith("#/")):
        made["$ref"] = f"#{base}{reference[1:]}"
    for keyword, name, part in _parts(schema):
        here = f"{at}/{_step(keyword)}"
        if name is None:
            made[keyword] = _schema(part, here, base, known)
            continue
        if made[keyword] is schema[keyword]:
            made[keyword] = dict(schema[keyword]) if is_object(schema[keyword]) else list(schema[keyword])
        made[keyword][name] = _schema(part, f"{here}/{_step(str(name))}", base, known)
    known[key] = made
    return made


def _step(name: str) -> str:
    return quote(name.replace("~", "~0").replace("/", "~1"), safe="~$")
