"""Which of a task's interrupts are still asked.

A task that runs a nested graph is marked with what was asked in there, and goes on being marked with it until it has
finished (langgraph 1.2.24). Where that graph has gone on since, and stands at a breakpoint, nothing is asked.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from langgraph.pregel import Pregel
from langgraph.types import Interrupt, PregelTask, StateSnapshot


def asked_by(task: PregelTask, graph: Any, answered: Collection[str] = ()) -> tuple[Interrupt, ...]:
    """The interrupts of a task that are still asked.

    Args:
        task: the task.
        graph: the graph that it is one of.
        answered: the interrupts that were answered, by id.
    """
    nested = task.state
    if not task.interrupts or not isinstance(nested, StateSnapshot) or _asks(task, graph, answered):
        return task.interrupts
    if isinstance(getattr(_node(task, graph), "bound", None), Pregel):
        return ()  # nothing else than this graph can have asked
    return tuple(one for one in task.interrupts if not (nested.next and one.id in answered))


def may_be_left_over(snapshot: StateSnapshot, graph: Any) -> bool:
    """Whether it has to be known what was answered: a node's own code may call several graphs, and the thread shows one."""
    for task in snapshot.tasks:
        if isinstance(task.state, StateSnapshot) and asked_by(task, graph):
            asks = _asks(task, graph)
            if (task.state.next and not asks) or (asks and may_be_left_over(task.state, _inner(task, graph))):
                return True
    return False


def _asks(task: PregelTask, graph: Any, answered: Collection[str] = ()) -> bool:
    """Whether a nested graph asks something itself, or nothing is known of it."""
    nested, inner = task.state, _inner(task, graph)
    if not isinstance(nested, StateSnapshot) or nested.created_at is None:
        return True
    return any(asked_by(one, inner, answered) for one in nested.tasks)


def _inner(task: PregelTask, graph: Any) -> Any:
    graphs = getattr(_node(task, graph), "subgraphs", None)
    return graphs[0] if graphs else None


def _node(task: PregelTask, graph: Any) -> Any:
    return getattr(graph, "nodes", {}).get(task.name)
