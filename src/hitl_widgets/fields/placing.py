"""Where in a tree of fields something stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..protocol import Branch, FieldView, ObjectField, UnionField
from .children import branch_field, followed, inside, join, parts_of
from .rest import map_for
from .values import is_list, is_object


def has_password(field: FieldView) -> bool:
    """Whether a secret is entered somewhere in this field."""
    if any(map(has_password, field.get("definitions", {}).values())):
        return True
    return (field["type"] == "text" and field["format"] == "password") or any(map(has_password, _held(field)))


def _held(field: FieldView) -> list[FieldView]:
    """The fields inside a field, references not followed."""
    match field["type"]:
        case "object":
            return [named["field"] for named in parts_of(field)]
        case "list":
            return [field["item"]]
        case "tuple":
            return field["places"]
        case "map":
            return [field["value"]]
        case "union":
            return [branch["field"] for branch in field["branches"]]
        case _:
            return []


def at_fields(said: Mapping[str, str], field: FieldView, reply: Any = None) -> dict[str, str]:
    """Sentences by path, each at the nearest field that is drawn: a JSON field says for its parts what is wrong.

    Args:
        said: the sentences.
        field: the outermost field.
        reply: its reply, if there is one; it tells which branch of a union was answered.
    """
    ways = {path: _nearest(path, field, reply) for path in said}
    # Pydantic goes through all the branches of a union and says what each has against a value.
    answered = {path: way for path, way in ways.items() if way is not None}
    placed: dict[str, str] = {}
    for path, way in (answered or dict.fromkeys(said, ("", ""))).items():
        drawn, rest = way
        text = f"{rest}: {said[path]}" if rest else said[path]
        placed[drawn] = f"{placed[drawn]} {text}" if drawn in placed else text
    return placed


def _nearest(path: str, field: FieldView, reply: Any) -> tuple[str, str] | None:
    """The path of the innermost field that is drawn on the way, and the rest of the path.

    `None` if the way goes through a branch that was not answered.
    """
    field = followed(field)
    if field["type"] == "union":
        return _through_union(path, field, reply)
    if not path or (step := _step(path, field, reply)) is None:
        return "", path
    name, inner, inner_reply = step
    is_rest = field["type"] == "object" and any(named["name"] == name for named in field.get("rest", ()))
    # A map for an object's other keys stands in the form, but not in the object.
    way = _nearest(path if is_rest else path[len(name) + 1 :], inside(field, inner), inner_reply)
    if way is None:
        return None
    drawn, rest = way
    return join(name, drawn) if drawn else name, rest


def _through_union(path: str, field: UnionField, reply: Any) -> tuple[str, str] | None:
    chosen = reply.get("branch") if is_object(reply) else None
    # Pydantic names the branch on the way, by its class or its tag (2.14).
    name, _, past_name = path.partition("/")
    named = [index for index, branch in enumerate(field["branches"]) if name in _names(branch)]
    if named and chosen is not None and chosen not in named:
        return None
    ways = [
        (way, index)
        for way in ((past_name, path) if named else (path,))
        for index in range(len(field["branches"]))
        if chosen is None or index == chosen
    ]
    value = reply.get("value") if is_object(reply) else None
    found = [_nearest(way, branch_field(field, index), value) for way, index in ways]
    known = [way for way in found if way is not None and way[0]]
    return min(known, key=lambda way: len(way[1]), default=("", past_name if named else path))


def _names(branch: Branch) -> set[str]:
    return {branch["label"], *map(str, branch["constants"].values())}


def _step(path: str, field: FieldView, reply: Any) -> tuple[str, FieldView, Any] | None:
    """The first step of a path that leads into a field, the field it leads to, and the reply of that."""
    first = path.split("/", 1)[0]
    match field["type"]:
        case "object":
            drawn = {named["name"]: named["field"] for named in field["fields"]}
            key = _key(path, drawn) or _map_with(path, field, reply)
            drawn |= {named["name"]: named["field"] for named in field.get("rest", ())}
            return None if key is None else (key, drawn[key], reply.get(key) if is_object(reply) else None)
        case "list":
            return (first, field["item"], _at(reply, int(first))) if first.isdecimal() else None
        case "tuple":
            is_place = first.isdecimal() and int(first) < len(field["places"])
            return (first, field["places"][int(first)], _at(reply, int(first))) if is_place else None
        case "map":
            if not is_list(reply):
                return first, field["value"], None
            entries = dict(reply)
            key = _key(path, entries)
            return None if key is None else (key, field["value"], entries[key])
        case _:
            return None


def _map_with(path: str, field: ObjectField, reply: Any) -> str | None:
    """The name of the map of an object's other keys that a path leads into, the one where it was entered first."""
    for named in field.get("rest", ()):
        entries = reply.get(named["name"]) if is_object(reply) else None
        if is_list(entries) and _key(path, dict(entries)) is not None:
            return named["name"]
    return map_for(field, path.split("/", 1)[0]) if path else None


def _key(path: str, keys: Iterable[str]) -> str | None:
    """The key that a path starts with. A key may hold a slash itself; "b/c" is nearer than "b"."""
    return max((key for key in keys if f"{path}/".startswith(f"{key}/")), key=len, default=None)


def _at(reply: Any, index: int) -> Any:
    return reply[index] if is_list(reply) and index < len(reply) else None
