"""`approve`: a function or tool that asks a person before it runs, or before its result is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast, get_args, overload

from ..control import Reason
from .question import Asks, When

F = TypeVar("F")


@overload
def approve(tool_or_function: F, /, *, reason: Reason = "none", when: When = "before") -> F: ...
@overload
def approve(*, reason: Reason = "none", when: When = "before") -> Callable[[F], F]: ...
def approve(tool_or_function: Any = None, /, *, reason: Reason = "none", when: When = "before") -> Any:
    """Make a function or a LangChain tool ask before it runs; or, with `when="after"`, before its result is used.

    It asks wherever `interrupt()` can: in a node, a `@task`, a ToolNode, an agent. The question shows its arguments.
    Rejected, a function raises `RejectedError`, and a tool returns a message that says so to the model.

    A node runs again from its top for every answer. What was approved and has run does not run again then: its result
    is saved in the thread. Four things to know about that:

    - An approval is of the arguments that were shown. Where they differ when the node runs again (a clock, a random
      number, a model's new words), it asks again: compute such arguments in an earlier node or in a `@task`.
    - A result that no checkpoint can hold (a connection, an object without `==`) is remembered in this process only:
      after a restart the function runs again.
    - So does a sync function that is called on an event loop, as from an `async def` node (give such a node an async
      function), and whatever an async graph runs with `max_concurrency`.
    - After a restart also what one sync ToolNode calls side by side may run again, as LangGraph then finds results by
      the order of the calls, and threads have none. `create_agent` gives each call a node of its own.

    Args:
        tool_or_function: a function, sync or async, or a LangChain tool. Left out, this is a decorator with options.
        reason: whether a reason is asked for.
        when: `before` it runs, or `after`, when its result is shown too.

    Returns:
        The same function (its name, signature and docstring) or a copy of the tool (its class, name, description and
        `args_schema`). With `@tool`, put `@hitl.approve` above it.

    Raises:
        TypeError: it is neither, or a generator function.
        ValueError: `reason` or `when` is none of those.

    >>> @approve(reason="required_to_reject")
    ... def refund(order: int, amount: float = 0.0) -> str:
    ...     return f"refunded {amount} for {order}"
    >>> refund.__name__
    'refund'
    """
    for name, value, known in (("reason", reason, get_args(Reason)), ("when", when, get_args(When))):
        if value not in known:
            raise ValueError(f"{name}= takes {', '.join(map(repr, known))}, not {value!r}.")
    asks = Asks(reason, when)
    if tool_or_function is None:
        return lambda function: _asking(function, asks)
    return _asking(tool_or_function, asks)


def _asking(tool_or_function: Any, asks: Asks) -> Any:
    from langchain_core.tools import BaseTool  # takes its time, and most graphs have loaded it

    if isinstance(tool_or_function, BaseTool):
        from .tool import approved_tool

        return approved_tool(tool_or_function, asks)
    if isinstance(tool_or_function, type) or not callable(tool_or_function):
        raise TypeError(f"hitl.approve takes a function or a LangChain tool, not {tool_or_function!r}.")
    from .function import approved_function

    return approved_function(cast("Callable[..., Any]", tool_or_function), asks)
