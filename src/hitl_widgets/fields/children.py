"""From a field to the fields inside it, where a `ref` is what it stands for."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, cast

from ..protocol import FieldView, NamedField, NamedMap, ObjectField, UnionField


def inside(parent: FieldView, child: FieldView) -> FieldView:
    """A field of `parent`, which knows the same definitions; a reference is followed."""
    definitions = parent.get("definitions")
    if definitions is None:
        return child
    known = cast("FieldView", {**child, "definitions": definitions})
    return followed(known)


def followed(field: FieldView) -> FieldView:
    """The field itself, or the one that it refers to, with the label, help and default of the place."""
    if field["type"] != "ref":
        return field
    definitions = field.get("definitions", {})
    own = {name: value for name, value in field.items() if name not in {"type", "ref", "default"}}
    target = cast("FieldView", {**definitions[field["ref"]], **own})
    return starting_from(target, field["default"]) if "default" in field else target


def starting_from(field: FieldView, reply: Any) -> FieldView:
    """The same field with another reply to start from."""
    return cast("FieldView", {**field, ("default_text" if field["type"] == "json" else "default"): reply})


def parts_of(field: ObjectField) -> list[NamedField | NamedMap]:
    """What is drawn in an object: its fields, then the maps for its other keys."""
    return [*field["fields"], *field.get("rest", ())]


def branch_field(field: UnionField, index: int) -> FieldView:
    """The field of one branch; what is said of the whole holds for each."""
    return inside(field, field["branches"][index]["field"])


def join(path: str, step: str | int) -> str:
    """The path of something inside what is at `path`."""
    return f"{path}/{step}" if path else str(step)


def key_path(path: str, index: int) -> str:
    """Where it is said what is wrong with a key of a map."""
    return join(path, f"key {index + 1}")


def value_path(path: str, key: str, index: int, above: Container[str]) -> str:
    """Where it is said what is wrong with a value of a map: at its key, if the key is its own."""
    return join(path, f"value {index + 1}" if key == "" or key in above else key)
