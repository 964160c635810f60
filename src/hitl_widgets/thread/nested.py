"""The steps of the graphs nested in a thread's, as snapshots, for `session.history`.

LangGraph's `get_state_history` has those of the outermost graph. A nested graph's are read one by one: as its graph has
them, or as they are saved where no graph is known (one that a node's code calls and that cannot be found in it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from langgraph.checkpoint.base import CheckpointTuple
from langgraph.graph import START
from langgraph.types import Interrupt, PregelTask, StateSnapshot

from ..driver import Driver
from ..driver.answers.got import listed
from ..driver.channels import END, ERROR, INTERNAL, INTERRUPT, NO_WRITES
from ..driver.copies.chains import by_task, is_called
from ..graph.nested import graph_at
from ..running.following.records import namespace_of, node_names
from .earlier import EarlierStep, checkpoint_of, step_at
from .inside import NO_TASKS, Inside, fits, light, names_in, ran_between

_PARENTS = "checkpoint_map"
"""Where a config has the checkpoints of the graphs around that it was made at (langgraph 1.2.24)."""

_OF_NODES = frozenset({END, INTERRUPT, ERROR})
"""What a node of an entrypoint writes, which is all that such a graph has, and others beside their results."""

Nested = Mapping[str, Mapping[str, Sequence[StateSnapshot]]]
"""The snapshots of each nested graph, newest first, by its namespace, by the checkpoint of the outermost graph's step."""


async def snapshots_inside(driver: Driver, snapshots: Sequence[StateSnapshot] = ()) -> Nested:
    """The snapshots of all graphs nested in a thread.

    Args:
        driver: of the thread.
        snapshots: those of the outermost graph, by which a server's nested graphs are found.
    """
    if driver.is_served:
        return await snapshots_told(driver, snapshots) or {}
    found: dict[str, dict[str, list[StateSnapshot]]] = {}
    following: dict[str, CheckpointTuple] = {}
    async with aclosing(driver.saved()) as checkpoints:
        async for saved in checkpoints:
            place = saved.config.get("configurable", {})
            ns = str(place.get("checkpoint_ns", ""))
            parents = saved.metadata.get("parents", {})
            if not ns or "" not in parents:
                continue
            snapshot = await _snapshot(driver, saved, following.get(ns))
            # In one shape, whoever has made it.
            around = {**parents, ns: saved.checkpoint["id"]}
            config: Any = {"configurable": {**place, _PARENTS: around}}
            found.setdefault(parents[""], {}).setdefault(ns, []).append(snapshot._replace(config=config))
            following[ns] = light(saved)
    return found


async def snapshots_told(
    driver: Driver, snapshots: Iterable[StateSnapshot], go_on: Callable[[], bool] = lambda: True
) -> Nested | None:
    """The snapshots of the nested graphs that a server tells of; `None` where `go_on` says no in between."""
    found: dict[str, dict[str, list[StateSnapshot]]] = {}

    async def walk(snapshot: StateSnapshot, around: str) -> bool:
        async with aclosing(driver.nested_in(snapshot)) as graphs:
            async for ns, nested in graphs:
                if not go_on():
                    return False
                # One that remembers has those of other steps too.
                own = [one for one in nested if (one.metadata or {}).get("parents", {}).get("") == around]
                found.setdefault(around, {})[ns] = own
                if not all([await walk(one, around) for one in own]):
                    return False
        return True

    for snapshot in snapshots:
        if not await walk(snapshot, str(snapshot.config.get("configurable", {}).get("checkpoint_id"))):
            return None
    return found


async def steps_told(driver: Driver, go_on: Callable[[], bool]) -> Inside | None:
    """The steps of the nested graphs that a server tells of, as `steps_inside` has them."""
    outermost: list[StateSnapshot] = []
    async with aclosing(driver.snapshots()) as snapshots:
        async for snapshot in snapshots:
            if not go_on():
                return None
            outermost.append(snapshot._replace(values={}))
    if (nested := await snapshots_told(driver, outermost, go_on)) is None:
        return None
    inside: dict[str, list[EarlierStep]] = {}
    stands_at = checkpoint_of(outermost[0]) if outermost else ""
    for around, graphs in nested.items():
        every = [step for ns, snapshots in graphs.items() for step in _steps_told(ns, snapshots)]
        every = every if around == stands_at else [step.left() for step in every]
        inside[around] = sorted(every, key=lambda step: step.checkpoint)
    return inside


def _steps_told(ns: str, snapshots: Sequence[StateSnapshot]) -> Iterator[EarlierStep]:
    path = node_names(namespace_of(ns))
    is_over = is_changed = False
    for snapshot in snapshots:
        if tasks := [task for task in snapshot.tasks if task.name != START]:
            step = step_at(snapshot, tasks, is_over=is_over)
            made = tuple(replace(task, node=(*path, *task.node)) for task in step.tasks)
            if made or is_changed:
                yield replace(step, tasks=made, ns=namespace_of(ns))
        source = (snapshot.metadata or {}).get("source")
        is_over, is_changed = source == "loop", source == "update"


async def _snapshot(driver: Driver, saved: CheckpointTuple, following: CheckpointTuple | None) -> StateSnapshot:
    place = {**driver.config.get("configurable", {}), **saved.config.get("configurable", {})}
    path = node_names(namespace_of(str(place["checkpoint_ns"])))
    graph = graph_at(path, driver.graph)
    # Of one that it does not know LangGraph gives another graph's reading, without a word (1.2.24): of the second one that a
    # node's code calls, that of the first.
    ran = ran_between(saved, following) if following is not None else set[str]()
    if not fits(graph, saved) or not ran <= graph.nodes.keys():
        return await _as_saved(driver, saved, following)
    try:
        snapshot = await driver.state_at({**driver.config, "configurable": place})
    except Exception:  # noqa: BLE001  it is another graph by now
        return await _as_saved(driver, saved, following)
    wrote = {task for task, channel, _ in saved.pending_writes or () if channel in _OF_NODES}
    is_anothers = bool(wrote) and following is None and wrote.isdisjoint(task.id for task in snapshot.tasks)
    return await _as_saved(driver, saved, following) if is_anothers else snapshot


async def _as_saved(driver: Driver, saved: CheckpointTuple, following: CheckpointTuple | None) -> StateSnapshot:
    # Those of nodes: a `@task` that one has called is no step, and who has answered is no task.
    wrote = {
        task: writes
        for task, writes in by_task(saved).items()
        if not is_called(writes) and not {channel for channel, _ in writes} <= NO_TASKS
    }
    begins = saved.metadata.get("source") == "input" and following is None
    ran = ran_between(saved, following) if not begins else set[str]()
    is_over = following is not None and following.metadata.get("source") == "loop"
    names = await names_in(driver, saved, ran, wrote.keys(), is_over=is_over) if ran else {}
    values = {key: value for key, value in saved.checkpoint["channel_values"].items() if not key.startswith(INTERNAL)}
    return StateSnapshot(
        values=values,
        next=tuple(sorted(ran)) if following is None else (),
        config=saved.config,
        metadata=saved.metadata,
        created_at=saved.checkpoint["ts"],
        parent_config=saved.parent_config,
        tasks=tuple(_task(id, name, wrote.get(id, [])) for id, name in names.items()),
        interrupts=(),
    )


def _task(id: str, name: str, wrote: Sequence[tuple[str, Any]]) -> PregelTask:
    asked = [one for channel, value in wrote if channel == INTERRUPT for one in listed(value)]
    said = dict(wrote)
    # What an entrypoint has returned is all that it writes.
    results = said.get(END, {channel: value for channel, value in wrote if not channel.startswith(INTERNAL)})
    has_ended = any(not channel.startswith("__") or channel in {NO_WRITES, END} for channel, _ in wrote)
    return PregelTask(
        id,
        name,
        (),
        error=next((value for channel, value in wrote if channel == ERROR), None),
        interrupts=tuple(one for one in asked if isinstance(one, Interrupt)),
        result=results if has_ended else None,
    )
