"""What a thread has of a graph: its checkpoints, oldest first, what tasks wrote at them, and the graphs that those ran."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping
from itertools import count
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple

from ..answers.address import ns_of
from ..base import Driver
from ..channels import ERROR, INTERRUPT, NO_TASK, RESUME, RETURN

BESIDE_RESULTS = frozenset({INTERRUPT, RESUME, ERROR})
Writes = dict[str, list[tuple[str, Any]]]
"""What tasks wrote, by task id."""


async def ancestors(source: Driver, until: RunnableConfig) -> list[CheckpointTuple]:
    """The checkpoint and those before it, oldest first."""
    chain: list[CheckpointTuple] = []
    place = until.get("configurable", {})
    keys = ("thread_id", "checkpoint_ns", "checkpoint_id")
    config: RunnableConfig | None = {
        "configurable": {"checkpoint_ns": "", **{key: place[key] for key in keys if key in place}}
    }
    while config is not None and (found := await source.checkpoint(config)) is not None:
        chain.append(found)
        config = found.parent_config
    return list(reversed(chain))


async def run_by(source: Driver, found: CheckpointTuple, task: str) -> AsyncGenerator[list[CheckpointTuple], None]:
    """The nested graphs that a task of a checkpoint ran, each as its checkpoints, oldest first.

    Args:
        source: the driver of the thread.
        found: the checkpoint.
        task: the name of the task's node and its id, with a colon between.
    """
    around = ns_of(found)
    place = f"{around}|" if around else ""
    thread = {"thread_id": found.config.get("configurable", {}).get("thread_id")}
    # One that remembers: up to what this task has made of it.
    named = without_tasks(f"{place}{task}")
    remembered = await ancestors(source, {"configurable": {**thread, "checkpoint_ns": named}})
    while remembered and around_of(remembered[-1], around) != found.checkpoint["id"]:
        remembered.pop()
    if remembered:
        yield remembered
    for nth in count():
        # The second graph that a node's own code runs is kept beside the first (langgraph 1.2.24).
        ns = f"{place}{task}|{nth}" if nth else f"{place}{task}"
        if not (chain := await ancestors(source, {"configurable": {**thread, "checkpoint_ns": ns}})):
            return
        yield chain


def without_tasks(ns: str) -> str:
    """The namespace of a graph that is compiled with `checkpointer=True`: the names alone (langgraph 1.2.24).

    >>> without_tasks("outer:8b1f|inner:9c40")
    'outer|inner'
    """
    return "|".join(part.split(":", 1)[0] for part in ns.split("|") if not part.isdigit())


def depth_of(ns: str) -> int:
    """How many nodes are around a graph.

    >>> depth_of(""), depth_of("outer:8b1f|inner:9c40"), depth_of("calls:8b1f|1")
    (0, 2, 1)
    """
    return len(without_tasks(ns).split("|")) if ns else 0


def around_of(found: CheckpointTuple, ns: str) -> str | None:
    """The checkpoint of a graph around it at which it was made."""
    return found.metadata.get("parents", {}).get(ns)


def by_task(found: CheckpointTuple) -> Writes:
    """What the tasks of a checkpoint wrote."""
    written: Writes = {}
    for task, channel, value in found.pending_writes or ():
        if task != NO_TASK:
            written.setdefault(task, []).append((channel, value))
    return written


def has(written: Mapping[str, list[tuple[str, Any]]], task: str, channel: str) -> bool:
    """Whether a task wrote to a channel."""
    return any(one == channel for one, _ in written.get(task, ()))


def is_asked_in(writes: Iterable[tuple[str, Any]], interrupt: str) -> bool:
    """Whether a task has asked something, or is marked with it, by the interrupt's id."""
    asked = [value for channel, value in writes if channel == INTERRUPT]
    flat = [one for value in asked for one in (value if isinstance(value, (list, tuple)) else [value])]
    return any(getattr(one, "id", None) == interrupt for one in flat)


def answers_of(written: Mapping[str, list[tuple[str, Any]]], task: str) -> list[Any]:
    """What a task's own questions were answered with."""
    return next((list(value) for channel, value in written.get(task, ()) if channel == RESUME), [])


def is_finished(writes: Iterable[tuple[str, Any]]) -> bool:
    """Whether a task that wrote this had finished."""
    return any(channel not in BESIDE_RESULTS for channel, _ in writes)


def is_called(writes: Iterable[tuple[str, Any]]) -> bool:
    """Whether it was a `@task`, that a node or an entrypoint has called, and has finished."""
    return {channel for channel, _ in writes} - BESIDE_RESULTS == {RETURN}


def begun_anew(written: Writes, *, whole: bool) -> Writes:
    """What is kept of a step that runs again: what finished without asking.

    Args:
        written: what its tasks wrote.
        whole: whether all of them run again.
    """
    return {task: writes for task, writes in written.items() if not (whole or runs_again(writes))}


def runs_again(writes: Iterable[tuple[str, Any]]) -> bool:
    """Whether a task that wrote this asked, or failed."""
    return any(channel in BESIDE_RESULTS for channel, _ in writes)
