"""What a server tells of a thread's past: its states, what a step led to, what was asked, what it began with."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.graph import START
from langgraph.types import StateSnapshot
from typing_extensions import override

from ...errors import HitlError, ServerError
from ..answers.address import checkpoint_id_in
from ..answers.answering import INTERRUPT, RESUME, Write
from .reading import ServerReading
from .told import Told

MOST_RUNS = 1_000
"""Runs among which the one is looked for that a thread began with."""


class ServerPast(ServerReading):
    """The thread of a graph on a server, as it stood."""

    page_size = 100

    @override
    async def snapshots(self, before: RunnableConfig | None = None) -> AsyncGenerator[StateSnapshot, None]:
        """Those that led to where the thread stands.

        One that went on from an earlier checkpoint, as a fork's does, has the later ones too; and that checkpoint twice,
        the second time as what its tasks ran anew from (langgraph-api 0.16.7).
        """
        parent, is_anew = None, False
        async with aclosing(self._snapshots_in("", before)) as snapshots:
            async for snapshot in snapshots:
                if parent is not None and checkpoint_id_in(snapshot.config) != parent:
                    continue
                if not is_anew:
                    yield snapshot
                is_anew = (snapshot.metadata or {}).get("source") == "fork"
                parent = checkpoint_id_in(snapshot.parent_config)
                if parent is None:
                    return

    async def _snapshots_in(
        self, ns: str, before: RunnableConfig | None = None, **about: Any
    ) -> AsyncGenerator[StateSnapshot, None]:
        """A graph of the thread as it stood at each checkpoint, newest first.

        Args:
            ns: the graph's namespace.
            before: only at those that are older than this one.
            about: what else is true of the checkpoints, by the names of LangGraph's metadata.
        """
        while True:
            count, last = 0, None
            async with aclosing(self.page(before, ns, about)) as page:
                async for snapshot in page:
                    count, last = count + 1, snapshot.config
                    yield snapshot
            if count < self.page_size:
                return
            before = last

    @override
    async def page(
        self, before: RunnableConfig | None, ns: str = "", about: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[StateSnapshot, None]:
        # Without a namespace the outermost graph is meant (langgraph-api 0.16.7).
        chosen = {**({"checkpoint": {"checkpoint_ns": ns}} if ns else {}), **({"metadata": about} if about else {})}
        place = before.get("configurable", {}) if before is not None else None
        # The development server reads what it does not document (langgraph-api 0.16.7).
        older = {**place, "configurable": place} if place is not None else None
        try:
            page = await self._read(
                self._client.threads.get_history, self.thread_id, limit=self.page_size, before=older, **chosen
            )
        except ServerError as error:
            if error.status != 404:
                raise
            return
        for state in page:
            yield self._snapshot_of(state)

    @override
    async def nested_in(self, snapshot: StateSnapshot) -> AsyncGenerator[tuple[str, list[StateSnapshot]], None]:
        """It names those that it knows from the graph; not one that only a node's code calls (langgraph-api 0.16.7)."""
        for task in snapshot.tasks:
            place: Mapping[str, Any] = (
                (task.state or {}).get("configurable", {}) if isinstance(task.state, dict) else {}
            )
            if ns := place.get("checkpoint_ns"):
                yield ns, [found async for found in self._snapshots_in(ns)]

    @override
    async def told(self, task: str, ns: Sequence[str], checkpoint: str | None) -> Told:
        place = "|".join(ns)
        step = await self._step_of(task, place, checkpoint)
        found = next((one for one in step.tasks if one.id == task), None) if step is not None else None
        if step is None or found is None:
            return Told(None, None, None)
        return Told(step, await self._after(step, place), found)

    async def _step_of(self, task: str, ns: str, checkpoint: str | None) -> StateSnapshot | None:
        try:
            if checkpoint is not None:
                return await self._state({"checkpoint_ns": ns, "checkpoint_id": checkpoint}, with_nested=False)
            async with aclosing(self._snapshots_in(ns)) as snapshots:
                async for snapshot in snapshots:
                    if any(one.id == task for one in snapshot.tasks):
                        return snapshot
        except ServerError as error:
            # The server knows no graph of this name: one that a node's own code calls (langgraph-api 0.16.7).
            if not ns or error.status is None or error.status < 400:
                raise
        return None

    async def _after(self, step: StateSnapshot, ns: str) -> StateSnapshot | None:
        """The state that a step led to: of the thread's states with the next number the one that was made of it."""
        number = (step.metadata or {}).get("step")
        if number is None:
            return None
        async with aclosing(self._snapshots_in(ns, step=number + 1)) as snapshots:
            async for snapshot in snapshots:
                is_next = checkpoint_id_in(snapshot.parent_config) == checkpoint_id_in(step.config)
                if is_next and (snapshot.metadata or {}).get("source") == "loop":
                    return snapshot
        return None

    @override
    async def saved(self) -> AsyncGenerator[CheckpointTuple, None]:
        """None: a server keeps its checkpoints to itself."""
        for found in ():
            yield found

    @override
    async def asked_in_the_past(self) -> AsyncGenerator[list[Write], None]:
        """A server tells what a task has asked and what it wrote, of which its answers are a part; not the answers alone."""
        async with aclosing(self.snapshots()) as snapshots:
            async for snapshot in snapshots:
                asking = [task for task in snapshot.tasks if task.interrupts]
                asked: list[Write] = [(task.id, INTERRUPT, task.interrupts) for task in asking]
                yield [*asked, *((task.id, RESUME, task.result) for task in asking)]

    @override
    async def first_input(self) -> Any:
        """What the thread was started with: what its first step took of it, or else what its first run was sent with.

        An `@entrypoint` has no such step, and a thread that a server has copied no such run (langgraph-api 0.16.7).
        """
        started = [
            task.result
            async for snapshot in self._snapshots_in("", source="input")
            for task in snapshot.tasks
            if task.name == START and task.result is not None
        ]
        if started:
            return started[-1]
        sent = [run["kwargs"].get("input") for run in await self._runs(MOST_RUNS) if "kwargs" in run]
        given = [input for input in sent if input is not None]
        if not given:
            raise HitlError("The server does not say what the thread was started with: give it to hitl.run once more.")
        return given[-1]
