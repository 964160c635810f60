"""Whether nested graphs that remember what they did begin anew where a thread goes on.

One that is compiled with `checkpointer=True` goes on where it was the time before when the graph around it does (langgraph
1.2.24): run with `None` from where it has still to begin, after a breakpoint, a *Stop* or the end of a kernel, it would take
itself for one that was cut off, and give once more what it gave then. It takes its new input, and has what it remembers, where
the graph is run from that checkpoint by its id (`driver/by_id.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langgraph.types import PregelTask, StateSnapshot

from ..driver import Driver
from ..graph.nested import nested_graphs


async def begins_by_id(driver: Driver) -> str | None:
    """The checkpoint that a thread has to be run from by its id; `None` where it just goes on."""
    remember = {
        path[0] for path, nested in nested_graphs(driver.graph) if getattr(nested, "checkpointer", None) is True
    }
    if not remember:
        return None
    snapshot = await driver.snapshot()
    id = snapshot.config.get("configurable", {}).get("checkpoint_id")
    if any(_has_begun(task, id) for task in snapshot.tasks):
        return None
    return id if any(task.name in remember for task in snapshot.tasks) else None


def _has_begun(task: PregelTask, checkpoint_id: str | None) -> bool:
    if task.error is not None or task.interrupts or task.result is not None:
        return True
    metadata: Mapping[str, Any] = (task.state.metadata or {}) if isinstance(task.state, StateSnapshot) else {}
    return checkpoint_id in metadata.get("parents", {}).values()
