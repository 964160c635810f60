"""A copy of a thread up to a checkpoint, on another thread: what a fork starts from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple

from ..errors import HitlError
from .base import INTERRUPT, RESUME, Driver

_ERROR = "__error__"
_OF_THE_CHECKPOINT = ("checkpoint_ns", "checkpoint_id")


async def copy_thread(source: Driver, target: Driver, until: RunnableConfig, *, anew: bool) -> RunnableConfig:
    """Copy the checkpoints of a thread up to one, oldest first, with what their tasks wrote.

    LangGraph's savers have a `copy_thread`, which none of those that come with it implements (langgraph-checkpoint 4).

    At the last checkpoint the tasks that asked, or failed, have written nothing in the copy, so that they run again and
    ask again; those that finished without asking have done their part, unless everything is to run `anew`. A nested
    graph starts from its beginning.

    Args:
        source: the driver of the thread.
        target: that of the copy, with the same checkpointer.
        until: the config of the checkpoint that the copy ends with.
        anew: whether no task has run there, as where the state is going to be changed.

    Returns:
        The config of the copy of that checkpoint.

    Raises:
        HitlError: there is no such checkpoint.
    """
    if (served := await source.copy_to(target, until)) is not None:
        return served
    chain = await _ancestors(source, until)
    thread_id = target.config.get("configurable", {})["thread_id"]
    copied: RunnableConfig = {"configurable": {"thread_id": thread_id, "checkpoint_ns": ""}}
    versions: dict[str, Any] = {}
    for found in chain:
        is_last = found is chain[-1]
        have = found.checkpoint["channel_versions"]
        fresh = {channel: version for channel, version in have.items() if versions.get(channel) != version}
        copied = await target.put_checkpoint(copied, found.checkpoint, found.metadata, fresh)
        versions = dict(have)
        writes = found.pending_writes or []
        leaving = _unfinished(writes) if is_last else set[str]()
        by_task: dict[str, list[tuple[str, Any]]] = {}
        for task_id, channel, value in writes:
            if not (is_last and anew) and task_id not in leaving:
                by_task.setdefault(task_id, []).append((channel, value))
        for task_id, written in by_task.items():
            await target.put_writes(copied, written, task_id)
    return copied


async def _ancestors(source: Driver, until: RunnableConfig) -> list[CheckpointTuple]:
    """The checkpoint and those before it, oldest first."""
    chain: list[CheckpointTuple] = []
    place = until.get("configurable", {})
    thread: dict[str, Any] = {"thread_id": place.get("thread_id"), "checkpoint_ns": ""}
    config: RunnableConfig | None = {
        "configurable": {**thread, **{key: place[key] for key in _OF_THE_CHECKPOINT if key in place}}
    }
    while config is not None and (found := await source.checkpoint(config)) is not None:
        chain.append(found)
        config = found.parent_config
    if not chain:
        raise HitlError("The thread has no such step any more.")
    return list(reversed(chain))


def _unfinished(writes: Iterable[tuple[str, str, Any]]) -> set[str]:
    return {task_id for task_id, channel, _ in writes if channel in {INTERRUPT, RESUME, _ERROR}}
