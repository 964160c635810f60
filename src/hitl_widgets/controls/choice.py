"""A dict with choices under `options`, `choices` or `enum`: one of them is the answer."""

from __future__ import annotations

from ..control import Control
from ..fields import MISSING
from ..requests import Request
from ..texts.jsonable import jsonable
from .payload import as_dict, choice_key


def choices_in_payload(request: Request) -> Control | None:
    """One of the payload's choices, or a list of them where it says `"multiple": True`.

    It resumes with the choice, or its `value`, if it is a dict with one.
    """
    payload = as_dict(request.payload)
    key = choice_key(payload) if payload is not None else None
    if payload is None or key is None:
        return None
    default = jsonable(payload["default"]) if "default" in payload else MISSING
    return Control.choice(jsonable(payload[key]), multiple=payload.get("multiple") is True, default=default)
