"""A thread that a server keeps: the little that can be written into it.

What is read of it is in `reading.py` (as it stands) and `past.py` (as it stood); who answered what, in
`answers.py`; how it is copied, and its state put right, in `copies.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.types import StateSnapshot
from typing_extensions import override

from ...errors import HitlError, StaleAnswerError
from ..answers.address import Address
from ..answers.writing import SUPERSEDED, Earlier, Given, Outcome, for_each
from .copies import ServerCopies
from .given import asked_in
from .jsonable import as_json

OUT_OF_REACH = "A server keeps the checkpoints of this thread to itself; graph.get_state(config) reads what is in one."


class ServerThread(ServerCopies):
    """The thread of a graph on a server."""

    @property
    @override
    def shared_key(self) -> None:
        return None

    @override
    async def check_nodes(self, snapshot: StateSnapshot) -> None:
        """Whether the graph has changed is the server's to say."""

    @override
    async def write_answers(self, given: Sequence[Given], at: str | None = None) -> list[Outcome]:
        """Check that answers can go by id: they are asked for, nobody else has answered, and they are JSON."""
        outcomes: dict[int, Outcome] = {}
        outcomes |= await for_each(dict(enumerate(given)), self._check, outcomes)
        return [outcomes[number] for number in range(len(given))]

    async def _check(self, one: Given) -> Earlier | None:
        answer = as_json(one.answer)
        snapshot = await self._state()
        asking = {interrupt.id: (task, interrupt) for task, interrupt in asked_in(snapshot)}
        if one.address.interrupt_id not in asking:
            raise StaleAnswerError("The thread has moved on: this question is not pending in it any more.")
        earlier = await self.refuse_second(one.address.interrupt_id, snapshot)
        task, interrupt = asking[one.address.interrupt_id]
        if one.is_other(interrupt.value):
            raise StaleAnswerError(SUPERSEDED)
        if interrupt.response_schema is not None:
            self._checked[interrupt.id] = task.id
        if earlier is None:
            self.decided(interrupt.id, one.answer, one.decision)
            return None
        if earlier.answer == answer:
            earlier = replace(earlier, answer=one.answer)
        self.carry(earlier)
        return Earlier(earlier, None)

    @override
    async def claimed(self, config: RunnableConfig, interrupt: str) -> bool:
        return False

    @override
    async def take_back(self, address: Address) -> None:
        """Nothing was written."""

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
