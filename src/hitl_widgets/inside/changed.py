"""A change of the state that no node has made, as one sees it who looks into its row: a diff of two checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from langchain_core.runnables import RunnableConfig

from ..driver import Driver
from ..driver.channels import ROOT
from ..driver.server.told import with_messages
from ..graph.nested import graph_at
from ..protocol import InsideView
from ..running.following.records import Namespace, node_names
from ..running.run import Run
from ..thread.inside import fits
from ..thread.secret_keys import secret_keys_of
from .alike import same
from .changes import NOTHING, Change, change_views
from .reading import Reading, know_secrets, values_of
from .values import Values

CHANGED = "state changed"
"""What such a row is called."""
SAME = "Every key holds what it held before."
NOT_KEPT = "The thread does not have both of these states any more, so it is not known what was changed."


@dataclass(frozen=True)
class Changed:
    """A change, by the two checkpoints that it is between.

    Attributes:
        id: what its row calls it.
        ns: the namespace of its graph.
        checkpoint: the one before; nothing ran from there.
        following: the one after.
        step: where the step that did not run is in `session.history`, if it has a place there.
    """

    id: str
    ns: Namespace
    checkpoint: str
    following: str
    step: int | None = None


@dataclass(frozen=True)
class _State:
    """A state, and what was to run with it."""

    values: Mapping[str, Any]
    stands: tuple[str, ...] = field(default=())


async def changed_keys(run: Run, at: Changed) -> list[str]:
    """The keys that hold something else, in the state's order; none of a state that has none."""
    reading, _ = await _read(run, at)
    return [change.key for change in reading.changes if change.key != ROOT]


async def read_changed(run: Run, at: Changed) -> Reading:
    """What was changed, as a task's writes are."""
    return (await _read(run, at))[0]


async def changed_view(run: Run, at: Changed) -> InsideView:
    """All there is to see of it, within limits."""
    await know_secrets(run.driver, run.secrets)
    reading, stands = await _read(run, at)
    return await run.driver.call(_view, run, at, reading, stands)


def _view(run: Run, at: Changed, reading: Reading, stands: tuple[str, ...]) -> InsideView:
    path = node_names(at.ns)
    notes = [f"It was changed before {', '.join(stands)} could run."] if stands else []
    if not reading.is_there:
        notes.append(NOT_KEPT)
    elif not reading.changes:
        notes.append(SAME)
    return {
        "task": {"id": at.id, "node": ":".join(path), "name": CHANGED, "status": "done"},
        "changed": True,
        "path": [*path, CHANGED],
        "step": at.step,
        "changes": change_views(reading.changes, at.id, Values(run.secrets)),
        "unchanged": [],
        "wrote_nothing": False,
        "leads_to": [],
        "output": [],
        "printed": 0,
        "tokens": "",
        "streamed": 0,
        "attempts": [],
        "asked": [],
        "notes": notes,
        "can_fork": False,
    }


async def _read(run: Run, at: Changed) -> tuple[Reading, tuple[str, ...]]:
    graph, other = graph_at(node_names(at.ns), run.driver.graph), run
    before = await _state(run.driver, at.ns, at.checkpoint)
    while before is None and at.ns and other.origin.copied_from is not None:
        # A fork's thread has what nested graphs did in its last step alone.
        other = other.origin.copied_from
        before = await _state(other.driver, at.ns, at.checkpoint)
    after = await _state(other.driver, at.ns, at.following)
    if before is None or after is None:
        return Reading(is_there=False), ()
    secrets = secret_keys_of(graph)
    changes = await run.driver.call(_differing, before.values, after.values, secrets)
    return Reading(secrets=secrets, changes=changes), before.stands


def _differing(before: Mapping[str, Any], after: Mapping[str, Any], secrets: frozenset[str]) -> list[Change]:
    return list(_changes(before, after, secrets))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], secrets: frozenset[str]) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        was, is_ = before.get(key, NOTHING), after.get(key, NOTHING)
        if not same(was, is_):
            yield Change(key, was, is_, secret=key in secrets)


async def _state(driver: Driver, ns: Namespace, checkpoint: str) -> _State | None:
    """A graph's state at a checkpoint; `None` if the thread does not have that."""
    place = {"checkpoint_ns": "|".join(ns), "checkpoint_id": checkpoint}
    config: RunnableConfig = {**driver.config, "configurable": {**driver.config.get("configurable", {}), **place}}
    if driver.is_served:
        told = await driver.state_at(config)
        return None if told.created_at is None else _State(_by_key(with_messages(told.values)), told.next)
    saved = await driver.checkpoint(config)
    if saved is None:
        return None
    # Of a graph that it does not know LangGraph gives another one's reading, without a word (1.2.24).
    if not fits(graph_at(node_names(ns), driver.graph), saved):
        return _State(values_of(saved, None))
    try:
        snapshot = await driver.state_at(config)
    except Exception:  # noqa: BLE001  the graph is another one by now
        return _State(values_of(saved, None))
    return _State(values_of(saved, snapshot), tuple(dict.fromkeys(snapshot.next)))


def _by_key(values: Any) -> Mapping[str, Any]:
    if isinstance(values, Mapping):
        return cast("Mapping[str, Any]", values)
    return {} if values is None else {ROOT: values}
