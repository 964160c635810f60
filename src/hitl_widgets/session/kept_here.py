"""A thread that another session of this kernel keeps in memory, for a graph that was built anew meanwhile."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START

from ..driver.choose import is_remote
from ..running.others import turns


def kept_here(graph: Any, thread_id: str) -> InMemorySaver | None:
    """What keeps a thread in memory alone, for as long as a session on it is there; `None` leaves it to the graph.

    Who builds a graph once more, with a node mended, has a graph without the thread: its saver is a new one, or none. A thread
    of that name which is of a graph with other nodes is another one.
    """
    own = getattr(graph, "checkpointer", None)
    is_elsewhere = is_remote(graph) or (isinstance(own, BaseCheckpointSaver) and not isinstance(own, InMemorySaver))
    if is_elsewhere or (isinstance(own, InMemorySaver) and any(has_saved(own, thread) for thread in [*own.storage])):
        return None
    nodes = _nodes(graph)
    alike = (run.driver for run in turns.runs_on(thread_id) if nodes >= _nodes(run.driver.graph))
    savers = [driver.checkpointer for driver in alike]
    kept = (one for one in savers if isinstance(one, InMemorySaver))
    # That of a session which has found nothing, last: one that begins just now has nothing, either.
    return max(kept, key=lambda one: has_saved(one, thread_id), default=None)


def has_saved(saver: InMemorySaver, thread_id: str) -> bool:
    """Whether there is anything of a thread; to look for one that is not there leaves an empty place for it (langgraph 1.2.24)."""
    return any([*saver.storage.get(thread_id, {}).values()])


def _nodes(graph: Any) -> set[str]:
    return {*(getattr(graph, "nodes", None) or {})} - {START}
