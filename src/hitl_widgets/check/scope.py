"""The names of a function: its arguments and variables, then its closure, its module and Python's own."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from importlib.util import resolve_name
from types import FunctionType

from .sources import FunctionTree, Source
from .values import Known, Local, State, Value, attribute, imported, made_by

_AMBIGUOUS = None


class Scope:
    """What the names in a function stand for.

    A variable stands for something only if it is bound once; one that is bound twice may be either.
    """

    def __init__(self, source: Source, given: Mapping[str, Value], outer: Scope | None = None) -> None:
        """
        Args:
            source: the function.
            given: what its arguments are known to be.
            outer: the scope of the function that it is defined in, if that one is read too.
        """
        self.source = source
        self._outer = outer
        self._bound = _Bindings(source.tree)
        self._given = given
        self._looking: set[str] = set()

    def value(self, node: ast.AST | None) -> Value:
        """What an expression stands for; `None` where that is not certain."""
        match node:
            case ast.Name(id=name):
                return self.name(name)
            case ast.Attribute(value=base, attr=name):
                return attribute(self.value(base), name)
            case ast.Subscript(value=base):
                part = self.value(base)
                return part if isinstance(part, State) else None
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                return self.value(inner)
            case ast.Lambda():
                return Local(node, self)
            case ast.Call(func=callee):
                return made_by(self.value(callee))
            case _:
                return None

    def name(self, name: str) -> Value:
        """What a name stands for."""
        if name in self._given:
            return self._given[name] if name not in self._bound.rebound else None
        if name in self._bound:
            return self._variable(name)
        if self._outer is not None:
            return self._outer.name(name)
        return _of_function(self.source.function, name)

    def expression(self, name: str) -> tuple[ast.expr, Scope] | None:
        """The one expression that a variable is bound to, and the scope that it is read in."""
        if name in self._bound and name not in self._given:
            bound = self._bound[name]
            return (bound, self) if isinstance(bound, ast.expr) else None
        return self._outer.expression(name) if self._outer is not None and name not in self._bound else None

    def is_shared(self, name: str) -> bool:
        """Whether assigning to a name here changes a variable outside of the function."""
        return name in self._bound.shared

    def _variable(self, name: str) -> Value:
        if name in self._looking:
            return None  # x = x.y
        self._looking.add(name)
        try:
            match self._bound[name]:
                case ast.expr() as expression:
                    return self.value(expression)
                case ast.FunctionDef() | ast.AsyncFunctionDef() as function:
                    return Local(function, self) if not function.decorator_list else None
                case ast.Import(names=aliases):
                    alias = next(one for one in aliases if name in (one.asname, one.name.partition(".")[0]))
                    return imported(alias.name if alias.asname else alias.name.partition(".")[0])
                case ast.ImportFrom() as statement:
                    alias = next(one for one in statement.names if name in (one.asname, one.name))
                    module = self._module(statement)
                    return imported(module, alias.name) if module else None
                case _:
                    return None
        finally:
            self._looking.discard(name)

    def _module(self, statement: ast.ImportFrom) -> str | None:
        if not statement.level:
            return statement.module
        package = self.source.function.__globals__.get("__package__")
        try:
            return resolve_name("." * statement.level + (statement.module or ""), package or "")
        except ImportError:
            return None


def _of_function(function: FunctionType, name: str) -> Value:
    cells = function.__closure__ or ()
    for free, cell in zip(function.__code__.co_freevars, cells, strict=True):
        if free == name:
            try:
                return Known(cell.cell_contents)
            except ValueError:  # not bound yet, or deleted
                return None
    if name in function.__globals__:
        return Known(function.__globals__[name])
    return Known(getattr(builtins, name)) if hasattr(builtins, name) else None


class _Bindings(ast.NodeVisitor):
    """What each variable of one function is bound to; not those of the functions inside it."""

    def __init__(self, tree: FunctionTree) -> None:
        self._found: dict[str, ast.AST | None] = {}
        self.rebound: set[str] = set()
        self.shared: set[str] = set()
        arguments = tree.args
        self._arguments = {one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        self._arguments |= {one.arg for one in (arguments.vararg, arguments.kwarg) if one is not None}
        for statement in tree.body if isinstance(tree.body, list) else [tree.body]:
            self.visit(statement)

    def __contains__(self, name: str) -> bool:
        return (name in self._found or name in self._arguments) and name not in self.shared

    def __getitem__(self, name: str) -> ast.AST | None:
        return self._found.get(name)

    def _bind(self, name: str, to: ast.AST | None) -> None:
        self._found[name] = _AMBIGUOUS if name in self._found or name in self._arguments else to
        self.rebound.add(name)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._target(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
            self._target(node.target, node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._target(node.target, node.value)

    def visit_withitem(self, node: ast.withitem) -> None:
        self.visit(node.context_expr)
        if node.optional_vars is not None:
            # Files, connections and cursors enter as themselves.
            self._target(node.optional_vars, node.context_expr)

    def _target(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._bind(target.id, value)
        else:
            self.visit(target)

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, _AMBIGUOUS)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name, _AMBIGUOUS)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self._bind(node.name, _AMBIGUOUS)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name, _AMBIGUOUS)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._bind(alias.asname or alias.name.partition(".")[0], node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self._bind(alias.asname or alias.name, node)

    def visit_Global(self, node: ast.Global) -> None:
        self.shared.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.shared.update(node.names)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._bind(node.name, node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._bind(node.name, node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name, _AMBIGUOUS)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Its variables are its own."""
