"""The type of a question, as `interrupt` takes it: what was asked for, with everything that an answer must satisfy."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, cast, get_args, get_origin

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from .. import fields
from ..errors import InvalidAnswerError
from ..fields import MISSING, Schema
from .files import FILE_OPTIONS, file_type
from .options import CONSTRAINTS, Choices, RowOptions


def type_of(type_: Any, options: RowOptions) -> Any:
    """The type, where an option says it: what is about files asks for one."""
    about_files = not options.keys().isdisjoint(FILE_OPTIONS) and "rank" not in options
    return Path if type_ is MISSING and about_files else type_


def constraints_of(options: RowOptions) -> dict[str, Any]:
    """The constraints, as Pydantic's `Field` takes them."""
    given: dict[str, Any] = {name: value for name, value in options.items() if name in CONSTRAINTS}
    extra: Schema = {}
    if (text_format := given.pop("format", None)) is not None:
        extra["format"] = text_format
    proposal = options.get("compare")
    if options.get("multiline") or proposal is not None:
        extra["x-multiline"] = True
    if proposal is not None:
        extra["x-compare"] = proposal
    for name, keyword in _MOMENT_BOUNDS.items():
        bound = given.get(name)
        if isinstance(bound, date | time):
            extra[keyword] = bound.isoformat()  # Pydantic 2.14 puts no bounds of dates into its schema
    return {**given, "json_schema_extra": extra} if extra else given


_MOMENT_BOUNDS = {
    "ge": "formatMinimum",
    "gt": "formatExclusiveMinimum",
    "le": "formatMaximum",
    "lt": "formatExclusiveMaximum",
}


def response_type_of(type_: Any, options: RowOptions) -> Any:
    """The type as `interrupt` takes it, with everything that an answer must satisfy.

    Raises:
        TypeError: it is no type, or a constraint does not go with it.
    """
    if "rank" in options:
        return _all_of(options["rank"])
    if "choices" in options:
        return _one_of(options, several=(get_origin(type_) or type_) is list)
    if isinstance(type_, dict):
        return _of_schema(cast("Schema", type_))
    type_ = str if type_ is MISSING else type_
    if not fields.is_type(type_):
        raise TypeError(f"{type_!r} cannot be asked for: it is no type. Choices go into choices=[...].")
    response_type = file_type(type_, options) or fields.portable(type_)
    if constraints := constraints_of(options):
        response_type = Annotated[response_type, Field(**constraints)]
    if text_format := options.get("format"):
        response_type = Annotated[response_type, AfterValidator(_checked_by({"format": text_format}))]
    if _is_number(type_):
        response_type = Annotated[response_type, BeforeValidator(_not_bool)]
    return response_type


def _of_schema(schema: Schema) -> Any:
    if "$ref" in json.dumps(schema):
        # Pydantic 2.14 cannot carry references of another's making, so LangGraph gets the schema as it is, and does
        # not hold `Command(resume=...)` to it. The session does.
        return schema
    return Annotated[Any, AfterValidator(_checked_by(schema)), WithJsonSchema(schema)]


def _one_of(options: RowOptions, *, several: bool) -> Any:
    """One of the choices (or several of them): as JSON on the way here, as they were given in the node."""
    choices = options.get("choices", ())
    schema = fields.choice_schema(choices)
    if several:
        counts = {"minItems": options.get("min_length"), "maxItems": options.get("max_length")}
        given = {name: count for name, count in counts.items() if count is not None}
        schema = {"type": "array", "items": schema, "uniqueItems": True, **given}
    return _of_choices(schema, choices)


def _all_of(things: Choices) -> Any:
    """All of several things in an order.

    Raises:
        TypeError: a thing is there twice, and would not be told from itself.
    """
    plain = [fields.as_json(value) for value in fields.choice_values(things)]
    twice = next((value for at, value in enumerate(plain) if any(fields.same(value, one) for one in plain[:at])), None)
    if twice is not None:
        raise TypeError(f"rank= has {twice!r} twice.")
    count = len(plain)
    items = fields.choice_schema(things)
    return _of_choices(
        {"type": "array", "items": items, "uniqueItems": True, "minItems": count, "maxItems": count, "x-rank": True},
        things,
    )


def _of_choices(schema: Schema, choices: Choices) -> Any:
    values = [(fields.as_json(value), value) for value in fields.choice_values(choices)]
    check = _checked_by(schema)

    def chosen(answer: Any) -> Any:
        return next(value for plain, value in values if fields.same(plain, answer))

    def read(answer: Any) -> Any:
        plain = check(fields.as_json(answer))
        return [chosen(one) for one in plain] if schema.get("type") == "array" else chosen(plain)

    return Annotated[Any, AfterValidator(read), WithJsonSchema(schema)]


def _checked_by(schema: Schema) -> Callable[[Any], Any]:
    def check(answer: Any) -> Any:
        if errors := fields.validate(schema, answer):
            raise ValueError(str(InvalidAnswerError(errors)))
        return answer

    return check


def _is_number(type_: Any) -> bool:
    kinds = set(get_args(type_) or (type_,)) - {NoneType}
    return bool(kinds) and kinds <= {int, float, Decimal}


def _not_bool(answer: Any) -> Any:
    if isinstance(answer, bool):
        raise ValueError("Not a number.")  # noqa: TRY004  a TypeError would not refuse the answer but fail the node
    return answer
