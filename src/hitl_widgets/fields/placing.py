"""Where in a tree of fields something stands."""

from __future__ import annotations

from collections.abc import Mapping

from ..protocol import FieldView, NamedField


def has_password(field: FieldView) -> bool:
    """Whether a secret is entered somewhere in this field."""
    if field["type"] == "object":
        return any(has_password(named["field"]) for named in field["fields"])
    return field["type"] == "text" and field["format"] == "password"


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
    drawn: list[str] = []
    rest = path
    while rest and (nearest := _leads_to(rest, field)) is not None:
        drawn.append(nearest["name"])
        rest = rest[len(nearest["name"]) + 1 :]
        field = nearest["field"]
    return "/".join(drawn), rest


def _leads_to(path: str, field: FieldView) -> NamedField | None:
    if field["type"] != "object":
        return None
    # A key may hold a slash itself, so keys are compared, not split off; "b/c" is nearer than "b".
    keys = [named for named in field["fields"] if f"{path}/".startswith(f"{named['name']}/")]
    return max(keys, key=lambda named: len(named["name"]), default=None)
