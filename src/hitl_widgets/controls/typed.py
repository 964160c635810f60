"""A dataclass or Pydantic model as payload: a form of its fields, starting from it. The answer is its dict, edited."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

from pydantic import BaseModel

from ..control import Control
from ..fields import from_type
from ..requests import Request
from ..texts.jsonable import jsonable


def typed_payload(request: Request) -> Control | None:
    """A form for the payload's own type. After a restart the payload may be a dict, which this does not know."""
    payload = request.payload
    if isinstance(payload, type) or not (isinstance(payload, BaseModel) or dataclasses.is_dataclass(payload)):
        return None
    # The values are in the form, so they are not shown above it once more.
    try:
        has_schema = from_type(type(payload)).schema is not None
    except TypeError:  # a field of a type that Pydantic does not know
        has_schema = False
    control = Control.form(type(payload), default=payload) if has_schema else Control.json(jsonable(payload))
    return replace(control, context=())
