"""Whether a payload is of a registered type: by MRO, or, come back from a checkpoint as a dict, by its shape."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from enum import Enum
from typing import Any, Final, TypeAlias, is_typeddict

from pydantic import BaseModel
from typing_extensions import is_typeddict as is_extended_typeddict

from ..errors import InvalidAnswerError
from ..fields import from_type, is_object

Instance: TypeAlias = Any


class _Unrelated(Enum):
    UNRELATED = "unrelated"


UNRELATED: Final = _Unrelated.UNRELATED
"""The payload is of another type."""


def distance(payload: Any, type_: Any) -> int | None:
    """How far a class is from the payload's own, by MRO; `None` if it is not one of its classes."""
    mro = type(payload).__mro__
    return mro.index(type_) if isinstance(type_, type) and type_ in mro else None


def revived(payload: Any, type_: Any) -> Instance:
    """The payload as an instance of the type, or `UNRELATED`.

    A dict that has the shape of a dataclass or Pydantic model becomes one again (langgraph 1.2.22 may bring such a
    payload back as a dict after a restart); of a TypedDict it stays the dict that it is.
    """
    if isinstance(type_, type) and not _is_typed_dict(type_) and isinstance(payload, type_):
        return payload
    if not is_object(payload):
        return UNRELATED
    shape = _shape(type_)
    if shape is None or not shape.required <= payload.keys() <= shape.known:
        return UNRELATED
    try:
        instance = _instance(payload, type_)
    except (InvalidAnswerError, ValueError, TypeError):
        return UNRELATED
    return payload if _is_typed_dict(type_) else instance


@dataclasses.dataclass(frozen=True)
class _Shape:
    """The keys of a type's dicts."""

    required: frozenset[str]
    known: frozenset[str]


def _shape(type_: Any) -> _Shape | None:
    if _is_typed_dict(type_):
        return _keys(type_.__required_keys__, type_.__annotations__)
    if not isinstance(type_, type):
        return None
    class_: type[Any] = type_
    if issubclass(type_, BaseModel):
        # A checkpoint has the fields' names, JSON from elsewhere their aliases.
        aliases = [field.alias for field in type_.model_fields.values() if field.alias]
        required = [name for name, field in type_.model_fields.items() if field.is_required() and not field.alias]
        return _keys(required, [*type_.model_fields, *aliases])
    if dataclasses.is_dataclass(class_):
        fields = dataclasses.fields(class_)
        required = [field.name for field in fields if field.init and _has_no_default(field)]
        return _keys(required, [field.name for field in fields])
    return None


def _instance(said: dict[str, Any], type_: Any) -> Instance:
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        return type_.model_validate(said, by_alias=True, by_name=True)
    return from_type(type_).adapter.validate_python(said)


def _has_no_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _is_typed_dict(type_: Any) -> bool:
    return is_typeddict(type_) or is_extended_typeddict(type_)


def _keys(required: Iterable[str], known: Iterable[str]) -> _Shape:
    return _Shape(frozenset(required), frozenset(known))
