"""Fields that hold others: lists, tuples, objects with their other keys, maps, unions, and a type within itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any, cast

from ..protocol import (
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
from ..texts.apart import told_apart
from . import leaves
from .bounded import canonical
from .branches import constants_of, labels, read_branch, without_keys
from .children import parts_of
from .conditions import properties_of
from .merge import CannotReadError
from .place import Place, common, description_of, json_field, title_of
from .replies import default_reply
from .rest import KeyKind, key_kinds, keys_of, map_for, patterns_of, required_keys, rest_name, takes
from .schema import Plain, Schema, look_up, options
from .values import MISSING, is_list, is_object

_MOST_PROPERTIES = 200
"""An object with more is JSON: nobody fills in such a form, and each of its fields would be sent with every update."""
_MOST_BRANCHES = 100
MOST_OPTIONS = 5_000
_MOST_PLACES = 500
_LONGEST_REFERENCE = 1_000
_LONGEST_NAME = 1_000
"""Characters of a property's name."""


class Containers(ABC):
    """What draws a schema's fields, as far as they hold others.

    Attributes:
        root: the whole schema, which references lead into.
        definitions: the fields that a `ref` stands for.
    """

    root: Schema
    definitions: dict[str, FieldView]

    @abstractmethod
    def field(self, schema: Any, place: Place) -> FieldView:
        """The field of a part of the schema."""

    @abstractmethod
    def started(self, drawn: FieldView, own: Schema, place: Place) -> FieldView:
        """The same field, which gets its default when all are drawn."""

    # ------------------------------------------------------------------ arrays

    def array(self, read: Plain, place: Place) -> FieldView:
        schema = read.schema
        if "prefixItems" in schema or is_list(schema.get("items")):
            return self._tuple(read, place)
        items = schema.get("items")
        if not is_object(items) or not items.keys() - {"title", "description"}:
            raise CannotReadError  # of anything: nothing is known of an item that the JSON editor does not know
        choices = read_branch(items, self.root, read.seen)
        offered = None if choices is None or choices.nullable else options(choices.schema)
        if offered and len(offered) > MOST_OPTIONS:
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
        if (
            not is_list(places)
            or len(places) > _MOST_PLACES
            or rest not in (None, False, True)
            or schema.get("uniqueItems") is True
        ):
            raise CannotReadError
        most = leaves.count(schema, "maxItems")
        least = leaves.count(schema, "minItems") or 0
        if (most is not None and most < len(places)) or least > len(places):
            raise CannotReadError
        inner = [self.field(item, place.inner(f"Item {index}")) for index, item in enumerate(places, 1)]
        return {"type": "tuple", **common(read, place), "places": inner}

    # ------------------------------------------------------------------ objects

    def object(self, read: Plain, place: Place) -> ObjectField:
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
        called = {name: title_of(inner) or _readable(name) for name, inner in properties.items()}
        apart = told_apart(called)
        for name, inner in properties.items():
            at_key = place.inner(_readable(name), required=name in needed, default=given.get(name, MISSING))
            if apart[name] != called[name]:
                at_key = replace(at_key, label=apart[name])
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
                self.started(drawn, own, replace(at_map, default=mine, is_rest=True))
            rest.append({"name": rest_name(names, index), "field": drawn})
        return rest

    def map(self, read: Plain, place: Place) -> MapField | ObjectField:
        schema = read.schema
        others: Schema = place.default if is_object(place.default) else {}
        kinds = key_kinds(schema, others)
        if len(kinds) != 1 or False in patterns_of(schema).values():
            return self.object(read, place)
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

    def union(self, read: Plain, place: Place) -> UnionField:
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

    def again(self, reference: str, read: Plain, place: Place) -> RefField:
        if len(reference) > _LONGEST_REFERENCE:
            raise CannotReadError
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
        if words["help"] is None and is_object(described):
            words["help"] = description_of(described)
        return {"type": "ref", **words, "ref": reference}


def _are_a_set(default: Any) -> bool:
    """Whether ticked boxes can stand for a list: they have no order, and none is ticked twice."""
    return not is_list(default) or len({canonical(item) for item in default}) == len(default)


def _readable(name: str) -> str:
    """`delivery_date` → `Delivery date`."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else name
