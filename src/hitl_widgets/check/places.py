"""Where a graph has code: its nodes, the tools in them, the functions of its conditional edges, its nested graphs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodDescriptorType, MethodType
from typing import Any, Literal

from langchain_core.runnables import RunnableAssign, RunnableBinding, RunnableParallel, RunnableSequence
from langchain_core.runnables.config import run_in_executor
from langchain_core.tools import BaseTool
from langgraph.pregel import Pregel

from .calls import plain_function
from .findings import PATH
from .values import State, Value

HIDDEN = frozenset({"__start__", "__end__"})


@dataclass(frozen=True, eq=False)
class Place:
    """A function that a graph runs.

    Attributes:
        path: the node that runs it, from the outermost graph inwards.
        kind: what it is there; an edge's function is run by the node that the edge leaves.
        function: the Python function (a `FunctionType`), `None` if there is none to read.
        first: what it gets before its own arguments (`self`), and the state if it gets that.
        what: what it is, for people.
    """

    path: tuple[str, ...]
    kind: Literal["node", "edge", "tool", "task"]
    function: Any
    first: tuple[Value, ...]
    what: str

    @property
    def node(self) -> str:
        """The path, for people."""
        return PATH.join(self.path)


@dataclass(frozen=True, eq=False)
class Nested:
    """A graph that is a node of another."""

    path: tuple[str, ...]
    graph: Pregel[Any, Any, Any, Any]


def places(graph: Any, path: tuple[str, ...] = ()) -> Iterator[Place | Nested]:
    """Everything that a graph runs.

    Args:
        graph: a compiled graph, or an `@entrypoint`.
        path: where it is nested.
    """
    for name, node in graph.nodes.items():
        if name not in HIDDEN:
            yield from _of_runnable(node.bound, (*path, name), "node")
            for nested in node.subgraphs or ():
                if nested is not node.bound and isinstance(nested, Pregel):
                    yield Nested((*path, name), nested)
    branches = getattr(getattr(graph, "builder", None), "branches", {})
    for name, named in branches.items():
        for branch in named.values():
            yield from _of_runnable(branch.path, (*path, name), "edge")


def _of_runnable(runnable: Any, path: tuple[str, ...], kind: Literal["node", "edge"]) -> Iterator[Place | Nested]:
    if isinstance(runnable, Pregel):
        yield Nested(path, runnable)
    elif isinstance(runnable, RunnableSequence):
        for step in runnable.steps:
            yield from _of_runnable(step, path, kind)
    elif isinstance(runnable, RunnableParallel):
        for step in runnable.steps__.values():
            yield from _of_runnable(step, path, kind)
    elif isinstance(runnable, RunnableAssign):
        yield from _of_runnable(runnable.mapper, path, kind)
    elif isinstance(runnable, RunnableBinding):
        yield from _of_runnable(runnable.bound, path, kind)
    elif isinstance(tools := getattr(runnable, "tools_by_name", None), dict):
        for name, tool in tools.items():
            yield from _of_tool(tool, (*path, str(name)))
    elif isinstance(runnable, BaseTool):
        yield from _of_tool(runnable, path)
    else:
        # LangGraph's RunnableCallable and langchain-core's RunnableLambda; the latter has only the one that there is.
        both = (getattr(runnable, "func", None), getattr(runnable, "afunc", None))
        own = [one for one in both if one is not None and not _is_made_async(one)]
        for one in own or [runnable]:
            function, owner = plain_function(one)
            state: tuple[Value, ...] = (*owner, State())
            yield Place(path, kind, function, state, _described(one))


def _of_tool(tool: BaseTool, path: tuple[str, ...]) -> Iterator[Place]:
    own = [one for one in (getattr(tool, "func", None), getattr(tool, "coroutine", None)) if one is not None]
    for one in own or [tool._run]:
        function, owner = plain_function(one)
        yield Place(path, "tool", function, owner, _described(one))


def _is_made_async(function: Any) -> bool:
    # How LangGraph gives a sync node its async form (1.2.22).
    return isinstance(function, partial) and function.func is run_in_executor


def _described(thing: Any) -> str:
    # A callable object may have a `__getattr__`, which is not ours to run.
    named = isinstance(thing, type | FunctionType | MethodType | BuiltinFunctionType | MethodDescriptorType)
    return thing.__qualname__ if named else type(thing).__qualname__
