"""The last word on a value: the whole JSON Schema, by the `jsonschema` library, in our sentences."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from ..errors import InvalidAnswerError
from ..files import KEYWORD as FILE_KEYWORD, FileRules, given
from . import bounded, formats, moments, words
from .loading import load
from .patience import TooMuchError, depth, limited
from .replaced import KEYWORD, check_of
from .values import is_multiple, is_number, is_object

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

_DEEPEST = 100
"""A value that nests deeper is refused where nothing else can be said of it: LangGraph's checkpointers fail at 1 000."""
_MOST_ERRORS = 100
"""Sentences; who mends a hundred asks again."""
LONGEST_SCHEMA = 300_000
"""Characters of a schema as JSON. Checking the schema itself takes a second there (jsonschema 4.26)."""


def validate(schema: Any, value: Any) -> dict[str, str]:
    """What is wrong with a JSON value, a sentence by path; empty if it fits.

    Args:
        schema: JSON Schema. One that is not valid itself, or refers to another document, refuses nothing: nobody
            could ever answer it, and LangGraph still has its say. Of one that takes for ever to check (`oneOf` in
            `oneOf` in `oneOf`) holds what was found until it was given up.
        value: a JSON value. One that a pattern takes too long on is refused, and so is one that nests too deep.

    >>> validate({"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}}, {"age": -1})
    {'age': 'Must be at least 0.'}
    """
    validator = _validator(schema)
    if validator is None:
        return {}
    from referencing.exceptions import Unresolvable

    from .sentences import sentences

    errors: dict[str, str] = {}
    with limited(value):
        try:
            for error in validator.iter_errors(value):
                for path, sentence in sentences(error):
                    errors.setdefault(path, sentence)
                if len(errors) >= _MOST_ERRORS:
                    break
        except Unresolvable:
            return {}
        except RecursionError:
            # A schema that is nothing but itself refuses nothing either; a value must not pass by being deep.
            return {"": words.TOO_DEEP} if depth(value) > _DEEPEST else {}
        except TooMuchError:
            return errors
    return errors


def is_usable(schema: Any) -> bool:
    """Whether `validate` can use this schema."""
    return _validator(schema) is not None


def _validator(schema: Any) -> Validator | None:
    # Checking the schema itself takes 0.6 ms, twenty times what checking a short answer does.
    try:
        text = json.dumps(schema, default=repr)
        return _validator_of(text) if len(text) <= LONGEST_SCHEMA else None
    except (RecursionError, ValueError):  # it nests too deep, or contains itself, or a number of 5 000 digits
        return None


@functools.lru_cache(maxsize=128)
def _validator_of(text: str) -> Validator | None:
    load()
    from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import validator_for
    from referencing.jsonschema import EMPTY_REGISTRY

    schema = json.loads(text)
    if not is_object(schema) and not isinstance(schema, bool):
        return None
    declared = cast("Any", validator_for(schema, default=Draft202012Validator))
    schema = bounded.in_one_dialect(schema)
    for dialect in (declared, Draft7Validator):  # draft-7 tuples often come with no `$schema`
        try:
            dialect.check_schema(schema, format_checker=FormatChecker(()))
        except SchemaError:
            continue
        # Without a registry of ours jsonschema 4.26 fetches remote references, and schemas are written by models.
        ours = _in_our_words(dialect, bounded.has_plain_key_patterns(schema))
        return ours(schema, registry=EMPTY_REGISTRY, format_checker=_format_checker())
    return None


@functools.cache
def _in_our_words(dialect: Any, plain_key_patterns: bool) -> Any:  # noqa: FBT001  (of a cache)
    """The dialect, with the keywords where `jsonschema` differs from the browser or from Pydantic, or takes for ever."""
    from jsonschema import validators

    keywords = {
        **dialect.VALIDATORS,
        **bounded.keywords(plain_key_patterns=plain_key_patterns),
        "multipleOf": _multiple_of,
        **{keyword: _moment_bound(keyword) for keyword in moments.BOUNDS},
        KEYWORD: _check,
        FILE_KEYWORD: _file,
    }
    return cast("Any", validators).extend(dialect, {name: bounded.counted(one) for name, one in keywords.items()})


@functools.cache
def _format_checker() -> Any:
    from jsonschema import FormatChecker

    checker = FormatChecker()
    for name, (fits, _) in formats.SCHEMA_FORMATS.items():
        checker.checks(name)(_on_text(fits))
    return checker


def _on_text(fits: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or fits(value)


def _multiple_of(_validator: Any, step: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if is_number(value) and not is_multiple(value, step):
        yield _error("multipleOf")


def _moment_bound(keyword: str) -> Callable[[Any, Any, Any, Any], Iterator[ValidationError]]:
    def check(_validator: Any, bound: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        format_ = schema.get("format")
        comparable = moments.is_bound(bound, format_) and moments.is_bound(value, format_)
        if comparable and moments.is_out(value, keyword, bound):
            yield _error(keyword)

    return check


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
