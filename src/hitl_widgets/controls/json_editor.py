"""The JSON editor, which always matches: an unknown payload is never a dead end."""

from __future__ import annotations

from dataclasses import replace

from ..control import Control
from ..protocol import ControlView
from ..requests import Request
from ..texts.jsonable import is_only_told, jsonable


def json_editor(request: Request) -> Control:
    """The payload as JSON, to be edited into the answer, which may be any JSON value."""
    if is_only_told(request.payload):
        return Control.json()  # what it is called is read above the editor, and answers nothing
    control = Control.json(jsonable(request.payload))
    # What is too large to be edited is shown beside the editor, as far as it goes.
    return replace(control, context=()) if _starts_with_it(control.view) else control


def _starts_with_it(view: ControlView) -> bool:
    """Whether the editor has something to start from."""
    return view["kind"] == "form" and view["field"].get("default_text") is not None
