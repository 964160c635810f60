"""A thread's questions: what they were asked with and have got, how an answer is given (`writing.py`), kept and taken back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from typing import Any
from uuid import uuid4

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple

from ...errors import StaleAnswerError
from ..channels import INTERRUPT, RESUME
from .address import PLACE, Address, Written
from .by_hand import forget_resume, resumed_with
from .claims import BREAKPOINT, CLAIM, RELEASED, Claim, claim_of, claims_in
from .got import Got, Write, answers_of, got_at, place_of, writes_of
from .taken import taken_inside
from .writing import Given, Outcome, Wanted, make_claims, write

ASKING = frozenset({INTERRUPT, RESUME, CLAIM, RELEASED})
"""The channels of what was asked, what was got, and who answered."""


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

    async def write_answers(self, given: Sequence[Given], at: str | None = None) -> list[Outcome]:
        """Make answers durable in the thread, so that going on (`stream(None)`) hands them to the nodes that asked.

        Args:
            given: the answers.
            at: the checkpoint of the outermost graph at which they were asked.

        Returns:
            What has come of each.
        """
        lost = {
            number: said for number, one in enumerate(given) if (said := self.not_given_back(one.answer)) is not None
        }
        if not lost:
            return await write(self, given, at)
        written = iter(await write(self, [one for number, one in enumerate(given) if number not in lost], at))
        return [TypeError(lost[number]) if number in lost else next(written) for number in range(len(given))]

    def not_given_back(self, answer: Any) -> str | None:
        """What of an answer would be saved, and is not there as the graph goes on with it; `None` where nothing is lost."""
        return None

    def claiming(self) -> AbstractAsyncContextManager[Any]:
        """What is held while a claim is written and read again, against others of this process."""
        return nullcontext()

    async def release(self, address: Address) -> None:
        """Take back what a question has got, since the graph asks it again."""
        checkpoint = await self.checkpoint(address.config)
        if checkpoint is not None and (claim := claim_of(checkpoint, address.interrupt_id)) is not None:
            await self.end_claim(checkpoint, claim)

    async def end_claim(self, checkpoint: CheckpointTuple, claim: Claim) -> None:
        """Write that a claim holds no more."""
        await self.put_writes(checkpoint.config, [(RELEASED, claim.mark)], claim.end)

    async def pass_breakpoint(self, config: RunnableConfig, decision: Mapping[str, Any]) -> None:
        """Note that a thread goes on from a breakpoint, unless somebody else has let it.

        Args:
            config: of the checkpoint where it stands.
            decision: who lets it go on, as plain data.

        Raises:
            StaleAnswerError: somebody else has, or the thread does not stand there any more.
        """
        place = config.get("configurable", {})
        found = await self.checkpoint({"configurable": {key: place[key] for key in PLACE if key in place}})
        if found is None or found.checkpoint["id"] != place.get("checkpoint_id"):
            raise StaleAnswerError("The thread has moved on: it does not stand at this breakpoint any more.")
        refused: dict[int, Exception] = {}
        stop = Wanted(found, f"{BREAKPOINT}{found.checkpoint['id']}", True, decision)
        await make_claims(self, {0: stop}, refused)
        if refused:
            raise refused[0]

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
        given: dict[tuple[str, str | None, str], list[Any]] = {}
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
                continue
            before = given.get((*place, claim.task), answers_of(checkpoint, claim.task))
            if len(before) == claim.slot:
                given[*place, claim.task] = answers = [*before, claim.answer]
                await self.put_writes(checkpoint.config, [(RESUME, answers)], claim.task)
        return await self.not_taken(by_id)

    async def not_taken(self, by_id: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the answers that go by id, by interrupt, which a task that has failed since has not got (`taken.py`)."""
        taken = await taken_inside(self, by_id) if by_id else ()
        return {interrupt: answer for interrupt, answer in by_id.items() if interrupt not in taken}

    async def is_answered(self, address: Address) -> bool:
        """Whether the thread holds an answer to a pending interrupt that its node has not taken yet."""
        return got_at(await self.checkpoint(address.config)).has_answered(address)

    async def is_own(self, address: Address) -> bool:
        """Whether a question has got an answer of this session."""
        claim = claim_of(await self.checkpoint(address.config), address.interrupt_id)
        return claim is not None and claim.session == self.session

    async def keep(self, written: Written) -> None:
        """Write an answer once more if the graph has written over it, or it could not be written.

        While the graph works on a sibling's answer it asks this task's questions again, and saves the answers that it
        knew when it started (langgraph 1.2.22).
        """
        checkpoint = await self.checkpoint(written.config)
        if checkpoint is not None and not written.is_sure:
            await forget_resume(self, checkpoint)
        if _lacks(checkpoint, written):
            await self.put_writes(written.config, [(RESUME, written.answers)], written.task_id)

    async def is_written_over(self, written: Written) -> bool:
        """Whether the graph has written over an answer what its task had been answered before."""
        return _lacks(await self.checkpoint(written.config), written)

    async def take_back(self, address: Address) -> None:
        """Remove the last answer of a task, which the graph refused, so that its question is asked again."""
        checkpoint = await self.checkpoint(address.config)
        if checkpoint is not None and (answers := answers_of(checkpoint, address.task_id)):
            await self.put_writes(checkpoint.config, [(RESUME, answers[:-1])], address.task_id)


def asking_in(checkpoint: CheckpointTuple) -> list[Write]:
    """What the tasks of a step have asked, what they got, and who answered."""
    return [write for write in writes_of(checkpoint) if write[1] in ASKING]


def _lacks(checkpoint: CheckpointTuple | None, written: Written) -> bool:
    """Whether a task has been answered what it had been before an answer, and not that."""
    have = answers_of(checkpoint, written.task_id)
    return len(have) < len(written.answers) and have == written.answers[: len(have)]


def _is_taken(value: Any, answers: list[Any]) -> bool:
    """Whether what a thread was resumed with by hand is among the answers of a task."""
    return value is not None and any(one is value or repr(one) == repr(value) for one in answers)
