"""Reading JSON Schema: references, nullable values, choices. Knows nothing of fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote

from ..protocol import Option
from .values import is_list, is_number, is_object

Schema: TypeAlias = dict[str, Any]


class CannotReadError(Exception):
    """A schema that does not come down to one kind of value; the JSON editor takes it."""


@dataclass(frozen=True)
class Plain:
    """A schema without its indirections: one kind of value, perhaps nullable."""

    schema: Schema
    nullable: bool
    seen: frozenset[str]
    """The references that led here; meeting one again is recursion."""


def plain(schema: Any, root: Schema, seen: frozenset[str] = frozenset()) -> Plain:
    """Follow `$ref`, a lone `allOf`, and take `null` out of `type`, `anyOf`, `oneOf` and `enum`.

    What is said beside the indirection wins over what it leads to, as Pydantic means it (`$ref` with `default`).

    Raises:
        CannotReadError: several kinds of value, a reference that leads nowhere, or one that leads back.
    """
    nullable = False
    while True:
        if schema is True:
            schema = {}
        if not is_object(schema):
            raise CannotReadError
        current = schema
        if "$ref" in current:
            reference = current["$ref"]
            if not isinstance(reference, str) or reference in seen:
                raise CannotReadError
            seen |= {reference}
            schema = _beside(current, "$ref", _look_up(reference, root))
        elif (branches := _branches(current, "allOf")) is not None:
            if len(branches) != 1:
                raise CannotReadError
            schema = _beside(current, "allOf", branches[0])
        elif isinstance(current.get("type"), list):
            kinds = [kind for kind in current["type"] if kind != "null"]
            nullable |= len(kinds) < len(current["type"])
            if len(kinds) != 1:
                raise CannotReadError
            schema = {**current, "type": kinds[0]}
        elif (alternatives := _alternatives(current)) is not None:
            keyword, branches = alternatives
            kept = [branch for branch in branches if not _is_null(branch)]
            nullable |= len(kept) < len(branches)
            schema = _beside(current, keyword, _one_of(kept, current.get("default")))
        elif isinstance(current.get("enum"), list) and None in current["enum"]:
            nullable = True
            schema = {**current, "enum": [value for value in current["enum"] if value is not None]}
        else:
            return Plain(current, nullable, seen)


def options(schema: Any) -> list[Option] | None:
    """The choices of a schema: an `enum`, a `const`, or `oneOf` / `anyOf` of constants with titles."""
    if not is_object(schema):
        return None
    if is_list(values := schema.get("enum")):
        # `enumNames`: the titles in MCP's first form of elicitation, and in react-jsonschema-form
        titles = schema.get("enumNames")
        titles = titles if is_list(titles) else []
        named = titles if len(titles) == len(values) else [None] * len(values)
        return [option(value, title) for value, title in zip(values, named, strict=True) if value is not None]
    if "const" in schema:
        return None if schema["const"] is None else [option(schema["const"])]
    for keyword in ("oneOf", "anyOf"):
        branches = _branches(schema, keyword)
        constants = [branch for branch in branches or [] if not _is_null(branch)]
        if constants and all(is_object(branch) and "const" in branch for branch in constants):
            return [option(branch["const"], branch.get("title")) for branch in constants]
    return None


def option(value: Any, title: object = None) -> Option:
    """A choice as it is shown: its title, else a text as it is, else its JSON."""
    label = title if isinstance(title, str) else value
    return {"label": label if isinstance(label, str) else json.dumps(label, ensure_ascii=False), "value": value}


def allows_null(schema: Schema) -> bool:
    """Whether a schema says of itself that `null` will do (references are not followed)."""
    kind = schema.get("type")
    if is_list(kind) and "null" in kind:
        return True
    return any(any(map(_is_null, _branches(schema, keyword) or [])) for keyword in ("anyOf", "oneOf"))


def has_secret(schema: Any, root: Schema, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a secret (`format: password`, `writeOnly`) stands anywhere in what this schema describes."""
    if is_list(schema):
        return any(has_secret(part, root, seen) for part in schema)
    if not is_object(schema):
        return False
    if schema.get("format") == "password" or schema.get("writeOnly") is True:
        return True
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        seen |= {reference}
        try:
            if has_secret(_look_up(reference, root), root, seen):
                return True
        except CannotReadError:
            pass
    return any(has_secret(part, root, seen) for name, part in schema.items() if name not in {"$defs", "definitions"})


def _look_up(reference: str, root: Schema) -> Any:
    if not reference.startswith("#"):
        raise CannotReadError  # another document: nothing is fetched
    found: Any = root
    for step in filter(None, reference[1:].split("/")):
        name = unquote(step).replace("~1", "/").replace("~0", "~")
        if not is_object(found) or name not in found:
            raise CannotReadError
        found = found[name]
    return found


def _beside(schema: Schema, keyword: str, inner: Any) -> Any:
    siblings = {name: value for name, value in schema.items() if name != keyword}
    if inner is True or not siblings:
        return siblings if inner is True else inner
    if not is_object(inner) or not _STRUCTURE.isdisjoint(siblings.keys() & inner.keys()):
        raise CannotReadError  # drawn, one of the two would be lost
    return {**inner, **siblings}


_STRUCTURE = {"properties", "required", "items", "enum", "const", "type", "anyOf", "oneOf", "allOf", "$ref"}


def _branches(schema: Mapping[str, Any], keyword: str) -> list[Any] | None:
    branches = schema.get(keyword)
    return branches if is_list(branches) else None


def _alternatives(schema: Schema) -> tuple[str, list[Any]] | None:
    for keyword in ("anyOf", "oneOf"):
        branches = _branches(schema, keyword)
        if branches is None:
            continue
        if options(schema) is not None and not any(map(_is_null, branches)):
            return None
        return keyword, branches
    return None


def _one_of(branches: list[Any], default: Any) -> Any:
    if len(branches) == 1:
        return branches[0]
    kinds = [branch.get("type") if is_object(branch) else None for branch in branches]
    if options({"oneOf": branches}) is not None:
        return {"oneOf": branches}
    if set(kinds) == {"integer", "number"}:
        return {"type": "number"}
    # Pydantic's Decimal: a number, or a text of digits. Inside a model nothing but its default tells it from
    # `float | str` (pydantic 2.14).
    if sorted(map(str, kinds)) == ["number", "string"]:
        number, text = branches[kinds.index("number")], branches[kinds.index("string")]
        if "pattern" in text or as_number(default) is not None:
            return number
    raise CannotReadError


def as_number(text: Any) -> float | None:
    """The number that a text of digits stands for (Pydantic writes a Decimal so)."""
    if not isinstance(text, str):
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if is_number(number) else None


def _is_null(branch: Any) -> bool:
    return is_object(branch) and (branch.get("type") == "null" or branch in [{"const": None}, {"enum": [None]}])
