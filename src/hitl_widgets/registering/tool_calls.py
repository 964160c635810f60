"""The tool calls that a request asks about, in whatever family's words, each as one of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..approving.question import TAG
from ..control import Control
from ..controls.agent_inbox import agent_inbox
from ..controls.approve import approve_call
from ..controls.arguments import arguments_of
from ..controls.decisions import own_words
from ..controls.hitl_request import hitl_request
from ..controls.payload import as_dict
from ..controls.tool_approval import tool_approval
from ..fields import is_object
from ..fields.values import is_list
from ..requests import Request

_FAMILIES: tuple[Callable[[Request], Control | None], ...] = (approve_call, tool_approval, hitl_request, agent_inbox)


@dataclass(frozen=True)
class Call:
    """One call of a tool that is to be approved.

    Attributes:
        tool: its name.
        arguments: what it is called with.
        payload: the call as langchain's middleware asks about a single one: `{"type": "tool_approval", "name": ...,
            "args": {...}, "description": ...}`; with `result` where `hitl.approve(when="after")` asks.
    """

    tool: str
    arguments: dict[str, Any]
    payload: dict[str, Any]

    def request(self, whole: Request) -> Request:
        """The request as if it were about this call alone."""
        return replace(whole, payload=self.payload)


def tools_in(request: Request) -> set[str]:
    """The names of the tools that a request asks about."""
    return {call.tool for call in _calls(request.payload)}


def calls_in(request: Request) -> tuple[Control, tuple[Call, ...]] | None:
    """The family's own control for the calls of a request, and the calls, in its order; `None`: there are none."""
    calls = tuple(_calls(request.payload))
    control = next((made for family in _FAMILIES if (made := family(request)) is not None), None) if calls else None
    return None if control is None else (control, calls)


def _calls(payload: Any) -> Iterator[Call]:
    said = as_dict(payload)
    if said is None:
        inbox: list[Any] = list(payload) if isinstance(payload, list | tuple) else []
        for one in inbox:
            yield from _of_inbox(one)
    elif said.get("type") == TAG:
        more = {"result": said["result"]} if "result" in said else {}
        yield from _call(said.get("tool"), said.get("arguments"), said.get("description"), **more)
    elif said.get("type") == "tool_approval":
        more = {key: said[key] for key in ("tool_call_id",) if key in said}
        yield from _call(said.get("name"), said.get("args"), said.get("description"), **more)
    elif is_list(actions := said.get("action_requests")):
        for action in actions:
            if is_object(action):
                yield from _call(action.get("name"), action.get("args"), action.get("description"))
    else:
        yield from _of_inbox(said)


def _of_inbox(one: Any) -> Iterator[Call]:
    if is_object(one) and is_object(action := one.get("action_request")):
        yield from _call(action.get("action"), action.get("args"), one.get("description"))


def _call(name: Any, args: Any, description: Any, **more: Any) -> Iterator[Call]:
    arguments = arguments_of(args)
    if isinstance(name, str) and arguments is not None:
        payload = {"type": "tool_approval", "name": name, "args": arguments, "description": own_words(description)}
        yield Call(name, arguments, {**payload, **more})
