"""A function of a user's own that has to answer at once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ..texts.raised import ending_nothing


def said_at_once(name: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """What a function says.

    Args:
        name: what it was given as, for the message.
        function: the user's own.
        arguments: what it is called with.

    Raises:
        TypeError: it is async or a generator, and has said nothing yet: what it returns is true, and no answer.
        RaisedError: it has raised what no code can mean that is asked something, such as a panic of Rust's.
    """
    with ending_nothing():
        said = function(*arguments)
    if inspect.isawaitable(said):
        if inspect.iscoroutine(said):
            said.close()
        raise TypeError(f"{name} takes a plain function, not an async one")
    if inspect.isgenerator(said) or inspect.isasyncgen(said):
        raise TypeError(f"{name} takes a plain function, not a generator")
    return said
