"""The arguments of a tool or an action: as a list to read, as a form to edit, and what an edit has changed."""

from __future__ import annotations

from typing import Any, cast

from ..errors import InvalidAnswerError
from ..fields import (
    MISSING,
    Schema,
    as_json_text,
    as_read_json_text,
    decode,
    default_reply,
    field_for,
    has_secret,
    is_object,
    same,
)
from ..fields.place import LONGEST_JSON, title_of
from ..fields.values import is_list
from ..protocol import ArgumentView, FieldView
from ..texts.apart import told_apart
from ..texts.clipped import clipped
from ..texts.jsonable import as_text, jsonable
from .payload import readable
from .question import cut

_LONGEST_TEXT = 20_000
"""Characters of one argument; a card is read, and its traits travel with every update."""
_LONGEST_OF_ALL = 100_000
"""Characters of all arguments."""
_LONGEST_LABEL = 300
_MOST = 100
"""Arguments."""
_LONGEST_CHANGE = 60
"""Characters of a value in the timeline."""
_MOST_BITS = 1023
"""Of a whole number that JavaScript's are large enough for, all of them."""
_DOTS = "••••••"
_EMPTY: tuple[Any, ...] = (None, "", [], {})


def listed(arguments: dict[str, Any], schema: Schema | None = None) -> list[ArgumentView]:
    """The arguments to read before deciding. Values of secret properties are not told.

    >>> [(one["label"], one["text"], one["type"]) for one in listed({"order_id": 42, "code": "42"})]
    [('Order id', '42', 'number'), ('Code', '42', 'text')]
    """
    properties = _properties(schema)
    shown: list[ArgumentView] = []
    left = _LONGEST_OF_ALL
    labels = told_apart({name: title_of(properties.get(name)) or readable(name) for name in list(arguments)[:_MOST]})
    for name, label in labels.items():
        own, longest = properties.get(name), min(left, _LONGEST_TEXT)
        shown.append(_argument(name, cut(label, _LONGEST_LABEL), arguments[name], own, schema, longest))
        left = max(left - len(shown[-1]["text"]), 200)
    if len(arguments) > _MOST:
        more = f"{len(arguments) - _MOST} more, which are too many to show"
        shown.append({"name": "", "label": "…", "text": more, "type": "text"})
    return shown


def form(arguments: dict[str, Any], schema: Schema | None = None) -> FieldView:
    """A form that starts from the arguments.

    Args:
        arguments: what the model asked for.
        schema: the tool's own, its `$defs` with it. Without one each argument keeps the kind of value it has: 42 stays
            a number, "42" a text.

    An argument that is too large to be edited is not in it, and stays as it is.
    """
    left_out = too_large(arguments)
    properties = {name: own for name, own in _properties(schema).items() if name not in left_out}
    arguments = {name: value for name, value in arguments.items() if name not in left_out}
    # What the schema does not declare passes through the tool's own check, so it must not get lost here either.
    undeclared = {name: _schema_of(value) for name, value in arguments.items() if name not in properties}
    required: list[Any] = schema["required"] if schema is not None and is_list(schema.get("required")) else []
    whole: Schema = {
        **(schema or {}),
        "type": "object",
        "title": "Arguments",
        "properties": {**properties, **undeclared},
        # Left empty, an argument that was given would be gone.
        "required": [*(n for n in required if n not in left_out), *(n for n in arguments if n not in set(required))],
    }
    field = field_for(whole, default=jsonable(arguments))
    for named in field["fields"] if field["type"] == "object" else []:
        if isinstance(arguments.get(named["name"]), str):
            _let_be_empty(named["field"])
    return field


def edited(arguments: dict[str, Any], field: FieldView, value: Any) -> Any:
    """The arguments with what was changed in their form; what was not is to the last digit what it was.

    >>> given = {"limit": 1.0, "note": "", "tags": []}
    >>> edited(given, form(given), {"limit": 1, "note": "new", "tags": []})
    {'limit': 1.0, 'note': 'new', 'tags': []}
    """
    if field["type"] != "object" or not is_object(value):
        return arguments if same(value, jsonable(arguments)) else value
    result = dict(arguments)
    by_name = {named["name"]: named["field"] for named in field["fields"]}
    for name, entered in value.items():
        inner = by_name.get(name)
        if name not in arguments:
            # A default that nobody touched is the tool's business.
            if inner is None or inner["required"] or not _is_untouched(inner, entered):
                result[name] = entered
        elif inner is None or not _is_unchanged(inner, jsonable(arguments[name]), entered):
            result[name] = _merged(inner, arguments[name], entered)
    # A key without a field of its own stands in a map, from which it may have been removed.
    kept = by_name.keys() | value.keys() | too_large(arguments)
    removed = {name for name in arguments if "rest" in field and name not in kept}
    return {name: value for name, value in result.items() if name not in removed}


def too_large(arguments: dict[str, Any]) -> set[str]:
    """The names of the arguments that no form can hold: past a hundred, past 100 000 characters, of long names, 10^309."""
    large: set[str] = set()
    left = _LONGEST_OF_ALL
    for index, (name, value) in enumerate(arguments.items()):
        size = len(_as_text(value))
        is_large = len(name) > _LONGEST_LABEL or size > min(left, LONGEST_JSON) or _has_large_number(jsonable(value))
        if index >= _MOST or is_large:
            large.add(name)
        else:
            left -= size
    return large


def _has_large_number(plain: Any) -> bool:
    """Whether there is a whole number that no browser has: it would be refused as it stands, and with it what was edited."""
    if isinstance(plain, int):
        return plain.bit_length() > _MOST_BITS
    if is_object(plain):
        return any(map(_has_large_number, plain.values()))
    return is_list(plain) and any(map(_has_large_number, plain))


def changes(before: dict[str, Any], after: dict[str, Any]) -> str:
    """What an edit changed, for the timeline.

    >>> changes({"limit": 5, "lang": "en"}, {"limit": 10, "lang": "en", "strict": True})
    'limit 5 → 10, strict: true'
    """
    said = [
        f"{name} {_short(before[name])} → {_short(value)}" if name in before else f"{name}: {_short(value)}"
        for name, value in after.items()
        if name not in before or not same(jsonable(before[name]), jsonable(value))
    ]
    said += [f"without {name}" for name in before if name not in after]
    return ", ".join(said) or "nothing changed"


def _let_be_empty(field: FieldView) -> None:
    """A text that was given may become the empty text; a secret that is left empty stays what it was."""
    if field["type"] != "text":
        return
    if field["format"] == "password":
        field["required"] = False
    elif field["min_length"] is None:
        field["min_length"] = 0


def _merged(field: FieldView | None, before: Any, entered: Any) -> Any:
    if field is not None and field["type"] == "object" and is_object(before):
        return edited(before, field, entered)
    return entered


def _is_unchanged(field: FieldView, before: Any, entered: Any) -> bool:
    # An empty text, list or object may come back as null from a field that is nullable; a JSON field says which it is.
    both_empty = field["type"] != "json" and entered in _EMPTY and before in _EMPTY
    return both_empty or same(before, entered)


def _is_untouched(field: FieldView, entered: Any) -> bool:
    start = default_reply(field)
    if start is MISSING:
        return entered is None
    try:
        return same(decode(field, start), entered)
    except InvalidAnswerError:
        return False


def _properties(schema: Schema | None) -> dict[str, Any]:
    properties = schema.get("properties") if schema is not None else None
    return properties if is_object(properties) else {}


def _argument(name: str, label: str, value: Any, own: Any, schema: Schema | None, longest: int) -> ArgumentView:
    plain = jsonable(value)
    # It names the argument to the browser, in whose form a longer one is not.
    name = name[:_LONGEST_LABEL]
    if own is not None and has_secret(own, schema or {}):
        return {"name": name, "label": label, "text": _DOTS, "type": "secret"}
    return {"name": name, "label": label, "text": cut(_as_text(plain), longest), "type": _type_of(plain)}


def _as_text(value: Any) -> str:
    plain = jsonable(value)
    return plain if isinstance(plain, str) else as_read_json_text(plain)


def _type_of(value: Any) -> Any:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "text"
    if is_list(value):
        return "list"
    return "object" if is_object(value) else "number"


_SCHEMAS: dict[str, Schema] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "list": {"type": "array"},
    "null": {},
}


def _schema_of(value: Any) -> Schema:
    """A schema for values of the same kind, down to the keys of objects."""
    plain = jsonable(value)
    if not is_object(plain):
        schema = dict(_SCHEMAS[_type_of(plain)])
        if isinstance(plain, str) and "\n" in plain:
            schema["x-multiline"] = True
        return schema
    if all(inner in _EMPTY for inner in plain.values()):
        return {}  # its form would look as if nobody had filled it in, and be left out
    properties = {name: _schema_of(inner) for name, inner in plain.items()}
    return {"type": "object", "properties": properties, "required": list(plain)}


def _short(value: Any) -> str:
    plain = jsonable(value)
    text = as_json_text(plain).replace("\n", " ") if not is_object(plain) and not is_list(plain) else as_text(plain)
    return clipped(text, _LONGEST_CHANGE)


def arguments_of(value: Any) -> dict[str, Any] | None:
    """The arguments, if they are a dict with text keys."""
    if not is_object(value):
        return None
    return value if all(isinstance(key, str) for key in cast("dict[Any, Any]", value)) else None
