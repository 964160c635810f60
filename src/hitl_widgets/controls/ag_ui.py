"""AG-UI flavoured: a dict that carries the schema of its answer, its deadline, the tool call that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..control import Control
from ..fields import Schema, is_object, is_usable
from ..requests import Request
from .approval import approval_schema
from .expires_at import EXPIRES_KEYS, moment
from .payload import QUESTION_KEYS, as_dict, choice_key, question_key, readable
from .question import views
from .schema import for_request

_SCHEMA_KEYS = ("responseSchema", "response_schema")
_CALL_KEYS = ("toolCallId", "tool_call_id")
_CALL_NAME = {"toolCallId": "tool_call_id"}


def ag_ui(request: Request) -> Control | None:
    """A form for the schema in the payload, or a text. It resumes with the raw value, checked against that schema.

    The question is the `message`, else the `reason`. Without a schema, what the payload says otherwise (choices, a
    default, LangGraph's own `response_schema`) decides how it is asked, in the tiers after this one.
    """
    payload = as_dict(request.payload)
    if payload is None or request.response_schema is not None:
        return None
    schema_key = _key(payload, _SCHEMA_KEYS, _is_schema)
    if schema_key is not None:
        control = _of_schema(request, payload[schema_key])
    elif _is_bare(payload):
        control = replace(Control.text(), schema=None)
    else:
        return None
    asked = question_key(payload) or _key(payload, ("reason",), _is_text)
    shown = {asked, schema_key, "description", *_deadlines(payload), *(["default"] if control.secret else [])}
    rest = {_CALL_NAME.get(name, name): value for name, value in payload.items() if name not in shown}
    return replace(control, question=_question(payload, asked), context=tuple(views(rest)))


def _of_schema(request: Request, schema: Schema) -> Control:
    return approval_schema(replace(request, response_schema=schema)) or for_request(request, schema)


def _is_bare(payload: dict[str, Any]) -> bool:
    """Whether it asks for no more than a text: with its `reason` for a question, or about a tool call."""
    if choice_key(payload) is not None or payload.get("default") is not None:
        return False
    about_a_call = _key(payload, _CALL_KEYS, _is_text) is not None
    has_reason = _key(payload, ("reason",), _is_text) is not None
    asks = not any(name in payload for name in QUESTION_KEYS if name != "message")
    return about_a_call or (has_reason and asks)


def _question(payload: dict[str, Any], key: str | None) -> str | None:
    """The message as it is; a reason may be a word of the protocol's: `input_required`."""
    if key is None:
        return None
    text: str = payload[key]
    return readable(text) if key == "reason" and " " not in text.strip() else text


def _deadlines(payload: dict[str, Any]) -> list[str]:
    return [name for name in EXPIRES_KEYS if moment(payload.get(name)) is not None]


def _key(payload: Mapping[str, Any], names: tuple[str, ...], is_one: Any) -> str | None:
    return next((name for name in names if name in payload and is_one(payload[name])), None)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_schema(value: Any) -> bool:
    return is_object(value) and bool(value) and is_usable(value)
