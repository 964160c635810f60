"""Keywords of JSON Schema that `jsonschema` (4.26) checks without limits: its own patterns, lists whose items differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from ..errors import InvalidAnswerError
from . import words
from .patience import patience
from .patterns import TooSlowError, found, is_plain
from .values import is_list, is_object

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

Keyword = Callable[[Any, Any, Any, Any], "Iterator[ValidationError] | None"]
"""What `jsonschema` calls with itself, the keyword's value, the value and the schema."""

_DATA = {"const", "enum", "default", "examples"}
"""Where a schema has values rather than schemas."""


def keywords(*, plain_key_patterns: bool) -> dict[str, Keyword]:
    """The keywords that find patterns in texts and keys, with patience; `uniqueItems` in one go.

    Args:
        plain_key_patterns: whether all patterns of keys are plain. Else `unevaluatedProperties`, which `jsonschema`
            finds by the patterns of any other schema that has a say, refuses nothing.
    """
    bounded: dict[str, Keyword] = {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "uniqueItems": _unique_items,
    }
    return bounded if plain_key_patterns else {**bounded, "unevaluatedProperties": lambda *_: None}


def counted(keyword: Keyword) -> Keyword:
    """The same, which gives up when too many keywords were tried."""

    def check(validator: Any, said: Any, value: Any, schema: Any) -> Iterator[ValidationError] | None:
        patience().step()
        return keyword(validator, said, value, schema)

    return check


def in_one_dialect(schema: Any) -> Any:
    """The schema without `$schema`: where one says its dialect, `jsonschema` takes that one's keywords, not ours."""
    if is_list(schema):
        return [in_one_dialect(part) for part in schema]
    if not is_object(schema):
        return schema
    return {
        name: part if name in _DATA else in_one_dialect(part)
        for name, part in schema.items()
        if not (name == "$schema" and isinstance(part, str))
    }


def has_plain_key_patterns(schema: Any) -> bool:
    """Whether all of `patternProperties` is plain, wherever it stands."""
    if is_list(schema):
        return all(map(has_plain_key_patterns, schema))
    if not is_object(schema):
        return True
    named = schema.get("patternProperties")
    return (not is_object(named) or all(map(is_plain, named))) and all(map(has_plain_key_patterns, schema.values()))


def _pattern(_validator: Any, pattern: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if not isinstance(value, str) or not isinstance(pattern, str):
        return
    try:
        if not found(pattern, value):
            yield _error("pattern")
    except TooSlowError:
        yield _error("pattern", cause=InvalidAnswerError(words.TOO_SLOW))


def _pattern_properties(validator: Any, patterns: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if not is_object(value):
        return
    for pattern, schema in cast("Mapping[str, Any]", patterns).items():
        for key, inner in value.items():
            if _names(pattern, key):
                yield from validator.descend(inner, schema, path=key, schema_path=pattern)


def _additional_properties(validator: Any, said: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    if not is_object(value):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    extra = [key for key in value if key not in known and not any(_names(pattern, key) for pattern in patterns)]
    if is_object(said):
        for key in extra:
            yield from validator.descend(value[key], said, path=key)
    elif said is False and extra:
        yield _error("additionalProperties")


def _names(pattern: str, key: str) -> bool:
    try:
        return found(pattern, key)
    except TooSlowError:
        return False


def _unique_items(_validator: Any, said: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if said is True and is_list(value) and len({canonical(item) for item in value}) < len(value):
        yield _error("uniqueItems")


def canonical(value: Any) -> str:
    """A text that two JSON values share if they are equal as JSON Schema sees it.

    >>> canonical({"a": 1, "b": [True]}) == canonical({"b": [True], "a": 1.0}), canonical(True) == canonical(1)
    (True, False)
    """
    return json.dumps(_normal(value), sort_keys=True)


def _normal(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if is_list(value):
        return [_normal(item) for item in value]
    return {key: _normal(inner) for key, inner in value.items()} if is_object(value) else value


def _error(message: str, *, cause: InvalidAnswerError | None = None) -> ValidationError:
    from jsonschema.exceptions import ValidationError

    return ValidationError(message, cause=cause)
