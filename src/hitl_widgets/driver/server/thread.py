"""A thread that a server keeps: the little that can be written into it.

What is read of it is in `reading.py` (as it stands) and `past.py` (as it stood); who answered what, in
`answers.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.types import StateSnapshot
from typing_extensions import override

from ...errors import HitlError, InvalidAnswerError, StaleAnswerError
from ..answers.address import Address, Written, checkpoint_id_in
from ..base import Driver
from .answers import ServerAnswers
from .given import NOTED, asked_in
from .jsonable import as_json

OUT_OF_REACH = "A server keeps the checkpoints of this thread to itself; graph.get_state(config) reads what is in one."


class ServerThread(ServerAnswers):
    """The thread of a graph on a server."""

    @property
    @override
    def shared_key(self) -> None:
        return None

    @override
    async def check_nodes(self, snapshot: StateSnapshot) -> None:
        """Whether the graph has changed is the server's to say."""

    @override
    async def write_answer(
        self,
        address: Address,
        answer: Any,
        *,
        again: bool = False,
        decision: Mapping[str, Any] | None = None,
        at: str | None = None,
    ) -> Written | None:
        """Check that an answer can go by id: it is asked for, nobody else has answered, and it is JSON."""
        as_json(answer)
        snapshot = await self._state()
        asking = {interrupt.id: (task, interrupt) for task, interrupt in asked_in(snapshot)}
        if address.interrupt_id not in asking:
            raise StaleAnswerError("The thread has moved on: this question is not pending in it any more.")
        await self.refuse_second(address.interrupt_id, snapshot)
        task, interrupt = asking[address.interrupt_id]
        if interrupt.response_schema is not None:
            self._checked[interrupt.id] = task.id
        self.decided(interrupt.id, answer, decision)
        return None

    @override
    async def claimed(self, config: RunnableConfig, interrupt: str) -> bool:
        return False

    @override
    async def take_back(self, address: Address) -> None:
        """Nothing was written."""

    @override
    async def copy_to(self, other: Driver, until: RunnableConfig) -> RunnableConfig | None:
        """Have the thread copied by the server, which names the copy; the other driver goes on there from a step.

        All nodes of the step run again there, as none of their writes can be taken along.
        """
        assert isinstance(other, ServerThread)
        copied = await self._ask(self._client.threads.copy, self.thread_id)
        if not copied:
            raise HitlError("The server does not say what the copy of the thread is called, so it cannot be run.")
        # The copy has the notes too, and its questions the same ids: they were answered there, and are asked here.
        if notes := [key for key in copied["metadata"] if key.startswith(NOTED)]:
            await self._ask(self._client.threads.update, copied["thread_id"], metadata=dict.fromkeys(notes))
        place = until.get("configurable", {})
        other.config = {
            **other.config,
            "configurable": {**other.config.get("configurable", {}), "thread_id": copied["thread_id"]},
        }
        other._is_copy = True
        other._starts_at = {"checkpoint_ns": "", "checkpoint_id": place.get("checkpoint_id")}
        return {"configurable": {"thread_id": copied["thread_id"], **other._starts_at}}

    @override
    async def rewrite(self, config: RunnableConfig, values: Mapping[str, Any]) -> RunnableConfig:
        """Update the state, where that does no more than replace values; tried on a copy first.

        A server only updates a state as a node does: through the reducers, and deciding anew what comes next.
        """
        place = config.get("configurable", {})
        at = {"checkpoint_ns": place.get("checkpoint_ns", ""), "checkpoint_id": place.get("checkpoint_id")}
        if self._starts_at is None and checkpoint_id_in((await self._state(_latest(at))).config) != at["checkpoint_id"]:
            raise StaleAnswerError("The thread has moved on: it does not stand at this breakpoint any more.")
        wanted = as_json(dict(values))
        before = await self._state(at)
        trial = await self._ask(self._client.threads.copy, self.thread_id)
        try:
            await self._update(wanted, at, before, trial["thread_id"])
        finally:
            await self._ask(self._client.threads.delete, trial["thread_id"])
        await self._update(wanted, at, before, self.thread_id)
        self._starts_at = None
        return self.place

    async def _update(
        self, wanted: Mapping[str, Any], at: Mapping[str, Any], before: StateSnapshot, thread_id: str
    ) -> None:
        await self._ask(self._client.threads.update_state, thread_id, wanted, checkpoint=at)
        after = await self._state(_latest(at), thread_id)
        if other := [key for key in wanted if after.values.get(key) != wanted[key]]:
            keys = ", ".join(map(repr, other))
            raise InvalidAnswerError(
                f"A server cannot replace {keys}: the state has a reducer for it, which makes something else of it."
            )
        if sorted(task.name for task in after.tasks) != sorted(task.name for task in before.tasks):
            raise InvalidAnswerError(
                "With these values the graph would go on elsewhere, so the server cannot put them in."
            )

    # ------------------------------------------------------------------ what is out of reach

    @override
    async def inputs(self) -> list[CheckpointTuple]:
        raise HitlError(OUT_OF_REACH)

    @override
    async def checkpoint(self, config: RunnableConfig) -> CheckpointTuple | None:
        raise HitlError(OUT_OF_REACH)

    @override
    async def put_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str) -> None:
        raise HitlError(OUT_OF_REACH)

    @override
    async def put_checkpoint(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, versions: dict[str, Any]
    ) -> RunnableConfig:
        raise HitlError(OUT_OF_REACH)


def _latest(at: Mapping[str, Any]) -> dict[str, Any] | None:
    """The graph that a checkpoint is of, as it stands now."""
    return {"checkpoint_ns": at["checkpoint_ns"]} if at["checkpoint_ns"] else None
