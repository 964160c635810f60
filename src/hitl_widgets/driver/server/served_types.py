"""The types of a graph that runs on a server: of its Python types only their JSON Schemas are known here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import AfterValidator, WithJsonSchema
from typing_extensions import TypedDict

from ...fields import Schema, validate
from ...fields.merge import CannotReadError
from ...fields.schema import look_up


def state_class(schema: Any) -> Any:
    """A class that has the keys of a state's JSON Schema, annotated with types that hold values to it.

    So a server's graph is read as one that runs here, whose annotations say what may be entered.

    >>> state = state_class({"properties": {"budget": {"type": "number", "default": None}}, "type": "object"})
    >>> state.__annotations__["budget"]
    typing.Annotated[typing.Any, WithJsonSchema(json_schema={'type': 'number'}, mode=None), AfterValidator(...)]
    >>> state_class(None) is None
    True
    """
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(properties, Mapping) or not properties:
        return None
    root = cast("Schema", schema)
    keys = {
        str(key): _annotation(str(key), of_key, root) for key, of_key in cast("Mapping[str, Any]", properties).items()
    }
    return TypedDict("State", keys, total=False)  # pyright: ignore[reportArgumentType, reportGeneralTypeIssues]


def _annotation(key: str, schema: Any, root: Schema) -> Any:
    try:
        own = _alone(schema, root, frozenset())
    except CannotReadError:
        return Any
    if not isinstance(own, dict):
        return Any
    own = cast("Schema", own)
    # What a server says of every key (langgraph-api 0.16.7): the title that Pydantic makes of its name, and that it may be
    # missing.
    nothing = {"title": key.title().replace("_", " ").strip(), "default": None}
    own = {name: said for name, said in own.items() if nothing.get(name, ...) != said}

    def check(value: Any) -> Any:
        if errors := validate(own, value):
            raise ValueError("; ".join(f"{path}: {text}" if path else text for path, text in errors.items()))
        return value

    return Annotated[Any, WithJsonSchema(own), AfterValidator(check)]


def _alone(schema: Any, root: Schema, seen: frozenset[str]) -> Any:
    """A schema that stands alone, with what it refers to in it.

    Raises:
        CannotReadError: it refers to itself, or to what is not there.
    """
    if isinstance(schema, list):
        return [_alone(part, root, seen) for part in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    parts = cast("Schema", schema)
    own = {name: _alone(part, root, seen) for name, part in parts.items() if name not in {"$ref", "$defs"}}
    reference = parts.get("$ref")
    if not isinstance(reference, str):
        return own
    if reference in seen:
        raise CannotReadError
    return {**_alone(look_up(reference, root), root, seen | {reference}), **own}
