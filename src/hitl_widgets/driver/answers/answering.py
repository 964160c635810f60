"""How an answer is made durable in a thread, and what becomes of it there.

LangGraph's own `Command(resume={id: answer})` is not durable until the node has finished (langgraph 1.2.22: kill the kernel
while the node works and the question is pending again). What it does write for a scalar answer, the task's list of answers,
works for one task too. Before that the answer is claimed, see `claims.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, aclosing, nullcontext
from itertools import count
from typing import Any
from uuid import uuid4

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple

from ...errors import StaleAnswerError
from ..channels import INTERRUPT, RESUME
from .address import Address, Written, ns_of
from .by_hand import forget_resume, resumed_with
from .claims import BREAKPOINT, CLAIM, RELEASED, Claim, claim_of, claims_in, times_taken_back
from .got import Got, Write, answers_of, got_at, place_of, writes_of
from .taken import taken_inside

ASKING = frozenset({INTERRUPT, RESUME, CLAIM, RELEASED})
"""The channels of what was asked, what was got, and who answered."""

MOVED_ON = "The thread has moved on: somebody else has changed it since this was asked, and it is not pending any more."
SUPERSEDED = "Not asked any more: its node has run again, and asks something else by now."

PLACE = ("thread_id", "checkpoint_ns")
"""What names a graph of a thread, at whatever checkpoint it is."""

_MARKS = count(1)


class Answering(ABC):
    """A thread's questions, and the answers that it keeps."""

    def __init__(self) -> None:
        self.session = uuid4().hex
        """What tells this session from the others that answer the same thread."""

    @property
    @abstractmethod
    def place(self) -> RunnableConfig:
        """The outermost graph of the thread, at whatever checkpoint it is."""

    @abstractmethod
    async def checkpoint(self, config: RunnableConfig) -> CheckpointTuple | None: ...

    @abstractmethod
    async def put_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str) -> None: ...

    async def saved(self) -> AsyncGenerator[CheckpointTuple, None]:
        """The checkpoints of the thread, those of nested graphs too, each graph's newest first; none where they are elsewhere."""
        for found in ():
            yield found

    async def asked_in_the_past(self) -> AsyncGenerator[list[Write], None]:
        """What the tasks of each checkpoint have asked, those of nested graphs too, and what they got."""
        async with aclosing(self.saved()) as saved:
            async for checkpoint in saved:
                yield asking_in(checkpoint)

    async def asked_so_far(self, go_on: Callable[[], bool] = lambda: True) -> list[Write] | None:
        """All of that together; `None` where `go_on`, which is asked before each checkpoint, says no before that."""
        if not go_on():
            return None
        if (alone := await self.asked_alone()) is not None:
            return alone
        writes: list[Write] = []
        async with aclosing(self.asked_in_the_past()) as checkpoints:
            async for asking in checkpoints:
                if not go_on():
                    return None
                writes += asking
        return writes

    async def asked_alone(self) -> list[Write] | None:
        """The same in milliseconds, however long the thread is; `None` where its checkpoints have to be gone through."""
        return None

    async def write_answer(
        self,
        address: Address,
        answer: Any,
        *,
        again: bool = False,
        decision: Mapping[str, Any] | None = None,
        at: str | None = None,
        is_other: Callable[[Any], bool] = lambda _: False,
    ) -> Written | None:
        """Make an answer durable in the thread, so that going on (`stream(None)`) hands it to the node that asked.

        LangGraph's own `Command(resume={id: answer})` is not durable until the node has finished (langgraph 1.2.22:
        kill the kernel while the node works and the question is pending again). What it does write for a scalar
        answer, the task's list of answers, works for one task too. Before that the answer is claimed, see `claims.py`.

        Args:
            address: where to.
            answer: what the graph gets.
            again: an earlier try may have been cut off after it was written; this one replaces it.
            decision: who answers, when and why, as plain data.
            at: the checkpoint of the outermost graph at which it was asked.
            is_other: whether what the thread asks with, which it is given, is something else than what is answered.

        Returns:
            What `keep` needs, or `None` if the asking task is not certain, and the answer has to go by id.

        Raises:
            StaleAnswerError: the interrupt is not pending in the thread any more, or somebody else was first.
        """
        checkpoint = await self._asking(address, at)
        writes = writes_of(checkpoint)
        asked = {
            task: interrupt
            for task, channel, value in writes
            if channel == INTERRUPT and (interrupt := _asked_in(value, address.interrupt_id)) is not None
        }
        if checkpoint is None or not asked:
            raise StaleAnswerError(MOVED_ON)
        if any(is_other(interrupt.value) for interrupt in asked.values()):
            raise StaleAnswerError(SUPERSEDED)
        # A `@task` asks under its own id, and the node that called it is marked with the same interrupt. The answer
        # belongs to the task; given to the node too, the node's next `interrupt()` would take it (langgraph 1.2.22).
        tasks = set(asked) - {address.task_id} or set(asked)
        task_id = next(iter(tasks)) if len(tasks) == 1 else None
        if task_id not in {None, address.task_id} and await self._has_run_a_graph(f":{task_id}"):
            task_id = None  # it may have been asked in there, and then the answer is that graph's
        before = answers_of(checkpoint, task_id) if task_id is not None else []
        if task_id == address.task_id:
            slot = address.slot(len(before))
            if slot is None:
                task_id = None  # a graph that the node's own code runs has asked, and the thread does not show it
            elif slot < len(before):
                if not again:
                    raise StaleAnswerError(answered_already(claim_of(checkpoint, address.interrupt_id)))
                before = before[:slot]
        await self.claim(
            checkpoint, address.interrupt_id, answer, decision, again=again, task=task_id, slot=len(before)
        )
        await forget_resume(self, checkpoint)
        if task_id is None:
            return None
        answers = [*before, answer]
        await self.put_writes(checkpoint.config, [(RESUME, answers)], task_id)
        return Written(checkpoint.config, task_id, answers)

    async def _has_run_a_graph(self, task: str) -> bool:
        """Whether a `@task` has called a graph: by how a namespace's part ends, as its name is not known."""
        async with aclosing(self.saved()) as saved:
            async for found in saved:
                ns = ns_of(found)
                if any(part.endswith(task) for part in ns.split("|")):
                    return True
        return False

    async def _asking(self, address: Address, at: str | None) -> CheckpointTuple | None:
        """The checkpoint that asks, which must be the latest one of its graph; as must that of the outermost be."""
        place = address.config.get("configurable", {})
        latest: RunnableConfig = {"configurable": {key: place[key] for key in PLACE if key in place}}
        found = await self.checkpoint(latest)
        if found is None or found.checkpoint["id"] != place.get("checkpoint_id"):
            claim = claim_of(await self.checkpoint(address.config), address.interrupt_id)
            raise StaleAnswerError(MOVED_ON if claim is None else answered_already(claim))
        if at is not None and address.namespace:
            outermost = await self.checkpoint(self.place)
            if outermost is None or outermost.checkpoint["id"] != at:
                raise StaleAnswerError(MOVED_ON)
        return found

    async def claim(
        self,
        checkpoint: CheckpointTuple,
        interrupt: str,
        answer: Any,
        decision: Mapping[str, Any] | None = None,
        *,
        again: bool = False,
        task: str | None = None,
        slot: int | None = None,
    ) -> None:
        """Answer a question, if nobody else has.

        Raises:
            StaleAnswerError: somebody has.
        """
        if (earlier := claim_of(checkpoint, interrupt)) is not None:
            if not again or earlier.session != self.session:
                raise StaleAnswerError(answered_already(earlier))
            await self._release(checkpoint, earlier)
        # Where one was taken back there may be another by now, and that one is found below.
        number = times_taken_back(checkpoint, interrupt) + (earlier is not None)
        mark = f"{self.session}:{next(_MARKS)}"
        mine = Claim(interrupt, answer, self.session, dict(decision or {}), number, task, slot, mark)
        with self.claiming():
            await self.put_writes(checkpoint.config, [(CLAIM, mine.as_data())], mine.place)
            first = claim_of(await self.checkpoint(checkpoint.config), interrupt)
        if first is None or first.mark != mine.mark:
            raise StaleAnswerError(answered_already(first))

    def claiming(self) -> AbstractContextManager[Any]:
        """What is held while a claim is written and read again, against others of this process."""
        return nullcontext()

    async def release(self, address: Address) -> None:
        """Take back what a question has got, since the graph asks it again."""
        checkpoint = await self.checkpoint(address.config)
        if checkpoint is not None and (claim := claim_of(checkpoint, address.interrupt_id)) is not None:
            await self._release(checkpoint, claim)

    async def _release(self, checkpoint: CheckpointTuple, claim: Claim) -> None:
        await self.put_writes(checkpoint.config, [(RELEASED, claim.mark)], claim.end)

    async def pass_breakpoint(self, config: RunnableConfig, decision: Mapping[str, Any], *, again: bool) -> None:
        """Note that a thread goes on from a breakpoint, unless somebody else has let it.

        Args:
            config: of the checkpoint where it stands.
            decision: who lets it go on, as plain data.
            again: an earlier try may have been cut off after it was noted.

        Raises:
            StaleAnswerError: somebody else has, or the thread does not stand there any more.
        """
        place = config.get("configurable", {})
        found = await self.checkpoint({"configurable": {key: place[key] for key in PLACE if key in place}})
        if found is None or found.checkpoint["id"] != place.get("checkpoint_id"):
            raise StaleAnswerError("The thread has moved on: it does not stand at this breakpoint any more.")
        await self.claim(found, f"{BREAKPOINT}{found.checkpoint['id']}", True, decision, again=again)

    async def claimed(self, config: RunnableConfig, interrupt: str) -> bool:
        """Whether a question of a checkpoint was answered."""
        return claim_of(await self.checkpoint(config), interrupt) is not None

    async def answered_inside(self, addresses: Iterable[Address]) -> frozenset[str]:
        """The questions that have been answered, by interrupt: those of the tasks, and those that were asked inside of them.

        A task goes on being marked with what was asked in it until it has finished (langgraph 1.2.24). Each checkpoint is
        read once: where a thousand tasks ask at one, it has what all of them wrote.
        """
        known: dict[tuple[str, str | None], Got] = {}
        answered, inside = set[str](), set[str]()
        for address in addresses:
            place = place_of(address)
            if place not in known:
                known[place] = got_at(await self.checkpoint(address.config))
            if known[place].has_answered(address):
                answered.add(address.interrupt_id)
            elif known[place].slot(address) is None:
                inside.add(address.interrupt_id)
        if inside:
            holding, _ = claims_in(await self.asked_so_far() or [])
            answered |= inside & {claim.interrupt for claim in holding}
        return frozenset(answered)

    async def hand_over(self, addresses: Iterable[Address]) -> dict[str, Any]:
        """Give answers to the tasks that they were claimed for, where that was cut off or written over.

        Returns:
            Those that have to go by id, by interrupt.
        """
        by_id: dict[str, Any] = {}
        known: dict[tuple[str, str | None], CheckpointTuple | None] = {}
        for address in addresses:
            place = place_of(address)
            if place not in known:
                known[place] = await self.checkpoint(address.config)
            checkpoint = known[place]
            if checkpoint is not None and _is_taken(resumed_with(checkpoint), answers_of(checkpoint, address.task_id)):
                await forget_resume(self, checkpoint)
                known.pop(place)
            claim = claim_of(checkpoint, address.interrupt_id)
            if checkpoint is None or claim is None:
                continue
            if claim.task is None:
                by_id[claim.interrupt] = claim.answer
            elif len(before := answers_of(checkpoint, claim.task)) == claim.slot:
                await self.put_writes(checkpoint.config, [(RESUME, [*before, claim.answer])], claim.task)
                known.pop(place, None)
        return await self.not_taken(by_id)

    async def not_taken(self, by_id: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the answers that go by id, by interrupt, which a task that has failed since has not got (`taken.py`)."""
        taken = await taken_inside(self, by_id) if by_id else ()
        return {interrupt: answer for interrupt, answer in by_id.items() if interrupt not in taken}

    async def is_answered(self, address: Address) -> bool:
        """Whether the thread holds an answer to a pending interrupt that its node has not taken yet."""
        return got_at(await self.checkpoint(address.config)).has_answered(address)

    async def keep(self, written: Written) -> None:
        """Write an answer once more if the graph has written over it.

        While the graph works on a sibling's answer it asks this task's questions again, and saves the answers that it
        knew when it started (langgraph 1.2.22).
        """
        have = answers_of(await self.checkpoint(written.config), written.task_id)
        if len(have) < len(written.answers) and have == written.answers[: len(have)]:
            await self.put_writes(written.config, [(RESUME, written.answers)], written.task_id)

    async def take_back(self, address: Address) -> None:
        """Remove the last answer of a task, which the graph refused, so that its question is asked again."""
        checkpoint = await self.checkpoint(address.config)
        if checkpoint is not None and (answers := answers_of(checkpoint, address.task_id)):
            await self.put_writes(checkpoint.config, [(RESUME, answers[:-1])], address.task_id)


def asking_in(checkpoint: CheckpointTuple) -> list[Write]:
    """What the tasks of a step have asked, what they got, and who answered."""
    return [write for write in writes_of(checkpoint) if write[1] in ASKING]


def answered_already(claim: Claim | None) -> str:
    """Why an answer is refused that comes too late.

    >>> answered_already(None)
    'This question was answered already.'
    >>> answered_already(Claim("1", "yes", "a", {"by": "person", "at": "2026-11-26T14:03:22.123456+00:00"}))
    'This question was answered already, in another session (by person, at 14:03:22 UTC).'
    """
    if claim is None or not (at := str(claim.decision.get("at", ""))[11:19]):
        return "This question was answered already."
    return f"This question was answered already, in another session (by {claim.decision.get('by')}, at {at} UTC)."


def _is_taken(value: Any, answers: list[Any]) -> bool:
    """Whether what a thread was resumed with by hand is among the answers of a task."""
    return value is not None and any(one is value or repr(one) == repr(value) for one in answers)


def _asked_in(value: Any, interrupt_id: str) -> Any:
    """The interrupt of an id among those that a task has written."""
    interrupts = value if isinstance(value, (list, tuple)) else [value]
    return next((interrupt for interrupt in interrupts if getattr(interrupt, "id", None) == interrupt_id), None)
