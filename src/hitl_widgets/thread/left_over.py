"""Which of a task's interrupts are still asked.

A task that runs a nested graph is marked with what was asked in there, and goes on being marked with it until it has
finished (langgraph 1.2.24). Where that graph has gone on since, and stands at a breakpoint, nothing is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import count
from typing import Any

from langgraph.pregel import Pregel
from langgraph.types import Interrupt, PregelTask, StateSnapshot

from ..driver import Address, Driver
from ..driver.copies.chains import by_task, is_asked_in, is_finished, without_tasks
from ..graph.nested import graph_at

_OWN = 20
"""Questions that a task's own code may have asked; after that many its checkpoint is looked at."""


def asked_by(task: PregelTask, graph: Any, gone: Collection[str] = ()) -> tuple[Interrupt, ...]:
    """The interrupts of a task that are still asked.

    Args:
        task: the task.
        graph: the graph that it is one of.
        gone: those that are `left_over`, by id.
    """
    is_graph = isinstance(getattr(_node(task, graph), "bound", None), Pregel)
    if is_graph and task.interrupts and not _asks(task, graph, gone):
        return ()  # nothing else than this graph can have asked
    return tuple(one for one in task.interrupts if one.id not in gone)


async def left_over(addresses: Iterable[Address], driver: Driver) -> frozenset[str]:
    """Those of the interrupts that no graph asks any more which their task's own code has called, by id.

    It may have called several, of which LangGraph's snapshot shows one (1.2.24).
    """
    inside = [] if driver.is_served else [one for one in addresses if one.slot(_OWN) is None]
    return frozenset([one.interrupt_id for one in inside if await _is_left_over(one, driver)])


async def _is_left_over(address: Address, driver: Driver) -> bool:
    saved = await driver.checkpoint(address.config)
    written = by_task(saved) if saved is not None else {}
    others = (writes for id, writes in written.items() if id != address.task_id and not is_finished(writes))
    if any(is_asked_in(writes, address.interrupt_id) for writes in others):
        return False  # by a `@task` that it has called
    place = address.config.get("configurable", {})
    task = "|".join((*address.namespace, f"{address.node}:{address.task_id}"))
    remembers = {"thread_id": place.get("thread_id"), "checkpoint_ns": without_tasks(task)}
    graphs = [await driver.checkpoint({"configurable": remembers})]
    for nth in count():
        ns = f"{task}|{nth}" if nth else task
        graphs.append(await driver.checkpoint({"configurable": {**remembers, "checkpoint_ns": ns}}))
        if graphs[-1] is None:
            break
    there = [by_task(found) for found in graphs if found is not None]
    asks = (is_asked_in(writes, address.interrupt_id) for graph in there for writes in graph.values())
    return bool(there) and not any(asks)


def stands_inside(snapshot: StateSnapshot, graph: Any) -> bool:
    """Whether a nested graph that a task has called, and which may have asked what that is marked with, stands still."""
    for task in snapshot.tasks:
        if isinstance(task.state, StateSnapshot) and asked_by(task, graph):
            asks = _asks(task, graph)
            if (task.state.next and not asks) or (asks and stands_inside(task.state, graph_at((task.name,), graph))):
                return True
    return False


def _asks(task: PregelTask, graph: Any, gone: Collection[str] = ()) -> bool:
    """Whether a nested graph asks something itself, or nothing is known of it."""
    nested, inner = task.state, graph_at((task.name,), graph)
    if not isinstance(nested, StateSnapshot) or nested.created_at is None:
        return True
    return any(asked_by(one, inner, gone) for one in nested.tasks)


def _node(task: PregelTask, graph: Any) -> Any:
    return getattr(graph, "nodes", {}).get(task.name)
