"""Controls of the user's own for the formats of schemas: what stands for the parts of a request's forms."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from .. import fields
from ..control import Control
from ..controls import Matcher
from ..controls.payload import as_dict
from ..errors import InvalidAnswerError
from ..fields import MISSING, Schema, is_object
from ..requests import Request
from ..texts.raised import ANYBODYS
from .explanation import Part, Skipped, described, reason_of
from .registration import NotAControlError, Registration, as_control, shown

_WORDS = ("title", "description", "default", "examples", "readOnly", "writeOnly")
"""What is said at the place, and holds for whatever stands there."""


@dataclass
class Formats:
    """The registrations for formats that concern a request, at work on its schemas.

    Attributes:
        registrations: those that concern it, in the order that they are asked.
        parts: what was replaced.
        skipped: what failed, by the registration's identity and path: two may have one name.
    """

    registrations: Sequence[Registration]
    parts: dict[str, Part] = field(default_factory=dict[str, Part])
    skipped: dict[tuple[int, str], Skipped] = field(default_factory=dict[tuple[int, str], Skipped])

    @classmethod
    def of(cls, registrations: Sequence[Registration], request: Request) -> Formats:
        """Those of them that are for a format and concern the request."""
        made = cls(())
        concern: list[Registration] = []
        for registration in registrations:
            if registration.format is None:
                continue
            try:
                concerns = registration.concerns(request) is not None
            except ANYBODYS as error:
                made.skipped[id(registration), ""] = Skipped(registration.matcher(), reason_of(error))
                continue
            if concerns:
                concern.append(registration)
        made.registrations = concern
        return made

    def __call__(self, schema: Schema, path: str, root: Schema) -> Schema | None:
        """What stands for a part of a schema, if anything does: see `fields.replaced`."""
        for registration in self._for(schema):
            part = _alone(schema, root)
            try:
                with self._without(registration):
                    answer = registration.made(dict(part))
                    instead = None if answer is None else _part(part, answer)
            except ANYBODYS as error:  # the part is drawn as it would have been
                why = f"{path or 'the answer'}: {reason_of(error)}"
                self.skipped[id(registration), path] = Skipped(registration.matcher(), why)
                continue
            if instead is not None:
                drawn, control = instead
                self.parts[path] = Part(path, registration.name, described(control))
                return drawn
        return None

    def whole(self, registration: Registration, request: Request) -> Matcher | None:
        """A matcher for a request whose answer as a whole has a registration's format: there a widget can stand too."""
        schema = _answer(request) if self.registrations else None
        is_for = schema is not None and any(one is registration for one in self._for(schema))
        return registration.matcher(self._whole(registration, cast("Schema", schema))) if is_for else None

    def _whole(self, registration: Registration, schema: Schema) -> Callable[[Request], Control | None]:
        def control(request: Request) -> Control | None:
            with self._without(registration):
                answer = registration.made(dict(schema))
                if answer is None:
                    return None
                if not isinstance(answer, dict):
                    made = as_control(answer)
                    return made if made.schema is None else made.held_to(_held_to_both(made.schema, schema))
                drawn, _ = _part(schema, answer)
                return Control.form(drawn, default=(as_dict(request.payload) or {}).get("default", MISSING))

        return control

    def _for(self, schema: Schema) -> list[Registration]:
        name = schema.get("format")
        return [one for one in self.registrations if one.format == name] if isinstance(name, str) else []

    def _without(self, registration: Registration) -> Any:
        """While a function makes its control, its own format is what it says; the others hold there too."""
        others = [one for one in self.registrations if one.format != registration.format]
        return fields.replacing(replace(self, registrations=others) if others else None)


def _answer(request: Request) -> Schema | None:
    """The schema of a request's answer, as far as it is one kind of value."""
    schema = request.response_schema
    payload = as_dict(request.payload)
    if schema is None and payload is not None and payload.get("type") == "hitl.ask_node":
        schema = _schema_of(request.value_type)
        extra = payload.get("constraints", {}).get("json_schema_extra")
        schema = {**schema, **extra} if schema is not None and is_object(extra) else schema
    return None if schema is None else fields.one_kind(schema)


def _schema_of(type_: Any) -> Schema | None:
    try:
        return None if type_ is None else fields.from_type(type_).schema
    except TypeError:  # an annotation that Pydantic does not know
        return None


def _alone(schema: Schema, root: Schema) -> Schema:
    """A part with what it refers to."""
    refers = '"$ref"' in json.dumps(schema, default=repr)
    return {**{key: root[key] for key in ("$defs", "definitions") if key in root}, **schema} if refers else schema


def _part(schema: Schema, answer: Any) -> tuple[Schema, Control]:
    """What stands for a part of a form: a schema that draws it, with all the checks that belong to it."""
    if is_object(answer):
        control, said = Control.form(answer), answer
    else:
        control = as_control(answer)
        if control.view["kind"] != "form":
            raise NotAControlError(
                f"returned {shown(answer)}, which cannot stand inside a form; a JSON Schema, a type, or a Control.form, "
                ".choice or .text can"
            )
        asked = {"title": control.question, "description": control.description}
        said = {name: words for name, words in asked.items() if words}
        if control.default is not MISSING:
            said["default"] = control.default
    drawn = dict(control.schema or {})
    here = {name: schema[name] for name in _WORDS if name in schema}
    if schema.get("format") == "password":
        here["writeOnly"] = True  # a secret stays one, whatever draws it
    drawn |= here | {name: said[name] for name in _WORDS if name in said}
    return _held_to_both(drawn, schema, control), control


def _held_to_both(schema: Schema, original: Schema, control: Control | None = None) -> Schema:
    """A schema whose values also fit what the graph's author asked for, and what the control's own type says."""

    def check(value: Any) -> Mapping[str, str]:
        if errors := fields.validate(original, value):
            return errors
        try:
            _ = control.accept(value) if control is not None else None
        except InvalidAnswerError as error:
            return error.fields
        return {}

    return fields.checked(schema, check)
