"""A function of the user's own that is asked for an answer: whatever it raises ends nothing but its own call."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from ..texts.raised import ending_nothing, in_place_of


def asked(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, sync or async as it is, that raises an `Exception` where it would raise something else."""
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def awaits(*args: Any) -> Any:
            return await _answer_of(function(*args))

        return awaits

    @wraps(function)
    def says(*args: Any) -> Any:
        with ending_nothing():
            said = function(*args)
        return _answer_of(said) if inspect.isawaitable(said) else said

    return says


async def _answer_of(said: Awaitable[Any]) -> Any:
    try:
        return await said
    except GeneratorExit:  # its event loop was closed
        raise
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise in_place_of(error) or error from error
    except BaseException as error:
        # An event loop ends with what is no `Exception` in one of its tasks; `sys.exit()` is none.
        if (instead := in_place_of(error)) is None:
            raise
        raise instead from error
