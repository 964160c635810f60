"""The steps of the graphs nested in a thread's, as they are saved: what ran there, and what became of it.

Their checkpoints have a namespace (`sub:<task id>`), and name the checkpoint of the outermost graph's step that they are
part of. Which of a graph's nodes ran is not written down: a checkpoint says which channels each node has seen, and the nodes
that have seen more in the next one ran in between; what was sent with `Send` is in the checkpoint itself (langgraph 1.2.24).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.types import PregelTask

from ..driver import Driver
from ..driver.answers.address import ns_of
from ..driver.answers.claims import CLAIM, RELEASED
from ..driver.channels import ERROR, HANDLED, INTERRUPT, LEADS_TO, PULL, RESUME, RETURN, SENT, START
from ..driver.clocks import time_of
from ..graph.nested import graph_at
from ..protocol import NodeStatus
from ..running.following.records import namespace_of, node_names
from .cancelled import is_cancelled
from .earlier import EarlierStep, EarlierTask

if TYPE_CHECKING:
    from .called import Called

Inside = Mapping[str, Sequence[EarlierStep]]
"""Steps of nested graphs, in their order, by the checkpoint of the outermost graph's step that they are part of."""

_OWN = {START, SENT}
"""The channels of a graph that it may not have."""
_BESIDE_RESULTS = {INTERRUPT, RESUME, ERROR, CLAIM, RELEASED}
NO_TASKS = {CLAIM, RELEASED}
"""What is written under the ids of tasks that do not exist (`driver/answers/claims.py`)."""


async def steps_inside(driver: Driver, go_on: Callable[[], bool] = lambda: True) -> Inside | None:
    """The steps of all graphs nested in a thread, those that are going on among them.

    Args:
        driver: of the thread.
        go_on: asked before each checkpoint; where it says no, nothing is returned.
    """
    if driver.is_served:
        from .nested import steps_told  # only for graphs on a server

        return await steps_told(driver, go_on)
    from .called import Called  # which makes such tasks

    calls = cache(lambda path: Called(driver, path))
    following: dict[str, CheckpointTuple] = {}
    found: list[tuple[str, EarlierStep]] = []
    finished: set[str] = set()
    last: list[tuple[str, CheckpointTuple, set[str]]] = []
    run_at: dict[str, dict[str, str]] = {}
    stands_at = ""
    async with aclosing(driver.saved()) as checkpoints:
        async for saved in checkpoints:
            if not go_on():
                return None
            ns = ns_of(saved)
            finished.update(task for task, channel, _ in saved.pending_writes or () if channel not in _BESIDE_RESULTS)
            stands_at = stands_at if ns else max(stands_at, saved.checkpoint["id"])
            around = saved.metadata.get("parents", {}).get("")
            if not ns or around is None:
                continue
            _note_caller(run_at, saved)
            if ns not in following and (ran := ran_between(saved, None)):
                last.append((around, light(saved), ran))
            elif saved.metadata.get("source") != "input" or calls(_path(saved)).is_entrypoint:
                is_over = ns in following and following[ns].metadata.get("source") == "loop"
                ran = ran_between(saved, following.get(ns))
                step = await _step(driver, saved, ran, calls(_path(saved)), is_over=is_over)
                if step := step or _passed_over(saved, following.get(ns)):
                    found.append((around, step))
            following[ns] = light(saved)
    for around, saved, ran in last:
        # Where the node that runs the graph has ended, so have they: one that goes on in the graph around its own
        # (`Command.PARENT`) writes nothing.
        callers = [part.rpartition(":")[2] for part in ns_of(saved).split("|") if ":" in part]
        is_over = not finished.isdisjoint(callers)
        step = await _step(driver, saved, ran, calls(_path(saved)), is_over=is_over)
        if step := step or _none_ended(saved, run_at.get(saved.checkpoint["id"], {})):
            found.append((around, step))
    inside: dict[str, list[EarlierStep]] = {}
    # Ids are made of the time at which a checkpoint was saved.
    for around, step in sorted(found, key=lambda one: one[1].checkpoint):
        inside.setdefault(around, []).append(step if around == stands_at else step.left())
    return inside


def light(saved: CheckpointTuple) -> CheckpointTuple:
    """A checkpoint without its values, which may be large."""
    return saved._replace(checkpoint={**saved.checkpoint, "channel_values": {}})


async def _step(
    driver: Driver, saved: CheckpointTuple, ran: set[str], calls: Called, *, is_over: bool
) -> EarlierStep | None:
    """The step that starts from a checkpoint.

    Args:
        driver: of the thread.
        saved: the checkpoint.
        ran: the nodes that ran in it.
        calls: reads what those have called.
        is_over: whether all of them have ended.
    """
    written = _written(saved)
    names = await names_in(driver, saved, ran, written.keys(), is_over=is_over)
    ns = namespace_of(ns_of(saved))
    path = node_names(ns)
    has_failed = any(ERROR in wrote and not is_cancelled(wrote[ERROR]) for wrote in written.values())
    tasks = tuple(
        _task(id, (*path, name), written.get(id, {}), is_over=is_over, has_failed=has_failed)
        for id, name in names.items()
    )
    if not tasks:
        return None
    own = [PregelTask(id, name, (PULL, name)) for id, name in names.items()]
    tasks += tuple(replace(call, node=(*path, *call.node)) for call in calls.in_step(saved, own))
    checkpoint = saved.checkpoint
    at = time_of(saved)
    return EarlierStep(checkpoint["id"], at, tasks, ns=ns, is_changed=saved.metadata.get("source") == "update")


def _note_caller(run_at: dict[str, dict[str, str]], saved: CheckpointTuple) -> None:
    """Note of a nested graph's checkpoint which task runs it: its name by its id, by the checkpoint of the graph around."""
    way = [part for part in namespace_of(ns_of(saved)) if not part.isdigit()]
    name, _, id = way[-1].partition(":")
    # One that remembers goes by names alone.
    if id and (at := saved.metadata.get("parents", {}).get("|".join(way[:-1]))) is not None:
        run_at.setdefault(at, {})[id] = name


def _none_ended(saved: CheckpointTuple, runs: Mapping[str, str]) -> EarlierStep | None:
    """A step of which nothing has ended, while a graph that is run in it stands at a breakpoint: nothing is written of that."""
    ns = namespace_of(ns_of(saved))
    tasks = tuple(EarlierTask(id, (*node_names(ns), name), "idle", None, asked=False) for id, name in runs.items())
    at = time_of(saved)
    return EarlierStep(saved.checkpoint["id"], at, tasks, ns=ns) if tasks else None


def _passed_over(saved: CheckpointTuple, following: CheckpointTuple | None) -> EarlierStep | None:
    """A step that never ran, as the state of its graph was changed first."""
    is_changed = following is not None and following.metadata.get("source") == "update"
    if not is_changed or _written(saved) or not ran_between(saved, None):
        return None
    at = time_of(saved)
    return EarlierStep(saved.checkpoint["id"], at, (), ns=namespace_of(ns_of(saved)))


def _written(saved: CheckpointTuple) -> dict[str, dict[str, Any]]:
    """The channels that each task of a checkpoint has written to."""
    written: dict[str, dict[str, Any]] = {}
    for task, channel, value in saved.pending_writes or ():
        if channel not in NO_TASKS:
            written.setdefault(task, {})[channel] = value
    return {task: channels for task, channels in written.items() if channels.keys() - _BESIDE_RESULTS != {RETURN}}


async def names_in(
    driver: Driver, saved: CheckpointTuple, ran: set[str], wrote: Collection[str], *, is_over: bool
) -> dict[str, str]:
    """The nodes of a step's tasks, by their ids; nothing of those that cannot be told apart."""
    is_handled = any(channel == HANDLED for _, channel, _ in saved.pending_writes or ())
    if len(ran) == 1 and wrote and not is_handled:
        return dict.fromkeys(wrote, *ran)
    if not wrote and not (ran and is_over):
        return {}
    # Of a graph that it does not know LangGraph gives another one's reading, without a word (1.2.24).
    if not fits(graph_at(node_names(namespace_of(ns_of(saved))), driver.graph), saved):
        return {}
    thread: RunnableConfig = driver.config
    place = {"checkpoint_ns": ns_of(saved), "checkpoint_id": saved.checkpoint["id"]}
    try:
        snapshot = await driver.state_at({**thread, "configurable": {**thread.get("configurable", {}), **place}})
    except Exception:  # noqa: BLE001  no graph of this name is known (a node's code has called it), or it is another by now
        return {}
    return {task.id: task.name for task in snapshot.tasks if is_over or task.id in wrote}


def fits(graph: Any, saved: CheckpointTuple) -> bool:
    """Whether a checkpoint may be one of a graph: it has what has run there, and what that has written to."""
    if graph is None:
        return False
    checkpoint = saved.checkpoint
    ran = {name for name in checkpoint["versions_seen"] if not name.startswith("__")}
    return ran <= graph.nodes.keys() and checkpoint["channel_versions"].keys() - _OWN <= graph.channels.keys()


def ran_between(saved: CheckpointTuple, following: CheckpointTuple | None) -> set[str]:
    """The nodes that ran between a checkpoint of a graph and the next one; those that run next where there is none."""
    values: Mapping[str, Any] = saved.checkpoint["channel_values"]
    sent = {str(one.node) for one in cast("Sequence[Any]", values.get(SENT) or ()) if hasattr(one, "node")}
    if following is None:
        return sent | {name.removeprefix(LEADS_TO) for name in values if name.startswith(LEADS_TO)}
    before, after = saved.checkpoint["versions_seen"], following.checkpoint["versions_seen"]
    return sent | {name for name in after if not name.startswith("__") and after[name] != before.get(name, {})}


def _task(id: str, node: tuple[str, ...], wrote: Mapping[str, Any], *, is_over: bool, has_failed: bool) -> EarlierTask:
    asked = INTERRUPT in wrote
    status: NodeStatus = "idle"
    if HANDLED in wrote:
        status = "failed"
    elif is_over or wrote.keys() - _BESIDE_RESULTS:
        status = "done"
    elif asked:
        status = "waiting"
    elif ERROR in wrote and not (has_failed and is_cancelled(wrote[ERROR])):
        status = "failed"
    lines = str(wrote[ERROR]).strip().splitlines() if status == "failed" else []
    return EarlierTask(id, node, status, lines[0] if lines else None, asked)


def _path(saved: CheckpointTuple) -> tuple[str, ...]:
    return node_names(namespace_of(ns_of(saved)))
