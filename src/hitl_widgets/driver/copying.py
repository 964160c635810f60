"""A copy of a thread up to a checkpoint, on another thread: what a fork starts from."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.types import _interrupt_id as interrupt_id  # private; ids are by place (langgraph 1.2.24)

from ..errors import HitlError
from .answering import INTERRUPT, RESUME
from .base import Driver
from .claims import CLAIM, RELEASED, claims_in

_ERROR = "__error__"
_NO_TASK = "00000000-0000-0000-0000-000000000000"
"""Whose write the value of a `Command(resume=value)` is, which any question of the copy would take."""
_BESIDE_RESULTS = {INTERRUPT, RESUME, _ERROR}

Writes = dict[str, list[tuple[str, Any]]]
"""What tasks wrote, by task id."""


@dataclass(frozen=True)
class Moment:
    """Where in a step a copy ends: before an answer that was given there.

    Attributes:
        opened: the ids of the interrupts whose answers are not in the copy.
        names: the names that the asking nodes may have, and those around them, by depth.
        tasks: the ids of the step's tasks: what else has written there was called by one of them (`@task`).
        earlier: the ids of those called that had begun before. The others were called with what the answer led to, and
            have the same ids when they are called with what another one leads to (langgraph 1.2.24).
    """

    opened: frozenset[str]
    names: Sequence[frozenset[str]]
    tasks: frozenset[str]
    earlier: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Copied:
    """A copy of a thread.

    Attributes:
        config: of its last checkpoint.
        goes_on: whether something in it has to run before it is known what it asks.
        anew: the nodes whose nested graphs had done something and start from their beginning.
        forgot: those whose nested graphs remembered something, and do not in the copy.
    """

    config: RunnableConfig
    goes_on: bool
    anew: tuple[str, ...] = ()
    forgot: tuple[str, ...] = ()


async def copy_thread(
    source: Driver,
    target: Driver,
    until: RunnableConfig,
    *,
    moment: Moment | None = None,
    names: Iterable[str] = (),
    whole: bool = False,
    is_changed: bool = False,
) -> Copied:
    """Copy the checkpoints of a thread up to one, oldest first, with what their tasks wrote.

    LangGraph's savers have a `copy_thread`, which none of those that come with it implements (langgraph-checkpoint 4).
    A checkpoint keeps its id, and so do its tasks, whose ids are made of it: the checkpoints of a nested graph, which
    are kept under the id of the task that runs it (`sub:<task id>`), can therefore be copied too (langgraph 1.2.24).

    LangGraph's own time travel begins a nested graph anew, also from the config of one of its checkpoints and after
    `update_state` there, unless it is compiled with `checkpointer=True`. A copy whose nested graph has its checkpoints up to
    one of them goes on from there (langgraph 1.2.24).

    At the last checkpoint the tasks that asked, or failed, have written nothing in the copy, so that they run again and
    ask again; those that finished without asking have done their part. A nested graph starts from its beginning. With a
    `moment` only what was asked from then on is asked again: a node that had been answered before keeps those answers,
    and a nested graph stands where it stood.

    Args:
        source: the driver of the thread.
        target: that of the copy, with the same checkpointer.
        until: the config of the checkpoint that the copy ends with.
        moment: where in the last checkpoint's step it ends; at its beginning if not given.
        names: the nodes that have nested graphs.
        whole: whether no task has run at the last checkpoint, not even one that only wrote.
        is_changed: whether its state is going to be changed.

    Raises:
        HitlError: there is no such checkpoint.
    """
    if (served := await source.copy_to(target, until)) is not None:
        return Copied(served, goes_on=True)
    copying = _Copying(source, target, moment or Moment(frozenset(), (), frozenset()))
    chain = await _ancestors(source, until)
    if not chain:
        raise HitlError("The thread has no such step any more.")
    last = chain[-1]
    if moment is not None:
        config = await copying.graph(chain, len(chain) - 1, 0)
        await copying.memories(chain, names)
        return Copied(config, copying.goes_on)
    written = _by_task(last)
    again = {task for task in written if whole or any(_has(written, task, one) for one in _BESIDE_RESULTS)}
    kept = {task: writes for task, writes in written.items() if task not in again}
    names = frozenset(names)
    anew = [name for name in sorted(names) if await _had_begun(source, last, again, name)]
    config = await copying.put(chain, kept)
    forgot = await copying.memories(chain[:-1], names, step=last, is_changed=is_changed)
    return Copied(config, goes_on=True, anew=tuple(anew), forgot=forgot)


class _Copying:
    """The copy of a thread that ends at a moment; a graph of it after the other.

    Attributes:
        goes_on: whether a task has lost what it wrote, and runs again.
    """

    def __init__(self, source: Driver, target: Driver, moment: Moment) -> None:
        self._source = source
        self._of_source = {"thread_id": source.config.get("configurable", {})["thread_id"]}
        self._thread = target.config.get("configurable", {})["thread_id"]
        self._target = target
        self._moment = moment
        self._cuts: dict[str, int | None] = {}
        self._copied: set[str] = set()
        self._holding: set[str] = set()
        """Under what the claims of answers are written that the copy keeps, at a checkpoint where it ends."""
        self.goes_on = False

    async def put(self, chain: Sequence[CheckpointTuple], kept: Mapping[str, list[tuple[str, Any]]]) -> RunnableConfig:
        """Write a graph's checkpoints, the last one with the writes that it keeps."""
        self._copied.add(_ns(chain[-1]))
        copied: RunnableConfig = {"configurable": {"thread_id": self._thread, "checkpoint_ns": _ns(chain[-1])}}
        versions: dict[str, Any] = {}
        for found in chain:
            have = found.checkpoint["channel_versions"]
            fresh = {channel: version for channel, version in have.items() if versions.get(channel) != version}
            copied = await self._target.put_checkpoint(copied, found.checkpoint, found.metadata, fresh)
            versions = dict(have)
            for task, writes in (kept if found is chain[-1] else _by_task(found)).items():
                # Where the copy ends, questions are open again that were answered.
                if writes and not (
                    found is chain[-1] and writes[0][0] in {CLAIM, RELEASED} and task not in self._holding
                ):
                    await self._target.put_writes(copied, writes, task)
        return copied

    async def graph(self, chain: Sequence[CheckpointTuple], end: int, depth: int) -> RunnableConfig:
        """Copy a graph up to its checkpoint at `end`, and from the moment on nothing of what was written there."""
        last = chain[end]
        written = _by_task(last)
        opened = {task for task in written if await self._is_opened(last, task, written, depth)}
        if depth == 0 and not opened <= self._moment.tasks:
            # The node that called it waits for it, whatever it waited for since.
            opened |= {task for task in written if task in self._moment.tasks and _has(written, task, INTERRUPT)}
        kept: Writes = {}
        for task, writes in written.items():
            if depth == 0 and opened and task not in opened | self._moment.tasks | self._moment.earlier:
                kept[task] = []
            elif task in opened:
                slot = await self._slot(last, task, written, depth)
                answers = _answers(written, task)
                left = answers if slot is None else answers[:slot]
                kept[task] = [(RESUME, left)] if left else []
                self.goes_on = True
            elif _has(written, task, _ERROR) and not _is_finished(writes):
                kept[task] = [one for one in writes if one[0] == RESUME]
                self.goes_on = True
            else:
                kept[task] = writes
            if task in opened or not _is_finished(writes):
                async for nested in self._nested(last, task, depth):
                    cut = await self._cut(nested, depth + 1)
                    await self.graph(nested, len(nested) - 1 if cut is None else cut, depth + 1)
        # What a task beside was answered, which has done its part: the copy tells that it was decided.
        flat = [(task, *one) for task, writes in written.items() for one in writes]
        for claim in claims_in(flat)[0]:
            done = claim.task is not None and _is_finished(kept.get(claim.task, ()))
            if done and claim.interrupt not in self._moment.opened and claim.place in written:
                kept[claim.place] = written[claim.place]
                self._holding.add(claim.place)
        return await self.put(chain[: end + 1], kept)

    async def memories(
        self,
        chain: Sequence[CheckpointTuple],
        names: Iterable[str],
        *,
        step: CheckpointTuple | None = None,
        is_changed: bool = False,
    ) -> tuple[str, ...]:
        """Copy what graphs remember that are nested in one and go on where they were the time before.

        Those are compiled with `checkpointer=True`, and their checkpoints are kept under the name of their node alone.

        Args:
            chain: the checkpoints of the graph around them that are in the copy.
            names: of the nodes that may have such a graph.
            step: the checkpoint of a step that runs anew.
            is_changed: whether what is given to it is.

        Returns:
            The names of those that cannot be copied.
        """
        known = {found.checkpoint["id"] for found in chain}
        forgot: list[str] = []
        for name in sorted(set(names) - self._copied):
            nested = await _ancestors(self._source, {"configurable": {**self._of_source, "checkpoint_ns": name}})
            kept = [found for found in nested if _around(found, "") in known]
            begun = [found for found in nested if step is not None and _around(found, "") == step.checkpoint["id"]]
            # A graph that is gone on with takes no input (langgraph 1.2.24): one that has ended would end at once. So it
            # stands at its first step with the input that it had; where that is another now, it has to begin anew.
            if begun and is_changed:
                forgot.append(name)
            elif begun:
                await self.put([*kept, *begun[:2]], {})
            elif kept:
                await self.put(kept, _by_task(kept[-1]))
        return tuple(forgot)

    async def _cut(self, chain: Sequence[CheckpointTuple], depth: int) -> int | None:
        """The first checkpoint at which something was asked that is open again."""
        ns = _ns(chain[-1])
        if ns not in self._cuts:
            self._cuts[ns] = None
            for at, found in enumerate(chain):
                written = _by_task(found)
                if any([await self._is_opened(found, task, written, depth) for task in written]):
                    self._cuts[ns] = at
                    break
        return self._cuts[ns]

    async def _is_opened(self, found: CheckpointTuple, task: str, written: Writes, depth: int) -> bool:
        if not _has(written, task, INTERRUPT):
            return False
        if (
            await self._slot(found, task, written, depth) is not None
            or self._asked(task, written) & self._moment.opened
        ):
            return True
        return await self._is_opened_inside(found, task, depth)

    async def _is_opened_inside(self, found: CheckpointTuple, task: str, depth: int) -> bool:
        return any(
            [await self._cut(nested, depth + 1) is not None async for nested in self._nested(found, task, depth)]
        )

    async def _slot(self, found: CheckpointTuple, task: str, written: Writes, depth: int) -> int | None:
        """Which of a task's questions is the first that is open again; `None` if it is none of its own."""
        place = f"{_ns(found)}|" if _ns(found) else ""
        for slot in range(len(_answers(written, task)) + 1):
            ids = {interrupt_id(f"{place}{name}:{task}", slot) for name in self._names(depth)}
            if ids & self._moment.opened:
                return slot
        if not self._asked(task, written) & self._moment.opened:
            return None
        # A node is marked with what was asked inside of it. The name of a `@task` is not known, and so which of its
        # questions it was: it asks all of them again.
        is_node = depth == 0 and task in self._moment.tasks
        return None if is_node or await self._is_opened_inside(found, task, depth) else 0

    def _asked(self, task: str, written: Writes) -> set[str]:
        asked = [value for channel, value in written[task] if channel == INTERRUPT]
        flat = [one for value in asked for one in (value if isinstance(value, (list, tuple)) else [value])]
        return {str(getattr(one, "id", "")) for one in flat}

    def _names(self, depth: int) -> frozenset[str]:
        names = self._moment.names
        return names[depth] if depth < len(names) else frozenset()

    async def _nested(
        self, found: CheckpointTuple, task: str, depth: int
    ) -> AsyncGenerator[Sequence[CheckpointTuple], None]:
        for name in sorted(self._names(depth)):
            async for chain in _run_by(self._source, found, f"{name}:{task}"):
                yield chain


async def _run_by(source: Driver, found: CheckpointTuple, task: str) -> AsyncGenerator[Sequence[CheckpointTuple], None]:
    """The nested graphs that a task of a checkpoint ran, each as its checkpoints, oldest first."""
    around = _ns(found)
    place = f"{around}|" if around else ""
    thread = {"thread_id": found.config.get("configurable", {}).get("thread_id")}
    # One that remembers: up to what this task has made of it.
    remembered = await _ancestors(source, {"configurable": {**thread, "checkpoint_ns": place + task.partition(":")[0]}})
    while remembered and _around(remembered[-1], around) != found.checkpoint["id"]:
        remembered.pop()
    if remembered:
        yield remembered
    for nth in count():
        # The second graph that a node's own code runs is kept beside the first (langgraph 1.2.24).
        ns = f"{place}{task}|{nth}" if nth else f"{place}{task}"
        if not (chain := await _ancestors(source, {"configurable": {**thread, "checkpoint_ns": ns}})):
            return
        yield chain


async def _had_begun(source: Driver, last: CheckpointTuple, tasks: Iterable[str], name: str) -> bool:
    """Whether a nested graph that runs anew had finished a step before."""
    for task in tasks:
        async for chain in _run_by(source, last, f"{name}:{task}"):
            # Its first two checkpoints are its input, and where its first step starts from.
            if sum(_around(found, _ns(last)) == last.checkpoint["id"] for found in chain) > 2:
                return True
    return False


async def _ancestors(source: Driver, until: RunnableConfig) -> list[CheckpointTuple]:
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


def _ns(found: CheckpointTuple) -> str:
    return str(found.config.get("configurable", {}).get("checkpoint_ns", ""))


def _around(found: CheckpointTuple, ns: str) -> str | None:
    """The checkpoint of a graph around it at which it was made."""
    return found.metadata.get("parents", {}).get(ns)


def _by_task(found: CheckpointTuple) -> Writes:
    by_task: Writes = {}
    for task, channel, value in found.pending_writes or ():
        if task != _NO_TASK:
            by_task.setdefault(task, []).append((channel, value))
    return by_task


def _has(written: Writes, task: str, channel: str) -> bool:
    return any(one == channel for one, _ in written[task])


def _answers(written: Writes, task: str) -> list[Any]:
    return next((list(value) for channel, value in written[task] if channel == RESUME), [])


def _is_finished(writes: Iterable[tuple[str, Any]]) -> bool:
    return any(channel not in _BESIDE_RESULTS for channel, _ in writes)
