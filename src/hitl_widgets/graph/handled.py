"""Which nodes of a graph take over from others that fail (`add_node(..., error_handler=...)`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def handlers_of(graph: Any) -> Mapping[str, str]:
    """The nodes of a graph that handle what others fail with, by those."""
    return getattr(graph, "node_error_handler_map", None) or {}
