"""Payloads with nothing to go by but their shape: a dict with a question, a bare number, a bare bool."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..control import Control
from ..fields import is_number
from ..requests import Request
from ..texts.jsonable import jsonable
from .payload import as_dict, question_key


def question_only(request: Request) -> Control | None:
    """A text for a dict with a question; where it has a `default` too, a control for that kind of value."""
    payload = as_dict(request.payload)
    if payload is None or question_key(payload) is None:
        return None
    default = payload.get("default")
    control = _for_value(default) if default is not None else Control.text()
    return replace(control or Control.json(jsonable(default)), schema=None)


def bare_value(request: Request) -> Control | None:
    """A field for a bare number or bool, starting from it."""
    control = _for_value(request.payload)
    return None if control is None else replace(control, schema=None, context=())


def _for_value(value: Any) -> Control | None:
    if isinstance(value, bool):
        return Control.form({"type": "boolean"}, default=value)
    if is_number(value):
        return Control.form({"type": "number"}, default=value)
    if isinstance(value, str):
        return Control.text(default=value, multiline="\n" in value)
    return None
