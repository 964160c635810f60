"""Where in a tree of fields something stands."""

from __future__ import annotations

from collections.abc import Mapping

from ..protocol import FieldView
from .children import branch_field, followed, inside, join


def has_password(field: FieldView) -> bool:
    """Whether a secret is entered somewhere in this field."""
    if any(map(has_password, field.get("definitions", {}).values())):
        return True
    return (field["type"] == "text" and field["format"] == "password") or any(map(has_password, _held(field)))


def _held(field: FieldView) -> list[FieldView]:
    """The fields inside a field, references not followed."""
    match field["type"]:
        case "object":
            return [named["field"] for named in field["fields"]]
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


def at_fields(said: Mapping[str, str], field: FieldView) -> dict[str, str]:
    """Sentences by path, each at the nearest field that is drawn: a JSON field says for its parts what is wrong."""
    placed: dict[str, str] = {}
    for path, sentence in said.items():
        drawn, rest = _nearest(path, field)
        text = f"{rest}: {sentence}" if rest else sentence
        placed[drawn] = f"{placed[drawn]} {text}" if drawn in placed else text
    return placed


def _nearest(path: str, field: FieldView) -> tuple[str, str]:
    """The path of the innermost field that is drawn on the way, and the rest of the path."""
    field = followed(field)
    if field["type"] == "union":
        # Which branch was answered is not known here; the one that knows more of the way.
        ways = [_nearest(path, branch_field(field, index)) for index in range(len(field["branches"]))]
        return min(ways, key=lambda way: len(way[1]), default=("", path))
    if not path or (step := _step(path, field)) is None:
        return "", path
    name, inner = step
    drawn, rest = _nearest(path[len(name) + 1 :], inside(field, inner))
    return join(name, drawn) if drawn else name, rest


def _step(path: str, field: FieldView) -> tuple[str, FieldView] | None:
    """The first step of a path that leads into a field, and the field it leads to."""
    first = path.split("/", 1)[0]
    match field["type"]:
        case "object":
            # A key may hold a slash itself, so keys are compared, not split off; "b/c" is nearer than "b".
            keys = [named for named in field["fields"] if f"{path}/".startswith(f"{named['name']}/")]
            named = max(keys, key=lambda named: len(named["name"]), default=None)
            return None if named is None else (named["name"], named["field"])
        case "list":
            return (first, field["item"]) if first.isdecimal() else None
        case "tuple":
            is_place = first.isdecimal() and int(first) < len(field["places"])
            return (first, field["places"][int(first)]) if is_place else None
        case "map":
            return first, field["value"]
        case _:
            return None
