"""The branches of a union: what each is called, and the keys that tell it from the others."""

from __future__ import annotations

from typing import Any

from .merge import CannotReadError
from .place import LONGEST_LABEL, shortened, title_of
from .schema import Plain, Schema, look_up, options, plain
from .values import is_object

_KINDS = {
    "string": "Text",
    "integer": "Whole number",
    "number": "Number",
    "boolean": "Yes or no",
    "array": "List",
    "object": "Object",
}
_FORMATS = {"date": "Date", "date-time": "Date and time", "time": "Time", "email": "E-mail", "uri": "URL"}


def read_branch(branch: Any, root: Schema, seen: frozenset[str]) -> Plain | None:
    """A branch without its indirections, or `None` if that cannot be told."""
    try:
        return plain(branch, root, seen)
    except CannotReadError:
        return None


def constants_of(reads: list[Plain | None], discriminator: Any) -> list[dict[str, Any]]:
    """For each branch the keys that tell it from the others: those that have but one value in each of them."""
    ones = [_one_valued(read.schema) if read is not None else {} for read in reads]
    named = discriminator.get("propertyName") if is_object(discriminator) else None
    if isinstance(named, str):
        return [{named: one[named]} if named in one else {} for one in ones]
    shared: set[str] = set(ones[0]).intersection(*ones[1:])
    telling = {name for name in shared if len({repr(one[name]) for one in ones}) == len(ones)}
    return [{name: value for name, value in one.items() if name in telling} for one in ones]


def _one_valued(schema: Schema) -> dict[str, Any]:
    properties = schema.get("properties")
    if not is_object(properties):
        return {}
    found = {name: options(inner) for name, inner in properties.items()}
    return {name: choices[0]["value"] for name, choices in found.items() if choices and len(choices) == 1}


def without_keys(schema: Schema, names: set[str]) -> Schema:
    """An object's schema without some of its keys."""
    if not names:
        return schema
    properties = {name: inner for name, inner in schema["properties"].items() if name not in names}
    required = [name for name in schema.get("required", ()) if name not in names]
    return {**schema, "properties": properties, "required": required}


def labels(
    branches: tuple[Any, ...], reads: list[Plain | None], constants: list[dict[str, Any]], root: Schema
) -> list[str]:
    """What to call each branch; no two are called the same."""
    called: list[str] = []
    for branch, read, constant in zip(branches, reads, constants, strict=True):
        label = shortened(_label(branch, read, constant, root), LONGEST_LABEL)
        again = sum(other == label or other.startswith(f"{label} (") for other in called)
        called.append(f"{label} ({again + 1})" if again else label)
    return called


def _label(branch: Any, read: Plain | None, constants: dict[str, Any], root: Schema) -> str:
    titled = [branch, read.schema if read is not None else None]
    if read is not None and read.again is not None:
        titled.append(look_up(read.again, root))
    for schema in titled:
        if (title := title_of(schema)) is not None:
            return title
    if constants:
        return str(next(iter(constants.values())))
    if read is None or read.again is not None:
        return "Other"
    return _of_kind(read)


def _of_kind(read: Plain) -> str:
    schema = read.schema
    if (choices := options(schema)) is not None:
        return " / ".join(choice["label"] for choice in choices[:3]) + (" / …" if len(choices) > 3 else "")
    kind = schema.get("type", "object" if "properties" in schema else "array" if "items" in schema else None)
    if kind == "string" and schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    return _KINDS.get(str(kind), "Other")
