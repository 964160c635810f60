"""What asks: `interrupt`, `hitl.ask`, a nested graph or a task that does; and what is known of each place that does."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path
from types import MethodType
from typing import Any, Literal

from langchain_core.tools import BaseTool
from langgraph.pregel import Pregel
from langgraph.types import interrupt

from ..asking.ask import _interrupt, ask
from .effects import Effect
from .scope import Scope
from .values import Known, Value

Kind = Literal["interrupt", "hitl", "graph", "task"]


@dataclass(frozen=True, eq=False)
class Guard:
    """What an exception passes on its way out: a `try`, or `with suppress(...)`."""

    tree: ast.Try | ast.TryStar | ast.Call
    scope: Scope


@dataclass(frozen=True, eq=False)
class Condition:
    """What decides whether, or how often, something is asked: a test, or what a loop goes through."""

    tree: ast.expr
    scope: Scope
    loop: bool


@dataclass(eq=False)
class Ask:
    """A place that asks, as it is reached from the top of a node.

    Attributes:
        call: the call that asks.
        scope: the scope that it stands in.
        kind: by what: LangGraph's `interrupt`, ours, a nested graph that is run, a task.
        guards: what its exception passes, outermost first.
        conditions: what decides about it, outermost first.
        before: what may have been done between the node's start and here.
    """

    call: ast.Call
    scope: Scope
    kind: Kind
    guards: tuple[Guard, ...]
    conditions: tuple[Condition, ...]
    before: set[Effect] = field(default_factory=set[Effect])

    @property
    def file(self) -> str:
        return self.scope.source.file

    @property
    def line(self) -> int:
        return self.scope.source.line(self.call)

    @property
    def told(self) -> str:
        """The call, for people."""
        return f"`{ast.unparse(self.call.func)}(…)`"

    def told_from(self, file: str) -> str:
        """The call and its line, for people who look at a file."""
        return (
            f"{self.told} in line {self.line}"
            if file == self.file
            else f"{self.told} ({Path(self.file).name}:{self.line})"
        )


_OURS: tuple[Any, ...] = (ask, _interrupt)
_RUNS = frozenset({"invoke", "ainvoke", "stream", "astream"})


def is_interrupt(value: Value) -> Kind | None:
    """Whether calling something asks, and by what."""
    if not isinstance(value, Known):
        return None
    if value.object is interrupt:
        return "interrupt"
    return "hitl" if any(value.object is one for one in _OURS) else None


def graph_run_by(value: Value) -> Pregel[Any, Any, Any, Any] | None:
    """The graph that a call runs: of `subgraph.invoke`, the subgraph."""
    match value:
        case Known(MethodType(__self__=Pregel() as graph) as method) if method.__name__ in _RUNS:
            return graph
        case _:
            return None


def tool_run_by(value: Value) -> BaseTool | None:
    """The tool that a call runs: of `search.invoke`, the tool `search`."""
    match value:
        case Known(MethodType(__self__=BaseTool() as tool) as method) if method.__name__ in _RUNS:
            return tool
        case _:
            return None
