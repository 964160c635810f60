"""`changing-order`: LangGraph gives a node its answers back by position, the first one to the first `interrupt()`.

When the node runs again its questions must come in the same order. They may not if they go through a set (strings hash
differently in every process), or through what a folder holds, or if chance, the time or the environment decides.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from typing import Any

from ..asks import Ask, Condition
from ..findings import Finding, Level
from ..places import Place
from ..scope import Scope
from ..values import Known, names_of

_CHANGING: dict[str, str] = {
    "random": "Chance",
    "secrets": "Chance",
    "numpy.random": "Chance",
    "os.urandom": "Chance",
    "uuid.uuid1": "Chance",
    "uuid.uuid4": "Chance",
    "time.time": "The time",
    "time.time_ns": "The time",
    "time.monotonic": "The time",
    "time.perf_counter": "The time",
    "time.localtime": "The time",
    "time.gmtime": "The time",
    "datetime.datetime.now": "The time",
    "datetime.datetime.utcnow": "The time",
    "datetime.datetime.today": "The time",
    "datetime.date.today": "The time",
    "os.getenv": "The environment",
    "os.environ": "The environment",
}
"""Functions, or modules of them, that return something else each time; and on what that depends."""

_SETS = frozenset({"builtins.set", "builtins.frozenset"})
_THROUGH = frozenset({"list", "tuple", "iter", "enumerate", "reversed", "zip", "map", "filter"})
"""Python's functions that keep the order of what they are given."""
_FOLDERS = frozenset({"os.listdir", "os.scandir", "glob.glob", "glob.iglob"})
_FINISHED = frozenset({"concurrent.futures._base.as_completed", "asyncio.tasks.as_completed"})
_DEEPEST = 5
_SET = "the order of a set, which is another one after a restart"


def changing_order(ask: Ask, place: Place) -> Iterator[Finding]:
    """The loops and tests around a question that may go another way when the node runs again."""
    for condition in ask.conditions:
        told = _told(condition, ask)
        if told is not None:
            level, why, mend = told
            wrong = f"{why}; answers are given back by position, so one may reach another question."
            source = condition.scope.source
            line = source.line(condition.tree)
            yield Finding(
                "changing-order", level, place.node, wrong, mend, source.file, line, ast.unparse(condition.tree)
            )


def _told(condition: Condition, ask: Ask) -> tuple[Level, str, str] | None:
    code = ast.unparse(condition.tree)
    asked = ask.told_from(condition.scope.source.file)
    if condition.loop and (order := _any_order(condition.tree, condition.scope)) is not None:
        return "warning", f"{asked} is reached along `{code}`, in {order}", "Go through it with sorted(…)."
    if (depends := _changing(condition.tree, condition.scope)) is None:
        return None
    level: Level = "info" if depends == "The environment" else "warning"
    mend = "Decide it in a node before this one, keep it in the state, and read it there."
    verb = "how often" if condition.loop else "whether"
    return level, f"{depends} decides (`{code}`) {verb} {asked} is reached", mend


def _any_order(node: ast.expr, scope: Scope, depth: int = 0) -> str | None:
    """Why the order of what is gone through is not certain, if it is not."""
    if depth > _DEEPEST:
        return None
    match node:
        case ast.Set(elts=parts):
            return _SET if len(parts) > 1 and not all(_hashes_alike(part) for part in parts) else None
        case ast.SetComp():
            return _SET
        case ast.Call():
            return _order_of_call(node, scope, depth)
        case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor(), right=right):
            return _any_order(left, scope, depth + 1) or _any_order(right, scope, depth + 1)
        case ast.ListComp(generators=through) | ast.GeneratorExp(generators=through) | ast.DictComp(generators=through):
            return next((why for one in through if (why := _any_order(one.iter, scope, depth + 1))), None)
        case ast.Name(id=name) if (bound := scope.expression(name)) is not None:
            return _any_order(*bound, depth + 1)
        case ast.Name() | ast.Attribute():
            value = scope.value(node)
            return _SET if isinstance(value, Known) and _is_any_order(value.object) else None
        case _:
            return None


def _order_of_call(call: ast.Call, scope: Scope, depth: int) -> str | None:
    names = names_of(scope.value(call.func))
    if _SETS & set(names):
        return _SET if call.args else None
    if _FOLDERS & set(names) or any(name.startswith("pathlib.") and _lists(name) for name in names):
        return "the order of a folder, whose files may change"
    if _FINISHED & set(names):
        return "the order in which they finish"
    if any(name in {f"builtins.{one}" for one in _THROUGH} or name == "builtins.dict.fromkeys" for name in names):
        return next((why for one in call.args if (why := _any_order(one, scope, depth + 1))), None)
    if isinstance(call.func, ast.Attribute) and call.func.attr in {"items", "keys", "values", "union", "difference"}:
        return _any_order(call.func.value, scope, depth + 1)
    return None


def _lists(name: str) -> bool:
    return name.rpartition(".")[2] in {"iterdir", "glob", "rglob"}


def _hashes_alike(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and isinstance(part.value, int)


def _is_any_order(held: Any) -> bool:
    return isinstance(held, set | frozenset) and len(held) > 1 and not all(isinstance(one, int) for one in held)


def _changing(node: ast.AST, scope: Scope, depth: int = 0) -> str | None:
    """On what an expression depends that changes between runs, if on anything."""
    if depth > _DEEPEST or isinstance(node, ast.Lambda):
        return None
    if isinstance(node, ast.Name | ast.Attribute):
        value = scope.value(node)
        if isinstance(value, Known) and value.object is os.environ:
            return "The environment"
        for name in names_of(value):
            parts = name.split(".")
            prefixes = (".".join(parts[:length]) for length in range(1, len(parts) + 1))
            found = next((_CHANGING[prefix] for prefix in prefixes if prefix in _CHANGING), None)
            if found is not None:
                return found
    if isinstance(node, ast.Name) and (bound := scope.expression(node.id)) is not None:
        return _changing(*bound, depth + 1)
    return next((why for child in ast.iter_child_nodes(node) if (why := _changing(child, scope, depth))), None)
