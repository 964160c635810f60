"""A checkpointer of whose thread a step is begun anew, without a trace of that in the thread.

LangGraph begins a step so, and has nested graphs that remember take their input, where it is run from its checkpoint by its
id (1.2.24). Of a checkpoint that a step has left it makes a copy first, one more step of the thread; not of one that is
somebody's change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from .alike import alike

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import CheckpointTuple

CHANGED: Final = frozenset({"update", "fork"})
"""What a checkpoint comes from that no step has left, as its metadata call it."""


def beginning_by_id(checkpointer: Any, checkpoint: str) -> Any:
    """The same checkpointer, which tells of a checkpoint of the outermost graph that it is somebody's change."""
    return alike(checkpointer, _BeginningById, begins={checkpoint})


class _BeginningById:
    begins: ClassVar[set[str]]
    """The checkpoint, until it was told: it is loaded once, and then read as what it is, with what was before it."""

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return self._as_changed(super().get_tuple(config))  # type: ignore[misc]

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return self._as_changed(await super().aget_tuple(config))  # type: ignore[misc]

    def _as_changed(self, saved: CheckpointTuple | None) -> CheckpointTuple | None:
        if saved is None or saved.checkpoint["id"] not in self.begins:
            return saved
        self.begins.clear()
        if saved.metadata.get("source") in CHANGED:
            return saved
        # What nested graphs remember is looked for before the one that it is a change of.
        return saved._replace(metadata={**saved.metadata, "source": "fork"}, parent_config=saved.config)
