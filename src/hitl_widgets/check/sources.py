"""Where a function is written: its syntax tree, and the file and line to show. Nothing is run or imported."""

from __future__ import annotations

import ast
import linecache
import os
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from ..kernel import cell_name

FunctionTree = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_OURS = str(Path(__file__).parents[1])
_INSTALLED = tuple(
    {os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
)


@dataclass(frozen=True, eq=False)
class Source:
    """A function's source.

    Attributes:
        function: the function; for one defined inside another, the outer one.
        tree: its syntax tree, with the line numbers of its file.
        file: the file as it is shown.
        before: how many lines of the file come before what is shown, which is 0 but for a nameless cell.
    """

    function: Any  # a FunctionType; as a declared attribute pyright takes one for a method
    tree: FunctionTree
    file: str
    before: int = 0

    def line(self, node: ast.AST) -> int:
        """The line of a part of the function, as it is shown."""
        return getattr(node, "lineno", self.tree.lineno) - self.before


def source_of(function: FunctionType) -> Source | None:
    """A function's source; `None` where there is none, or not the one that runs."""
    code = function.__code__
    tree = _tree_of(code, function)
    if tree is None:
        return None
    if Path(code.co_filename).is_file() and "ipykernel_" not in code.co_filename:
        return Source(function, tree, code.co_filename)
    cell = cell_name(code.co_filename)
    if cell is not None:
        return Source(function, tree, cell)
    if Path(code.co_filename).is_absolute():
        # A notebook's cell that IPython does not know any more: its file's name means nothing to anybody.
        return Source(function, tree, function.__qualname__, before=code.co_firstlineno - 1)
    return Source(function, tree, code.co_filename)


def is_installed(function: FunctionType) -> bool:
    """Whether a function is a library's: installed, of Python itself, or ours. Its author is not asked to mend it."""
    return is_installed_file(function.__code__.co_filename)


def is_installed_file(name: str) -> bool:
    """The same for a file."""
    file = os.path.realpath(name)
    inside = file.startswith((*_INSTALLED, _OURS))
    return inside or not {"site-packages", "dist-packages"}.isdisjoint(Path(file).parts)


def _tree_of(code: CodeType, function: FunctionType) -> FunctionTree | None:
    lines = linecache.getlines(code.co_filename, function.__globals__)
    candidates = [tree for tree in _functions_in("".join(lines)) if _first_line(tree) == code.co_firstlineno]
    if code.co_name != "<lambda>":
        # A file that was edited since it was imported has something else there, or something of another name.
        named = [tree for tree in candidates if not isinstance(tree, ast.Lambda) and tree.name == code.co_name]
        return named[0] if len(named) == 1 else None
    lambdas = [tree for tree in candidates if isinstance(tree, ast.Lambda) and _covers(tree, code)]
    # Of nested ones that cover it, the innermost starts last.
    return max(lambdas, key=lambda tree: (tree.lineno, tree.col_offset), default=None)


@lru_cache(maxsize=64)
def _functions_in(text: str) -> tuple[FunctionTree, ...]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        # Not Python: linecache has whatever a template engine or a debugger put there.
        return ()
    return tuple(node for node in ast.walk(tree) if isinstance(node, FunctionTree))


def _first_line(tree: FunctionTree) -> int:
    decorators = [] if isinstance(tree, ast.Lambda) else tree.decorator_list
    return min([tree.lineno, *(decorator.lineno for decorator in decorators)])


def _covers(tree: ast.Lambda, code: CodeType) -> bool:
    body = tree.body
    start, end = (body.lineno, body.col_offset), (body.end_lineno or 0, body.end_col_offset or 0)
    return all(start <= spot <= end for spot in _spots(code))


def _spots(code: CodeType) -> Iterator[tuple[int, int]]:
    for line, end_line, column, end_column in code.co_positions():
        # The instructions that only set a function up stand at its first line, with no extent.
        if line is not None and column is not None and (line, column) != (end_line, end_column):
            yield line, column
