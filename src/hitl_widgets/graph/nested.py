"""The graphs that are nested in a graph, as LangGraph has found them; not those that only a node's own code calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast


def nested_graphs(graph: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each of them, at every level, with the names of the nodes around it, outermost first; none of a graph on a server."""
    nodes = cast("Mapping[str, Any]", getattr(graph, "nodes", None) or {})
    for name, node in nodes.items():
        for nested in getattr(node, "subgraphs", None) or ():
            here = (*path, name)
            yield here, nested
            yield from nested_graphs(nested, here)
