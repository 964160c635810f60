"""The calls of tools and functions that a request asks about, in whatever family's words, each as one of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .approving.question import TAG
from .control import Control
from .control.deciding import Deciding
from .controls.arguments import arguments_of
from .controls.decisions import own_words
from .controls.payload import as_dict
from .fields import is_object
from .fields.values import is_list
from .requests import Request
from .thread.words import Words


@dataclass(frozen=True)
class Call:
    """A call that waits for a decision.

    Attributes:
        name: the tool's or function's.
        args: by parameter, as the model or the code gave them.
        request: the request that asks about it; one request may ask about several calls.
        said: what else is said of it: its `description`, its `tool_call_id`, its `result` where
            `hitl.approve(when="after")` asks.

    >>> request = Request("1", "pay", "pay", ("pay",), None)
    >>> Call("pay", {"amount": 40}, request).args["amount"]
    40
    """

    name: str
    args: Mapping[str, Any]
    request: Request
    said: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)

    @property
    def alone(self) -> Request:
        """The request as if it were about this call alone, as langchain's middleware asks about a single one.

        >>> Call("pay", {"amount": 40}, Request("1", "pay", "pay", ("pay",), None)).alone.payload
        {'type': 'tool_approval', 'name': 'pay', 'args': {'amount': 40}}
        """
        payload = {"type": "tool_approval", "name": self.name, "args": self.args, **self.said}
        return replace(self.request, payload=payload)


def calls_in(request: Request) -> tuple[Call, ...]:
    """The calls that a request asks about, in its order."""
    return tuple(_calls(request))


def calls_decided(request: Request, control: Control) -> dict[int, Call]:
    """The calls that can be decided about, each on its own, by their place in the request.

    Args:
        request: what is asked.
        control: how; one that does not know of calls decides about none.
    """
    calls, deciding = calls_in(request), control.of_calls
    many = len(deciding.items) if isinstance(deciding, Deciding) else int(_is_function(request.payload))
    return dict(enumerate(calls)) if len(calls) == many else {}


def tools_in(request: Request) -> set[str]:
    """The names of the tools that a request asks about."""
    return {call.name for call in calls_in(request)}


def words_about(request: Request, words: Words | None) -> str:
    """What a model has said to call for what a request asks about; nothing where that may be something else.

    Args:
        request: what is asked.
        words: the last ones of the asking graph's model.
    """
    if words is None:
        return ""
    tools = tools_in(request)
    # What the code of a tool asks on its own is about the call that runs it.
    by_code = words.are_run and (not tools or _is_function(request.payload))
    return words.text if by_code or (tools and tools <= words.calls) else ""


def _is_function(payload: Any) -> bool:
    """Whether `hitl.approve` asks."""
    return isinstance(payload, Mapping) and payload.get("type") == TAG


def _calls(request: Request) -> Iterator[Call]:
    payload = request.payload
    said = as_dict(payload)
    if said is None:
        inbox: list[Any] = list(payload) if isinstance(payload, list | tuple) else []
        for one in inbox:
            yield from _of_inbox(request, one)
    elif _is_function(said):
        more = {"result": said["result"]} if "result" in said else {}
        yield from _call(request, said.get("tool"), said.get("arguments"), said.get("description"), **more)
    elif said.get("type") == "tool_approval":
        more = {key: said[key] for key in ("tool_call_id",) if key in said}
        yield from _call(request, said.get("name"), said.get("args"), said.get("description"), **more)
    elif is_list(actions := said.get("action_requests")):
        for action in actions:
            if is_object(action):
                yield from _call(request, action.get("name"), action.get("args"), action.get("description"))
    else:
        yield from _of_inbox(request, said)


def _of_inbox(request: Request, one: Any) -> Iterator[Call]:
    if is_object(one) and is_object(action := one.get("action_request")):
        yield from _call(request, action.get("action"), action.get("args"), one.get("description"))


def _call(request: Request, name: Any, args: Any, description: Any, **more: Any) -> Iterator[Call]:
    arguments = arguments_of(args)
    if isinstance(name, str) and arguments is not None:
        yield Call(name, arguments, request, {"description": own_words(description), **more})
