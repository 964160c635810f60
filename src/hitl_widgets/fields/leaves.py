"""JSON Schema → the fields that hold one value: texts, numbers, choices, dates."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from typing import Any, Literal, cast

from ..files.rules import FORMATS, FileRules
from ..protocol import (
    ChoiceField,
    ChoicesField,
    DateField,
    DateTimeField,
    FieldView,
    FileField,
    NumberField,
    Option,
    RankField,
    TextField,
    TimeField,
)
from ..texts.clipped import clipped
from .encode import CannotShowError, encode
from .json_text import as_json_text
from .merge import CannotReadError
from .moments import bounds_of
from .patterns import LONGEST as LONGEST_PATTERN
from .place import Place, common
from .schema import Plain, Schema, as_number
from .values import MISSING, is_integral, is_number, survives_javascript

_TEXT_FORMATS: dict[str, Literal["email", "url", "uuid", "duration", "color", "markdown"]] = {
    "email": "email",
    "idn-email": "email",
    "uri": "url",
    "url": "url",
    "uuid": "uuid",
    "duration": "duration",
    "color": "color",
    "markdown": "markdown",
}
_LONGEST_OPTIONS = 200_000
"""Characters of all choices; they travel with every update of their card."""
_LONGEST_VALUE = 60
"""Characters of a value that tells an option from another one."""
_LONGEST_LINE = 80
"""Characters of a text that a field of one line starts from."""
_GAP = re.compile(r"\s{4}")
"""What looks like the end of it, where it goes on."""
_MULTILINE_FORMATS = {"multiline", "textarea", "markdown"}


def start(field: Any, place: Place) -> Any:
    """The field with its default, if it is one that the field can show."""
    if place.default is MISSING:
        return field
    with contextlib.suppress(CannotShowError):
        field["default"] = encode(field, place.default)
    return field


def choice(options: list[Option], read: Plain, place: Place) -> ChoiceField:
    """One of several.

    Raises:
        CannotReadError: there are none, they are too large to show, or JavaScript would round one of them.
    """
    _require_exact(options)
    field: ChoiceField = {"type": "choice", **common(read, place), "options": _apart(options)}
    return start(field, place)


def choices(options: list[Option], read: Plain, place: Place) -> ChoicesField:
    """Several of many.

    Raises:
        CannotReadError: see `choice`.
    """
    _require_exact(options)
    field: ChoicesField = {
        "type": "choices",
        **common(read, place),
        "options": _apart(options),
        "min_items": count(read.schema, "minItems"),
        "max_items": count(read.schema, "maxItems"),
    }
    return start(field, place)


def is_ranking(options: list[Option], schema: Schema) -> bool:
    """Whether the values of an array's schema are all of the options, each once."""
    return schema.get("uniqueItems") is True and count(schema, "minItems") == count(schema, "maxItems") == len(options)


def rank(options: list[Option], read: Plain, place: Place) -> RankField:
    """All of several, in an order.

    Raises:
        CannotReadError: see `choice`.
    """
    _require_exact(options)
    field: RankField = {"type": "rank", **common(read, place), "options": _apart(options)}
    return start(field, place)


def string(read: Plain, place: Place) -> FieldView:
    """A text, or what is written as one."""
    schema = read.schema
    match schema.get("format"):
        case "date":
            bounds = bounds_of(schema, "date")
            date: DateField = {"type": "date", **common(read, place), **bounds}
            return start(date, place)
        case "date-time":
            bounds = bounds_of(schema, "date-time")
            moment: DateTimeField = {"type": "datetime", **common(read, place), **bounds}
            return start(moment, place)
        case "time":
            bounds = bounds_of(schema, "time")
            time: TimeField = {"type": "time", **common(read, place), **bounds}
            return start(time, place)
        case "path" | "file-path" | "directory-path" as path if schema.get("writeOnly") is not True:
            return _file(FileRules(FORMATS[path]), read, place)
        case format_:
            return _text(format_, read, place)


def _file(rules: FileRules, read: Plain, place: Place) -> FileField:
    """A path in the working folder. Whose question it is may say more (`controls/ask_file.py`); a schema may not."""
    file = cast("FileField", {"type": "file", **common(read, place)})
    rules.put_into(file)
    return start(file, place)


def _text(format_: Any, read: Plain, place: Place) -> TextField:
    schema = read.schema
    secret = format_ == "password" or schema.get("writeOnly") is True
    shortest = count(schema, "minLength")
    pattern = schema.get("pattern")
    field: TextField = {
        "type": "text",
        **common(read, place),
        "format": "password" if secret else _TEXT_FORMATS.get(str(format_)),
        "multiline": format_ in _MULTILINE_FORMATS or bool(schema.get("x-multiline")),
        # Whose default is empty may be left so.
        "min_length": 0 if place.default == "" and shortest is None else shortest,
        "max_length": count(schema, "maxLength"),
        # One that is longer nobody tries.
        "pattern": pattern if isinstance(pattern, str) and len(pattern) <= LONGEST_PATTERN else None,
    }
    if field["multiline"] and not secret and isinstance(proposal := schema.get("x-compare"), str):
        field["compare"] = proposal
    start(field, place)
    if field["format"] is None and isinstance(default := field.get("default"), str) and fills_several_lines(default):
        field["multiline"] = True
    return field


def fills_several_lines(text: str) -> bool:
    r"""Whether a text needs several lines to be seen: one line would hide the end of it, or of its lines.

    >>> fills_several_lines("ok"), fills_several_lines("ok" + 60 * " " + "and more"), fills_several_lines("a\nb")
    (False, True, True)
    """
    return len(text) > _LONGEST_LINE or "\n" in text or _GAP.search(text) is not None


def number(read: Plain, place: Place) -> NumberField:
    """A number.

    Raises:
        CannotReadError: JavaScript would round its default.
    """
    schema = read.schema
    digits = as_number(place.default)
    start_at = place.default if digits is None else digits
    if not survives_javascript(start_at) and (schema.get("type") == "integer" or isinstance(start_at, int)):
        raise CannotReadError
    step = _bound(schema, "multipleOf")
    field: NumberField = {
        "type": "number",
        **common(read, place),
        "integer": schema.get("type") == "integer",
        "minimum": _bound(schema, "minimum"),
        "maximum": _bound(schema, "maximum"),
        "exclusive_minimum": _bound(schema, "exclusiveMinimum"),
        "exclusive_maximum": _bound(schema, "exclusiveMaximum"),
        "multiple_of": step if step is not None and step > 0 else None,
    }
    return start(field, place)


def count(schema: Schema, keyword: str) -> int | None:
    """A bound that counts something."""
    bound = _bound(schema, keyword)
    return int(bound) if bound is not None and is_integral(bound) and bound >= 0 else None


def _bound(schema: Schema, keyword: str) -> float | None:
    bound = schema.get(keyword)
    return bound if is_number(bound) else None


def _apart(options: list[Option]) -> list[Option]:
    """Options of which no two look the same, as 'tea' and 'tea ' do: those say their values, too."""
    labels = [" ".join(one["label"].split()) for one in options]
    often = Counter(labels)
    return [
        {**one, "label": _with_value(one)} if often[label] > 1 and "image" not in one else one
        for one, label in zip(options, labels, strict=True)
    ]


def _with_value(option: Option) -> str:
    value = clipped(as_json_text(option["value"]), _LONGEST_VALUE)
    return value if option["label"] == option["value"] else f"{option['label']} ({value})"


def _require_exact(options: list[Option]) -> None:
    if not options or not all(survives_javascript(option["value"]) for option in options):
        raise CannotReadError
    if sum(len(option["label"]) + len(as_json_text(option["value"])) for option in options) > _LONGEST_OPTIONS:
        raise CannotReadError
