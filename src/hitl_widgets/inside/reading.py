"""What LangGraph's thread says of a task: what it was given, what it wrote, what it asked. Read anew each time.

The thread has it as checkpoints and the writes of their tasks; those of nested graphs have a namespace. Seen in
langgraph 1.2.24:

- A snapshot does not say what a task was given. A node reads the channels that its graph names; what `Send` sent is in
  the checkpoint, at the place that the task's path says.
- A `@task` is in no snapshot, and neither is what it was called with; what it returned is among the writes.
- Of a graph that a node's own code calls there are checkpoints, and no snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.types import Interrupt, Send, StateSnapshot

from ..controls.secrets import says_secret
from ..driver import Driver
from ..driver.answers.answering import Write
from ..driver.answers.claims import CLAIM, Claim
from ..driver.answers.got import listed
from ..driver.channels import END, ERROR, INTERNAL, INTERRUPT, LEADS_TO, PUSH, RESUME, RETURN, ROOT, SENT
from ..graph.nested import graph_at
from ..running.following.records import Namespace, Path
from ..running.secrets import Secrets
from ..thread.secret_keys import secret_keys_of
from .changes import NOTHING, Change
from .merging import merged, reducer_of

_BETWEEN = 4
"""Checkpoints that may be between the one after a step and the one of the step that follows: a state that was changed."""

CACHED = "What it wrote came from the graph's cache, and the thread does not say what that was."
NO_CHECKPOINT = "The thread has no checkpoint of this step, so what it was given and wrote is not known."


@dataclass
class Reading:
    """A task, as the thread has it.

    Attributes:
        given: what it was given; `NOTHING`, if that is not known.
        secrets: the keys of a state whose values are secret.
        changes: what it wrote to the state, by key, in order.
        returned: what it returned, in the functional API.
        leads_to: the nodes that it led to.
        interrupts: the last of what it asked.
        answers: what it got for that, in order.
        asked_for_secret: whether it asked for a secret, so that nothing that it wrote is told.
        error: what it failed with, as text.
        is_there: whether the thread has its step.
        is_served: whether it is what a server tells, which is less than there is.
        is_told: whether it says what a task wrote that has finished.
    """

    given: Any = NOTHING
    secrets: frozenset[str] = frozenset()
    changes: list[Change] = field(default_factory=list[Change])
    returned: Any = NOTHING
    leads_to: list[str] = field(default_factory=list[str])
    interrupts: list[Interrupt] = field(default_factory=list[Interrupt])
    answers: list[Any] = field(default_factory=list[Any])
    asked_for_secret: bool = False
    error: str | None = None
    is_there: bool = True
    is_served: bool = False
    is_told: bool = True


async def know_secrets(driver: Driver, secrets: Secrets, go_on: Callable[[], bool] = lambda: True) -> None:
    """Find the secrets that a thread got before it was picked up, where no decision tells of them. Read once.

    Args:
        driver: of the thread.
        secrets: where they are added. They are all only once the whole thread was read, however long it is.
        go_on: asked before each checkpoint; where it says no, another call begins anew.
    """
    if secrets.are_all:
        return
    if (writes := await driver.asked_so_far(go_on)) is not None:
        learn_secrets(secrets, writes)


def learn_secrets(secrets: Secrets, writes: Sequence[Write]) -> None:
    """Add the secrets among all that was answered on a thread."""
    asked = {
        task
        for task, channel, value in writes
        if channel == INTERRUPT and any(says_secret(one.value, one.response_schema) for one in listed(value))
    }
    for task, channel, value in writes:
        if channel == RESUME and task in asked:
            secrets.add(value)
        if channel == CLAIM and (claim := Claim.of(value)) is not None and claim.decision.get("secret"):
            secrets.add(claim.answer)
    secrets.are_all = True


async def read_task(
    driver: Driver,
    task: str,
    path: Path,
    ns: Namespace,
    checkpoint: str | None,
    following: str | None = None,
    keys: frozenset[str] | None = None,
) -> Reading:
    """Read what a thread has of a task.

    Args:
        driver: of the thread.
        task: LangGraph's id of the task.
        path: its node's path.
        ns: the namespace of its graph.
        checkpoint: the id of the checkpoint that its step started from, if it is known.
        following: that of the step after it.
        keys: the keys of the state that it was given, if no thread says so and they were heard.
    """
    if (told := await driver.told(task, ns, checkpoint)) is not None:
        from .served import reading_of_told  # only for graphs on a server

        return await driver.call(reading_of_told, told, driver.graph, path, keys)
    config = _config(driver, ns, checkpoint)
    saved = await driver.checkpoint(config)
    if checkpoint is None:
        saved = await _with_task(driver, saved, task, ns)
    if saved is None:
        return Reading(is_there=False)
    snapshot = await _snapshot(driver, _config(driver, ns, saved.checkpoint["id"]))
    found: Reading = await driver.call(reading_of, saved, snapshot, driver.graph, task, path)
    await _with_what_became(driver, saved, found, following)
    return found


def reading_of(saved: CheckpointTuple, snapshot: StateSnapshot | None, graph: Any, task: str, path: Path) -> Reading:
    """What a checkpoint has of a task.

    Args:
        saved: the checkpoint that its step started from.
        snapshot: the same, as its graph has it; `None` where no graph is known.
        graph: the outermost graph.
        task: LangGraph's id of the task.
        path: its node's path.
    """
    graph = graph_at(path[:-1], graph)
    channels = cast("Mapping[str, Any]", getattr(graph, "channels", None) or {})
    values = values_of(saved, snapshot)
    writes = [(channel, value) for id, channel, value in saved.pending_writes or [] if id == task]
    found = Reading(
        secrets=secret_keys_of(graph),
        interrupts=[one for channel, value in writes if channel == INTERRUPT for one in listed(value)],
        answers=[one for channel, value in writes if channel == RESUME for one in listed(value)],
        error=next((str(value) for channel, value in writes if channel == ERROR), None),
    )
    found.asked_for_secret = any(says_secret(one.value, one.response_schema) for one in found.interrupts)
    found.given = _given(saved, snapshot, graph, values, task, path[-1])
    by_key: dict[str, list[Any]] = {}
    for channel, value in writes:
        if channel in {RETURN, END}:
            found.returned = value
        elif channel == SENT and isinstance(value, Send):
            found.leads_to.append(value.node)
        elif channel.startswith(LEADS_TO):
            found.leads_to.append(channel.removeprefix(LEADS_TO))
        elif channel == ROOT or not channel.startswith(INTERNAL):
            by_key.setdefault(channel, []).append(value)
    # Where nothing is known of the graph, neither is what becomes of what its nodes write.
    for key, written in by_key.items():
        before, channel = values.get(key, NOTHING), channels.get(key)
        after, known = merged(before, written, channel)
        change = Change(key, before, after, merged=known, secret=found.asked_for_secret or key in found.secrets)
        if (reducer := reducer_of(channel, written)) is not None:
            beside = {id for id, name, _ in saved.pending_writes or [] if name == key and id != task}
            wrote = written[0] if len(written) == 1 else written
            # With nobody else's writes it is known what became of it before the next checkpoint says so.
            became = NOTHING if beside or not known else after
            change = replace(change, wrote=wrote, reducer=reducer, became=became, beside=len(beside))
        found.changes.append(change)
    return found


async def _with_what_became(driver: Driver, saved: CheckpointTuple, found: Reading, following: str | None) -> None:
    """See in the next checkpoint what keys hold that several tasks have written to."""
    if not any(change.is_reduced and change.became is NOTHING for change in found.changes):
        return
    place = saved.config.get("configurable", {})
    graph: RunnableConfig = {
        "configurable": {key: place[key] for key in ("thread_id", "checkpoint_ns") if key in place}
    }
    later: RunnableConfig | None = graph
    if following is not None:
        later = {"configurable": {**graph.get("configurable", {}), "checkpoint_id": following}}
    for _ in range(_BETWEEN):
        after = await driver.checkpoint(later) if later is not None else None
        if after is None or after.checkpoint["id"] == saved.checkpoint["id"]:
            return
        later = after.parent_config
        if later is not None and later.get("configurable", {}).get("checkpoint_id") == saved.checkpoint["id"]:
            if after.metadata.get("source") == "loop":
                held: Mapping[str, Any] = after.checkpoint["channel_values"]
                found.changes = [
                    replace(one, became=held.get(one.key, NOTHING)) if one.is_reduced else one for one in found.changes
                ]
            return


def _config(driver: Driver, ns: Namespace, checkpoint: str | None) -> RunnableConfig:
    place = {"checkpoint_ns": "|".join(ns), **({"checkpoint_id": checkpoint} if checkpoint is not None else {})}
    return {**driver.config, "configurable": {**driver.config.get("configurable", {}), **place}}


async def _snapshot(driver: Driver, config: RunnableConfig) -> StateSnapshot | None:
    try:
        return await driver.state_at(config)
    except Exception:  # noqa: BLE001  no graph of this name is known, or the graph is another one by now
        return None


async def _with_task(driver: Driver, saved: CheckpointTuple | None, task: str, ns: Namespace) -> CheckpointTuple | None:
    """The checkpoint with a task of which only the graph is known, as in a thread that an earlier kernel has run."""
    if saved is None or any(id == task for id, _, _ in saved.pending_writes or []):
        return saved
    if ns:
        return saved
    async with aclosing(driver.snapshots()) as snapshots:
        async for snapshot in snapshots:
            if any(one.id == task for one in snapshot.tasks):
                return await driver.checkpoint(snapshot.config)
    return None


def values_of(saved: CheckpointTuple, snapshot: StateSnapshot | None) -> dict[str, Any]:
    """The state before the step."""
    if snapshot is not None and isinstance(snapshot.values, Mapping):
        values = cast("Mapping[str, Any]", snapshot.values)
        return dict(values)
    kept: Mapping[str, Any] = saved.checkpoint["channel_values"]
    return {key: value for key, value in kept.items() if key == ROOT or not key.startswith(INTERNAL)}


def _given(
    saved: CheckpointTuple,
    snapshot: StateSnapshot | None,
    graph: Any,
    values: dict[str, Any],
    task: str,
    name: str,
) -> Any:
    kept: Mapping[str, Any] = saved.checkpoint["channel_values"]
    known = next((one for one in snapshot.tasks if one.id == task), None) if snapshot is not None else None
    sent = cast("Sequence[Any]", kept.get(SENT) or ())
    if known is not None and known.path and known.path[0] == PUSH:
        at = cast("Any", known.path[1])
        return sent[at].arg if isinstance(at, int) and at < len(sent) else NOTHING
    node = cast("Mapping[str, Any]", getattr(graph, "nodes", None) or {}).get(name)
    if node is None:
        # A `@task`; or a node of a graph that is not known, which has read what there was.
        to_it = [send for send in sent if getattr(send, "node", None) == name]
        return to_it[0].arg if len(to_it) == 1 else values if graph is None and values and not to_it else NOTHING
    read: Any = node.channels
    if isinstance(read, str):
        return kept.get(read, values.get(read, NOTHING))
    return {key: values[key] for key in cast("Iterable[str]", read) if key in values}
