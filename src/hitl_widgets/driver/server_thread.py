"""A thread that a server keeps: what is read of it, and the little that can be written into it."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

import httpx
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.types import Interrupt, PregelTask, StateSnapshot
from pydantic_core import PydanticSerializationError, to_jsonable_python
from typing_extensions import override

from ..errors import HitlError, InvalidAnswerError, ServerError, StaleAnswerError
from .address import Address, Written
from .answering import INTERRUPT, RESUME, Write
from .base import Driver
from .server_errors import in_words, was_refused

PAGE = 100
"""How many steps are asked for at a time."""

ACTIVE = ("running", "pending")
"""The statuses of a run that has not ended, the more urgent first."""

NO_NESTED_COPY = (
    "This server cannot run a nested graph on the copy of a thread, so a step that has one cannot be forked from. "
    "LangGraph's development server cannot (langgraph-api 0.16.7)."
)

OUT_OF_REACH = "A server keeps the checkpoints of this thread to itself; graph.get_state(config) reads what is in one."


class ServerThread(Driver):
    """The thread of a graph on a server."""

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
        other = super().on_thread(thread_id)
        other._starts_at, other._checked, other._is_copy = None, {}, False
        return other

    @property
    @override
    def shared_key(self) -> None:
        return None

    @override
    async def check_nodes(self, snapshot: StateSnapshot) -> None:
        """Whether the graph has changed is the server's to say."""

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

    async def _state(self, checkpoint: Mapping[str, Any] | None = None, thread_id: str | None = None) -> StateSnapshot:
        """The thread as it stands, or stood."""
        try:
            state = await self._read(
                self._client.threads.get_state, thread_id or self.thread_id, checkpoint=checkpoint, subgraphs=True
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
        return self.graph._create_state_snapshot(state)

    @override
    async def snapshots(self) -> AsyncGenerator[StateSnapshot, None]:
        before = None
        while True:
            try:
                page = await self._read(self._client.threads.get_history, self.thread_id, limit=PAGE, before=before)
            except ServerError as error:
                if error.status != 404:
                    raise
                page = []
            for state in page:
                yield self.graph._create_state_snapshot(state)
            if len(page) < PAGE:
                return
            # The development server reads what it does not document (langgraph-api 0.16.7).
            before = {**page[-1]["checkpoint"], "configurable": page[-1]["checkpoint"]}

    @override
    async def asked_in_the_past(self) -> list[Write]:
        """A server tells what a task has asked and what it wrote, of which its answers are a part; not the answers alone."""
        found: list[Write] = []
        async for snapshot in self.snapshots():
            for task in snapshot.tasks:
                if task.interrupts:
                    found += [(task.id, INTERRUPT, task.interrupts), (task.id, RESUME, task.result)]
        return found

    @override
    async def inputs(self) -> list[CheckpointTuple]:
        """
        Raises:
            HitlError: a server does not tell them.
        """
        raise HitlError(
            "A server does not tell what input a thread was given, and this session has not started it: "
            "hitl.run(graph, input) starts another."
        )

    async def _values(self) -> Any:
        return (await self._state()).values

    async def _runs(self) -> list[Any]:
        """The thread's latest runs."""
        try:
            return await self._read(self._client.runs.list, self.thread_id, limit=10)
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

    # ------------------------------------------------------------------ writing

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
        """Check that an answer can go by id: it is asked for, and it is JSON."""
        as_json(answer)
        asking = {interrupt.id: (task, interrupt) for task, interrupt in _asked(await self._state())}
        if address.interrupt_id not in asking:
            raise StaleAnswerError("The thread has moved on: this question is not pending in it any more.")
        task, interrupt = asking[address.interrupt_id]
        if interrupt.response_schema is not None:
            self._checked[interrupt.id] = task.id
        return None

    @override
    async def is_answered(self, address: Address) -> bool:
        return False

    @override
    async def pass_breakpoint(self, config: RunnableConfig, decision: Mapping[str, Any], *, again: bool) -> None:
        """A server starts one run of a thread at a time, and refuses the second."""

    @override
    async def claimed(self, config: RunnableConfig, interrupt: str) -> bool:
        return False

    @override
    async def answered_inside(self, addresses: Iterable[Address]) -> frozenset[str]:
        return frozenset()

    @override
    async def hand_over(self, addresses: Iterable[Address]) -> dict[str, Any]:
        return {}

    @override
    async def release(self, address: Address) -> None:
        """Nothing was written."""

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
        at = {"checkpoint_ns": "", "checkpoint_id": place.get("checkpoint_id")}
        if place.get("checkpoint_ns"):
            raise InvalidAnswerError("The state of a nested graph cannot be changed on a server.")
        if self._starts_at is None and _checkpoint_id(await self._state()) != at["checkpoint_id"]:
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
        after = await self._state(thread_id=thread_id)
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


def as_json(answer: Any) -> Any:
    """What crosses to a server.

    Raises:
        InvalidAnswerError: it has no JSON form.
    """
    try:
        return to_jsonable_python(answer, by_alias=True)
    except (PydanticSerializationError, ValueError) as error:
        raise InvalidAnswerError(f"The graph runs on a server, and this value cannot be sent there: {error}") from error


def _asked(snapshot: StateSnapshot) -> Iterator[tuple[PregelTask, Interrupt]]:
    """What is asked, by the innermost task that asks it."""
    for task in snapshot.tasks:
        inside = list(_asked(task.state)) if isinstance(task.state, StateSnapshot) else []
        yield from inside or ((task, interrupt) for interrupt in task.interrupts)


def _checkpoint_id(snapshot: StateSnapshot) -> Any:
    return snapshot.config.get("configurable", {}).get("checkpoint_id")
