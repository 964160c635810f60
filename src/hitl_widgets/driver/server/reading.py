"""What is read of a thread that a server keeps, as it stands: its state, and its runs. How a server is asked at all."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Self
from uuid import UUID

import httpx
from langchain_core.runnables import RunnableConfig
from langgraph.types import PregelTask, StateSnapshot
from typing_extensions import override

from ...errors import ServerError
from ..base import Driver
from ..handlers import is_handler
from . import handled
from .errors import in_words, was_refused

ACTIVE = ("running", "pending")
"""The statuses of a run that has not ended, the more urgent first."""

NO_NESTED_COPY = (
    "This server cannot run a nested graph on the copy of a thread, so a step that has one cannot be forked from. "
    "LangGraph's development server cannot (langgraph-api 0.16.7)."
)

_IT_DOES_NOT = (
    "LangGraph's development server (langgraph-api 0.16.7) does not where a node waits for several others, as "
    "`add_edge([...], node)` has it; an edge from each of them to it is told of."
)

NOT_TOLD = (
    f"The thread waits for an answer, and the server does not tell for which one. {_IT_DOES_NOT} "
    '`client.threads.get({id!r})["interrupts"]` has the question, and `graph.invoke(Command(resume={{its id: answer}}), config)` '
    "answers it; then `session.retry()` goes on."
)

BREAKPOINT_NOT_TOLD = (
    f"The thread has stopped at a breakpoint, and the server does not tell at which one. {_IT_DOES_NOT} "
    "`graph.invoke(None, config)` passes it; then `session.retry()` goes on."
)


class ServerReading(Driver):
    """The thread of a graph on a server, as it stands."""

    is_served = True

    def __init__(self, graph: Any, config: RunnableConfig, context: Any, *where: Any) -> None:
        super().__init__(graph, config, context, *where)
        self._client: Any = graph.sync_client or graph.client
        self._starts_at: dict[str, Any] | None = None
        """The checkpoint that the next run starts from; `None` for the latest."""
        self._is_copy = False
        self._checked: dict[str, str] = {}
        """The tasks that check their answers themselves, by the interrupt that says so."""
        self._handlers = handled.Heard()

    @override
    def on_thread(self, thread_id: str) -> Self:
        # Without its dashes a server takes it too, and finds nothing under it afterwards (langgraph-api 0.16.7).
        other = super().on_thread(str(UUID(thread_id)))
        other._starts_at, other._checked, other._is_copy = None, {}, False
        other._handlers = handled.Heard()
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
        tasks = tuple(PregelTask(task.id, task.name, task.path) for task in snapshot.tasks if not is_handler(task))
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
            if self._is_copy and error.status == 500 and any(one.subgraphs for one in self.graph.nodes.values()):
                raise ServerError(NO_NESTED_COPY, 500) from error
            if error.status != 404:
                raise
            state = None
        if state is None or state["checkpoint"] is None:
            # A thread that was never heard of, or has not begun: RemoteGraph cannot read that (langgraph 1.2.24).
            return StateSnapshot({}, (), self.config, None, None, None, (), ())
        return await self._handlers.added_to(self._snapshot_of(state), self.graph)

    @override
    async def state_at(self, config: RunnableConfig) -> StateSnapshot:
        place = config.get("configurable", {})
        return await self._state({key: place[key] for key in ("checkpoint_ns", "checkpoint_id") if key in place})

    @override
    async def untold(self, snapshot: StateSnapshot) -> str | None:
        if (node := handled.handled_at(snapshot, self.graph)) is not None and self._starts_at is None:
            return handled.NOT_TOLD.format(node=node) if await self._stopped_well() else None
        # It reads the set of nodes that have finished as a list, which is never the set that the node waits for.
        if snapshot.tasks or snapshot.created_at is None or self._starts_at is not None:
            return None
        if (snapshot.metadata or {}).get("source") == "update":
            return None  # who has ended it by hand; its server still calls it `interrupted`
        thread = await self._read(self._client.threads.get, self.thread_id)
        if thread["status"] != "interrupted" or (await self._state()).tasks:
            return None
        return (NOT_TOLD if thread["interrupts"] else BREAKPOINT_NOT_TOLD).format(id=self.thread_id)

    def _snapshot_of(self, state: Any) -> StateSnapshot:
        """A state as the server tells it, with how its tasks came to be, which RemoteGraph leaves out (langgraph 1.2.24)."""
        return _with_paths(self.graph._create_state_snapshot(state), state)

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
    async def can_follow(self) -> bool:
        # What a run streams is kept for those who join it later only where its client has asked for that.
        active = await self._active()
        return active is None or keeps_stream(active)

    @override
    async def stands_at_breakpoint(self, snapshot: StateSnapshot) -> bool:
        if (
            not snapshot.next
            or self._starts_at is not None
            or any(task.interrupts or task.error for task in snapshot.tasks)
        ):
            return False
        return await self._stopped_well()

    async def _stopped_well(self) -> bool:
        """Whether the latest run has ended as one does that comes to a breakpoint, or asks: cut off it has not (langgraph-api 0.16.7)."""
        runs = await self._runs()
        return bool(runs) and runs[0]["status"] == "success"


def keeps_stream(run: Mapping[str, Any]) -> bool:
    """Whether a server keeps what a run has streamed of its tasks, for who joins it later."""
    sent: Mapping[str, Any] = run.get("kwargs") or {}
    return bool(sent.get("resumable", True)) and "tasks" in sent.get("stream_mode", ("tasks",))


def _with_paths(snapshot: StateSnapshot, state: Any) -> StateSnapshot:
    told = {task["id"]: task for task in state["tasks"]}

    def as_told(task: PregelTask) -> PregelTask:
        data, nested = told.get(task.id, {}), task.state
        if isinstance(nested, StateSnapshot) and data.get("state"):
            nested = _with_paths(nested, data["state"])
        return task._replace(path=tuple(data.get("path") or ()), state=nested)

    return snapshot._replace(tasks=tuple(map(as_told, snapshot.tasks)))
