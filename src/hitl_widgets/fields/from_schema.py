"""JSON Schema (2020-12 as Pydantic, TypedDict and dataclasses emit it, and draft-7) → a tree of fields."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from typing_extensions import TypedDict

from ..protocol import (
    BooleanField,
    ChoiceField,
    ChoicesField,
    DateField,
    DateTimeField,
    FieldView,
    JsonField,
    NamedField,
    NumberField,
    ObjectField,
    Option,
    TextField,
    TimeField,
)
from .formats import is_date, is_datetime, is_time, normal_datetime, normal_time
from .json_text import as_json_text
from .schema import CannotReadError, Plain, Schema, allows_null, as_number, has_secret, options, plain
from .values import MISSING, is_integral, is_list, is_number, is_object, same, survives_javascript

_MOST_FIELDS = 500
"""A schema whose references fan out can unfold without end; past this many fields the rest is JSON."""

_TEXT_FORMATS: dict[str, Literal["email", "url"]] = {
    "email": "email",
    "idn-email": "email",
    "uri": "url",
    "url": "url",
}
_MULTILINE_FORMATS = {"multiline", "textarea", "markdown"}


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
    place = _Place(label=label, name="Answer", required=True, default=default, seen=frozenset())
    return _Drawing(root).field(schema, place)


@dataclass(frozen=True)
class _Place:
    """Where a field stands."""

    label: str | None
    name: str
    """What the label is made of when nothing else is known."""
    required: bool
    default: Any
    seen: frozenset[str]


@dataclass
class _Drawing:
    """One schema on its way to fields."""

    root: Schema
    drawn: int = 0

    def field(self, schema: Any, place: _Place) -> FieldView:
        self.drawn += 1
        own: Schema = schema if is_object(schema) else {}
        place = _with_own_words(own, place)
        try:
            return self._drawn(plain(schema, self.root, place.seen), place)
        except CannotReadError:
            return _json(own, self.root, place)

    def _drawn(self, read: Plain, place: _Place) -> FieldView:
        if self.drawn > _MOST_FIELDS:
            raise CannotReadError
        schema = read.schema
        place = _with_schema_default(schema, replace(place, seen=read.seen))
        if (choices := options(schema)) is not None:
            return _choice(choices, read, place)
        match schema.get("type", _implied_type(schema)):
            case "string":
                return _string(read, place)
            case "number" | "integer":
                return _number(read, place)
            case "boolean":
                boolean: BooleanField = {"type": "boolean", **_common(read, place)}
                return _start(boolean, place, fits=isinstance(place.default, bool))
            case "array":
                return self._array(read, place)
            case "object":
                return self._object(read, place)
            case _:
                raise CannotReadError

    def _array(self, read: Plain, place: _Place) -> ChoicesField:
        items = plain(read.schema.get("items"), self.root, read.seen)
        choices = options(items.schema)
        if not choices or items.nullable or "prefixItems" in read.schema or "contains" in read.schema:
            raise CannotReadError
        _require_exact(choices)
        field: ChoicesField = {
            "type": "choices",
            **_common(read, place),
            "options": choices,
            "min_items": _count(read.schema, "minItems"),
            "max_items": _count(read.schema, "maxItems"),
        }
        given = place.default
        fits = is_list(given) and all(_is_option(item, choices) for item in given)
        return _start(field, place, fits=fits)

    def _object(self, read: Plain, place: _Place) -> ObjectField:
        schema = read.schema
        drawn = schema.get("properties", {} if schema.get("additionalProperties") is False else None)
        if not is_object(drawn) or not _OBJECT_KEYWORDS.isdisjoint(schema):
            raise CannotReadError
        given: Schema = place.default if is_object(place.default) else {}
        if not given.keys() <= drawn.keys():
            raise CannotReadError  # its other keys would be lost
        required = schema.get("required")
        needed = {name for name in required if isinstance(name, str)} if is_list(required) else set[str]()
        if not needed <= drawn.keys():
            raise CannotReadError
        fields: list[NamedField] = [
            {
                "name": name,
                "field": self.field(
                    inner,
                    _Place(
                        label=None,
                        name=_readable(name),
                        required=name in needed,
                        default=given.get(name, MISSING),
                        seen=read.seen,
                    ),
                ),
            }
            for name, inner in drawn.items()
        ]
        field: ObjectField = {"type": "object", **_common(read, place), "fields": fields}
        if read.nullable and place.default is None:
            field["default"] = None
        return field


_OBJECT_KEYWORDS = {"patternProperties", "propertyNames", "minProperties", "if", "dependentSchemas", "not"}
"""What says more about an object than its fields can."""


def _with_own_words(own: Schema, place: _Place) -> _Place:
    # A class's title names the class ("Address"), not the key that holds one; so only what stands at the key
    # itself is its label. At the root there is no key.
    title = own.get("title")
    label = place.label or (title if isinstance(title, str) and title else None)
    default = own.get("default", MISSING) if place.default is MISSING else place.default
    return replace(place, label=label, default=default)


def _with_schema_default(schema: Schema, place: _Place) -> _Place:
    if place.label is None and place.name == "Answer" and isinstance(schema.get("title"), str):
        place = replace(place, label=schema["title"] or None)
    if place.default is not MISSING:
        return place
    return replace(place, default=schema.get("default", schema.get("const", MISSING)))


class _Common(TypedDict):
    """The keys that every field has, but `default`."""

    label: str
    help: str | None
    required: bool
    nullable: bool


def _common(read: Plain, place: _Place) -> _Common:
    description = read.schema.get("description")
    return {
        "label": place.label or place.name,
        "help": description if isinstance(description, str) and description else None,
        "required": place.required,
        "nullable": read.nullable,
    }


def _start(field: Any, place: _Place, *, fits: bool) -> Any:
    """The field with its default, if it is one that the field can show."""
    if place.default is None and field["nullable"]:
        field["default"] = None
    elif fits:
        field["default"] = place.default
    return field


def _json(own: Schema, root: Schema, place: _Place) -> JsonField:
    description = own.get("description")
    nullable = allows_null(own)
    shown = place.default is not MISSING and not (nullable and place.default is None) and not has_secret(own, root)
    return {
        "type": "json",
        "label": place.label or place.name,
        "help": description if isinstance(description, str) and description else None,
        "required": place.required,
        "nullable": nullable,
        "default_text": as_json_text(place.default) if shown else None,
    }


def _choice(choices: list[Option], read: Plain, place: _Place) -> ChoiceField:
    if not choices:
        raise CannotReadError
    _require_exact(choices)
    field: ChoiceField = {"type": "choice", **_common(read, place), "options": choices}
    return _start(field, place, fits=_is_option(place.default, choices))


def _string(read: Plain, place: _Place) -> FieldView:
    schema = read.schema
    given = place.default
    is_text = isinstance(given, str)
    match schema.get("format"):
        case "date":
            date: DateField = {
                "type": "date",
                **_common(read, place),
                "minimum": _date_bound(schema, "formatMinimum"),
                "maximum": _date_bound(schema, "formatMaximum"),
            }
            return _start(date, place, fits=is_text and is_date(given))
        case "date-time":
            moment: DateTimeField = {"type": "datetime", **_common(read, place)}
            fits = is_text and is_datetime(given)
            return _start(moment, replace(place, default=normal_datetime(given)) if fits else place, fits=fits)
        case "time":
            time: TimeField = {"type": "time", **_common(read, place)}
            fits = is_text and is_time(given)
            return _start(time, replace(place, default=normal_time(given)) if fits else place, fits=fits)
        case format_:
            return _text(format_, read, place)


def _text(format_: Any, read: Plain, place: _Place) -> TextField:
    schema = read.schema
    given = place.default
    secret = format_ == "password" or schema.get("writeOnly") is True
    shortest = _count(schema, "minLength")
    pattern = schema.get("pattern")
    field: TextField = {
        "type": "text",
        **_common(read, place),
        "format": "password" if secret else _TEXT_FORMATS.get(str(format_)),
        "multiline": format_ in _MULTILINE_FORMATS or bool(schema.get("x-multiline")),
        # Whose default is empty may be left so.
        "min_length": 0 if given == "" and shortest is None else shortest,
        "max_length": _count(schema, "maxLength"),
        "pattern": pattern if isinstance(pattern, str) else None,
    }
    # A secret never crosses to the browser, not even as a default.
    return _start(field, place, fits=isinstance(given, str) and not secret)


def _number(read: Plain, place: _Place) -> NumberField:
    schema = read.schema
    integer = schema.get("type") == "integer"
    given = place.default
    if (digits := as_number(given)) is not None:
        given = digits
        place = replace(place, default=given)
    if not survives_javascript(given):
        raise CannotReadError
    step = _bound(schema, "multipleOf")
    field: NumberField = {
        "type": "number",
        **_common(read, place),
        "integer": integer,
        "minimum": _bound(schema, "minimum"),
        "maximum": _bound(schema, "maximum"),
        "exclusive_minimum": _bound(schema, "exclusiveMinimum"),
        "exclusive_maximum": _bound(schema, "exclusiveMaximum"),
        "multiple_of": step if step is not None and step > 0 else None,
    }
    return _start(field, place, fits=is_number(given) and (not integer or is_integral(given)))


def _implied_type(schema: Schema) -> str | None:
    if "properties" in schema:
        return "object"
    return "array" if "items" in schema else None


def _is_option(value: Any, choices: list[Option]) -> bool:
    return any(same(option["value"], value) for option in choices)


def _require_exact(choices: list[Option]) -> None:
    if not all(survives_javascript(option["value"]) for option in choices):
        raise CannotReadError


def _bound(schema: Schema, keyword: str) -> float | None:
    bound = schema.get(keyword)
    return bound if is_number(bound) else None


def _count(schema: Schema, keyword: str) -> int | None:
    count = _bound(schema, keyword)
    return int(count) if count is not None and is_integral(count) and count >= 0 else None


def _date_bound(schema: Schema, keyword: str) -> str | None:
    bound = schema.get(keyword)
    return bound if isinstance(bound, str) and is_date(bound) else None


def _readable(name: str) -> str:
    """`delivery_date` → `Delivery date`."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else name
