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
    NamedMap,
    ObjectField,
    RefField,
    TupleField,
    UnionField,
)
from . import leaves
from .bounded import canonical
from .branches import constants_of, labels, read_branch, without_keys
from .children import parts_of
from .conditions import properties_of
from .empty_texts import let_be_empty
from .encode import CannotShowError, encode
from .merge import CannotReadError
from .patience import limited
from .place import Place, common, json_field
from .replies import default_reply
from .rest import KeyKind, is_map, key_kinds, keys_of, map_for, patterns_of, required_keys, rest_name, takes
from .schema import Plain, Schema, has_secret, look_up, options, plain
from .values import MISSING, is_list, is_object

_MOST_FIELDS = 500
"""A schema whose references fan out can unfold without end; past this many fields the rest is JSON."""
_MOST_PROPERTIES = 200
"""An object with more is JSON: nobody fills in such a form, and each of its fields would be sent with every update."""
_MOST_BRANCHES = 100
_MOST_OPTIONS = 5_000
_DEEPEST = 12
"""What nests deeper is JSON. Whether something was entered is asked at each level, of all that is inside."""
_LONGEST_NAME = 1_000
"""Characters of a property's name."""


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
    with limited(default):
        at_root = Place(label=label, name="Answer", required=True, default=default, seen=frozenset())
        drawn = drawing.field(schema, at_root)
        drawing.start_all()
    if drawing.definitions:
        drawn["definitions"] = drawing.definitions
    return drawn


@dataclass
class _Drawing:
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
            return self._started(self._drawn(read, place), own, place)
        except (CannotReadError, RecursionError):
            return json_field(own, self.root, place)
        finally:
            self.depth -= 1

    def start_all(self) -> None:
        """Give the fields that hold others their defaults; one that its field cannot show makes it JSON."""
        for drawn, own, place in self.starts:
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
            if len(choices) > _MOST_OPTIONS:
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
                return self._array(read, place)
            case "object":
                return self._map(read, place) if is_map(schema) else self._object(read, place)
            case _:
                raise CannotReadError

    # ------------------------------------------------------------------ arrays

    def _array(self, read: Plain, place: Place) -> FieldView:
        schema = read.schema
        if "prefixItems" in schema or is_list(schema.get("items")):
            return self._tuple(read, place)
        items = schema.get("items")
        if not is_object(items) or not items.keys() - {"title", "description"}:
            raise CannotReadError  # of anything: nothing is known of an item that the JSON editor does not know
        choices = read_branch(items, self.root, read.seen)
        offered = None if choices is None or choices.nullable else options(choices.schema)
        if offered and len(offered) > _MOST_OPTIONS:
            raise CannotReadError
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
        properties = properties_of(schema)
        if len(properties) > _MOST_PROPERTIES or any(len(name) > _LONGEST_NAME for name in properties):
            raise CannotReadError
        given: Schema = place.default if is_object(place.default) else {}
        others = {name: value for name, value in given.items() if name not in properties}
        if "" in others:
            raise CannotReadError  # a map takes it for a key that is not filled in
        needed = required_keys(schema)
        fields: list[NamedField] = []
        for name, inner in properties.items():
            at_key = place.inner(_readable(name), required=name in needed, default=given.get(name, MISSING))
            fields.append({"name": name, "field": self.field(inner, at_key)})
        field: ObjectField = {"type": "object", **common(read, place), "fields": fields}
        if rest := self._rest(schema, place, list(properties), others):
            field["rest"] = rest
        if not all(map_for(field, name) for name in others):
            raise CannotReadError  # they would be lost
        if read.nullable and place.default is None:
            field["default"] = None
        elif place.default == {} and all(default_reply(named["field"]) is MISSING for named in parts_of(field)):
            field["default"] = {}  # it is there, which its fields do not say
        return field

    def _rest(self, schema: Schema, place: Place, names: list[str], others: Schema) -> list[NamedMap]:
        """Maps for the keys that have no field, with those that are there already."""
        rest: list[NamedMap] = []
        patterns = patterns_of(schema)
        for index, kind in enumerate(key_kinds(schema, others)):
            own: Schema = {
                "type": "object",
                "additionalProperties": kind.value,
                "propertyNames": schema.get("propertyNames", {}),
            }
            at_map = place.inner(kind.label, required=False)
            drawn = self._map_of(kind, Plain(own, nullable=False, seen=place.seen), at_map)
            if names:
                drawn["taken"] = names
            if patterns and kind.pattern is None:
                drawn["elsewhere"] = list(patterns)
            mine = {key: value for key, value in others.items() if takes(drawn, key)}
            others = {key: value for key, value in others.items() if key not in mine}
            if mine:
                self._started(drawn, own, replace(at_map, default=mine, is_rest=True))
            rest.append({"name": rest_name(names, index), "field": drawn})
        return rest

    def _map(self, read: Plain, place: Place) -> MapField | ObjectField:
        schema = read.schema
        others: Schema = place.default if is_object(place.default) else {}
        kinds = key_kinds(schema, others)
        if len(kinds) != 1 or False in patterns_of(schema).values():
            return self._object(read, place)
        field = self._map_of(kinds[0], read, place)
        field["min_items"] = leaves.count(schema, "minProperties")
        field["max_items"] = leaves.count(schema, "maxProperties")
        return field

    def _map_of(self, kind: KeyKind, read: Plain, place: Place) -> MapField:
        keys, named = keys_of(read.schema.get("propertyNames", {}), self.root)
        return {
            "type": "map",
            **common(read, place),
            "value": self.field(kind.value, place.inner("Value")),
            "keys": keys if kind.pattern is None else None,
            "key_pattern": named if kind.pattern is None else kind.pattern,
            "min_items": None,
            "max_items": None,
        }

    # ------------------------------------------------------------------ unions and recursion

    def _union(self, read: Plain, place: Place) -> UnionField:
        if len(read.branches) > _MOST_BRANCHES:
            raise CannotReadError
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


def _implied_type(schema: Schema) -> str | None:
    if "properties" in schema:
        return "object"
    if "items" in schema or "prefixItems" in schema:
        return "array"
    return "object" if is_object(schema.get("additionalProperties")) or "patternProperties" in schema else None


def _are_a_set(default: Any) -> bool:
    """Whether ticked boxes can stand for a list: they have no order, and none is ticked twice."""
    return not is_list(default) or len({canonical(item) for item in default}) == len(default)


def _readable(name: str) -> str:
    """`delivery_date` → `Delivery date`."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else name
