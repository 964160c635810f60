"""Whether a node that ran again asks something else than before, under the same id.

LangGraph runs a node from its top for every answer that its step gets, and an interrupt's id says which `interrupt()` of which
task it is, not what it asks (1.2.24): the rate, the time or the draft in a question may be another one by then.
"""

from __future__ import annotations

from typing import Any, cast

_DEEPEST = 100


def asks_otherwise(before: Any, now: Any, depth: int = 0) -> bool:
    """Whether two payloads of one interrupt differ in what JSON could say; of anything else that is not known.

    >>> asks_otherwise({"question": "Pay 100?"}, {"question": "Pay 200?"})
    True
    >>> asks_otherwise({"question": "Pay?", "of": object()}, {"question": "Pay?", "of": object()})
    False
    """
    if depth > _DEEPEST:
        return False
    if isinstance(before, dict) and isinstance(now, dict):
        ours, theirs = cast("dict[Any, Any]", before), cast("dict[Any, Any]", now)
        return ours.keys() != theirs.keys() or any(asks_otherwise(ours[key], theirs[key], depth + 1) for key in ours)
    if isinstance(before, list | tuple) and isinstance(now, list | tuple):
        ones, others = cast("list[Any]", before), cast("list[Any]", now)
        return len(ones) != len(others) or any(
            asks_otherwise(one, other, depth + 1) for one, other in zip(ones, others, strict=True)
        )
    plain = str | int | float | None
    # A NaN is not itself.
    return isinstance(before, plain) and isinstance(now, plain) and before != now and repr(before) != repr(now)
