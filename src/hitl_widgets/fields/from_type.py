"""A Python type as a source of fields: its JSON Schema, and Pydantic's word on an answer."""

from __future__ import annotations

import functools
import json
import sys
from dataclasses import dataclass
from typing import (
    Annotated,
    Any,
    NewType,
    NotRequired,
    Required,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from pydantic import ConfigDict, PydanticUserError, TypeAdapter, ValidationError
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema
from typing_extensions import ReadOnly, TypeAliasType, TypedDict

from ..errors import InvalidAnswerError
from ..files import words as of_files
from . import words
from .schema import Schema
from .values import is_list, is_object


@dataclass(frozen=True)
class PythonType:
    """A type, as Pydantic reads it.

    Attributes:
        schema: the JSON Schema of its values, or `None` if they have no JSON form.
    """

    adapter: TypeAdapter[Any]
    schema: Schema | None

    def validate(self, value: Any) -> Any:
        """The Python value that a JSON value stands for.

        Raises:
            InvalidAnswerError: Pydantic refuses it, the type's own validators included; a sentence by path.
        """
        try:
            if self.schema is None:
                return self.adapter.validate_python(value)
            # As JSON: only so does a strict model take a date that is a text.
            return self.adapter.validate_json(json.dumps(value, allow_nan=False))
        except ValidationError as error:
            # Pydantic's own message quotes the value, which may be a secret, so it does not go into the traceback.
            raise InvalidAnswerError(in_words(error)) from None

    def check(self, value: Any) -> Any:
        """The same JSON value, once Pydantic has nothing against it.

        Raises:
            InvalidAnswerError: see `validate`.
        """
        self.validate(value)
        return value

    def normalise(self, value: Any) -> Any:
        """The JSON value of what Pydantic makes of a JSON value: defaults filled in, texts stripped, and so on.

        Raises:
            InvalidAnswerError: see `validate`.
        """
        validated = self.validate(value)
        if self.schema is None:
            return validated
        # Secrets would be masked in the dump; they are what was entered.
        dumped = self.adapter.dump_python(validated, mode="json", by_alias=True, round_trip=True, warnings=False)
        return _with_secrets(dumped, value)


def from_type(type_: Any) -> PythonType:
    """A type as a source of fields: a Pydantic model, a dataclass, a TypedDict, or any annotation.

    Raises:
        TypeError: it is not a type at all.

    >>> from_type(int).schema
    {'type': 'integer'}
    """
    if not is_type(type_):
        raise TypeError(f"{type_!r} is not a type.")
    try:
        hash(type_)
    except TypeError:  # an annotation with a dict or the like in it
        return _built(type_)
    return _cached(type_)


def _built(type_: Any) -> PythonType:
    try:
        adapter = _adapter(type_)
    except (PydanticUserError, PydanticSchemaGenerationError, NameError) as error:
        raise TypeError(f"{type_!r} is not a type that Pydantic knows: {error}") from error
    try:
        schema = adapter.json_schema(schema_generator=_WithDecimals)
    except PydanticInvalidForJsonSchema:
        return PythonType(adapter, None)
    return PythonType(adapter, schema)


_cached = functools.lru_cache(maxsize=128)(_built)
"""Pydantic takes half a millisecond a type, and a node in a loop asks for the same one again and again."""


def is_type(type_: Any) -> bool:
    """Whether a value is a class or an annotation."""
    # Pydantic takes any object for a type, with a warning (2.14).
    named = isinstance(type_, type | TypeAliasType | NewType) or type_ is None or type_ is Any
    return named or get_origin(type_) is not None


def in_words(error: ValidationError) -> dict[str, str]:
    """What Pydantic says, a sentence by path, in the words of `check` and `validate` where they have some."""
    said: dict[str, str] = {}
    for detail in error.errors(include_url=False):
        path = "/".join(str(step) for step in detail["loc"] if not _is_internal(step))
        said.setdefault(path, _sentence(detail["type"], detail.get("ctx", {}), detail["msg"]))
    return said


def _adapter(type_: Any) -> TypeAdapter[Any]:
    known = portable(type_)
    try:
        return TypeAdapter(known)
    except PydanticSchemaGenerationError:
        return TypeAdapter(known, config=ConfigDict(arbitrary_types_allowed=True))


def portable(type_: Any) -> Any:
    """The same type as Pydantic takes it: a state key's annotation without `NotRequired` and the like around it, or in its
    `Annotated`, as langchain's middlewares write it.

    Before Python 3.12 Pydantic does not take `typing.TypedDict`; this makes it one of `typing_extensions`.
    """
    while get_origin(type_) in _QUALIFIERS:
        [type_] = get_args(type_)
    if get_origin(type_) is Annotated:
        bare, *said = get_args(type_)
        return Annotated[portable(bare), *said]
    if sys.version_info >= (3, 12) or not is_typeddict(type_) or type(type_).__module__ != "typing":
        return type_
    required = cast("frozenset[str]", type_.__required_keys__)
    hints = get_type_hints(type_, include_extras=True)
    keys: dict[str, Any] = {
        name: Required[portable(hint)] if name in required else NotRequired[portable(hint)]
        for name, hint in hints.items()
    }
    return TypedDict(type_.__name__, keys)  # pyright: ignore[reportArgumentType, reportGeneralTypeIssues]


_QUALIFIERS = (Required, NotRequired, ReadOnly)


class _WithDecimals(GenerateJsonSchema):
    """Pydantic's own, except that a Decimal can be told from `float | str` inside a model too (pydantic 2.14)."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        generated = super().decimal_schema(schema)
        for branch in generated.get("anyOf", ()):
            if branch.get("type") == "string":
                branch.setdefault("pattern", r"^[+-]?\d*\.?\d*$")
        return generated


def _with_secrets(dumped: Any, value: Any) -> Any:
    if is_object(dumped) and is_object(value):
        return {name: _with_secrets(inner, value.get(name)) for name, inner in dumped.items()}
    if is_list(dumped) and is_list(value) and len(dumped) == len(value):
        return [_with_secrets(inner, entered) for inner, entered in zip(dumped, value, strict=True)]
    return value if dumped == _MASKED and isinstance(value, str) else dumped


_MASKED = "**********"


def _is_internal(step: int | str) -> bool:
    """Whether a step of Pydantic's `loc` names one of its validators (`function-after[...]`), not a key."""
    return isinstance(step, str) and step.endswith("]") and "[" in step


_FIXED = {
    "missing": words.FILL_IN,
    "string_type": words.NOT_TEXT,
    "int_type": words.NOT_INTEGER,
    "int_parsing": words.NOT_INTEGER,
    "int_from_float": words.NOT_INTEGER,
    "float_type": words.NOT_NUMBER,
    "float_parsing": words.NOT_NUMBER,
    "finite_number": words.NOT_NUMBER,
    "bool_type": words.CHOOSE_ONE,
    "bool_parsing": words.CHOOSE_ONE,
    "enum": words.NOT_A_CHOICE,
    "literal_error": words.NOT_A_CHOICE,
    "list_type": words.NOT_A_LIST,
    "dict_type": words.NOT_OBJECT,
    "model_type": words.NOT_OBJECT,
    "model_attributes_type": words.NOT_OBJECT,
    "dataclass_type": words.NOT_OBJECT,
    "extra_forbidden": words.NOT_EXPECTED,
    "path_type": words.NOT_A_PATH,
    "path_not_file": of_files.NO_SUCH_FILE,
    "path_not_directory": of_files.NO_SUCH_FOLDER,
    "path_exists": of_files.IS_TAKEN,
}

_BY_BOUND = {
    "greater_than": ("gt", words.more_than),
    "greater_than_equal": ("ge", words.at_least),
    "less_than": ("lt", words.less_than),
    "less_than_equal": ("le", words.at_most),
    "multiple_of": ("multiple_of", words.multiple_of),
}


def _sentence(kind: str, context: dict[str, Any], message: str) -> str:
    if kind in _FIXED:
        return _FIXED[kind]
    if kind in _BY_BOUND:
        name, sentence = _BY_BOUND[kind]
        bound = context.get(name)
        if isinstance(bound, int | float):
            return sentence(bound)
    if kind == "string_too_short":
        return words.at_least_characters(context["min_length"])
    if kind == "string_too_long":
        return words.at_most_characters(context["max_length"])
    if kind == "string_pattern_mismatch":
        return words.no_match(context["pattern"])
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error", message)) or message
    if kind.startswith("datetime"):
        return words.NOT_DATETIME
    if kind.startswith("date_"):
        return words.NOT_DATE
    if kind.startswith("time_") and not kind.startswith("time_delta"):
        return words.NOT_TIME
    return message if message.endswith(".") else f"{message}."
