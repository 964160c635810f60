"""JSON Schema (2020-12 as Pydantic, TypedDict and dataclasses emit it, and draft-7) → a tree of fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from ..protocol import (
    BooleanField,
    FieldView,
)
from . import leaves
from .containers import MOST_OPTIONS, Containers
from .empty_texts import let_be_empty
from .encode import CannotShowError, encode
from .merge import CannotReadError
from .patience import limited
from .place import Place, common, json_field
from .rebased import rebased
from .rest import is_map
from .room import with_room
from .schema import Plain, Schema, has_secret, options, plain
from .values import MISSING, is_object

_MOST_FIELDS = 500
"""A schema whose references fan out can unfold without end; past this many fields the rest is JSON."""
_DEEPEST = 12
"""What nests deeper is JSON. Whether something was entered is asked at each level, of all that is inside."""


def field_for(schema: Any, *, label: str | None = None, default: Any = MISSING) -> FieldView:
    """The field that draws a value of this schema. What cannot be drawn is a `json` field, for that part only.

    Args:
        schema: JSON Schema. Anything else (an unknown dialect, a list) becomes one JSON field.
        label: the field's label, else the schema's title, else `Answer`.
        default: the JSON value to start from, else the schema's own `default`s.

    >>> field_for({"type": "integer", "minimum": 0})["integer"]
    True
    >>> field_for({"type": ["string", "null"], "title": "Note"})["nullable"]
    True
    """
    schema = rebased(schema)
    root: Schema = schema if is_object(schema) else {}
    drawing = _Drawing(root)
    with limited(default):
        at_root = Place(label=label, name="Answer", required=True, default=default, seen=frozenset())
        drawn = drawing.field(schema, at_root)
        drawing.start_all()
    if drawing.definitions:
        drawn["definitions"] = drawing.definitions
    return drawn


@dataclass
class _Drawing(Containers):
    """One schema on its way to fields."""

    root: Schema
    drawn: int = 0
    depth: int = 0
    definitions: dict[str, FieldView] = field(default_factory=dict[str, FieldView])
    starts: list[tuple[FieldView, Schema, Place]] = field(default_factory=list[tuple[FieldView, Schema, Place]])
    """What starts from a default that only the finished definitions can show."""

    def field(self, schema: Any, place: Place) -> FieldView:
        self.drawn += 1
        self.depth += 1
        own: Schema = schema if is_object(schema) else {}
        place = place.with_own_words(own)
        try:
            if self.drawn > _MOST_FIELDS or self.depth > _DEEPEST:
                raise CannotReadError
            read = plain(schema, self.root, place.seen)
            place = place.reading(read)
            return self.started(self._drawn(read, place), own, place)
        except (CannotReadError, RecursionError):
            return json_field(own, self.root, place)
        finally:
            self.depth -= 1

    def start_all(self) -> None:
        """Give the fields that hold others their defaults; one that its field cannot show makes it JSON."""
        for drawn, own, place in self.starts:
            drawn.update(cast("Any", with_room(drawn, place.default)))
            try:
                drawn["default"] = self._shown(drawn, place)
            except CannotShowError:
                if drawn["type"] == "map" and place.is_rest:
                    # The object around it has fields, which stay; only these values are JSON.
                    drawn["value"] = json_field({}, self.root, place.inner("Value"))
                    drawn["default"] = self._shown(drawn, place)
                    continue
                cast("dict[str, Any]", drawn).clear()
                cast("dict[str, Any]", drawn).update(json_field(own, self.root, place))

    def _shown(self, drawn: FieldView, place: Place) -> Any:
        reply = encode(cast("FieldView", {**drawn, "definitions": self.definitions}), place.default)
        let_be_empty(drawn, reply, self.definitions)
        return reply

    def started(self, drawn: FieldView, own: Schema, place: Place) -> FieldView:
        holds_others = drawn["type"] in {"list", "tuple", "map", "union", "ref"}
        # A secret never crosses to the browser, not even as a default.
        if holds_others and place.default is not MISSING and not has_secret(own, self.root):
            self.starts.append((drawn, own, place))
        return drawn

    def _drawn(self, read: Plain, place: Place) -> FieldView:
        if read.again is not None:
            return self.again(read.again, read, place)
        if read.branches:
            return self.union(read, place)
        schema = read.schema
        if (choices := options(schema)) is not None:
            if len(choices) > MOST_OPTIONS:
                raise CannotReadError
            return leaves.choice(choices, read, place)
        match schema.get("type", _implied_type(schema)):
            case "string":
                return leaves.string(read, place)
            case "number" | "integer":
                return leaves.number(read, place)
            case "boolean":
                boolean: BooleanField = {"type": "boolean", **common(read, place)}
                return leaves.start(boolean, place)
            case "array":
                return self.array(read, place)
            case "object":
                return self.map(read, place) if is_map(schema) else self.object(read, place)
            case _:
                raise CannotReadError


def _implied_type(schema: Schema) -> str | None:
    if "properties" in schema:
        return "object"
    if "items" in schema or "prefixItems" in schema:
        return "array"
    return "object" if is_object(schema.get("additionalProperties")) or "patternProperties" in schema else None
