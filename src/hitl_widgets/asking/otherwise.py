"""Whether a node that ran again asks something else than before, under the same id.

LangGraph runs a node from its top for every answer that its step gets, and an interrupt's id says which `interrupt()` of which
task it is, not what it asks (1.2.24): the rate, the time or the draft in a question may be another one by then.
"""

from __future__ import annotations

import json
import re
from typing import Any, cast

from ..texts.jsonable import jsonable
from ..texts.raised import ANYBODYS

_DEEPEST = 100
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
"""In the `repr` of an object that has none of its own: of each that is read from a checkpoint it is another one."""


def asks_otherwise(before: Any, now: Any) -> bool:
    """Whether two payloads of one interrupt differ, in what they say to people.

    >>> asks_otherwise({"question": "Pay 100?"}, {"question": "Pay 200?"})
    True
    >>> asks_otherwise({"question": "Pay?", "of": object()}, {"question": "Pay?", "of": object()})
    False
    """
    try:
        return _differs(before, now)
    except ANYBODYS:
        return False  # what is in them cannot be read


def _differs(before: Any, now: Any, depth: int = 0) -> bool:
    if depth > _DEEPEST:
        return False
    if isinstance(before, dict) and isinstance(now, dict):
        ours, theirs = cast("dict[Any, Any]", before), cast("dict[Any, Any]", now)
        return ours.keys() != theirs.keys() or any(_differs(ours[key], theirs[key], depth + 1) for key in ours)
    if isinstance(before, list | tuple) and isinstance(now, list | tuple):
        ones, others = cast("list[Any]", before), cast("list[Any]", now)
        return len(ones) != len(others) or any(
            _differs(one, other, depth + 1) for one, other in zip(ones, others, strict=True)
        )
    if isinstance(before, str) and isinstance(now, str):
        return before != now
    return _said(before) != _said(now)


def _said(value: Any) -> str:
    return _ADDRESS.sub("", json.dumps(jsonable(value), sort_keys=True))
