"""A call that needs approval: of what, with which arguments, and a name for it that a later run finds again."""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..texts.jsonable import jsonable

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+")


@dataclass(frozen=True)
class Call:
    """One call of a function or tool.

    Attributes:
        name: what is called.
        arguments: by parameter, as JSON.
        description: what it does, one line.
    """

    name: str
    arguments: dict[str, Any]
    description: str | None = None

    @functools.cached_property
    def token(self) -> str:
        """The same for the same arguments, in any process: an approval is of these, not of whatever comes next.

        >>> Call("pay", {"amount": 0}).token == Call("pay", {"amount": False}).token
        False
        """
        said = json.dumps([self.name, self.arguments], sort_keys=True)
        # An object without a JSON form is its repr, which may have its address in it.
        return hashlib.sha256(_ADDRESS.sub("0x", said).encode()).hexdigest()[:16]


def name_of(function: Callable[..., Any]) -> str:
    """What a callable is called; a `partial` like what it calls.

    >>> name_of(functools.partial(print, end=""))
    'print'
    """
    while isinstance(function, functools.partial):
        function = function.func
    return getattr(function, "__name__", None) or type(function).__name__


def first_line(text: str | None) -> str | None:
    r"""What a docstring says first.

    >>> first_line("Send a mail.  \n\nMore of it.")
    'Send a mail.'
    """
    lines = inspect.cleandoc(text or "").splitlines()
    return lines[0].strip() or None if lines else None


def bound_arguments(signature: inspect.Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments by parameter, defaults included, as JSON; `self` and `cls` are left out.

    Raises:
        TypeError: the call does not fit the signature, as it would in the function itself.

    >>> def pay(to, amount=0, *notes, **more): ...
    >>> bound_arguments(inspect.signature(pay), ("Ada",), {"urgent": False})
    {'to': 'Ada', 'amount': 0, 'urgent': False}
    """
    bound = signature.bind(*args, **kwargs)
    bound.apply_defaults()
    shown: dict[str, Any] = {}
    for at, (name, parameter) in enumerate(signature.parameters.items()):
        value = bound.arguments[name]
        if parameter.kind is parameter.VAR_KEYWORD:
            shown.update(value)
        elif parameter.kind is parameter.VAR_POSITIONAL and not value:
            continue
        elif at > 0 or name not in {"self", "cls"}:
            shown[name] = value
    return {name: jsonable(value) for name, value in shown.items()}
