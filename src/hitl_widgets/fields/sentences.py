"""What `jsonschema` has against a value, in our sentences and at the path where it can be mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from ..errors import InvalidAnswerError
from . import formats, moments, words
from .patterns import matches
from .rest import patterns_of
from .values import is_list, is_object

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


def sentences(error: ValidationError) -> Iterator[tuple[str, str]]:
    """What an error says, each sentence with its path."""
    path = "/".join(map(str, error.absolute_path))
    keyword = str(error.validator)
    if isinstance(error.cause, InvalidAnswerError):  # a keyword of ours, in its own words
        yield from ((_join(path, inner), sentence) for inner, sentence in error.cause.fields.items())
    elif _is_of_a_key(error):
        sentence = words.NOT_A_KEY if keyword in {"const", "enum"} else words.of_key(_sentence(keyword, error))
        yield _join(path, str(error.instance)), sentence
    elif keyword in {"anyOf", "oneOf"} and error.context:
        yield from _of_nearest_branch(error, path)
    elif keyword == "required":
        yield _join(path, _missing_key(error)), words.FILL_IN
    elif keyword in {"dependentRequired", "dependencies"} and (missing := _depended_on(error)):
        for name in missing:
            yield _join(path, name), words.FILL_IN
    elif keyword in {"additionalProperties", "unevaluatedProperties"}:
        for name in _extra_keys(error):
            yield _join(path, name), words.NOT_EXPECTED
    else:
        yield path, _sentence(keyword, error)


def _of_nearest_branch(error: ValidationError, path: str) -> Iterator[tuple[str, str]]:
    """Where one alternative has the value's type, what that one says; `null | integer` refuses -1 for the integer."""
    by_branch: dict[Any, list[ValidationError]] = {}
    for inner in error.context:
        by_branch.setdefault(inner.schema_path[0], []).append(inner)
    near = [branch for branch in by_branch.values() if not any(_is_of_another_type(inner, error) for inner in branch)]
    if len(near) > 1:  # objects of several kinds: the one whose constant key the value has
        near = [branch for branch in near if not any(inner.validator == "const" for inner in branch)] or near
    if len(near) != 1:
        others = [branch for branch in by_branch.values() if not all(map(_wants_null, branch))]
        near = others if not near and len(others) == 1 else []
    if len(near) != 1:
        all_constants = all(inner.validator in {"const", "enum"} for branch in by_branch.values() for inner in branch)
        yield path, words.NOT_A_CHOICE if all_constants else "Fits none of the forms that are allowed here."
        return
    for inner in near[0]:
        yield from sentences(inner)


def _is_of_another_type(inner: ValidationError, error: ValidationError) -> bool:
    return inner.validator == "type" and list(inner.absolute_path) == list(error.absolute_path)


def _wants_null(inner: ValidationError) -> bool:
    return inner.validator == "type" and inner.validator_value == "null"


def _missing_key(error: ValidationError) -> str:
    # jsonschema yields one error a missing key, and names the key only in its message, as repr.
    for name in cast("list[str]", error.validator_value):
        if error.message.startswith(repr(name)):
            return name
    return ""


def _depended_on(error: ValidationError) -> list[str]:
    """The keys that others want beside them."""
    instance = cast("dict[str, Any]", error.instance)
    wanted = cast("dict[str, Any]", error.validator_value)
    named = [names for key, names in wanted.items() if key in instance and is_list(names)]
    return [name for names in named for name in names if name not in instance]


def _extra_keys(error: ValidationError) -> list[str]:
    schema = cast("dict[str, Any]", error.schema)
    known: set[str] = set(schema.get("properties", {}))
    patterns = patterns_of(schema)
    extra = [
        name
        for name in cast("dict[str, Any]", error.instance)
        if name not in known and not any(matches(pattern, name) for pattern in patterns)
    ]
    # With `unevaluatedProperties` other schemas have a say, of which only the message tells.
    return [name for name in extra if error.validator == "additionalProperties" or repr(name) in error.message]


def _is_of_a_key(error: ValidationError) -> bool:
    """Whether the error is about a key itself (`propertyNames`), which jsonschema says at the object."""
    way = list(error.absolute_schema_path)
    # A key that is called so has "properties" before it.
    return any(step == "propertyNames" and way[at - 1] != "properties" for at, step in enumerate(way))


def _join(path: str, name: str) -> str:
    return "/".join(filter(None, (path, name)))


_FIXED = {"const": words.NOT_A_CHOICE, "enum": words.NOT_A_CHOICE, "oneOf": "Fits more than one of the forms."}

_BY_BOUND: dict[str, Callable[[Any], str]] = {
    "minLength": words.at_least_characters,
    "maxLength": words.at_most_characters,
    "pattern": words.no_match,
    "minimum": words.at_least,
    "maximum": words.at_most,
    "exclusiveMinimum": words.more_than,
    "exclusiveMaximum": words.less_than,
    "multipleOf": words.multiple_of,
}

_BY_TYPE = {
    "string": words.NOT_TEXT,
    "number": words.NOT_NUMBER,
    "integer": words.NOT_INTEGER,
    "boolean": words.CHOOSE_ONE,
    "object": words.NOT_OBJECT,
    "array": words.NOT_A_LIST,
    "null": "Must be null.",
}


def _sentence(keyword: str, error: ValidationError) -> str:
    bound: Any = error.validator_value
    if keyword in _FIXED:
        return _FIXED[keyword]
    if keyword in _BY_BOUND:
        return _BY_BOUND[keyword](bound)
    if keyword in moments.BOUNDS:
        _, of_date, of_time = moments.BOUNDS[keyword]
        return (of_date if cast("Any", error.schema).get("format") == "date" else of_time)(bound)
    if keyword in {"minItems", "maxItems", "uniqueItems"}:
        return _of_items(keyword, bound, error)
    if keyword in {"minProperties", "maxProperties"}:
        return words.at_least_items(bound) if keyword == "minProperties" else words.at_most_items(bound)
    if keyword == "type":
        return _of_type(bound, error)
    if keyword == "format":
        return formats.SCHEMA_FORMATS.get(str(bound), (None, f"Not a valid {bound}."))[1]
    if keyword in {"contains", "minContains", "maxContains"}:
        return _of_contained(keyword, error)
    # jsonschema's own message quotes the value, and a value may be a secret.
    return f"Does not fit the schema ({keyword})."


def _of_items(keyword: str, bound: Any, error: ValidationError) -> str:
    items = cast("dict[str, Any]", error.schema).get("items")
    chosen = is_object(items) and not {"enum", "const", "oneOf", "anyOf", "$ref"}.isdisjoint(items)
    if keyword == "uniqueItems":
        return words.CHOSEN_TWICE if chosen else "Has the same item twice."
    if chosen:
        return words.choose_at_least(bound) if keyword == "minItems" else words.choose_at_most(bound)
    return words.at_least_items(bound) if keyword == "minItems" else words.at_most_items(bound)


def _of_contained(keyword: str, error: ValidationError) -> str:
    schema = cast("dict[str, Any]", error.schema)
    wanted, count = schema.get("contains"), schema.get("minContains", 1)
    kind = _KINDS.get(str(wanted.get("type"))) if is_object(wanted) else None
    if is_object(wanted) and isinstance(wanted.get("title"), str):
        kind = f"“{wanted['title']}”"
    elif is_object(wanted) and "const" in wanted:
        kind = json.dumps(wanted["const"], ensure_ascii=False)
    elif is_object(wanted) and is_list(wanted.get("enum")):
        kind = f"one of {', '.join(json.dumps(value, ensure_ascii=False) for value in wanted['enum'])}"
    elif kind is None or (is_object(wanted) and len(wanted) > 1):
        kind = f"{kind or 'such'} as the schema says"
    if keyword == "maxContains":
        return words.at_most_of(cast("int", error.validator_value), kind)
    return words.at_least_of(count, kind)


_KINDS = {
    "string": "a text", "number": "a number", "integer": "a whole number", "boolean": "a yes or no",
    "object": "an object", "array": "a list", "null": "null",
}  # fmt: skip


def _of_type(expected: Any, error: ValidationError) -> str:
    kinds: list[str] = [expected] if isinstance(expected, str) else list(expected)
    kinds = [kind for kind in kinds if kind != "null"] or kinds
    if len(kinds) > 1:
        return f"Must be one of: {', '.join(kinds)}."
    if error.instance is None and kinds[0] not in {"boolean", "null"}:
        return words.FILL_IN
    return _BY_TYPE.get(kinds[0], f"Must be of type {kinds[0]}.")
