"""The bundle that travels to the browser with each widget."""

from __future__ import annotations

import gzip
from importlib.resources import files

from .table import Figure

BUDGET = 50.0
"""KB, gzipped, JavaScript and CSS together."""


def size() -> float:
    static = files("hitl_widgets") / "static"
    return sum(len(gzip.compress((static / name).read_bytes(), 9)) for name in ("widget.js", "widget.css")) / 1024


def figures() -> list[Figure]:
    return [Figure("the bundle, gzipped", size(), "budget", BUDGET, unit=" KB")]
