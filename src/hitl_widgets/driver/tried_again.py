"""A checkpointer of whose failed tasks nothing counts, so that they run again.

LangGraph saves what a task had written beside its error, and takes that for its result when it goes on: a node whose
conditional edge raises is not run again then, the edge is not decided, and the graph is at its end (1.2.24).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import CheckpointTuple

_ERROR: Final = "__error__"
_KEPT: Final = frozenset({_ERROR, "__interrupt__", "__resume__"})
"""What it asked and was answered stays."""
_HANDLED: Final = "__error_source_node__"
"""Of a task with an error handler, which goes on instead of it."""


def trying_again(checkpointer: Any) -> Any:
    """The same checkpointer, with the same connection, locks and checkpoints."""
    kind: type[Any] = type(checkpointer)
    again: Any = object.__new__(type(kind.__name__, (_TryingAgain, kind), {}))
    again.__dict__ = checkpointer.__dict__
    return again


class _TryingAgain:
    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return _without_failed(super().get_tuple(config))  # type: ignore[misc]

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return _without_failed(await super().aget_tuple(config))  # type: ignore[misc]


def _without_failed(saved: CheckpointTuple | None) -> CheckpointTuple | None:
    writes = (saved.pending_writes or ()) if saved is not None else ()
    handled = {task for task, channel, _ in writes if channel == _HANDLED}
    failed = {task for task, channel, _ in writes if channel == _ERROR} - handled
    if saved is None or not failed:
        return saved
    left = [write for write in writes if write[0] not in failed or write[1] in _KEPT]
    return saved._replace(pending_writes=left)
