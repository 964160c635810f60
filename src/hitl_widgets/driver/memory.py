"""A thread that is kept in this process alone: what its state holds need not become bytes."""

from __future__ import annotations

import copy
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

_KEPT = "kept"


class _Kept(JsonPlusSerializer):
    """LangGraph's serializer; what that has no form for (a data frame, a picture, a model) is kept as a copy.

    Without a checkpointer LangGraph runs such a graph; with an `InMemorySaver()` the node that writes the value fails
    (langgraph 1.2.24). Its `pickle_fallback` is not the way: nothing is unpickled here (SECURITY.md).
    """

    def dumps_typed(self, obj: Any) -> tuple[str, Any]:
        try:
            return super().dumps_typed(obj)
        except TypeError:  # ormsgpack's
            return _KEPT, _copied(obj)

    def loads_typed(self, data: tuple[str, Any]) -> Any:
        kind, kept = data
        return _copied(kept) if kind == _KEPT else super().loads_typed(data)


def _copied(value: Any) -> Any:
    """A node may change what it is given. What cannot be copied (a connection, a lock) is the thing itself."""
    try:
        return copy.deepcopy(value)
    except Exception:  # noqa: BLE001  anybody's type
        return value


def in_memory() -> InMemorySaver:
    """The checkpointer of a graph that has none.

    >>> import threading
    >>> saver, lock = in_memory(), threading.Lock()
    >>> saver.serde.loads_typed(saver.serde.dumps_typed({"lock": lock}))["lock"] is lock
    True
    """
    return InMemorySaver(serde=_Kept())
