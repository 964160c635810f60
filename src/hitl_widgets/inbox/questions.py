"""What a waiting request asks, without making the control that will ask it: a list shows hundreds of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, cast

from ..calls import calls_in
from ..controls import question
from ..controls.payload import readable
from ..registering.registry import Registry
from ..requests import Request
from ..texts.apart import in_one_line
from ..texts.jsonable import jsonable
from ..thread.asked import Asked

_SAID = frozenset(
    {
        *("type", "kind", "name", "tool", "action", "key", "format", "control", "multiple", "pick", "edit"),
        *("options", "choices", "enum", "schema", "response_schema", "responseSchema", "constraints"),
        *("allowed_decisions", "review_configs", "config"),
    }
)
"""Keys of a payload whose values say how it is answered; of all others only what kind of value they have counts."""
_DEEPEST = 8
_MOST_SLOTS = 100
"""Questions that a task may have asked before one that is compared."""

_BUILT_IN = Registry()
"""What a person has registered may make a widget for each request that it is asked about."""
_BUILT_IN._installed = tuple  # nor what other packages bring


def question_of(request: Request) -> str:
    """What is asked, in its own words; of a breakpoint where it stands."""
    if request.kind == "breakpoint":
        return f"Stands {request.payload.when} {request.node}"
    asked = question.question_of(request)
    names = [in_one_line(call.name) for call in calls_in(request)] if asked == readable(request.node) else []
    if not names:
        return asked
    # Its card asks so, too: the node alone does not say which tool it is that waits.
    return f"Run {names[0]}?" if len(names) == 1 else f"Review {len(names)} actions: {', '.join(names)}"


def kind_of(request: Request) -> str:
    """What is asked for: `approval`, `decide`, `breakpoint`, `table`, or the type of the form's field (`text`, `number`, ...).

    As the built-in controls take it; a control that somebody has registered may ask in another way.
    """
    if request.kind == "breakpoint":
        return "breakpoint"
    view = _BUILT_IN.resolve(request).view
    return view["field"]["type"] if view["kind"] == "form" else view["kind"]


def same_as(asked: Asked) -> str:
    """The same text for requests that ask the same: of one node, in its one place, and answered in the same way.

    What differs from thread to thread (an order's number, a draft) does not count. An answer to several is checked for
    each of them all the same.
    """
    request, address = asked.request, asked.address
    slot = address.slot(_MOST_SLOTS) if address is not None else None
    shape = None if request.kind == "breakpoint" else _shape(jsonable(request.payload))
    said = [request.path, request.kind, slot, shape, request.response_schema, repr(request.value_type)]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=repr).encode()).hexdigest()[:16]


def words_in(value: Any, depth: int = 0) -> str:
    """The texts and numbers of a payload, for a text to be looked for in them."""
    if isinstance(value, str):
        return value
    if depth > _DEEPEST or value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, dict):
        return " ".join(words_in(part, depth + 1) for part in cast("dict[Any, Any]", value).values())
    if isinstance(value, list | tuple):
        return " ".join(words_in(part, depth + 1) for part in cast("list[Any]", value))
    # A model, a date, ...; a secret comes as dots.
    return words_in(jsonable(value), depth + 1)


def _shape(value: Any, depth: int = 0) -> Any:
    """Which parts a payload has, without what is in them."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        parts = cast("Mapping[str, Any]", value)
        return {name: part if name in _SAID else _shape(part, depth + 1) for name, part in parts.items()}
    if isinstance(value, list):
        return [_shape(part, depth + 1) for part in cast("list[Any]", value)]
    return type(value).__name__
