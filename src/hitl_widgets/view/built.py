"""The browser's code, as `js/` has built it."""

from __future__ import annotations

import importlib.resources

_STATIC = importlib.resources.files("hitl_widgets") / "static"
NOT_BUILT = """
export default { render({ el }) { el.textContent = "The view is not built: run `make build` in the project's folder."; } };
"""


def built(name: str) -> str:
    """A file of the built view; empty if it is not built."""
    file = _STATIC / name
    return file.read_text("utf-8") if file.is_file() else ""


ESM = built("widget.js") or NOT_BUILT
CSS = built("widget.css")
