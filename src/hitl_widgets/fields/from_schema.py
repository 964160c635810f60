"""JSON Schema (2020-12 as Pydantic, TypedDict and dataclasses emit it, and draft-7) → a tree of fields."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, cast

from ..protocol import (
    BooleanField,
    Branch,
    FieldView,
    ListField,
    MapField,
    NamedField,
    ObjectField,
    RefField,
    TupleField,
    UnionField,
)
from . import leaves
from .branches import constants_of, labels, read_branch, without_keys
from .encode import CannotShowError, encode
from .merge import CannotReadError
from .place import Place, common, json_field
from .schema import Plain, Schema, has_secret, look_up, options, plain
from .values import MISSING, is_list, is_object, same

_MOST_FIELDS = 500
"""A schema whose references fan out can unfold without end; past this many fields the rest is JSON."""


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
    root: Schema = schema if is_object(schema) else {}
    drawing = _Drawing(root)
    drawn = drawing.field(schema, Place(label=label, name="Answer", required=True, default=default, seen=frozenset()))
    drawing.start_all()
    if drawing.definitions:
        drawn["definitions"] = drawing.definitions
    return drawn


@dataclass
class _Drawing:
    """One schema on its way to fields."""

    root: Schema
    drawn: int = 0
    definitions: dict[str, FieldView] = field(default_factory=dict[str, FieldView])
    starts: list[tuple[FieldView, Schema, Place]] = field(default_factory=list[tuple[FieldView, Schema, Place]])
    """What starts from a default that only the finished definitions can show."""

    def field(self, schema: Any, place: Place) -> FieldView:
        self.drawn += 1
        own: Schema = schema if is_object(schema) else {}
        place = place.with_own_words(own)
        try:
            read = plain(schema, self.root, place.seen)
            if self.drawn > _MOST_FIELDS:
                raise CannotReadError
            place = place.reading(read)
            return self._started(self._drawn(read, place), own, place)
        except CannotReadError:
            return json_field(own, self.root, place)

    def start_all(self) -> None:
        """Give the fields that hold others their defaults; one that its field cannot show makes it JSON."""
        for drawn, own, place in self.starts:
            try:
                reply = encode(cast("FieldView", {**drawn, "definitions": self.definitions}), place.default)
            except CannotShowError:
                cast("dict[str, Any]", drawn).clear()
                cast("dict[str, Any]", drawn).update(json_field(own, self.root, place))
            else:
                drawn["default"] = reply

    def _started(self, drawn: FieldView, own: Schema, place: Place) -> FieldView:
        holds_others = drawn["type"] in {"list", "tuple", "map", "union", "ref"}
        # A secret never crosses to the browser, not even as a default.
        if holds_others and place.default is not MISSING and not has_secret(own, self.root):
            self.starts.append((drawn, own, place))
        return drawn

    def _drawn(self, read: Plain, place: Place) -> FieldView:
        if read.again is not None:
            return self._again(read.again, read, place)
        if read.branches:
            return self._union(read, place)
        schema = read.schema
        if (choices := options(schema)) is not None:
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
                return self._array(read, place)
            case "object":
                return self._map(read, place) if _is_map(schema) else self._object(read, place)
            case _:
                raise CannotReadError

    # ------------------------------------------------------------------ arrays

    def _array(self, read: Plain, place: Place) -> FieldView:
        schema = read.schema
        if not _ARRAY_KEYWORDS.isdisjoint(schema):
            raise CannotReadError
        if "prefixItems" in schema or is_list(schema.get("items")):
            return self._tuple(read, place)
        items = schema.get("items")
        if not is_object(items) or not items.keys() - {"title", "description"}:
            raise CannotReadError  # of anything: nothing is known of an item that the JSON editor does not know
        choices = read_branch(items, self.root, read.seen)
        offered = None if choices is None or choices.nullable else options(choices.schema)
        if offered and schema.get("x-rank") is True and leaves.is_ranking(offered, schema):
            return leaves.rank(offered, read, place)
        if offered and _are_a_set(place.default):
            return leaves.choices(offered, read, place)
        drawn: ListField = {
            "type": "list",
            **common(read, place),
            "item": self.field(items, place.inner("Item")),
            "min_items": leaves.count(schema, "minItems"),
            "max_items": leaves.count(schema, "maxItems"),
            "unique": schema.get("uniqueItems") is True,
        }
        return drawn

    def _tuple(self, read: Plain, place: Place) -> TupleField:
        schema = read.schema
        places = schema.get("prefixItems", schema.get("items"))
        rest = schema.get("items") if "prefixItems" in schema else schema.get("additionalItems")
        if not is_list(places) or rest not in (None, False, True) or schema.get("uniqueItems") is True:
            raise CannotReadError
        most = leaves.count(schema, "maxItems")
        least = leaves.count(schema, "minItems") or 0
        if (most is not None and most < len(places)) or least > len(places):
            raise CannotReadError
        inner = [self.field(item, place.inner(f"Item {index}")) for index, item in enumerate(places, 1)]
        return {"type": "tuple", **common(read, place), "places": inner}

    # ------------------------------------------------------------------ objects

    def _object(self, read: Plain, place: Place) -> ObjectField:
        schema = read.schema
        drawn = schema.get("properties", {} if schema.get("additionalProperties") is False else None)
        if not is_object(drawn) or not _OBJECT_KEYWORDS.isdisjoint(schema):
            raise CannotReadError
        given: Schema = place.default if is_object(place.default) else {}
        if not given.keys() <= drawn.keys():
            raise CannotReadError  # its other keys would be lost
        needed = _required(schema)
        if not needed <= drawn.keys():
            raise CannotReadError
        fields: list[NamedField] = []
        for name, inner in drawn.items():
            at_key = place.inner(_readable(name), required=name in needed, default=given.get(name, MISSING))
            fields.append({"name": name, "field": self.field(inner, at_key)})
        field: ObjectField = {"type": "object", **common(read, place), "fields": fields}
        if read.nullable and place.default is None:
            field["default"] = None
        return field

    def _map(self, read: Plain, place: Place) -> MapField:
        schema = read.schema
        value = schema.get("additionalProperties")
        patterns = schema.get("patternProperties", {})
        if not is_object(patterns) or not {"if", "dependentSchemas", "not"}.isdisjoint(schema) or _required(schema):
            raise CannotReadError
        pattern = None
        if patterns:
            if len(patterns) != 1 or is_object(value):
                raise CannotReadError  # values of several kinds, told apart by their keys
            [(pattern, value)] = patterns.items()
        keys, named = self._keys(schema.get("propertyNames", {}))
        if not is_object(value) or not value or (pattern is not None and named is not None):
            raise CannotReadError
        return {
            "type": "map",
            **common(read, place),
            "value": self.field(value, place.inner("Value")),
            "keys": keys,
            "key_pattern": pattern if named is None else named,
            "min_items": leaves.count(schema, "minProperties"),
            "max_items": leaves.count(schema, "maxProperties"),
        }

    def _keys(self, names: Any) -> tuple[list[str] | None, str | None]:
        """The keys that a map may have, and their pattern."""
        schema = plain(names, self.root).schema
        if not schema.keys() <= {"type", "title", "description", "pattern", "enum", "const"}:
            raise CannotReadError
        offered = options(schema)
        keys = None if offered is None else [option["value"] for option in offered if isinstance(option["value"], str)]
        return keys, schema.get("pattern")

    # ------------------------------------------------------------------ unions and recursion

    def _union(self, read: Plain, place: Place) -> UnionField:
        reads = [read_branch(branch, self.root, read.seen) for branch in read.branches]
        constants = constants_of(reads, read.schema.get("discriminator"))
        called = labels(read.branches, reads, constants, self.root)
        branches: list[Branch] = []
        for schema, branch, constant, label in zip(read.branches, reads, constants, called, strict=True):
            at_branch = replace(place.inner(label), label=label, seen=read.seen)
            if not constant or branch is None:
                drawn = self.field(schema, at_branch)
            else:
                drawn = self.field(without_keys(branch.schema, set(constant)), replace(at_branch, seen=branch.seen))
            branches.append({"label": label, "field": drawn, "constants": constant})
        return {"type": "union", **common(read, place), "branches": branches}

    def _again(self, reference: str, read: Plain, place: Place) -> RefField:
        if reference not in self.definitions:
            self.definitions[reference] = cast("FieldView", {"type": "ref"})  # for what refers to it from within
            at_root = Place(label=None, name="Answer", required=True, default=MISSING, seen=frozenset())
            drawn = self.field({"$ref": reference}, at_root)
            if drawn["type"] == "ref":  # it is nothing but itself
                drawn = json_field({}, self.root, at_root)
            self.definitions[reference] = drawn
        if self.definitions[reference]["type"] == "json":
            raise CannotReadError
        words = common(read, place)
        described = look_up(reference, self.root)
        if words["help"] is None and is_object(described) and isinstance(described.get("description"), str):
            words["help"] = described["description"] or None
        return {"type": "ref", **words, "ref": reference}


_ARRAY_KEYWORDS = {"contains", "unevaluatedItems", "if", "not"}
"""What says more about an array than its items can."""

_OBJECT_KEYWORDS = {"patternProperties", "propertyNames", "minProperties", "if", "dependentSchemas", "not"}
"""What says more about an object than its fields can."""


def _implied_type(schema: Schema) -> str | None:
    if "properties" in schema:
        return "object"
    if "items" in schema or "prefixItems" in schema:
        return "array"
    return "object" if is_object(schema.get("additionalProperties")) or "patternProperties" in schema else None


def _is_map(schema: Schema) -> bool:
    return not schema.get("properties") and (
        is_object(schema.get("additionalProperties")) or bool(schema.get("patternProperties"))
    )


def _are_a_set(default: Any) -> bool:
    """Whether ticked boxes can stand for a list: they have no order, and none is ticked twice."""
    return not is_list(default) or not any(same(item, other) for n, item in enumerate(default) for other in default[:n])


def _required(schema: Schema) -> set[str]:
    required = schema.get("required")
    return {name for name in required if isinstance(name, str)} if is_list(required) else set()


def _readable(name: str) -> str:
    """`delivery_date` → `Delivery date`."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else name
