"""A bare text is a question, and a text is its answer."""

from __future__ import annotations

from dataclasses import replace

from ..control import Control
from ..requests import Request

_ANY_TEXT = replace(Control.text(), schema=None)


def bare_text(request: Request) -> Control | None:
    """One line of text. The author reads the answer as they like, so code may answer with anything."""
    if not isinstance(request.payload, str):
        return None
    return _ANY_TEXT
