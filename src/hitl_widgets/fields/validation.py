"""The last word on a value: the whole JSON Schema, by the `jsonschema` library, in our sentences."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from ..errors import InvalidAnswerError
from ..files import KEYWORD as FILE_KEYWORD, FileRules, given
from . import formats, words
from .patterns import matches
from .replaced import KEYWORD, check_of
from .values import is_multiple, is_number, is_object

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

# jsonschema takes 0.15 s to import (4.26), all of this package's budget: so it is imported when first needed.


def validate(schema: Any, value: Any) -> dict[str, str]:
    """What is wrong with a JSON value, a sentence by path; empty if it fits.

    Args:
        schema: JSON Schema. One that is not valid itself, or refers to another document, refuses nothing: nobody
            could ever answer it, and LangGraph still has its say.
        value: a JSON value.

    >>> validate({"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}}, {"age": -1})
    {'age': 'Must be at least 0.'}
    """
    validator = _validator(schema)
    if validator is None:
        return {}
    from referencing.exceptions import Unresolvable

    errors: dict[str, str] = {}
    try:
        for error in validator.iter_errors(value):
            for path, sentence in _sentences(error):
                errors.setdefault(path, sentence)
    except (Unresolvable, RecursionError):
        return {}
    return errors


def is_usable(schema: Any) -> bool:
    """Whether `validate` can use this schema."""
    return _validator(schema) is not None


def _validator(schema: Any) -> Validator | None:
    # Checking the schema itself takes 0.6 ms, twenty times what checking a short answer does.
    return _validator_of(json.dumps(schema, default=repr))


@functools.lru_cache(maxsize=128)
def _validator_of(text: str) -> Validator | None:
    from jsonschema import Draft7Validator, Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import validator_for
    from referencing.jsonschema import EMPTY_REGISTRY

    schema = json.loads(text)
    if not is_object(schema) and not isinstance(schema, bool):
        return None
    declared = cast("Any", validator_for(schema, default=Draft202012Validator))
    for dialect in (declared, Draft7Validator):  # draft-7 tuples often come with no `$schema`
        try:
            dialect.check_schema(schema)
        except SchemaError:
            continue
        # Without a registry of ours jsonschema 4.26 fetches remote references, and schemas are written by models.
        return _in_our_words(dialect)(schema, registry=EMPTY_REGISTRY, format_checker=_format_checker())
    return None


@functools.cache
def _in_our_words(dialect: Any) -> Any:
    """The dialect, with the keywords where `jsonschema` differs from the browser or from Pydantic."""
    from jsonschema import validators

    return cast("Any", validators).extend(
        dialect,
        {
            "pattern": _pattern,
            "multipleOf": _multiple_of,
            "formatMinimum": _format_minimum,
            "formatMaximum": _format_maximum,
            KEYWORD: _check,
            FILE_KEYWORD: _file,
        },
    )


@functools.cache
def _format_checker() -> Any:
    from jsonschema import FormatChecker

    checker = FormatChecker()
    for name, (fits, _) in formats.SCHEMA_FORMATS.items():
        checker.checks(name)(_on_text(fits))
    return checker


def _on_text(fits: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or fits(value)


def _pattern(_validator: Any, pattern: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and isinstance(pattern, str) and not matches(pattern, value):
        yield _error("pattern")


def _multiple_of(_validator: Any, step: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if is_number(value) and not is_multiple(value, step):
        yield _error("multipleOf")


def _format_minimum(_validator: Any, bound: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and isinstance(bound, str) and formats.is_date(value) and value < bound:
        yield _error("formatMinimum")


def _format_maximum(_validator: Any, bound: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and isinstance(bound, str) and formats.is_date(value) and value > bound:
        yield _error("formatMaximum")


def _check(_validator: Any, token: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    check = check_of(token)
    if check is not None and (said := check(value)):
        yield _error(KEYWORD, InvalidAnswerError(said))


def _file(_validator: Any, said: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    rules = FileRules.from_json(said)
    if rules is None or not isinstance(value, str):
        return
    try:
        given(rules, value)
    except ValueError as error:
        yield _error(FILE_KEYWORD, InvalidAnswerError(str(error)))


def _error(keyword: str, said: InvalidAnswerError | None = None) -> ValidationError:
    """A refusal; in its own words, where the keyword is ours."""
    from jsonschema.exceptions import ValidationError

    return ValidationError(keyword, cause=said)


def _sentences(error: ValidationError) -> Iterator[tuple[str, str]]:
    path = "/".join(map(str, error.absolute_path))
    keyword = str(error.validator)
    if isinstance(error.cause, InvalidAnswerError):
        yield from ((_join(path, inner), sentence) for inner, sentence in error.cause.fields.items())
    elif keyword in {"anyOf", "oneOf"} and error.context:
        yield from _of_nearest_branch(error, path)
    elif keyword == "required":
        yield _join(path, _missing_key(error)), words.FILL_IN
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
        yield from _sentences(inner)


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


def _extra_keys(error: ValidationError) -> list[str]:
    schema = cast("dict[str, Any]", error.schema)
    known: set[str] = set(schema.get("properties", {}))
    return [name for name in cast("dict[str, Any]", error.instance) if name not in known]


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
    "formatMinimum": words.on_or_after,
    "formatMaximum": words.on_or_before,
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
    if keyword in {"minItems", "maxItems", "uniqueItems"}:
        return _of_items(keyword, bound, error)
    if keyword in {"minProperties", "maxProperties"}:
        return words.at_least_items(bound) if keyword == "minProperties" else words.at_most_items(bound)
    if keyword == "type":
        return _of_type(bound, error)
    if keyword == "format":
        return formats.SCHEMA_FORMATS.get(str(bound), (None, f"Not a valid {bound}."))[1]
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


def _of_type(expected: Any, error: ValidationError) -> str:
    kinds: list[str] = [expected] if isinstance(expected, str) else list(expected)
    kinds = [kind for kind in kinds if kind != "null"] or kinds
    if len(kinds) > 1:
        return f"Must be one of: {', '.join(kinds)}."
    if error.instance is None and kinds[0] not in {"boolean", "null"}:
        return words.FILL_IN
    return _BY_TYPE.get(kinds[0], f"Must be of type {kinds[0]}.")
