"""A node whose own code calls several graphs: whether a thread stands at a breakpoint of one after the first.

LangGraph's snapshot shows the first alone (1.2.24). The others have checkpoints beside its: `calls:<task id>|1` is the second.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.pregel._utils import get_function_nonlocals  # private; what a function's code names (langgraph 1.2.24)
from langgraph.types import StateSnapshot

from ..driver import Driver
from ..driver.answers.address import ns_of
from .breakpoints import begun
from .inside import fits, ran_between


async def stands_in_later(snapshot: StateSnapshot, graph: Any, driver: Driver) -> bool:
    """Whether the thread stands there, and was not cut off in the node's code.

    Args:
        snapshot: of the graph, as it stands.
        graph: the graph.
        driver: of the thread.
    """
    if driver.is_served:
        return False
    for task in snapshot.tasks:
        nested = called_in(graph, task.name)
        if isinstance(task.state, StateSnapshot) and task.state.next and nested:
            return await stands_in_later(task.state, nested[0], driver)
    if (task := begun(snapshot)) is None:
        return False
    around = f"{ns}|" if (ns := ns_of(snapshot)) else ""
    latest = await _latest(driver, f"{around}{task.name}:{task.id}")
    return latest is not None and any(_stops_at(one, latest) for one in called_in(graph, task.name))


def called_in(graph: Any, node: str) -> list[Any]:
    """The graphs that a node is, or that its code names; LangGraph itself looks for the first."""
    known: Any = getattr(graph, "nodes", {}).get(node)
    bound = getattr(known, "bound", None)
    functions = [one for name in ("func", "afunc") if (one := getattr(bound, name, None)) is not None]
    named = [getattr(one, "__self__", one) for function in functions for one in get_function_nonlocals(function)]
    return [
        *(getattr(known, "subgraphs", None) or ()),
        *(one for one in named if hasattr(one, "interrupt_before_nodes")),
    ]


async def _latest(driver: Driver, first: str) -> CheckpointTuple | None:
    """The checkpoint at which the last graph stands that the task has called after the first."""
    found: CheckpointTuple | None = None
    thread = driver.place.get("configurable", {})["thread_id"]
    for nth in count(1):
        config: RunnableConfig = {"configurable": {"thread_id": thread, "checkpoint_ns": f"{first}|{nth}"}}
        if (later := await driver.checkpoint(config)) is None:
            return found
        found = later
    return found


def _stops_at(graph: Any, saved: CheckpointTuple) -> bool:
    """Whether a graph may be the checkpoint's, and stops there."""
    if saved.pending_writes or not fits(graph, saved):
        return False
    before, next_ones = getattr(graph, "interrupt_before_nodes", ()), ran_between(saved, None)
    is_before = before == "*" or not next_ones.isdisjoint(before)
    return bool(next_ones) and (is_before or bool(getattr(graph, "interrupt_after_nodes", ())))
