"""What the browser replies to a field: whether it fits, and the JSON value that it stands for."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any

from ..errors import InvalidAnswerError
from ..protocol import FieldView, ListField, MapField, ObjectField, TupleField, UnionField
from . import words
from .bounded import canonical
from .children import branch_field, followed, inside, join, key_path, parts_of, value_path
from .leaf_replies import Refused, read_leaf
from .patience import limited
from .patterns import matches
from .values import MISSING, Missing, is_list, is_object, is_storable, same


def check(field: FieldView, reply: Any) -> dict[str, str]:
    """What is wrong with a reply, a sentence by path; empty if it fits. The browser does the same while one types.

    A reply is `None` where a field was left empty (an empty text counts as that, unless `min_length` is 0), and an
    object's key may be absent.
    """
    reading = _Reading()
    with limited():
        reading.read(field, reply, "")
    return reading.errors


def decode(field: FieldView, reply: Any) -> Any:
    """The JSON value that a reply stands for.

    Raises:
        InvalidAnswerError: the reply does not fit; a sentence by path.
    """
    reading = _Reading()
    with limited():
        value = reading.read(field, reply, "")
    if reading.errors:
        raise InvalidAnswerError(reading.errors)
    return None if value is MISSING else value


def default_reply(field: FieldView) -> Any:
    """The reply that the field's defaults make; `MISSING` where there are none.

    It is what the browser sends if nobody touched the field, but for what only a person can mean by that: an empty
    list, or an empty text where one may be.
    """
    started = _started(field)
    is_asked_for = field["type"] == "object" and field["required"] and not field["nullable"]
    return {} if started is MISSING and is_asked_for else started


def _started(field: FieldView) -> Any:
    """What a field starts with."""
    if "default" in field:
        return field["default"]
    if field["type"] == "json":
        return MISSING if field["default_text"] is None else field["default_text"]
    if field["type"] == "rank":
        return [option["value"] for option in field["options"]]
    parts = _parts(field)
    if all(_started(part) is MISSING for part in parts.values()):
        return MISSING
    if (not field["required"] or field["nullable"]) and any(map(_is_incomplete, parts.values())):
        return MISSING  # nobody asked for it, and as it starts it could not be sent
    replies = {name: default_reply(part) for name, part in parts.items()}
    if field["type"] == "tuple":
        return [None if reply is MISSING else reply for reply in replies.values()]
    return {name: reply for name, reply in replies.items() if reply is not MISSING}


def _parts(field: FieldView) -> dict[str, FieldView]:
    if field["type"] == "object":
        return {named["name"]: named["field"] for named in parts_of(field)}
    return {str(index): place for index, place in enumerate(field["places"])} if field["type"] == "tuple" else {}


def _is_incomplete(field: FieldView) -> bool:
    """Whether a field that must be filled in starts empty, or something inside it does."""
    if not field["required"] or field["nullable"]:
        return False
    return _started(field) is MISSING or ("default" not in field and any(map(_is_incomplete, _parts(field).values())))


def is_empty(field: FieldView, reply: Any) -> bool:
    """Whether a reply means that nothing was entered."""
    if reply is None:
        return True
    if not isinstance(reply, str):
        return False
    match field["type"]:
        case "text":
            return reply == "" and field["min_length"] != 0
        case "json":
            return not reply.strip()
        case "number" | "date" | "datetime" | "time" | "file":
            return reply == ""
        case _:
            return False


@dataclass
class _Reading:
    """One pass over a reply; `check` and `decode` are the same pass, so they cannot disagree."""

    errors: dict[str, str] = field(default_factory=dict[str, str])
    untouched: bool = False
    """Whether what is read is inside a default that came back as it was."""

    def read(self, field: FieldView, reply: Any, path: str) -> Any:
        field = followed(field)
        outside = self.untouched
        self.untouched = outside or ("default" in field and same(reply, field["default"]))
        try:
            return self._read(field, reply, path)
        finally:
            self.untouched = outside

    def _read(self, field: FieldView, reply: Any, path: str) -> Any:
        try:
            if reply is None and self.untouched and field["nullable"]:
                return None  # a key that was left out there is not in the reply either, so this one is meant
            if is_empty(field, reply):
                return _read_empty(field, inside_object=bool(path))
            match field["type"]:
                case "object":
                    return self._read_object(field, reply, path)
                case "list":
                    return self._read_list(field, reply, path)
                case "tuple":
                    return self._read_tuple(field, reply, path)
                case "map":
                    return self._read_map(field, reply, path)
                case "union":
                    return self._read_union(field, reply, path)
                case _:
                    return read_leaf(field, reply)
        except Refused as refused:
            self.errors[path] = str(refused)
            return MISSING

    def _read_object(self, field: ObjectField, reply: Any, path: str) -> dict[str, Any]:
        if not is_object(reply):
            raise Refused(words.NOT_OBJECT)
        # A key that no field draws is kept: the schema decides about it, not we.
        value = dict(reply)
        for named in field["fields"]:
            name = named["name"]
            if name not in reply and not named["field"]["required"]:
                continue
            read = self.read(inside(field, named["field"]), reply.get(name), join(path, name))
            if read is MISSING:
                value.pop(name, None)
            else:
                value[name] = read
        maps = [(named, value.pop(named["name"], None)) for named in field.get("rest", ())]
        for named, entries in maps:
            if entries is not None:
                value |= self._read_rest(inside(field, named["field"]), entries, join(path, named["name"]), value)
        return value

    def _read_rest(self, field: FieldView, entries: Any, path: str, above: Container[str]) -> dict[str, Any]:
        """What a map for an object's other keys adds to those that are there already."""
        read = self.read(field, entries, path)
        if not is_object(read):
            return {}
        for index, (key, _) in enumerate(entries):
            if key in above:
                self.errors.setdefault(key_path(path, index), words.KEY_TWICE)
        return read

    def _read_list(self, field: ListField, reply: Any, path: str) -> list[Any]:
        if not is_list(reply):
            raise Refused(words.NOT_A_LIST)
        self._count(field, reply, path)
        item_field = inside(field, field["item"])
        items: list[Any] = []
        above: set[str] = set()
        for index, item in enumerate(reply):
            items.append(self.read(item_field, item, join(path, index)))
            if field["unique"]:
                if (written := canonical(item)) in above:
                    self.errors.setdefault(join(path, index), words.SAME_ITEM)
                above.add(written)
        return items

    def _read_tuple(self, field: TupleField, reply: Any, path: str) -> list[Any]:
        if not is_list(reply) or len(reply) != len(field["places"]):
            raise Refused(words.NOT_A_LIST)
        places = zip(field["places"], reply, strict=True)
        return [self.read(inside(field, place), item, join(path, index)) for index, (place, item) in enumerate(places)]

    def _read_map(self, field: MapField, reply: Any, path: str) -> dict[str, Any]:
        if not is_list(reply) or not all(map(_is_entry, reply)):
            raise Refused(words.NOT_OBJECT)
        self._count(field, reply, path)
        value_field = inside(field, field["value"])
        value: dict[str, Any] = {}
        for index, (key, inner) in enumerate(reply):
            if (wrong := _wrong_key(field, key, value)) is not None:
                self.errors[key_path(path, index)] = wrong
            value[key] = self.read(value_field, inner, value_path(path, key, index, value))
        return value

    def _count(self, field: ListField | MapField, reply: list[Any], path: str) -> None:
        if (fewest := field["min_items"]) is not None and len(reply) < fewest:
            self.errors[path] = words.at_least_items(fewest)
        if (most := field["max_items"]) is not None and len(reply) > most:
            self.errors[path] = words.at_most_items(most)

    def _read_union(self, field: UnionField, reply: Any, path: str) -> Any:
        index = reply.get("branch") if is_object(reply) else None
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(field["branches"]):
            raise Refused(words.CHOOSE_ONE)
        value = self.read(branch_field(field, index), reply.get("value"), path)
        constants = field["branches"][index]["constants"]
        return {**constants, **value} if constants and is_object(value) else value


def _is_entry(entry: Any) -> bool:
    return is_list(entry) and len(entry) == 2 and isinstance(entry[0], str)


def _wrong_key(field: MapField, key: str, above: Container[str]) -> str | None:
    if key == "":
        return words.FILL_IN
    if not is_storable(key):
        return words.NOT_TEXT
    if key in above:
        return words.KEY_TWICE
    if key in field.get("taken", ()):
        return words.KEY_TAKEN
    if field["keys"] is not None and key not in field["keys"]:
        return words.NOT_A_KEY
    pattern = field["key_pattern"]
    if pattern is not None and not matches(pattern, key):
        return words.no_match(pattern)
    elsewhere = next((other for other in field.get("elsewhere", ()) if matches(other, key)), None)
    return None if elsewhere is None else words.key_elsewhere(elsewhere)


def _read_empty(field: FieldView, *, inside_object: bool) -> Missing | None:
    start = field.get("default", field["default_text"] if field["type"] == "json" else MISSING)
    has_default = start not in (MISSING, None, "null") if field["type"] == "json" else start not in (MISSING, None)
    optional = inside_object and not field["required"]
    if field.get("read_only") and inside_object and not field["nullable"]:
        return MISSING  # nobody can fill it in
    if field["nullable"]:
        # Left out, a key would come back with its default; cleared on purpose, or null from the start, it is null.
        return MISSING if optional and not has_default and "default" not in field else None
    if optional and not has_default:
        return MISSING
    raise Refused(words.CHOOSE_ONE if field["type"] in _CHOSEN else words.FILL_IN)


_CHOSEN = {"boolean", "choice", "union"}
