"""Room for the texts that a field starts from: on one line the end of one that has several would not be seen."""

from __future__ import annotations

from typing import Any, cast

from ..protocol import FieldView
from .leaves import fills_several_lines
from .values import is_list, is_object


def with_room(field: FieldView, value: Any) -> FieldView:
    r"""The field with room for a text of several lines; what holds others with room in each that has one.

    >>> from .from_schema import field_for
    >>> names = field_for({"type": "array", "items": {"type": "string"}})
    >>> with_room(names, ["ok\n\n\nand all the others"])["item"]["multiline"], with_room(names, ["ok"])["item"]["multiline"]
    (True, False)
    """
    match field["type"]:
        case "text" if field["format"] is None and isinstance(value, str) and fills_several_lines(value):
            return {**field, "multiline": True}
        case "list" if is_list(value):
            return {**field, "item": _with_room_for_each(field["item"], value)}
        case "map" if is_object(value):
            return {**field, "value": _with_room_for_each(field["value"], list(value.values()))}
        case "object" if is_object(value):
            named = [{**one, "field": with_room(one["field"], value.get(one["name"]))} for one in field["fields"]]
            return cast("FieldView", {**field, "fields": named})
        case "tuple" if is_list(value):
            places = [with_room(place, part) for place, part in zip(field["places"], value, strict=False)]
            return {**field, "places": [*places, *field["places"][len(places) :]]}
        case "union":
            branches = [{**one, "field": with_room(one["field"], value)} for one in field["branches"]]
            return cast("FieldView", {**field, "branches": branches})
        case _:
            return field


def _with_room_for_each(field: FieldView, values: list[Any]) -> FieldView:
    for value in values:
        field = with_room(field, value)
    return field
