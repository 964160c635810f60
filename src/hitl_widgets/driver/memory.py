"""Threads that are kept in this process alone: what their states hold need not become bytes, and many write there at once."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, islice
from typing import Any, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.checkpoint.memory import InMemorySaver

from .given_back import GivingBack

_KEPT = "kept"
_TRIES = 20
"""How often something is read that is written to meanwhile."""
_CHANGED = "changed size during iteration"
"""What Python says of a dictionary that is gone through and written to."""
T = TypeVar("T")


class _Kept(GivingBack):
    """LangGraph's serializer; what that has no form for (a data frame, a picture, a model) is kept as a copy.

    Without a checkpointer LangGraph runs such a graph; with an `InMemorySaver()` the node that writes the value fails
    (langgraph 1.2.24). Its `pickle_fallback` is not the way: nothing is unpickled here (SECURITY.md).
    """

    def dumps_typed(self, obj: Any) -> tuple[str, Any]:
        try:
            return super().dumps_typed(obj)
        except TypeError:  # ormsgpack's, or of what it would not give back
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


def while_written(saver: BaseCheckpointSaver[Any], read: Callable[[], T]) -> T:
    """What reading a checkpointer gives.

    The one in memory fails where somebody writes there at this very moment (langgraph-checkpoint 4.3): it is read once more.
    """
    for _ in range(_TRIES if isinstance(saver, InMemorySaver) else 0):
        try:
            return read()
        except RuntimeError as error:
            if _CHANGED not in str(error):
                raise
    return read()


def listed(saver: InMemorySaver, thread_id: str) -> Iterator[CheckpointTuple]:
    """All checkpoints of a thread in memory, one by one: those of a graph after those of another, each graph's newest first.

    The saver reads each as it is asked for, and holds no lock. Where somebody has written meanwhile it goes on with the next.
    """
    # By graph: what is older than the last one of a thread is not what is left. `list` takes their names in one go.
    for ns in list(saver.storage.get(thread_id, ())):
        place: RunnableConfig = {"configurable": {"thread_id": thread_id, "checkpoint_ns": ns}}
        before: RunnableConfig | None = None
        while True:
            found = while_written(saver, partial(_older, saver, place, before))
            try:
                for checkpoint in found:
                    yield checkpoint
                    before = checkpoint.config
                break
            except RuntimeError as error:
                if _CHANGED not in str(error):
                    raise


def _older(saver: InMemorySaver, place: RunnableConfig, before: RunnableConfig | None) -> Iterator[CheckpointTuple]:
    return begun(saver.list(place, before=before))


def begun(found: Iterator[T]) -> Iterator[T]:
    """The same, with the first one read: before it the saver in memory lists all of them."""
    return chain(list(islice(found, 1)), found)


def in_memory() -> InMemorySaver:
    """The checkpointer of a graph that has none.

    >>> import threading
    >>> saver, lock = in_memory(), threading.Lock()
    >>> saver.serde.loads_typed(saver.serde.dumps_typed({"lock": lock}))["lock"] is lock
    True
    """
    return InMemorySaver(serde=_Kept())
