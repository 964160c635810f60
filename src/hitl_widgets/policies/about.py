"""What a question is about, as a text: the same for the same, so that an answer that was recorded finds what it was given to."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from ..calls import Call, calls_in
from ..control import Control
from ..control.deciding import Deciding
from ..controls.question import read
from ..requests import Request
from ..texts.jsonable import jsonable, storable

_DOTS: Final = "••••••"
_LONGEST: Final = 400
"""Characters; of a longer text its beginning, and what tells it from others that begin so."""
_CLOCK = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,](?!(?:0+|9+)(?!\d))\d+(?:Z|[+-]\d\d:?\d\d)?")
"""A time to fractions of a second was read from a clock: it is another one each time, and nobody decides by it.

A whole second (`.000Z`, as JavaScript writes it) and the end of one (`.999Z`) are what somebody chose.
"""
_ADDRESS = re.compile(r"(?<= at )0x[0-9a-fA-F]{6,16}(?=>)")
"""Of an object without a form of its own, as its `repr` ends; any other such number is one that somebody decides by."""


def about(request: Request, control: Control, masked: Callable[[str], str]) -> str:
    """What a request is about: the calls with their arguments, else what its card says.

    Nothing that differs from run to run by itself is in it: no ids of calls, no deadline, no time to fractions of a second.

    Args:
        request: what is asked.
        control: how; what it does not tell of an argument, as it is a secret, is dots.
        masked: what may be told of a text.

    >>> pay = {"type": "tool_approval", "name": "pay", "args": {"to": "Ada", "amount": 5}, "tool_call_id": "7"}
    >>> about(Request("1", "tools", "tools", ("tools",), pay), Control.json(), str)
    'pay(amount=5, to="Ada")'
    """
    calls = calls_in(request)
    lines = _of_calls(calls, control) if calls else _of_card(request, control)
    text = storable(masked("\n".join(lines)))
    text = _ADDRESS.sub("0x", _CLOCK.sub("(a time)", text))
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… sha256:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def approves(request: Request, control: Control) -> bool:
    """Whether its answer approves something, or decides about calls: one that was given to something else is none to this."""
    return request.kind == "interrupt" and control.of_calls.view["kind"] in {"approval", "decide"}


def _of_calls(calls: tuple[Call, ...], control: Control) -> Iterator[str]:
    deciding = control.of_calls
    items = deciding.items if isinstance(deciding, Deciding) else ()
    for at, call in enumerate(calls):
        secrets = items[at].secrets if len(items) == len(calls) else frozenset[str]()
        told = (f"{name}={_DOTS if name in secrets else _json(call.args[name])}" for name in sorted(call.args))
        yield f"{call.name}({', '.join(told)})" + (f" → {_json(call.said['result'])}" if "result" in call.said else "")


def _of_card(request: Request, control: Control) -> Iterator[str]:
    question, description, rest = read(request, control)
    yield control.question or question
    if said := description if control.description is None else control.description:
        yield said
    if control.context is None:
        yield from (f"{name}: {_plain(value)}" for name, value in rest.items())
    else:
        yield from (f"{one['label']}: {one['text']}" for one in control.context)
    for item in control.items if isinstance(control, Deciding) else ():
        yield from filter(None, (item.title, item.description, item.link and item.link["url"]))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(jsonable(value), ensure_ascii=False, sort_keys=True)
