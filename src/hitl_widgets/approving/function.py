"""A function that asks before it runs, or before what it returns is used."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from ..errors import RejectedError
from .call import Call, bound_arguments, first_line, name_of
from .once import aonce, once
from .question import Asks, Verdict, ask


def approved_function(function: Callable[..., Any], asks: Asks) -> Callable[..., Any]:
    """The same function, sync or async as it was, that asks.

    Raises:
        TypeError: it is a generator function, which gives its results one by one.
    """
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(
            f"{name_of(function)} is a generator function: it has no one result to approve. Approve a function that "
            "returns list(...) of it."
        )
    signature = inspect.signature(function)

    def call_of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        arguments = bound_arguments(signature, args, kwargs)
        return Call(name_of(function), arguments, first_line(function.__doc__))

    @functools.wraps(function)
    def asking(*args: Any, **kwargs: Any) -> Any:
        call = call_of(args, kwargs)
        if asks.when == "before":
            _check(call, ask(asks, call))
        result = once(call, lambda: function(*args, **kwargs))
        if asks.when == "after":
            _check(call, ask(asks, call, result=result))
        return result

    @functools.wraps(function)
    async def asking_async(*args: Any, **kwargs: Any) -> Any:
        call = call_of(args, kwargs)
        if asks.when == "before":
            _check(call, ask(asks, call))
        result = await aonce(call, lambda: function(*args, **kwargs))
        if asks.when == "after":
            _check(call, ask(asks, call, result=result))
        return result

    return asking_async if _is_async(function) else asking


def _is_async(function: Callable[..., Any]) -> bool:
    # An object may have an `async def __call__`.
    return any(map(inspect.iscoroutinefunction, (function, type(function).__call__)))


def _check(call: Call, verdict: Verdict) -> None:
    if not verdict.approved:
        raise RejectedError(call.name, verdict.reason)
