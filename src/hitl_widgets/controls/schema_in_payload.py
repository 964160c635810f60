"""A dict with a question, and beside it a JSON Schema under `schema`: most likely that of the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from typing_extensions import TypeIs

from ..control import Control
from ..fields import Schema, is_object, is_usable
from ..requests import Request
from .approval import approval_schema
from .payload import as_dict, question_key
from .question import read, views
from .schema import for_request

_SAYS_WHAT = {"type", "properties", "items", "enum", "const", "anyOf", "oneOf", "allOf", "$ref"}
"""The keywords of which a schema has one that describes a value: others may be anybody's words."""


def schema_in_payload(request: Request) -> Control | None:
    """A form for that schema, which fills it in as the schema says.

    Nothing says that it is the answer's, and not what is asked about. So an answer from code is not held to it, nor one that
    is written as JSON; what the graph's author means to be held to is `interrupt(..., response_schema=)`.
    """
    payload = as_dict(request.payload)
    if payload is None or question_key(payload) is None or not _is_schema(schema := payload.get("schema")):
        return None
    described = replace(request, response_schema=schema)
    control = approval_schema(described) or for_request(described, schema)
    _, _, rest = read(request, control)
    rest.pop("schema", None)
    return replace(control, schema=None, context=tuple(views(rest)))


def _is_schema(value: Any) -> TypeIs[Schema]:
    return is_object(value) and not _SAYS_WHAT.isdisjoint(value) and is_usable(value)
