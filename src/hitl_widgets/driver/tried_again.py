"""A checkpointer of whose failed tasks nothing counts, so that they run again.

LangGraph saves what a task had written beside its error, and takes that for its result when it goes on: a node whose
conditional edge raises is not run again then, the edge is not decided, and the graph is at its end (1.2.24). Nor does it
take the error away once the task has succeeded: its result would not count either, and a later kernel would say that it failed.
"""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any, ClassVar, Final

from .alike import alike
from .channels import ERROR, HANDLED, INTERRUPT, RESUME

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import CheckpointTuple

_KEPT: Final = frozenset({ERROR, INTERRUPT, RESUME})
"""What it asked and was answered stays."""
_NOBODYS: Final = "{}-failed"
"""Whose the rest is: LangGraph passes over it, and still sees that it is there (a `DeltaChannel` is read again from it else)."""
_MENDED: Final = ((ERROR, None),)


def trying_again(checkpointer: Any) -> Any:
    """The same checkpointer, where it tries again."""
    return alike(checkpointer, _TryingAgain, failed=set[str]())


class _TryingAgain:
    failed: ClassVar[set[str]]
    """The tasks that had failed before they wrote anything, and have not succeeded since.

    What others had written stays in the thread, and what they write now does not take its place: they run once more if the
    graph does not get on to its next step, as where something asks beside them.
    """

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return self._without_failed(super().get_tuple(config))  # type: ignore[misc]

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return self._without_failed(await super().aget_tuple(config))  # type: ignore[misc]

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        put: Callable[..., None] = super().put_writes  # type: ignore[misc]
        put(config, writes, task_id, *_path(put, task_path))
        if self._has_succeeded(task_id, writes):
            put(config, _MENDED, task_id, *_path(put, task_path))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        put: Callable[..., Any] = super().aput_writes  # type: ignore[misc]
        await put(config, writes, task_id, *_path(put, task_path))
        if self._has_succeeded(task_id, writes):
            await put(config, _MENDED, task_id, *_path(put, task_path))

    def _has_succeeded(self, task: str, writes: Sequence[tuple[str, Any]]) -> bool:
        """Whether this is the result of a task that had failed, and all that the thread has of it; told once."""
        wrote = {channel for channel, _ in writes}
        if task not in self.failed or ERROR in wrote or wrote <= _KEPT:
            return False
        self.failed.discard(task)
        return True

    def _without_failed(self, saved: CheckpointTuple | None) -> CheckpointTuple | None:
        writes = (saved.pending_writes or ()) if saved is not None else ()
        handled = {task for task, channel, _ in writes if channel == HANDLED}
        failed = {task for task, channel, error in writes if channel == ERROR and error is not None} - handled
        if saved is None or not failed:
            return saved
        wrote = {task for task, channel, _ in writes if task in failed and channel not in _KEPT}
        self.failed.update(failed - wrote)
        left = [
            (_NOBODYS.format(task) if task in wrote and channel not in _KEPT else task, channel, value)
            for task, channel, value in writes
        ]
        return saved._replace(pending_writes=left)


def _path(put: Callable[..., Any], task_path: str) -> tuple[str, ...]:
    """As LangGraph does it: older checkpointers take none."""
    return (task_path,) if "task_path" in signature(put).parameters else ()
