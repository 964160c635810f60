"""Where a graph was compiled to stop, and the graphs nested in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from langgraph.constants import TAG_HIDDEN
from langgraph.pregel import Pregel

from ..driver.choose import is_remote
from .stops import Path, When


def compiled_stops(graph: Any, path: Path = ()) -> Iterator[tuple[Path, When]]:
    """The nodes with a breakpoint that the graph's author has put there; none of what is no graph of this kernel.

    >>> from typing import TypedDict
    >>> from langgraph.graph import START, StateGraph
    >>> class State(TypedDict, total=False):
    ...     budget: float
    >>> builder = StateGraph(State).add_node("ask", lambda state: {}).add_edge(START, "ask")
    >>> [*compiled_stops(builder.compile(interrupt_before="*"))], [*compiled_stops(builder.compile())]
    ([(('ask',), 'before')], [])
    """
    if not isinstance(graph, Pregel):
        return
    whens: tuple[When, When] = ("before", "after")
    for when, names in zip(whens, (graph.interrupt_before_nodes, graph.interrupt_after_nodes), strict=True):
        for name, node in graph.nodes.items():
            if (names == "*" or name in names) and TAG_HIDDEN not in (node.tags or ()):
                yield (*path, name), when
    for name, node in graph.nodes.items():
        yield from compiled_stops(node.bound, (*path, name))


def has_stops(graph: Any) -> bool:
    """Whether a graph, or one nested in it, was compiled with breakpoints."""
    if getattr(graph, "interrupt_before_nodes", ()) or getattr(graph, "interrupt_after_nodes", ()):
        return True
    if is_remote(graph):
        return False  # its server knows which threads stand at one
    nodes = getattr(graph, "nodes", {}).values()
    return any(has_stops(nested) for node in nodes for nested in getattr(node, "subgraphs", ()) or ())
