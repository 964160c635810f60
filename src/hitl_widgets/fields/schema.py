"""Reading JSON Schema: references, nullable values, choices. Knows nothing of fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote

from ..protocol import Option
from .merge import CONDITIONS, CannotReadError, merged
from .rebased import is_resource
from .values import is_list, is_number, is_object

Schema: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Plain:
    """A schema without its indirections: one kind of value, or several to choose from; perhaps nullable."""

    schema: Schema
    nullable: bool
    seen: frozenset[str]
    """The references that led here; meeting one again is recursion."""
    again: str | None = None
    """The reference that was met again, if one was."""
    branches: tuple[Any, ...] = ()
    """The schemas of the kinds, where there are several; `schema` is what is said of all of them."""


def plain(schema: Any, root: Schema, seen: frozenset[str] = frozenset()) -> Plain:
    """Follow `$ref`, merge `allOf`, and take `null` out of `type`, `anyOf`, `oneOf` and `enum`.

    What is said beside the indirection wins over what it leads to, as Pydantic means it (`$ref` with `default`).

    Raises:
        CannotReadError: a reference that leads nowhere, or parts that do not go together.
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
            beside = _without(current, "$ref")
            if not isinstance(reference, str):
                raise CannotReadError
            if reference in seen:
                if not _STRUCTURE.isdisjoint(beside):
                    raise CannotReadError  # drawn, what is said beside it would be lost
                return Plain(beside, nullable, seen, again=reference)
            seen |= {reference}
            schema = merged(beside, look_up(reference, root))
        elif (parts := _branches(current, "allOf")) is not None:
            schema = _without(current, "allOf")
            for part in parts:
                seen, followed = _followed(part, root, seen)
                schema = merged(schema, _with_condition_apart(followed))
        elif isinstance(current.get("type"), list):
            kinds = [kind for kind in current["type"] if kind != "null"]
            nullable |= len(kinds) < len(current["type"])
            if len(kinds) == 1:
                schema = {**current, "type": kinds[0]}
            elif kinds and options(current) is None:
                said = {name: value for name, value in current.items() if name not in _WORDS}
                kinds_of = tuple({**said, "type": kind} for kind in kinds)
                return Plain(_words(current), nullable, seen, branches=kinds_of)
            else:
                schema = _without(current, "type")
        elif (alternatives := _alternatives(current)) is not None:
            keyword, branches = alternatives
            kept = [branch for branch in branches if not _is_null(branch)]
            nullable |= len(kept) < len(branches)
            beside = _without(current, keyword)
            if kept and not _KINDS.isdisjoint(beside) and all(map(_is_condition, kept)):
                schema = beside  # they say which keys go together and the like, which is not drawn
                continue
            single = _one_of(kept, current.get("default"))
            if single is None:
                return Plain(_words(beside), nullable, seen, branches=tuple(_with_structure(beside, kept)))
            schema = merged(beside, single)
        elif isinstance(current.get("enum"), list) and None in current["enum"]:
            nullable = True
            schema = {**current, "enum": [value for value in current["enum"] if value is not None]}
        else:
            return Plain(current, nullable, seen)


def one_kind(schema: Schema) -> Schema | None:
    """A schema without its indirections, if it is of one kind of value (or of that and `null`)."""
    try:
        read = plain(schema, schema)
    except CannotReadError:
        return None
    return None if read.branches or read.again is not None else read.schema


def _followed(part: Any, root: Schema, seen: frozenset[str]) -> tuple[frozenset[str], Any]:
    while is_object(part) and "$ref" in part:
        reference = part["$ref"]
        if not isinstance(reference, str) or reference in seen:
            raise CannotReadError
        seen |= {reference}
        part = merged(_without(part, "$ref"), look_up(reference, root))
    return seen, part


def _with_condition_apart(schema: Any) -> Any:
    """The same, its `if` where there may be several."""
    if not is_object(schema) or "if" not in schema:
        return schema
    kept = {name: value for name, value in schema.items() if name not in {"if", "then", "else"}}
    held = [schema[name] for name in ("then", "else") if name in schema]
    return {**kept, CONDITIONS: [*kept.get(CONDITIONS, ()), *held]}


def _words(schema: Schema) -> Schema:
    """What a schema says that holds for each of its branches and is drawn once, above them."""
    return {name: value for name, value in schema.items() if name in _WORDS}


def _with_structure(beside: Schema, branches: list[Any]) -> list[Any]:
    """The branches, each with what is said beside them."""
    common = {name: value for name, value in beside.items() if name not in _WORDS}
    if not common:
        return branches
    if _KINDS.isdisjoint(common) and any(map(_is_condition, branches)):
        raise CannotReadError  # nobody says what kind of value it is
    return [{"allOf": [branch, common]} for branch in branches]


def _is_condition(branch: Any) -> bool:
    """Whether a branch adds a condition to a kind of value rather than being a kind of its own."""
    return not is_object(branch) or _KINDS.isdisjoint(branch)


_WORDS = {"title", "description", "default", "examples", "discriminator", "readOnly", "$defs", "definitions", "$schema"}
_KINDS = {
    "$ref", "type", "properties", "patternProperties", "additionalProperties", "const", "enum", "items", "prefixItems",
    "allOf", "anyOf", "oneOf",
}  # fmt: skip


def _without(schema: Schema, keyword: str) -> Schema:
    return {name: value for name, value in schema.items() if name != keyword}


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


def has_secret(schema: Any, root: Schema) -> bool:
    """Whether a secret (`format: password`, `writeOnly`) stands anywhere in what this schema describes.

    A reference that is no pointer (`$anchor`, `$id`, `$dynamicRef`) is not followed: it may lead to anything in the document.
    """
    followed: dict[str, bool] = {}
    try:
        return _has_secret(schema, root, followed, set()) or (not all(followed.values()) and _is_anywhere(root))
    except RecursionError:  # it nests so deep that nobody can tell
        return True


def _has_secret(schema: Any, root: Schema, followed: dict[str, bool], seen: set[tuple[int, int]]) -> bool:
    # `followed` and `seen` are one for all of the walk: references that fan out, documents within documents, and parts that
    # several share lead to the same places 2^n times.
    if is_list(schema):
        return any(_has_secret(part, root, followed, seen) for part in schema)
    if not is_object(schema) or (id(schema), id(root)) in seen:
        return False
    seen.add((id(schema), id(root)))
    if _says_secret(schema):
        return True
    if schema is not root and is_resource(schema) and _has_secret(schema, schema, {}, seen):
        return True  # pointers in there begin there
    for reference in (schema.get(name) for name in ("$ref", "$dynamicRef", "$recursiveRef")):
        if not isinstance(reference, str) or reference in followed:
            continue
        try:
            led_to = look_up(reference, root)
        except CannotReadError:
            followed[reference] = False
            continue
        followed[reference] = True
        if _has_secret(led_to, root, followed, seen):
            return True
    return any(
        _has_secret(part, root, followed, seen) for name, part in schema.items() if name not in {"$defs", "definitions"}
    )


def _is_anywhere(part: Any) -> bool:
    """Whether there is one in a part of a document, whatever refers to it."""
    if is_list(part):
        return any(map(_is_anywhere, part))
    return is_object(part) and (_says_secret(part) or any(map(_is_anywhere, part.values())))


def _says_secret(schema: Schema) -> bool:
    return schema.get("format") == "password" or schema.get("writeOnly") is True


def is_secret(schema: Any) -> bool:
    """Whether there is a secret in what a whole schema describes.

    >>> is_secret({"type": "object", "properties": {"token": {"type": "string", "writeOnly": True}}})
    True
    """
    return has_secret(schema, schema if is_object(schema) else {})


def look_up(reference: str, root: Schema) -> Any:
    """What a reference within the same document leads to.

    Raises:
        CannotReadError: nothing is there, or it is another document: nothing is fetched.
    """
    if not reference.startswith("#"):
        raise CannotReadError
    found: Any = root
    for step in filter(None, reference[1:].split("/")):
        name = unquote(step).replace("~1", "/").replace("~0", "~")
        if is_list(found) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
            continue
        if not is_object(found) or name not in found:
            raise CannotReadError
        found = found[name]
    return found


_STRUCTURE = {"properties", "required", "items", "enum", "const", "type", "anyOf", "oneOf", "allOf"}


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
    """The one schema that several come down to, or `None`."""
    if not branches:
        raise CannotReadError
    if len(branches) == 1:
        return branches[0]
    kinds = [branch.get("type") if is_object(branch) else None for branch in branches]
    if options({"oneOf": branches}) is not None:
        return {"oneOf": branches}
    if sorted(map(str, kinds)) == ["integer", "number"]:
        return {"type": "number"}
    # Pydantic's Decimal: a number, or a text of digits. Inside a model nothing but its default tells it from
    # `float | str` (pydantic 2.14).
    if sorted(map(str, kinds)) == ["number", "string"]:
        number, text = branches[kinds.index("number")], branches[kinds.index("string")]
        if "pattern" in text or as_number(default) is not None:
            return number
    return None


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
