"""The calls of tools and functions that a request asks about, whatever family it is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .approving.question import TAG
from .control import Control
from .decide import Deciding
from .requests import Request


@dataclass(frozen=True)
class Call:
    """A call that waits for a decision.

    Attributes:
        name: the tool's or function's.
        args: by parameter, as the model or the code gave them.
        request: the request that asks about it; one request may ask about several calls.

    >>> request = Request("1", "pay", "pay", ("pay",), None)
    >>> Call("pay", {"amount": 40}, request).args["amount"]
    40
    """

    name: str
    args: Mapping[str, Any]
    request: Request


def calls_in(request: Request, control: Control) -> dict[int, Call]:
    """The calls that a request asks about, by their place in it."""
    if isinstance(control, Deciding):
        return {
            at: Call(item.called.name, item.called.args, request)
            for at, item in enumerate(control.items)
            if item.called is not None
        }
    payload = request.payload
    if isinstance(payload, Mapping) and payload.get("type") == TAG:
        return {0: Call(payload["tool"], payload["arguments"], request)}
    return {}
