"""What has been defined anew since a graph was compiled, as a notebook's cell does that is run again: the graph has the earlier one."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import Any, cast

from ..graph.nested import nested_graphs
from ..texts.raised import ANYBODYS
from .tools import tools_of_node


def defined_anew(graph: Any) -> list[str]:
    """The functions of a graph's nodes and tools, nested ones too, in whose place their module has others by now.

    Args:
        graph: a compiled graph; none of a graph on a server is known.
    """
    graphs = [graph, *(nested for _, nested in nested_graphs(graph))]
    found = [
        function.__name__
        for one in graphs
        for node in cast("Mapping[str, Any]", getattr(one, "nodes", None) or {}).values()
        for function in _functions_of(node)
        if _is_earlier(function)
    ]
    return list(dict.fromkeys(found))


def _functions_of(node: Any) -> Iterator[FunctionType]:
    for bound in (getattr(node, "bound", None), *tools_of_node(node).values()):
        if (function := _function_in(bound)) is not None:
            yield function


def _function_in(value: Any) -> FunctionType | None:
    """The function of a node (langgraph 1.2.24), of a tool, or itself, without what decorators have put around it."""
    try:
        for name in ("func", "afunc", "coroutine"):
            value = getattr(value, name, None) or value
        value = inspect.unwrap(value) if callable(value) else value
    except ANYBODYS:  # anybody's attributes; or it is wrapped around itself
        return None
    return value if isinstance(value, FunctionType) else None


def _is_earlier(function: FunctionType) -> bool:
    # Of what was made inside of another function (`<locals>`) nobody can tell which one took its place.
    module = sys.modules.get(function.__module__)
    now = _function_in(vars(module).get(function.__qualname__)) if module is not None else None
    return now is not None and now.__qualname__ == function.__qualname__ and now.__code__ != function.__code__
