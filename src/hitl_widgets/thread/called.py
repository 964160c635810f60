"""What the tasks of a step have called (`@task`), or were sent to call (a tool): it is in no snapshot, only in what was saved."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from langgraph.checkpoint.base import CheckpointTuple, empty_checkpoint
from langgraph.types import PregelTask, StateSnapshot

from ..driver import Driver
from ..driver.answers.address import ns_of
from ..driver.channels import ERROR, INTERRUPT, PUSH, SENT
from ..driver.copies.chains import BESIDE_RESULTS, by_task, is_called
from ..graph.nested import graph_at
from ..protocol import NodeStatus
from ..running.following.calls import called_name, is_call, tool_called
from ..running.following.tally import one_line
from .earlier import EarlierTask, checkpoint_of
from .task_names import is_entrypoint, named, task_names

UNNAMED = "name not kept"
"""What a call is shown as whose name LangGraph's thread does not keep, and that cannot be told from the graph's code."""
NOT_NAMED = (
    "LangGraph's thread does not keep what a @task was called, and no task that the graph's code names fits this call."
)


class Called:
    """Reads the calls of a graph's steps.

    Args:
        driver: of the thread.
        path: the nodes around the graph, from the outermost one on.
    """

    def __init__(self, driver: Driver, path: Sequence[str] = ()) -> None:
        self._driver = driver
        # A server's threads tell of none, and its graphs not what their code calls (langgraph-api 0.16.7).
        self._graph = None if driver.is_served else graph_at(path, driver.graph)
        self.is_entrypoint = is_entrypoint(self._graph)

    @cached_property
    def _names(self) -> frozenset[str]:
        return task_names(self._graph)

    @property
    def _may_be(self) -> bool:
        """Whether there may be any; of most graphs there are none, and nothing more is read."""
        return self.is_entrypoint or bool(self._names)

    async def at(self, snapshot: StateSnapshot) -> tuple[EarlierTask, ...]:
        """Those of a step."""
        if not snapshot.tasks or not self._may_be:
            return ()
        saved = await self._driver.checkpoint(snapshot.config)
        return () if saved is None else self.in_step(saved, snapshot.tasks)

    async def tools_at(self, snapshot: StateSnapshot) -> dict[str, str]:
        """The tools that the tasks of a step were sent to call, by the ids of those."""
        sent = {task.id: task.path[1] for task in snapshot.tasks if task.path[:1] == (PUSH,)}
        if not sent or self._driver.is_served:
            return {}
        saved = await self._driver.checkpoint(snapshot.config)
        given: Sequence[Any] = saved.checkpoint["channel_values"].get(SENT) or () if saved is not None else ()
        tools = {id: tool_called(given[at].arg) for id, at in sent.items() if isinstance(at, int) and at < len(given)}
        return {id: tool for id, tool in tools.items() if tool is not None}

    def in_step(self, saved: CheckpointTuple, tasks: Sequence[PregelTask]) -> tuple[EarlierTask, ...]:
        """The same.

        Args:
            saved: the checkpoint that the step started from.
            tasks: those that the graph itself has started.
        """
        if not self._may_be:
            return ()
        own = {task.id for task in tasks}
        calls = {id: writes for id, writes in by_task(saved).items() if id not in own and _is_call(writes)}
        if not calls:
            return ()
        known = named(saved, calls.keys(), tasks, self._names)
        names = {call.id: (call.node, called_name(call.name)) for call in known}
        others = {id: (tasks[0].name, UNNAMED) for id in calls if id not in names and tasks}
        return tuple(_task(id, node, dict(calls[id])) for id, node in (*names.items(), *others.items()))


async def called_now(snapshot: StateSnapshot, driver: Driver) -> AsyncGenerator[tuple[str, EarlierTask]]:
    """Those of the step that a thread stands at, and of the graphs nested in it, each with its graph's namespace."""
    async for ns, task in _called_now(snapshot, driver, (), snapshot):
        yield ns, task


async def _called_now(
    snapshot: StateSnapshot, driver: Driver, path: tuple[str, ...], latest: StateSnapshot
) -> AsyncGenerator[tuple[str, EarlierTask]]:
    ns = ns_of(snapshot)
    for call in await Called(driver, path).at(snapshot):
        yield ns, call
    for call in _as_streamed(snapshot, await driver.streamed_of(snapshot, latest)):
        yield ns, call
    for task in snapshot.tasks:
        if isinstance(task.state, StateSnapshot):
            async for found in _called_now(task.state, driver, (*path, task.name), latest):
                yield found


def _as_streamed(snapshot: StateSnapshot, parts: Iterable[Mapping[str, Any]]) -> Iterator[EarlierTask]:
    """Those that a server has streamed, as far as their ids say that they are of this step.

    Args:
        snapshot: the graph, as it stands.
        parts: what was streamed of its tasks, of other steps too.
    """
    calls: dict[str, str] = {}
    ended: dict[str, str | None] = {}
    for part in parts:
        if "triggers" in part and is_call(part):
            calls[part["id"]] = part["name"]
        elif "triggers" not in part and not part.get("interrupts"):
            error = part.get("error")
            ended[part["id"]] = None if error is None else one_line(error)
    saved = CheckpointTuple(
        snapshot.config, {**empty_checkpoint(), "id": checkpoint_of(snapshot)}, snapshot.metadata or {}
    )
    asking = {task.name for task in snapshot.tasks if task.interrupts}
    for call in named(saved, calls.keys(), snapshot.tasks, set(calls.values())) if calls else ():
        error = ended.get(call.id)
        status: NodeStatus = "waiting" if call.node in asking else "idle"
        if call.id in ended:
            status = "done" if error is None else "failed"
        asked = status == "waiting"
        yield EarlierTask(call.id, (call.node, called_name(call.name)), status, error, asked)


def _is_call(writes: Collection[tuple[str, Any]]) -> bool:
    """Whether this is what a `@task` has written; those of a claim are under the ids of tasks that do not exist."""
    return is_called(writes) or {channel for channel, _ in writes} <= BESIDE_RESULTS


def _task(id: str, node: tuple[str, ...], wrote: Mapping[str, Any]) -> EarlierTask:
    status: NodeStatus = "done"
    if not wrote.keys() - BESIDE_RESULTS:
        status = "failed" if ERROR in wrote else "waiting" if INTERRUPT in wrote else "idle"
    lines = str(wrote[ERROR]).strip().splitlines() if status == "failed" else []
    return EarlierTask(id, node, status, lines[0] if lines else None, INTERRUPT in wrote)
