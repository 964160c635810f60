"""What a name or an expression in a function stands for, as far as it is certain without running anything."""

from __future__ import annotations

import ast
import inspect
import sys
from dataclasses import dataclass
from functools import partial
from types import BuiltinMethodType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .scope import Scope

_PUBLIC = {"_io.open": "builtins.open", "io.open": "builtins.open"}
"""Functions that are mostly called by another name than their own."""
_PUBLIC_MODULES = {"posix": "os", "nt": "os"}


@dataclass(frozen=True, eq=False)
class Known:
    """The very object: a global, a closure's variable, an attribute of one.

    Attributes:
        object: the object.
        path: the dotted name that it was reached by, if any.
    """

    object: Any
    path: str = ""


@dataclass(frozen=True, eq=False)
class Named:
    """What is known by its dotted names only: it is not imported yet, or an attribute of something made."""

    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Made:
    """What calling something will return: an instance of a class, a connection."""

    names: tuple[str, ...]
    cls: type | None = None


@dataclass(frozen=True, eq=False)
class Local:
    """A function that is defined inside the one that is read."""

    tree: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope


@dataclass(frozen=True, eq=False)
class State:
    """The graph's state as its node gets it, or a part of it."""


Value = Known | Named | Made | Local | State | None
"""`None`: not known."""

_MAKERS = frozenset({"connect", "cursor", "open", "create_engine", "client", "resource", "begin", "getLogger"})
"""Functions of libraries that return what their class would; classes are known by their capital letter."""


def names_of(value: Value) -> tuple[str, ...]:
    """The dotted names that something may go by: `("requests.api.post",)`, or by each of its owner's classes.

    >>> names_of(Known(print)), names_of(Known(open)), names_of(Named(("requests.post",)))
    (('builtins.print',), ('builtins.open',), ('requests.post',))
    >>> names_of(Known([].append))
    ('builtins.list.append', 'builtins.object.append')
    """
    match value:
        case Named(names):
            return names
        case Known(thing, path):
            found = [_public(name) for name in _own_names(thing)]
            return tuple(dict.fromkeys([*found, *([path] if path else [])]))
        case _:
            return ()


def attribute(value: Value, name: str) -> Value:
    """What an attribute of something stands for; properties are not run.

    >>> import os, datetime
    >>> names_of(attribute(Known(os), "remove")), names_of(attribute(Known(datetime.datetime), "now"))
    (('os.remove',), ('datetime.datetime.now', 'datetime.date.now', 'builtins.object.now'))
    """
    match value:
        case Known(ModuleType() as module):
            path = f"{module.__name__}.{name}"
            return Known(module.__dict__[name], path) if name in module.__dict__ else Named((path,))
        case Known(type() as cls):
            return _of_class(cls, name, cls)
        case Known(thing):
            own = _own_attributes(thing)
            return Known(own[name]) if name in own else _of_class(type(thing), name, thing)
        case Named(names):
            return Named(tuple(f"{one}.{name}" for one in names))
        case Made(names, cls):
            return _of_class(cls, name, _SOMEBODY) if cls else Named(tuple(f"{one}.{name}" for one in names))
        case State():
            return value
        case _:
            return None


def made_by(callee: Value) -> Value:
    """What calling something returns, where that is as good as certain.

    >>> made_by(Known(dict)).cls, made_by(Named(("sqlite3.connect",))).names, made_by(Known(len))
    (<class 'dict'>, ('sqlite3.connect',), None)
    """
    if isinstance(callee, Known) and isinstance(callee.object, type):
        return Made(names_of(callee), callee.object)
    names = tuple(
        name for name in names_of(callee) if (last := name.rpartition(".")[2]) in _MAKERS or last[:1].isupper()
    )
    return Made(names) if names else None


def imported(module: str, name: str | None = None) -> Value:
    """What an import inside a function binds; nothing is imported that is not yet."""
    found = sys.modules.get(module)
    if name is None:
        return Known(found) if found is not None else Named((module,))
    if found is not None and name in vars(found):
        return Known(vars(found)[name], f"{module}.{name}")
    return imported(f"{module}.{name}")


class _Somebody:
    """Stands for an instance that does not exist yet, as the `self` of its methods."""


_SOMEBODY = _Somebody()


def _own_attributes(thing: Any) -> dict[str, Any]:
    # Not `getattr`: anybody's `__getattr__` or property would run.
    try:
        return object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return {}


def _of_class(cls: type, name: str, owner: Any) -> Value:
    found = inspect.getattr_static(cls, name, None)
    names = _names_by_class(cls, name)
    match found:
        case staticmethod():
            return Known(found.__func__)
        case classmethod():
            function = found.__func__
            return Known(MethodType(function, cls)) if isinstance(function, FunctionType) else Named(names)
        case FunctionType():
            return Known(found if owner is cls else MethodType(found, owner), names[0])
        case _:
            # A property, a slot, or what `__getattr__` would make up.
            return Named(names)


def _own_names(thing: Any) -> tuple[str, ...]:
    if isinstance(thing, partial):
        return _own_names(thing.func)
    owner: Any = getattr(thing, "__self__", None) if isinstance(thing, MethodType | BuiltinMethodType) else None
    if owner is not None and not isinstance(owner, ModuleType | _Somebody):
        return _names_by_class(owner if isinstance(owner, type) else type(owner), thing.__name__)
    if isinstance(thing, FunctionType | BuiltinMethodType | type):
        return (f"{thing.__module__}.{thing.__qualname__}",)
    return ()


def _names_by_class(cls: type, name: str) -> tuple[str, ...]:
    return tuple(f"{base.__module__}.{base.__qualname__}.{name}" for base in cls.__mro__)


def _public(name: str) -> str:
    module, _, rest = name.partition(".")
    return _PUBLIC.get(name, f"{_PUBLIC_MODULES.get(module, module)}.{rest}")
