"""A graph's state as a form: which keys can be edited, typed by the state's schema, and what an edit changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NotRequired, Optional, cast

from langchain_core.messages import BaseMessage
from typing_extensions import TypedDict

from ..errors import InvalidAnswerError
from ..fields import (
    MISSING,
    PythonType,
    Schema,
    as_json,
    field_for,
    from_type,
    has_secret,
    is_object,
    portable,
    replaced,
    same,
    validate,
)
from ..protocol import FieldView
from ..thread.breakpoints import Breakpoint

_NEVER_LEFT_OUT = {"rank"}
"""The fields that reply something untouched: they are none for keys that were never written."""


@dataclass(frozen=True)
class StateForm:
    """The part of a state that can be changed without harm, and the rest.

    Attributes:
        types: of the keys that can be changed.
        present: their values as JSON; a key that was never written has none.
        schema: of those that the form has.
        read_only: the values that are only shown.
    """

    types: Mapping[str, PythonType]
    present: Mapping[str, Any]
    schema: Schema
    read_only: Mapping[str, Any]

    @property
    def field(self) -> FieldView | None:
        """What the browser draws, if there is anything to edit."""
        return (
            field_for(self.schema, label="State", default=dict(self.present)) if self.schema.get("properties") else None
        )

    def changes(self, edited: Mapping[str, Any]) -> dict[str, Any]:
        """The values that differ from the present ones, by key, as the graph holds them.

        Args:
            edited: some or all of the keys, as JSON or as the Python values that stands for.

        Raises:
            InvalidAnswerError: a key cannot be edited, or a value is not of its type; a sentence by path.
        """
        changed: dict[str, Any] = {}
        errors: dict[str, str] = {}
        for key, value in edited.items():
            if key not in self.types:
                known = ", ".join(map(repr, self.types)) or "none"
                errors[key] = f"This key cannot be changed here; those that can: {known}."
                continue
            try:
                value_of_type = _changed(self.types[key], as_json(value), self.present.get(key, MISSING))
            except InvalidAnswerError as error:
                errors.update({f"{key}/{path}" if path else key: text for path, text in error.fields.items()})
                continue
            if value_of_type is MISSING:
                continue
            # With what the form asks of it beyond its type.
            errors.update(validate({**self.schema, "required": []}, {key: as_json(value)}))
            changed[key] = value_of_type
        if errors:
            raise InvalidAnswerError(errors)
        return changed


def state_form(stop: Breakpoint) -> StateForm:
    """The form for the state of a graph at a breakpoint.

    A value is offered for editing only if its JSON makes the same value again; what does not (objects of a class that
    the annotation does not name, above all messages, which have reducers and ids of their own) is only shown. A secret
    is neither.
    """
    values: Mapping[str, Any] = cast("Mapping[str, Any]", stop.values) if is_object(stop.values) else {}
    annotations: dict[str, Any] = {}
    present: dict[str, Any] = {}
    types: dict[str, PythonType] = {}
    secret: set[str] = set()
    for key, annotation in stop.types.items():
        plain = portable(annotation)
        annotation_here = Optional[plain] if key in values and values[key] is None else plain  # noqa: UP045  of any annotation
        python_type = _type(annotation_here)
        if python_type is None or python_type.schema is None:
            continue
        if has_secret(python_type.schema, python_type.schema):
            secret.add(key)
        elif not _holds_messages(python_type.schema, values.get(key)):
            if key not in values:
                types[key] = python_type
                if field_for(python_type.schema)["type"] not in _NEVER_LEFT_OUT:
                    annotations[key] = NotRequired[annotation_here]
            elif (plain_value := _round_trip(python_type, values[key])) is not MISSING:
                types[key] = python_type
                annotations[key] = annotation_here
                present[key] = plain_value
    return StateForm(
        types=types,
        present=present,
        schema=_schema(annotations),
        read_only={key: value for key, value in values.items() if key not in annotations and key not in secret},
    )


def _schema(annotations: dict[str, Any]) -> Schema:
    """One schema for all keys, so that what they share is in it once."""
    schema = from_type(TypedDict("State", annotations)).schema  # pyright: ignore[reportArgumentType, reportGeneralTypeIssues]
    assert schema is not None
    for key in schema.get("required", ()):
        of_key = schema["properties"][key]
        # A text in a state may be empty; an empty field is then that text, not one that was forgotten.
        if of_key.get("type") == "string" and not of_key.keys() & {"enum", "format", "pattern", "const"}:
            of_key.setdefault("minLength", 0)
    return replaced(schema)


def _type(annotation: Any) -> PythonType | None:
    try:
        return from_type(annotation)
    except TypeError:
        return None


def _holds_messages(schema: Schema, value: Any) -> bool:
    items: list[Any] = value if isinstance(value, list) else [value]
    return any(isinstance(item, BaseMessage) for item in items) or any(
        f'"{name}"' in json.dumps(schema) for name in ("BaseMessage", "HumanMessage")
    )


def _round_trip(python_type: PythonType, value: Any) -> Any:
    """The JSON of a value, or `MISSING` if that does not make the same value again."""
    try:
        plain = as_json(python_type.adapter.dump_python(value, mode="json", round_trip=True, warnings=False))
        return plain if _equal(python_type.validate(plain), value) else MISSING
    except Exception:  # noqa: BLE001  anybody's serializer, validator or `==`
        return MISSING


def _equal(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)


def _changed(python_type: PythonType, plain: Any, present: Any) -> Any:
    """The new value, or `MISSING` if it is the present one."""
    if present is not MISSING and same(plain, present):
        return MISSING
    value = python_type.validate(plain)
    # Another way to write the same: a moment with another offset.
    return MISSING if present is not MISSING and _equal(value, python_type.validate(present)) else value
