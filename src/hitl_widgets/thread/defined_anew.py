"""What has been defined anew since a graph was compiled, as a notebook's cell does that is run again: the graph has the earlier one."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any, cast

from langgraph.pregel import Pregel

from ..graph.nested import nested_graphs
from ..texts.raised import ANYBODYS
from .task_names import is_entrypoint
from .tools import tools_of_node

_INSIDE = "<locals>"
_PARTS = (
    "co_name", "co_code", "co_flags", "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_varnames", "co_names",
    "co_freevars", "co_cellvars", "co_exceptiontable",
)  # fmt: skip
"""What makes a function what it is, beside its constants."""


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
    """Whether a function's module has another one in its place; of a lambda nobody can tell what took that."""
    outermost, *inside = function.__qualname__.split(f".{_INSIDE}.")
    module = sys.modules.get(function.__module__)
    now = _function_of(vars(module).get(outermost)) if module is not None else None
    if now is None or now.__qualname__ != outermost:
        return False
    codes = [now.__code__]
    for name in inside:
        codes = [one for code in codes for one in code.co_consts if isinstance(one, CodeType) and one.co_name == name]
    return bool(codes) and not any(_does_the_same(code, function.__code__) for code in codes)


def _function_of(value: Any) -> FunctionType | None:
    """The function that a name stands for; of an `@entrypoint` that of its only node, which has its name (langgraph 1.2.24)."""
    if not isinstance(value, Pregel):
        return _function_in(value)
    nodes = list(cast("Mapping[str, Any]", value.nodes).values())
    return _function_in(nodes[0].bound) if len(nodes) == 1 and is_entrypoint(value) else None


def _does_the_same(one: CodeType, other: CodeType) -> bool:
    """Whether two functions are written alike, on whatever lines of a cell."""
    if any(getattr(one, part, None) != getattr(other, part, None) for part in _PARTS):
        return False
    pairs = zip(one.co_consts, other.co_consts, strict=False)
    return len(one.co_consts) == len(other.co_consts) and all(_is_the_same(*pair) for pair in pairs)


def _is_the_same(one: Any, other: Any) -> bool:
    if isinstance(one, CodeType) and isinstance(other, CodeType):
        return _does_the_same(one, other)
    if isinstance(one, frozenset):  # in any order
        return one == other
    return repr(one) == repr(other)  # `1` and `True` are equal
