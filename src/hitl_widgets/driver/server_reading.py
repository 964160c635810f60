"""What is read of a thread that a server keeps: as it stands, as it stood, its tasks and its runs."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Self
from uuid import UUID

import httpx
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.graph import START
from langgraph.types import PregelTask, StateSnapshot
from typing_extensions import override

from ..errors import HitlError, ServerError
from .answering import INTERRUPT, RESUME, Write
from .base import Driver
from .server_errors import in_words, was_refused
from .told import Told

MOST_RUNS = 1_000
"""Runs among which the one is looked for that a thread began with."""

ACTIVE = ("running", "pending")
"""The statuses of a run that has not ended, the more urgent first."""

NO_NESTED_COPY = (
    "This server cannot run a nested graph on the copy of a thread, so a step that has one cannot be forked from. "
    "LangGraph's development server cannot (langgraph-api 0.16.7)."
)


class ServerReading(Driver):
    """The thread of a graph on a server, read."""

    is_served = True
    page_size = 100

    def __init__(self, graph: Any, config: RunnableConfig, context: Any, *where: Any) -> None:
        super().__init__(graph, config, context, *where)
        self._client: Any = graph.sync_client or graph.client
        self._starts_at: dict[str, Any] | None = None
        """The checkpoint that the next run starts from; `None` for the latest."""
        self._is_copy = False
        self._checked: dict[str, str] = {}
        """The tasks that check their answers themselves, by the interrupt that says so."""

    @override
    def on_thread(self, thread_id: str) -> Self:
        # Without its dashes a server takes it too, and finds nothing under it afterwards (langgraph-api 0.16.7).
        other = super().on_thread(str(UUID(thread_id)))
        other._starts_at, other._checked, other._is_copy = None, {}, False
        return other

    @property
    def thread_id(self) -> str:
        return self.config.get("configurable", {})["thread_id"]

    async def _ask(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """What the server answers, asked with the sync client or the async one.

        Raises:
            ServerError: what else there is to know.
        """
        try:
            reply = function(*args, **options)
            return await reply if inspect.isawaitable(reply) else reply
        except httpx.HTTPError as error:
            raise in_words(error, self.graph) from error

    async def _read(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """The same for what changes nothing: asked once more where a connection has gone stale meanwhile."""
        try:
            return await self._ask(function, *args, **options)
        except ServerError as error:
            if error.status is not None or was_refused(error.__cause__ or error):
                raise
        return await self._ask(function, *args, **options)

    # ------------------------------------------------------------------ reading

    @override
    async def snapshot(self) -> StateSnapshot:
        snapshot = await self._state(self._starts_at)
        if self._starts_at is None:
            return snapshot
        # Everything there is going to run anew.
        tasks = tuple(PregelTask(task.id, task.name, task.path) for task in snapshot.tasks)
        return snapshot._replace(tasks=tasks, interrupts=())

    async def _state(
        self,
        checkpoint: Mapping[str, Any] | None = None,
        thread_id: str | None = None,
        *,
        with_nested: bool = True,
    ) -> StateSnapshot:
        """The thread as it stands, or stood."""
        try:
            state = await self._read(
                self._client.threads.get_state,
                thread_id or self.thread_id,
                checkpoint=checkpoint,
                subgraphs=with_nested,
            )
        except ServerError as error:
            if self._is_copy and error.status == 500:
                raise ServerError(NO_NESTED_COPY, 500) from error
            if error.status != 404:
                raise
            state = None
        if state is None or state["checkpoint"] is None:
            # A thread that was never heard of, or has not begun: RemoteGraph cannot read that (langgraph 1.2.24).
            return StateSnapshot({}, (), self.config, None, None, None, (), ())
        return self._snapshot_of(state)

    @override
    async def state_at(self, config: RunnableConfig) -> StateSnapshot:
        place = config.get("configurable", {})
        return await self._state({key: place[key] for key in ("checkpoint_ns", "checkpoint_id") if key in place})

    @override
    async def tasks_at(self, config: RunnableConfig) -> frozenset[str]:
        return frozenset(task.id for task in (await self.state_at(config)).tasks)

    def _snapshot_of(self, state: Any) -> StateSnapshot:
        """A state as the server tells it, with how its tasks came to be, which RemoteGraph leaves out (langgraph 1.2.24)."""
        snapshot = self.graph._create_state_snapshot(state)
        paths = {task["id"]: tuple(task.get("path") or ()) for task in state["tasks"]}
        return snapshot._replace(tasks=tuple(task._replace(path=paths.get(task.id, ())) for task in snapshot.tasks))

    @override
    async def snapshots(self, before: RunnableConfig | None = None) -> AsyncGenerator[StateSnapshot, None]:
        """Those that led to where the thread stands.

        One that went on from an earlier checkpoint, as a fork's does, has the later ones too; and that checkpoint twice,
        the second time as what its tasks ran anew from (langgraph-api 0.16.7).
        """
        parent, is_anew = None, False
        async with aclosing(self._snapshots_in("", before)) as snapshots:
            async for snapshot in snapshots:
                if parent is not None and checkpoint_id_of(snapshot) != parent:
                    continue
                if not is_anew:
                    yield snapshot
                is_anew = (snapshot.metadata or {}).get("source") == "fork"
                parent = _id_in(snapshot.parent_config)
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
                is_next = _id_in(snapshot.parent_config) == checkpoint_id_of(step)
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

    async def _values(self) -> Any:
        return (await self._state()).values

    async def _runs(self, most: int = 10) -> list[Any]:
        """The thread's latest runs, newest first."""
        try:
            return await self._read(self._client.runs.list, self.thread_id, limit=most)
        except ServerError as error:
            if error.status != 404:
                raise
            return []

    async def _active(self) -> Any:
        """The run that is at work, or the next one that will be."""
        runs = await self._runs()
        return next((run for status in ACTIVE for run in runs if run["status"] == status), None)

    @override
    async def is_busy(self) -> bool:
        return await self._active() is not None

    @override
    async def stands_at_breakpoint(self, snapshot: StateSnapshot) -> bool:
        if (
            not snapshot.next
            or self._starts_at is not None
            or any(task.interrupts or task.error for task in snapshot.tasks)
        ):
            return False
        # A run that comes to a breakpoint is one that succeeded; cut off it is not (langgraph-api 0.16.7).
        runs = await self._runs()
        return bool(runs) and runs[0]["status"] == "success"


def checkpoint_id_of(snapshot: StateSnapshot) -> Any:
    return _id_in(snapshot.config)


def _id_in(config: RunnableConfig | None) -> Any:
    return (config or {}).get("configurable", {}).get("checkpoint_id")
