"""What a checkpointer saves and does not give back: the graph goes on with what is read of its thread.

LangGraph's serializer has a form for an array of objects, as the texts of a pandas column are, and reads it as `None`
(langgraph-checkpoint 4.3): the state's value is gone with the first question, and an answer with its acknowledgement.
"""

from __future__ import annotations

from typing import Any, cast

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from .unsaved import NotGivenBackError, name_of, parts_of

_OBJECTS = b"\xa2|O"
"""The type of such an array, as numpy names it and msgpack writes that. A text may have it, too: then it is read again."""
_PLAIN = (str, int, float, bool, type(None))


class GivingBack(JsonPlusSerializer):
    """LangGraph's serializer, that has no form for what it would not give back.

    >>> import numpy as np
    >>> GivingBack().dumps_typed({"names": np.array(["Ada", None], dtype=object)})
    Traceback (most recent call last):
    hitl_widgets.driver.unsaved.NotGivenBackError: it would come back as None
    >>> GivingBack().loads_typed(GivingBack().dumps_typed("•|O"))
    '•|O'
    """

    def dumps_typed(self, obj: Any) -> tuple[str, Any]:
        kind, data = super().dumps_typed(obj)
        if kind == "msgpack" and _OBJECTS in data and _lost_in(obj, self.loads_typed((kind, data))) is not None:
            raise NotGivenBackError("it would come back as None")
        return kind, data


def not_given_back(saver: BaseCheckpointSaver[Any], value: Any) -> str | None:
    """What a checkpointer, of whoever's, saves of a value and does not give back; `None` where it does, or has no form for it."""
    if is_plain(value):
        return None
    try:
        back = saver.serde.loads_typed(saver.serde.dumps_typed(value))
    except Exception:  # noqa: BLE001  anybody's serializer; what it has no form for is said where it is saved
        return None
    return _lost_in(value, back)


def is_plain(value: Any) -> bool:
    """Whether a value is what JSON is made of: no checkpointer loses that. One that contains itself is saved by none."""
    left, seen = [value], set[int]()
    while left:
        one = left.pop()
        if isinstance(one, _PLAIN):
            continue
        if type(one) not in {dict, list}:
            return False
        if id(one) not in seen:
            seen.add(id(one))
            left += cast("dict[Any, Any]", one).values() if type(one) is dict else cast("list[Any]", one)
    return True


def _lost_in(sent: Any, back: Any, at: str = "") -> str | None:
    """A part of a value that is `None` as it is read again, and was not."""
    if back is None and sent is not None:
        return f"{at and f'at {at}, '}a value of type {name_of(type(sent))} would come back as None"
    if isinstance(sent, set | frozenset):
        return None  # nothing that is lost can be in one, and it has no order
    there = dict(parts_of(back))
    for step, part in parts_of(sent):
        # An object may have come back as what it is made of.
        found = there.get(step, there.get(f"[{step[1:]!r}]", part))
        if (said := _lost_in(part, found, at + step)) is not None:
            return said
    return None
