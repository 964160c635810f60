"""`payload-not-saved` and `payload-becomes-dict`: what is asked goes through a checkpoint, and not everything survives it.

LangGraph's serializer takes JSON, and some more (bytes, sets, dates, dataclasses, Pydantic models); on a function, a file
or a connection the run fails with `TypeError: Type is not msgpack serializable` (langgraph-checkpoint 4.3.2). Dataclasses
and models are made again from their import path; where that is not allowed, or not found, they come back as dicts.
"""

from __future__ import annotations

import ast
import dataclasses
import io
import sqlite3
import threading
from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, GeneratorType, MethodType, ModuleType
from typing import Any

from pydantic import BaseModel

from ..asks import Ask
from ..findings import Finding
from ..places import Place
from ..scope import Scope
from ..values import Known, Made, Value, names_of

_UNSAVED: dict[str, tuple[type, ...]] = {
    "a function": (FunctionType, MethodType, BuiltinFunctionType),
    "a class": (type,),
    "a module": (ModuleType,),
    "a generator": (GeneratorType, map, filter, zip, enumerate, range),
    "an open file": (io.IOBase,),
    "a lock": (
        type(threading.Lock()),
        type(threading.RLock()),
        threading.Event,
        threading.Condition,
        threading.Semaphore,
    ),
    "a thread": (threading.Thread,),
    "a connection": (sqlite3.Connection, sqlite3.Cursor),
}
_MADE = {
    "builtins.open": "an open file",
    "_thread.allocate_lock": "a lock",
    "_thread.lock": "a lock",
    "threading.RLock": "a lock",
    "sqlite3.connect": "a connection",
    "_sqlite3.connect": "a connection",
    "psycopg.connect": "a connection",
    "psycopg2.connect": "a connection",
}
"""Functions that return such a thing."""


def payload(ask: Ask, place: Place) -> Iterator[Finding]:
    """What a call of `interrupt` passes. `hitl.ask` refuses by itself what has no JSON form."""
    if ask.kind != "interrupt":
        return
    value = ask.call.args[0] if ask.call.args else _keyword(ask.call, "value")
    for part, scope in _parts(value, ask.scope):
        source = scope.source
        file, line = source.file, source.line(part)
        written = ast.unparse(part)
        if (what := _unsaved(part, scope)) is not None:
            wrong = f"`{written}` is {what}, which no checkpoint can hold: the run fails where it should ask."
            mend = "Pass what is to be shown of it: text, numbers, lists and dicts."
            yield Finding("payload-not-saved", "error", place.node, wrong, mend, file, line, written)
        elif (cls := _model(scope.value(part))) is not None:
            wrong = f"A {cls.__name__} is asked about: after a restart the checkpoint may give it back as a dict."
            mend = f"Read it by key, or pass a dict; a control registered for {cls.__name__} gets a {cls.__name__} either way."
            yield Finding("payload-becomes-dict", "info", place.node, wrong, mend, file, line, written)


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _parts(node: ast.expr | None, scope: Scope, depth: int = 0) -> Iterator[tuple[ast.expr, Scope]]:
    """The expressions that a payload is put together from, each with the scope it is written in."""
    match node:
        case None:
            return
        case ast.Dict(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            for part in parts:
                yield from _parts(part, scope, depth)
        case ast.Name(id=name) if depth < 5 and (bound := scope.expression(name)) is not None:
            expression, there = bound
            if isinstance(expression, ast.Dict | ast.List | ast.Tuple):
                yield from _parts(expression, there, depth + 1)
            else:
                yield node, scope
        case _:
            yield node, scope


def _unsaved(part: ast.expr, scope: Scope) -> str | None:
    bound = scope.expression(part.id) if isinstance(part, ast.Name) else None
    written = bound[0] if bound is not None else part
    if isinstance(written, ast.Lambda):
        return "a function"
    if isinstance(written, ast.GeneratorExp):
        return "a generator"
    if isinstance(written, ast.Call):
        callee = (bound[1] if bound is not None else scope).value(written.func)
        made = next((_MADE[name] for name in names_of(callee) if name in _MADE), None)
        if made is not None:
            return made
    match scope.value(part):
        case Known(held):
            return next((what for what, types in _UNSAVED.items() if isinstance(held, types)), None)
        case Made(_, cls) if cls is not None:
            # `type(x)` is a call too, and what it makes is no instance of it.
            return next((what for what, types in _UNSAVED.items() if issubclass(cls, types) and cls is not type), None)
        case _:
            return None


def _model(value: Value) -> type[Any] | None:
    match value:
        case Known(held) if not isinstance(held, type):
            cls: type[Any] | None = type(held)
        case Made(_, cls):
            pass
        case _:
            return None
    return cls if cls is not None and (dataclasses.is_dataclass(cls) or issubclass(cls, BaseModel)) else None
