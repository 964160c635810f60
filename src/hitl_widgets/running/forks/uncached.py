"""A graph that is asked anew, although its cache has what came of the answer of before.

LangGraph's cache goes by what a node was given, not by what it was answered (1.2.24): a fork with another answer would end with
what the thread ended with. It runs without the cache, if who asks is kept there, and what follows it runs again, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any

from ...graph.nested import graph_at


def uncached(graph: Any, paths: Iterable[tuple[str, ...]]) -> Any:
    """The graph, or one like it without a cache.

    Args:
        graph: a compiled graph.
        paths: the nodes that ask, each with the nodes around it.
    """
    if getattr(graph, "cache", None) is None or not any(_is_kept(graph, path) for path in paths):
        return graph
    again = copy(graph)
    again.cache = None
    return again


def _is_kept(graph: Any, path: tuple[str, ...]) -> bool:
    """Whether what a node has written may be in the cache, or what one around it has."""
    for depth, name in enumerate(path):
        around = graph_at(path[:depth], graph)
        node = getattr(around, "nodes", {}).get(name)
        # A node's own code has called what is not drawn, and what an `@entrypoint` calls says itself whether it is kept.
        if node is None or getattr(around, "builder", None) is None:
            return True
        if node.cache_policy is not None or around.cache_policy is not None:
            return True
    return False
