"""The graphs of a thread, each copied up to where a moment cuts it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.types import _interrupt_id as interrupt_id  # private; ids are by place (langgraph 1.2.24)

from ...errors import HitlError
from ..answers.address import asking_places, ns_of
from ..answers.claims import CLAIM, RELEASED, Claim, claims_in
from ..base import Driver
from ..channels import ERROR, INTERRUPT, RESUME
from .chains import (
    Writes,
    ancestors,
    answers_of,
    around_of,
    begun_anew,
    by_task,
    has,
    is_asked_in,
    is_called,
    is_finished,
    without_tasks,
)
from .done_inside import DoneInside, End
from .half_made import marked, unmarked
from .moment import Moment
from .ran import Ran


class Cutting:
    """The copy of a thread that ends at a moment; a graph of it after the other.

    Args:
        source: the driver of the thread.
        target: that of the copy.
        moment: where it ends, if it is within a step.

    Attributes:
        goes_on: whether a task has lost what it wrote, and runs again.
        inside: the config of the last checkpoint of the nested graph that the moment is a step of, once it is copied.
        ends_with: that checkpoint.
        through: the ids of the tasks that run that graph, and those around it.
    """

    def __init__(self, source: Driver, target: Driver, moment: Moment | None) -> None:
        self._source = source
        self._is_in_a_step, moment = moment is not None, moment or Moment(frozenset(), (), frozenset())
        self._of_source = {"thread_id": source.config.get("configurable", {})["thread_id"]}
        self._thread = target.config.get("configurable", {})["thread_id"]
        self._target = target
        self._moment = moment
        self._cuts: dict[str, int | None] = {}
        self._begun_later: set[str] = set()
        """The nested graphs that a task has begun with what the moment has undone."""
        self._copied: set[str] = set()
        self._ends: list[End] = []
        self._holding: set[str] = set()
        """Under what the claims of answers are written that the copy keeps, at a checkpoint where it ends."""
        self._asks_all_again = False
        """Whether a task asks again what is not open, as it is not known what it has asked."""
        self._ran = Ran(source, moment)
        self.goes_on = False
        self.inside: RunnableConfig | None = None
        self.ends_with: CheckpointTuple | None = None
        self.through: set[str] = set()
        self._outermost: tuple[Sequence[CheckpointTuple], Mapping[str, list[tuple[str, Any]]]] | None = None
        """What is written of the outermost graph once everything else is."""

    async def put(self, chain: Sequence[CheckpointTuple], kept: Mapping[str, list[tuple[str, Any]]]) -> RunnableConfig:
        """Write a graph's checkpoints, the last one with the writes that it keeps; the outermost graph's when it is `finished`."""
        ns = ns_of(chain[-1])
        self._copied.add(ns)
        if ns:
            return await self._put(chain, kept)
        self._outermost = chain, kept
        return self._config_of(chain[-1])

    async def finished(self, *, is_whole: bool) -> None:
        """Write the outermost graph's checkpoints.

        Args:
            is_whole: whether that makes the copy a whole one; else a change is made to its last checkpoint, and that does.
        """
        assert self._outermost is not None
        chain, kept = self._outermost
        told = await self._told(chain)
        self._holding |= told.keys()
        await self._put(chain, {**kept, **told}, is_whole=is_whole)

    async def _told(self, chain: Sequence[CheckpointTuple]) -> Writes:
        """What was answered inside of nested graphs that are not copied: the copy tells that it was decided, and where."""
        thread = self._of_source["thread_id"]
        *before, last = [{one.mark for one in claims_in(found.pending_writes or ())[0]} for found in chain]
        own = set[str]().union(*before)
        claims, _ = claims_in(await self._source.asked_so_far() or [])
        steps = {found.checkpoint["id"] for found in chain[:-1]}
        told = [one for one in claims if one.mark not in own and str(one.decision.get("checkpoint")) in steps]
        if self._is_in_a_step:
            here = [one for one in claims if one.decision.get("checkpoint") == chain[-1].checkpoint["id"]]
            inside = DoneInside(self._source, self._moment, self._ends)
            told += await inside.among([one for one in here if one.mark not in own | last])
        return {claim.place: [(CLAIM, claim.told(thread).as_data())] for claim in told}

    def _config_of(self, found: CheckpointTuple) -> RunnableConfig:
        place = {"thread_id": self._thread, "checkpoint_ns": ns_of(found), "checkpoint_id": found.checkpoint["id"]}
        return {"configurable": place}

    async def _put(
        self, chain: Sequence[CheckpointTuple], kept: Mapping[str, list[tuple[str, Any]]], *, is_whole: bool = True
    ) -> RunnableConfig:
        copied: RunnableConfig = {"configurable": {"thread_id": self._thread, "checkpoint_ns": ns_of(chain[-1])}}
        versions: dict[str, Any] = {}
        for found in chain:
            have, is_last = found.checkpoint["channel_versions"], found is chain[-1]
            fresh = {channel: version for channel, version in have.items() if versions.get(channel) != version}
            versions = dict(have)
            # Before the checkpoint itself: once that is there, so is all that belongs to it.
            for task, writes in (kept if is_last else by_task(found)).items():
                # Where the copy ends, questions are open again that were answered.
                is_claim = is_last and bool(writes) and writes[0][0] in {CLAIM, RELEASED}
                if writes and not (is_claim and task not in self._holding):
                    await self._target.put_writes(self._config_of(found), self._as_told(writes), task)
            is_end = is_last and is_whole
            metadata: Any = unmarked(found.metadata) if is_end or ns_of(found) else self._marked(found)
            copied = await self._target.put_checkpoint(copied, found.checkpoint, metadata, fresh)
        return copied

    def _as_told(self, writes: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
        """An answer that went by its id, as the copy has it: of the graph that a node's code has called it may have nothing."""
        claims, _ = claims_in(("", *one) for one in writes)
        by_id = next((one for one in claims if one.task is None and not one.is_of_breakpoint), None)
        return writes if by_id is None else [(CLAIM, by_id.told(self._of_source["thread_id"]).as_data())]

    def _marked(self, found: CheckpointTuple) -> dict[str, Any]:
        return marked(found.metadata, self._thread, self._of_source["thread_id"])

    async def graph(self, chain: Sequence[CheckpointTuple], end: int) -> RunnableConfig:
        """Copy a graph up to its checkpoint at `end`, and from the moment on nothing of what was written there."""
        last = chain[end]
        written = by_task(last)
        inside = self._moment.inside
        if inside is not None and ns_of(last) == inside.ns:
            self.goes_on, self.ends_with = True, last
            begun = begun_anew(written, whole=inside.whole)
            self._ends.append(End(chain[: end + 1], begun))
            self.inside = await self.put(chain[: end + 1], begun)
            return self.inside
        through = await self._go_through(last)
        # One that was cut off, or has failed without a word, has written nothing.
        written = {**{task: [] for task in (*through, *await self._ran.standing(last))}, **written}
        opened = {task for task in written if task in through or await self._is_opened(last, task, written)}
        if not ns_of(last) and not opened - through <= self._moment.tasks:
            # The node that called it waits for it, whatever it waited for since.
            opened |= {task for task in written if task in self._moment.tasks and has(written, task, INTERRUPT)}
        is_undone = not through and not await self._ran.had_begun(last, written)
        kept: Writes = {}
        for task, writes in written.items():
            if (is_undone and task not in self._moment.earlier) or (
                opened and self._is_called_later(last, task, writes, opened)
            ):
                kept[task] = []
            elif task in opened:
                slot = await self._slot(last, task, written)
                answers = answers_of(written, task)
                left = answers if slot is None else answers[:slot]
                kept[task] = [(RESUME, left)] if left else []
                self.goes_on = True
            elif has(written, task, ERROR) and not is_finished(writes):
                kept[task] = [one for one in writes if one[0] == RESUME]
                self.goes_on = True
            elif inside is not None and has(written, task, INTERRUPT) and not is_finished(writes):
                # It runs again and asks again either way; until then this stands before the nested step, and asks nothing.
                kept[task] = [one for one in writes if one[0] == RESUME]
            else:
                kept[task] = writes
            if task in opened or not is_finished(writes):
                await self._graphs_of(last, task, is_opened=task in opened)
        # What a task has got before, or one beside that has done its part: the copy tells that it was decided.
        for claim in claims_in((task, *one) for task, writes in written.items() for one in writes)[0]:
            is_undone = self._moment.undoes({claim.interrupt}, is_answered=True)
            if claim.place in written and not is_undone and self._holds(claim, written, kept):
                kept[claim.place] = written[claim.place]
                self._holding.add(claim.place)
        self._ends.append(End(chain[: end + 1], kept))
        return await self.put(chain[: end + 1], kept)

    def _holds(self, claim: Claim, written: Writes, kept: Writes) -> bool:
        """Whether an answer that was given at a checkpoint is one in the copy, too, that ends there."""
        if claim.task is None and not claim.is_of_breakpoint and self._asks_all_again:
            asked = [task for task, writes in written.items() if is_asked_in(writes, claim.interrupt)]
            return any(is_finished(kept.get(task, ())) for task in asked)
        if claim.task is None or claim.kept_in is not None:
            # The step of a breakpoint has begun since; what is only told was done before; and of a graph that a node's code
            # has called, to which it went by its id, that has gone on.
            return claim.at < self._moment.at
        return is_finished(kept.get(claim.task, ())) or (claim.slot or 0) < len(answers_of(kept, claim.task))

    async def _graphs_of(self, last: CheckpointTuple, task: str, *, is_opened: bool) -> None:
        """Copy the nested graphs that a task ran."""
        async for nested in self._ran.nested(last, task):
            began = next(found for found in nested if around_of(found, ns_of(last)) == last.checkpoint["id"])
            if (is_opened or self._moment.stood) and self._moment.is_before(began):
                # With what the graph before it made, which may be something else now.
                self._begun_later.add(ns_of(began))
                continue
            cut = await self._cut(nested)
            await self.graph(nested, len(nested) - 1 if cut is None else cut)

    def _is_called_later(
        self, last: CheckpointTuple, task: str, writes: list[tuple[str, Any]], opened: set[str]
    ) -> bool:
        """Whether a `@task` was called with what the moment has undone."""
        if task in opened or task in self._moment.earlier:
            return False
        # Of the tasks of a nested graph it is not known which are its own.
        return is_called(writes) if ns_of(last) else task not in self._moment.tasks

    async def _go_through(self, found: CheckpointTuple) -> set[str]:
        """Copy the graph on the way to the one that the moment is inside of; returns the tasks that run it, if it is there.

        Raises:
            HitlError: the thread does not have that graph's checkpoint any more, or does not say which task it is.
        """
        inside, ns = self._moment.inside, ns_of(found)
        if inside is None or inside.checkpoints.get(ns) != found.checkpoint["id"] or (to := inside.next(ns)) is None:
            return set()
        # More than one where a node has called a `@task` that has called it.
        parts = to.removeprefix(f"{ns}|" if ns else "").split("|")
        tasks = {part.partition(":")[2] for part in parts} - {""}
        if not tasks:
            # A graph that remembers is kept under names alone.
            snapshot = await self._source.state_at(found.config)
            tasks = {one.id for one in snapshot.tasks if one.name == parts[-1]}
        place = {**self._of_source, "checkpoint_ns": to, "checkpoint_id": inside.checkpoints[to]}
        chain = await ancestors(self._source, {"configurable": place})
        if not tasks or not chain:
            raise HitlError(f"The thread does not have the steps of the graph in {without_tasks(to)} any more.")
        self.through |= tasks
        await self.graph(chain, len(chain) - 1)
        return tasks

    async def memories(
        self,
        chain: Sequence[CheckpointTuple],
        names: Iterable[str],
        *,
        step: CheckpointTuple | None = None,
        is_changed: bool = False,
        is_by_id: bool = False,
    ) -> tuple[str, ...]:
        """Copy what graphs remember that are nested in one and go on where they were the time before.

        Those are compiled with `checkpointer=True`, and their checkpoints are kept under the names of their nodes alone.

        Args:
            chain: the checkpoints of the outermost graph that are in the copy.
            names: of the nodes that may have such a graph, with those of the nodes around them (`outer|inner`).
            step: the checkpoint of a step that runs anew.
            is_changed: whether what is given to it is.
            is_by_id: whether the copy will be run from that checkpoint by its id.

        Returns:
            The names of those that begin anew: without what they remember, if not by its id.
        """
        known = {found.checkpoint["id"] for found in chain}
        anew: list[str] = []
        for name in sorted(set(names) - self._copied):
            nested = await ancestors(self._source, {"configurable": {**self._of_source, "checkpoint_ns": name}})
            kept = [found for found in nested if around_of(found, "") in known and not self._is_undone(found)]
            begun = [found for found in nested if step is not None and _is_run_by(found, step)]
            # A graph that is gone on with takes no input (langgraph 1.2.24): one that has ended would end at once. So it
            # stands at its first step with the input that it had; where that is another now, it has to begin anew.
            if begun and is_changed:
                anew.append(name)
                if is_by_id and kept:
                    await self.put(kept, by_task(kept[-1]))
            elif begun:
                await self.put([*kept, *begun[:2]], {})
            elif kept:
                await self.put(kept, by_task(kept[-1]))
        return tuple(anew)

    def _is_undone(self, found: CheckpointTuple) -> bool:
        """Whether a graph that remembers did this after the moment, inside of a graph or a node that has not got there."""
        inside = self._moment.inside
        if not self._moment.is_before(found):
            return False
        if ns_of(found) in self._begun_later:
            return True
        if inside is None:
            return False
        way = [without_tasks(ns) for ns in inside.checkpoints if ns]
        return any(ns_of(found) == one or ns_of(found).startswith(f"{one}|") for one in way)

    async def _cut(self, chain: Sequence[CheckpointTuple]) -> int | None:
        """The first checkpoint at which something was asked that is open again, or the last one while all stood still."""
        ns = ns_of(chain[-1])
        if ns not in self._cuts:
            self._cuts[ns] = None
            for at, found in enumerate(chain):
                written = by_task(found)
                is_last = self._moment.stood and any(map(self._moment.is_before, chain[at + 1 : at + 2]))
                if is_last or any([await self._is_opened(found, task, written) for task in written]):
                    self._cuts[ns] = at
                    break
        return self._cuts[ns]

    async def _is_opened(self, found: CheckpointTuple, task: str, written: Writes) -> bool:
        if self._moment.stood and await self._is_opened_inside(found, task):
            return True
        if not has(written, task, INTERRUPT):
            return False
        if await self._slot(found, task, written) is not None or self._is_undone_in(task, written):
            return True
        return await self._is_opened_inside(found, task)

    async def _is_opened_inside(self, found: CheckpointTuple, task: str) -> bool:
        return any([await self._cut(nested) is not None async for nested in self._ran.nested(found, task)])

    async def _slot(self, found: CheckpointTuple, task: str, written: Writes) -> int | None:
        """Which of a task's questions is the first that is open again; `None` if it is none of its own, or not known."""
        places = asking_places(ns_of(found), [(id, *write) for id, writes in written.items() for write in writes])
        answered = len(answers_of(written, task))
        for slot in range(answered + 1):
            ids = {interrupt_id(f"{one}{name}:{task}", slot) for one in places for name in self._ran.names(found)}
            if self._moment.undoes(ids, is_answered=slot < answered):
                return slot
        if task in self.through or not self._is_undone_in(task, written):
            return None
        # A node is marked with what was asked inside of it. The name of a `@task` is not known, and so which of its
        # questions it was: it asks all of them again.
        is_node = not ns_of(found) and task in self._moment.tasks
        if is_node or await self._is_opened_inside(found, task):
            return None
        self._asks_all_again = True
        return 0

    def _is_undone_in(self, task: str, written: Writes) -> bool:
        """Whether a task has asked, or is marked with, what is open again."""
        asked, is_answered = _asked(task, written), is_finished(written[task])
        return self._moment.undoes(asked, is_answered=is_answered)


def _is_run_by(remembered: CheckpointTuple, step: CheckpointTuple) -> bool:
    """Whether a graph that remembers did this for a node of a step, and not for one further inside."""
    ns = ns_of(step)
    is_in = ns_of(remembered).rpartition("|")[0] == without_tasks(ns)
    return is_in and around_of(remembered, ns) == step.checkpoint["id"]


def _asked(task: str, written: Writes) -> set[str]:
    asked = [value for channel, value in written[task] if channel == INTERRUPT]
    flat = [one for value in asked for one in (value if isinstance(value, (list, tuple)) else [value])]
    return {str(getattr(one, "id", "")) for one in flat}
