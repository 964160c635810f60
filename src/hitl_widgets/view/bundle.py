"""What is displayed: the live view, beside a picture and a text for where there is no kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import kernel

MimeBundle = tuple[dict[str, Any], dict[str, Any]]


def bundled(text: str, html: str, widget: Callable[[], Any]) -> MimeBundle:
    """The mime bundle of one display.

    Args:
        text: without random ids, the same each time.
        html: static, for GitHub, nbviewer and nbconvert.
        widget: makes the live view, or returns the one there is; called in a cell only.
    """
    data: dict[str, Any] = {"text/plain": text, "text/html": html}
    if kernel.cell_id() is None:
        return data, {}
    live = widget()._repr_mimebundle_()
    for name, view in (live[0] if live else {}).items():
        data.setdefault(name, view)
    return data, {}
