"""The keys of an object that have no field of their own: maps for them, by what may stand under which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..protocol import MapField, ObjectField
from .branches import read_branch
from .patterns import matches
from .schema import Schema, options
from .values import is_list, is_object


@dataclass(frozen=True)
class KeyKind:
    """Keys under which values of one kind stand.

    Attributes:
        pattern: the keys that are meant; else all that belong nowhere else.
        value: the schema of the values.
    """

    pattern: str | None
    value: Schema

    @property
    def label(self) -> str:
        """What its map is called."""
        title = self.value.get("title")
        if isinstance(title, str) and title:
            return title
        return "Other keys" if self.pattern is None else f"Keys that match {self.pattern}"


def patterns_of(schema: Schema) -> dict[str, Any]:
    """The schemas of values by the patterns of their keys."""
    patterns = schema.get("patternProperties")
    return patterns if is_object(patterns) else {}


def required_keys(schema: Schema) -> list[str]:
    """The keys that must be there, in their order."""
    required = schema.get("required")
    return [name for name in required if isinstance(name, str)] if is_list(required) else []


def is_open(schema: Schema) -> bool:
    """Whether something is said of the values of keys that are not named."""
    said = schema.get("additionalProperties")
    return (is_object(said) and bool(said)) or bool(patterns_of(schema))


def is_map(schema: Schema) -> bool:
    """Whether all keys of an object are for a person to name."""
    return not schema.get("properties") and not required_keys(schema) and is_open(schema)


def keys_of(names: Any, root: Schema) -> tuple[list[str] | None, str | None]:
    """The keys that `propertyNames` allows, and their pattern; what else it says is for the kernel to check."""
    read = read_branch(names, root, frozenset())
    if read is None:
        return None, None
    offered, pattern = options(read.schema), read.schema.get("pattern")
    keys = None if offered is None else [option["value"] for option in offered if isinstance(option["value"], str)]
    return keys, pattern if isinstance(pattern, str) else None


def key_kinds(schema: Schema, others: Iterable[str]) -> list[KeyKind]:
    """The kinds of keys for which a person should have a place.

    Where nothing is said of other keys, any may be there; asked for in every form, they would be a nuisance. So there
    is a place only for those that are said to be there or are there already.

    Args:
        schema: of the object.
        others: the keys without a field that are there already.
    """
    patterns = patterns_of(schema)
    kinds = [KeyKind(pattern, _as_object(value)) for pattern, value in patterns.items() if value is not False]
    said = schema.get("additionalProperties", schema.get("unevaluatedProperties"))
    has_unknown = any(not any(matches(pattern, key) for pattern in patterns) for key in others)
    if said is True or is_object(said) or (said is None and has_unknown):
        kinds.append(KeyKind(None, _as_object(said)))
    return kinds


def value_schema(schema: Schema, key: str) -> Any:
    """What is said of the value under a key that has no field; `False` where there must be none."""
    found = [value for pattern, value in patterns_of(schema).items() if matches(pattern, key)]
    if not found:
        said = schema.get("additionalProperties", schema.get("unevaluatedProperties", True))
        return {} if said is True else said
    return _as_object(found[0]) if len(found) == 1 else {"allOf": found}


def rest_name(names: Iterable[str], index: int) -> str:
    """A name for a map in the reply of its object, which none of the object's fields has."""
    name = "other keys" if index == 0 else f"other keys {index + 1}"
    known = set(names)
    while name in known:
        name += "'"
    return name


def takes(field: MapField, key: str) -> bool:
    """Whether a key belongs into this map rather than beside it."""
    if key in field.get("taken", ()) or any(matches(pattern, key) for pattern in field.get("elsewhere", ())):
        return False
    if field["keys"] is not None:
        return key in field["keys"]
    return field["key_pattern"] is None or matches(field["key_pattern"], key)


def map_for(field: ObjectField, key: str) -> str | None:
    """The name of the map that a key without a field belongs into."""
    return next((named["name"] for named in field.get("rest", ()) if takes(named["field"], key)), None)


def _as_object(schema: Any) -> Schema:
    return schema if is_object(schema) else {}
