"""A JSON value → the reply that stands for it: what `decode` reads, backwards."""

from __future__ import annotations

from typing import Any

from ..protocol import ChoiceField, ChoicesField, FieldView, NumberField, ObjectField, UnionField
from . import formats
from .children import branch_field, followed, inside, parts_of
from .json_text import as_json_text
from .replies import check, decode
from .rest import map_for
from .schema import as_number
from .values import is_integral, is_list, is_number, is_object, same, survives_javascript


class CannotShowError(Exception):
    """A value that a field has no way to show."""


def encode(field: FieldView, value: Any) -> Any:
    """The reply that stands for a JSON value. It need not fit: a number out of its bounds can be shown.

    Raises:
        CannotShowError: the value is of another kind, or is a secret, which never crosses to the browser.

    >>> from hitl_widgets.fields import field_for
    >>> encode(field_for({"additionalProperties": {"type": "integer"}}), {"a": 1})
    [['a', 1]]
    """
    field = followed(field)
    if value is None and field["nullable"]:
        return None
    match field["type"]:
        case "json":
            return as_json_text(value)
        case "object":
            return _object(field, value)
        case "list" if is_list(value):
            return [encode(inside(field, field["item"]), item) for item in value]
        case "tuple" if is_list(value) and len(value) == len(field["places"]):
            return [encode(inside(field, place), item) for place, item in zip(field["places"], value, strict=True)]
        case "map" if is_object(value) and "" not in value:
            return [[key, encode(inside(field, field["value"]), inner)] for key, inner in value.items()]
        case "union":
            return _union(field, value)
        case _:
            return _leaf(field, value)


def _object(field: ObjectField, value: Any) -> dict[str, Any]:
    if not is_object(value):
        raise CannotShowError
    drawn = {named["name"]: named["field"] for named in parts_of(field)}
    own = {named["name"] for named in field["fields"]}
    shown: dict[str, Any] = {}
    for key, inner in value.items():
        if key in own:
            shown[key] = inner
        elif (at_map := map_for(field, key)) is not None:
            shown.setdefault(at_map, {})[key] = inner
        else:
            raise CannotShowError
    return {name: encode(inside(field, drawn[name]), inner) for name, inner in shown.items()}


def _union(field: UnionField, value: Any) -> dict[str, Any]:
    """In the first branch from which it comes back as it is, else in the first where it fits, or that can show it.

    A number field shows the digits of a text, too: where a text may be there, `"007"` is one.
    """
    fits: dict[str, Any] | None = None
    shown: dict[str, Any] | None = None
    for index, branch in enumerate(field["branches"]):
        constants = branch["constants"]
        rest = value
        if constants:
            if not is_object(value) or not all(
                name in value and same(value[name], constant) for name, constant in constants.items()
            ):
                continue
            rest = {name: inner for name, inner in value.items() if name not in constants}
        inner = branch_field(field, index)
        try:
            reply = encode(inner, rest)
        except CannotShowError:
            continue
        shown = shown or {"branch": index, "value": reply}
        if not check(inner, reply):
            fits = fits or {"branch": index, "value": reply}
            if same(decode(inner, reply), rest):
                return {"branch": index, "value": reply}
    if shown is None:
        raise CannotShowError
    return fits or shown


def _leaf(field: FieldView, value: Any) -> Any:
    match field["type"]:
        case "number":
            return _number(field, value)
        case "text" if isinstance(value, str) and field["format"] != "password":
            return value
        case "file" if isinstance(value, str):
            return value
        case "boolean" if isinstance(value, bool):
            return value
        case "choice" if _is_option(field, value):
            return value
        case "choices" if is_list(value) and all(_is_option(field, item) for item in value):
            return value
        case "rank" if is_list(value) and not check(field, value):
            return value
        case "date" if isinstance(value, str) and formats.is_date(value):
            return value
        case "datetime" if isinstance(value, str) and formats.is_datetime(value):
            return formats.normal_datetime(value)
        case "time" if isinstance(value, str) and formats.is_time(value):
            return formats.normal_time(value)
        case _:
            raise CannotShowError


def _number(field: NumberField, value: Any) -> float:
    digits = as_number(value)
    number = value if digits is None else digits
    if not is_number(number) or (field["integer"] and not is_integral(number)):
        raise CannotShowError
    if not survives_javascript(number) and (field["integer"] or isinstance(number, int)):
        raise CannotShowError  # a float has no more digits than it has there
    return number


def _is_option(field: ChoiceField | ChoicesField, value: Any) -> bool:
    return any(same(option["value"], value) for option in field["options"])
