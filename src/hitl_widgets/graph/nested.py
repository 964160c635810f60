"""The graphs that are nested in a graph, as LangGraph has found them; not those that only a node's own code calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast


def nested_graphs(graph: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each of them, at every level, with the names of the nodes around it, outermost first; none of a graph on a server."""
    nodes = cast("Mapping[str, Any]", getattr(graph, "nodes", None) or {})
    for name, node in nodes.items():
        for nested in getattr(node, "subgraphs", None) or ():
            here = (*path, name)
            yield here, nested
            yield from nested_graphs(nested, here)


def graph_at(path: Iterable[str], graph: Any) -> Any:
    """The nested graph that a path of nodes leads to; `None` where it is not drawn, as when a node's own code calls it.

    Args:
        path: the nodes around it, from the outermost graph on.
        graph: the outermost graph.
    """
    for name in path:
        nested = getattr((getattr(graph, "nodes", None) or {}).get(name), "subgraphs", None)
        if not nested:
            return None
        graph = nested[0]
    return graph
