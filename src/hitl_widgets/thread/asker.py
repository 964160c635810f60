"""Who asks, where the names of nodes do not say it: which of several copies, which tool, which agent that a tool runs.

LangGraph's snapshot has none of it (1.2.24): the call that a task was sent is in the checkpoint that its step started from, and a
graph that a node's own code runs, as a tool does, has checkpoints of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from langgraph.checkpoint.base import CheckpointTuple
from langgraph.types import PregelTask, StateSnapshot

from ..driver import Address, Driver
from ..driver.answers.address import ns_of
from ..driver.channels import PUSH
from ..driver.copies.chains import by_task, is_asked_in
from ..graph.nested import graph_at
from ..running.following.records import Path, namespace_of, node_names
from ..texts.clipped import clipped
from .asked import Asked
from .breakpoints import checkpoint_id
from .copies import LONGEST, copies_in
from .tools import tool_run, tools_of_node
from .words import words_in

_OWN = 20
"""Questions that a task's own code may have asked; after that many it is looked for what a graph in it has."""
_GRAPHS = 50
"""Graphs that a task's code has run one after the other, among which it is looked for the one that asks."""
_AGENT = "lc_agent_name"
"""Under this `create_agent(name=...)` puts the agent's name into the metadata of its checkpoints, and of those of all graphs that
it runs and that have no other name (langchain 1.5.2)."""


@dataclass(frozen=True, slots=True)
class _Task:
    id: str
    node: Path
    tool: str | None

    def words(self, copy: str | None) -> tuple[str, ...]:
        """What it goes by.

        Args:
            copy: what tells it from the others of its node, if there are any.
        """
        name = self.node[-1]
        return (copy or name,) if self.tool is None else (name, copy or clipped(self.tool, LONGEST))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a task: its words, and which agent's it is."""

    words: tuple[str, ...] = ()
    agent: str | None = None


async def with_asker(asked: Sequence[Asked], snapshot: StateSnapshot, driver: Driver) -> list[Asked]:
    """The same requests with who asks them; those of a graph that a node's own code runs with what that one's model has said.

    Args:
        asked: the requests.
        snapshot: the thread, as they were read from it.
        driver: of the thread.
    """
    called: dict[str, dict[str, str]] = {}
    if (alone := _alone(snapshot, driver.graph)) is not None:
        known = {alone.id: _Known((alone.name,), _agent_of(snapshot.metadata))}
    else:
        asking = {id for one in asked if one.address is not None for id in one.address.tasks}
        known = await _known(snapshot, asking, driver, called) if asking else {}
    driver.called = called
    return [await _told(one, one.address, known, driver) if one.address is not None else one for one in asked]


def _alone(snapshot: StateSnapshot, graph: Any) -> PregelTask | None:
    """The task of a step that has no other, where the name of its node says all of it: most questions are asked by one."""
    task = snapshot.tasks[0] if len(snapshot.tasks) == 1 else None
    if task is None or task.state is not None or task.path[:1] == (PUSH,):
        return None
    return None if tools_of_node(_node(graph, task.name)) else task


def _node(graph: Any, name: str) -> Any:
    return (getattr(graph, "nodes", None) or {}).get(name)


async def _told(one: Asked, address: Address, known: Mapping[str, _Known], driver: Driver) -> Asked:
    asker = [word for id in address.tasks for word in known.get(id, _Known()).words]
    if address.slot(_OWN) is None and not driver.is_served:  # a server does not tell of what a node's code runs
        inner = await _inner(address, driver)
        one = replace(one, words=words_in(inner.checkpoint["channel_values"]) if inner is not None else None)
        agent = _agent_of(inner.metadata) if inner is not None else None
        if agent is not None and agent != known.get(address.task_id, _Known()).agent:
            asker.append(clipped(agent, LONGEST))
    if tuple(asker) in {(), one.request.path}:
        return one
    return replace(one, request=replace(one.request, asker=tuple(asker)))


def _agent_of(metadata: Mapping[str, Any] | None) -> str | None:
    """The agent that a graph's checkpoint is one of, if that has a name."""
    name = (metadata or {}).get(_AGENT)
    return name if isinstance(name, str) and name else None


async def _known(
    snapshot: StateSnapshot, asking: set[str], driver: Driver, called: dict[str, dict[str, str]]
) -> dict[str, _Known]:
    """What is known of the tasks of a step and of the graphs nested in it, by their ids, where one of them asks.

    Args:
        snapshot: the graph.
        asking: the ids of the tasks that ask, and of those around them.
        driver: of the thread.
        called: gets the tools that tasks were sent to call, by the checkpoint of their step. At the next look they are known.
    """
    if asking.isdisjoint(task.id for task in snapshot.tasks):
        return {}
    path = node_names(namespace_of(ns_of(snapshot)))
    step = checkpoint_id(snapshot) or ""
    tools = called[step] = driver.called[step] if step in driver.called else await _tools(snapshot, path, driver)
    tasks = [_Task(task.id, (*path, task.name), tools.get(task.id)) for task in snapshot.tasks]
    copies = copies_in(tasks)
    agent = _agent_of(snapshot.metadata)
    known = {task.id: _Known(task.words(copies.get(task.id)), agent) for task in tasks}
    for task in snapshot.tasks:
        if isinstance(task.state, StateSnapshot):
            known |= await _known(task.state, asking, driver, called)
    return known


async def _tools(snapshot: StateSnapshot, path: Path, driver: Driver) -> dict[str, str]:
    from .called import Called  # a script's thread never needs it

    graph = graph_at(path, driver.graph)
    own = [task for task in snapshot.tasks if task.path[:1] != (PUSH,)]
    run = {task.id: tool for task in own if (tool := tool_run(snapshot.values, _node(graph, task.name))) is not None}
    return run | await Called(driver, path).tools_at(snapshot)


async def _inner(address: Address, driver: Driver) -> CheckpointTuple | None:
    """The graph that asks which a task's own code runs."""
    task = "|".join((*address.namespace, f"{address.node}:{address.task_id}"))
    for nth in range(_GRAPHS):
        place = {**driver.place.get("configurable", {}), "checkpoint_ns": f"{task}|{nth}" if nth else task}
        saved = await driver.checkpoint({"configurable": place})
        if saved is None or _asks(saved, address.interrupt_id):
            return saved
    return None


def _asks(saved: CheckpointTuple, interrupt: str) -> bool:
    writes: Iterable[Any] = by_task(saved).values()
    return any(is_asked_in(one, interrupt) for one in writes)
