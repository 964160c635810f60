"""`swallowed-interrupt`: `interrupt()` stops a node by raising; whoever catches that, nobody is asked.

Its exception is a `GraphInterrupt`, which is an `Exception` (langgraph 1.2.22). A handler that raises it again is fine.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from langgraph.errors import GraphInterrupt

from ..asks import Ask, Guard
from ..findings import Finding
from ..places import Place
from ..scope import Scope
from ..values import Known

MEND = "Ask outside of it, catch only the errors that you expect, or put `except GraphInterrupt: raise` before it."


def swallowed_interrupt(ask: Ask, place: Place) -> Iterator[Finding]:
    """The innermost handler that keeps the interrupt from LangGraph."""
    for guard in reversed(ask.guards):
        taken = _taken_by(guard)
        if taken is not None:
            where, what = taken
            source = guard.scope.source
            then = "fails with another error in place of asking" if _raises(where) else "goes on without asking anybody"
            wrong = f"{what} swallows the interrupt of {ask.told_from(source.file)}, so the run {then}."
            yield Finding("swallowed-interrupt", "error", place.node, wrong, MEND, source.file, source.line(where))
            return


def _taken_by(guard: Guard) -> tuple[ast.AST, str] | None:
    """What swallows the interrupt, if something does."""
    tree, scope = guard.tree, guard.scope
    if isinstance(tree, ast.Call):
        swallows = any(_catches(one, scope) for one in tree.args)
        return (tree, f"`{ast.unparse(tree)}`") if swallows else None
    leaving = next((one for one in tree.finalbody if isinstance(one, ast.Return)), None)
    if leaving is not None:
        return leaving, "`return` in `finally`"
    handler = next((one for one in tree.handlers if _catches(one.type, scope)), None)
    if handler is None or _raises_it_again(handler):
        return None
    caught = f"except {ast.unparse(handler.type)}" if handler.type is not None else "except"
    return handler, f"`{caught}:`"


def _catches(caught: ast.expr | None, scope: Scope) -> bool:
    if caught is None:
        return True
    if isinstance(caught, ast.Tuple):
        return any(_catches(one, scope) for one in caught.elts)
    value = scope.value(caught)
    return isinstance(value, Known) and _is_broad(value.object)


def _is_broad(caught: Any) -> bool:
    if isinstance(caught, tuple):
        return any(map(_is_broad, caught))
    return isinstance(caught, type) and issubclass(GraphInterrupt, caught)


def _raises_it_again(handler: ast.ExceptHandler) -> bool:
    # Wherever in the handler: `if isinstance(error, GraphInterrupt): raise` is common.
    return any(
        raised.exc is None or (handler.name is not None and handler.name in _names(raised.exc))
        for raised in ast.walk(handler)
        if isinstance(raised, ast.Raise)
    )


def _names(expression: ast.expr) -> set[str]:
    """The name that is raised: of `error` and `error.with_traceback(...)`; not what a new error is made from."""
    while isinstance(expression, ast.Call | ast.Attribute):
        expression = expression.func if isinstance(expression, ast.Call) else expression.value
    return {expression.id} if isinstance(expression, ast.Name) else set()


def _raises(where: ast.AST) -> bool:
    return isinstance(where, ast.ExceptHandler) and isinstance(where.body[-1], ast.Raise)
