"""The steps of the graphs nested in a thread's, as snapshots, for `session.history`.

LangGraph's `get_state_history` has those of the outermost graph. A nested graph's are read one by one: as its graph has
them, or as they are saved where no graph is known (one that a node's code calls and that cannot be found in it).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any, cast

from langgraph.checkpoint.base import CheckpointTuple
from langgraph.types import Interrupt, PregelTask, StateSnapshot

from ..driver import Driver
from ..driver.answering import INTERRUPT
from ..running.records import node_names
from .inside import fits, names_in, ran_between
from .tools import graph_at

_ERROR = "__error__"
_INTERNAL = ("__", "branch:", "join:")
_PARENTS = "checkpoint_map"
"""Where a config has the checkpoints of the graphs around that it was made at (langgraph 1.2.24)."""

Nested = Mapping[str, Mapping[str, Sequence[StateSnapshot]]]
"""The snapshots of each nested graph, newest first, by its namespace, by the checkpoint of the outermost graph's step."""


async def snapshots_inside(driver: Driver) -> Nested:
    """The snapshots of all graphs nested in a thread."""
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
            following[ns] = saved._replace(checkpoint={**saved.checkpoint, "channel_values": {}})
    return found


async def _snapshot(driver: Driver, saved: CheckpointTuple, following: CheckpointTuple | None) -> StateSnapshot:
    place = {**driver.config.get("configurable", {}), **saved.config.get("configurable", {})}
    path = node_names(tuple(str(place["checkpoint_ns"]).split("|")))
    # Of one that it does not know LangGraph gives another graph's reading, without a word (1.2.24).
    if not fits(graph_at(path, driver.graph), saved):
        return await _as_saved(driver, saved, following)
    try:
        return await driver.state_at({**driver.config, "configurable": place})
    except Exception:  # noqa: BLE001  it is another graph by now
        return await _as_saved(driver, saved, following)


async def _as_saved(driver: Driver, saved: CheckpointTuple, following: CheckpointTuple | None) -> StateSnapshot:
    wrote: dict[str, list[tuple[str, Any]]] = {}
    for task, channel, value in saved.pending_writes or ():
        wrote.setdefault(task, []).append((channel, value))
    ran = ran_between(saved, following) if saved.metadata.get("source") != "input" else set[str]()
    is_over = following is not None and following.metadata.get("source") == "loop"
    names = await names_in(driver, saved, ran, wrote.keys(), is_over=is_over) if ran else {}
    values = {key: value for key, value in saved.checkpoint["channel_values"].items() if not key.startswith(_INTERNAL)}
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
    asked = [one for channel, value in wrote if channel == INTERRUPT for one in _listed(value)]
    results = {channel: value for channel, value in wrote if not channel.startswith(_INTERNAL)}
    has_ended = any(not channel.startswith("__") or channel == "__no_writes__" for channel, _ in wrote)
    return PregelTask(
        id,
        name,
        (),
        error=next((value for channel, value in wrote if channel == _ERROR), None),
        interrupts=tuple(one for one in asked if isinstance(one, Interrupt)),
        result=results if has_ended else None,
    )


def _listed(value: Any) -> list[Any]:
    return list(cast("Sequence[Any]", value)) if isinstance(value, list | tuple) else [value]
