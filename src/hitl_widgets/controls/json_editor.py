"""The JSON editor, which always matches: an unknown payload is never a dead end."""

from __future__ import annotations

from dataclasses import replace

from ..control import Control
from ..requests import Request
from ..texts.jsonable import jsonable


def json_editor(request: Request) -> Control:
    """The payload as JSON, to be edited into the answer, which may be any JSON value."""
    return replace(Control.json(jsonable(request.payload)), context=())
