"""What a call in a node does: it asks, it runs a function that can be followed, or it does something to the outside."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import FunctionType, MethodType
from typing import Any

from langgraph.func import _TaskFunction  # what `@task` makes; it has no public name (1.2.22)
from langgraph.pregel import Pregel

from .asks import Kind, graph_run_by, is_interrupt, tool_run_by
from .effects import Effect, effect_of_call
from .scope import Scope
from .sources import FunctionTree, is_installed, source_of
from .values import Known, Local, Value


@dataclass(frozen=True)
class Called:
    """What a call does.

    Attributes:
        asks: by what it asks, if it does.
        stops_here: whether the interrupt is raised by this very call; a task's is raised where its result is waited for.
        runs: the function that it runs, if that one can be followed.
        effect: what it does to the outside.
    """

    asks: Kind | None = None
    stops_here: bool = True
    runs: Scope | None = None
    effect: Effect | None = None


@dataclass
class Calls:
    """What the calls in a node do.

    Attributes:
        asks_in_graph: whether a nested graph asks anything.
        asks_in_task: whether a task does.
        tasks: the tasks that were called, by name; each is a place of its own.
        graphs: the nested graphs that were run.
    """

    asks_in_graph: Callable[[Pregel[Any, Any, Any, Any]], bool]
    asks_in_task: Callable[[FunctionType], bool]
    tasks: dict[str, FunctionType] = field(default_factory=dict[str, FunctionType])
    graphs: list[Pregel[Any, Any, Any, Any]] = field(default_factory=list[Pregel[Any, Any, Any, Any]])

    def what(self, call: ast.Call, scope: Scope, *, waited_for: bool) -> Called:
        """What a call does; `waited_for`: it is awaited at once."""
        callee = scope.value(call.func)
        if (kind := is_interrupt(callee)) is not None:
            return Called(kind)
        if (graph := graph_run_by(callee)) is not None:
            self.graphs.append(graph)
            return Called("graph" if self.asks_in_graph(graph) else None)
        if (function := task_called(callee)) is not None:
            self.tasks[function.__name__] = function
            return Called("task" if self.asks_in_task(function) else None, stops_here=waited_for)
        if (function := _task_waited_for(call, scope)) is not None:
            return Called("task" if self.asks_in_task(function) else None)
        if (runs := self._followed(callee, call, scope)) is not None:
            return Called(runs=runs)
        return Called(effect=effect_of_call(call, scope))

    def _followed(self, callee: Value, call: ast.Call, scope: Scope) -> Scope | None:
        if isinstance(callee, Local):
            source = replace(callee.scope.source, tree=callee.tree)
            return Scope(source, arguments(callee.tree, call, scope), outer=callee.scope)
        function, owner = plain_function(callee.object if isinstance(callee, Known) else None)
        if (tool := tool_run_by(callee)) is not None:
            function, owner = plain_function(getattr(tool, "func", None) or getattr(tool, "coroutine", None))
            call = ast.Call(func=call.func, args=[], keywords=[])  # `invoke` takes them in a dict
        if function is None or (is_installed(function) and function.__module__ != scope.source.function.__module__):
            return None
        source = source_of(function)
        return Scope(source, arguments(source.tree, call, scope, *owner)) if source is not None else None


def task_called(callee: Value) -> FunctionType | None:
    """The function of a `@task`, if that is what is called. What it does is saved, so it happens once."""
    if isinstance(callee, Known) and isinstance(callee.object, _TaskFunction):
        return plain_function(callee.object.func)[0]
    return None


def _task_waited_for(call: ast.Call, scope: Scope) -> FunctionType | None:
    match call.func:
        case ast.Attribute(value=ast.Call(func=task), attr="result"):
            return task_called(scope.value(task))
        case _:
            return None


def plain_function(thing: Any) -> tuple[FunctionType | None, tuple[Value, ...]]:
    """The Python function that is run by calling something, and what it gets before the arguments of the call."""
    match thing:
        case FunctionType():
            if is_installed(thing) and isinstance(wrapped := thing.__dict__.get("__wrapped__"), FunctionType):
                return wrapped, ()  # a library's decorator: what it decorates is the author's
            return thing, ()
        case MethodType(__func__=function, __self__=owner):
            return (function, (Known(owner),)) if isinstance(function, FunctionType) else (None, ())
        case partial(func=function, args=given):
            plain, owner = plain_function(function)
            return plain, (*owner, *map(Known, given))
        case type() | None:
            return None, ()
        case _:
            called = getattr(type(thing), "__call__", None)  # noqa: B004  not whether: what is run
            return (called, (Known(thing),)) if isinstance(called, FunctionType) else (None, ())


def arguments(tree: FunctionTree, call: ast.Call, scope: Scope, *first: Value) -> Mapping[str, Value]:
    """What a function's parameters stand for in a call of it."""
    names = [one.arg for one in (*tree.args.posonlyargs, *tree.args.args)]
    given: dict[str, Value] = dict(zip(names, first, strict=False))
    if not any(isinstance(one, ast.Starred) for one in call.args):
        given |= {name: scope.value(one) for name, one in zip(names[len(first) :], call.args, strict=False)}
    known = {*names, *(one.arg for one in tree.args.kwonlyargs)}
    return given | {one.arg: scope.value(one.value) for one in call.keywords if one.arg in known}
