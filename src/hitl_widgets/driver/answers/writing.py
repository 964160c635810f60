"""How answers are made durable: each is claimed first (`claims.py`), and then written where its task finds it.

LangGraph's own `Command(resume={id: answer})` is not durable until the node has finished (langgraph 1.2.22: kill the kernel
while the node works and the question is pending again). What it does write for a scalar answer, the task's list of answers,
works for one task too.

What is given together is looked for together, claimed, and written. Where hundreds ask at one checkpoint, to read that takes
longer than all else: it has what each of them has asked and got.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple

from ...errors import AnswerError, StaleAnswerError
from ..channels import INTERRUPT, RESUME
from .address import PLACE, Address, Written, ns_of, place_in
from .by_hand import forget_resume
from .claims import CLAIM, Claim, answered_already, claim_of, times_taken_back
from .got import answers_of, listed, writes_of

if TYPE_CHECKING:
    from .answering import Answering

T = TypeVar("T")
R = TypeVar("R")

MOVED_ON = "The thread has moved on: somebody else has changed it since this was asked, and it is not pending any more."
GONE_ON = "An earlier answer of this session was saved after all, and the graph has gone on with it."
SUPERSEDED = "Not asked any more: its node has run again, and asks something else by now."

_MARKS = count(1)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer of this session that was saved although its checkpointer raised, or it was cut off: it counts, and no later one.

    Attributes:
        claim: it, and who gave it.
        written: where; `None` if it goes by id.
    """

    claim: Claim
    written: Written | None


Outcome: TypeAlias = Written | Earlier | Exception | None
"""What has come of an answer: what `Answering.keep` needs, or `None` if its task is not certain, and it has to go by id; an
earlier one that counts in its place; or why it was not taken. That is an `AnswerError` or a `TypeError`, unless the checkpointer
has failed; then it may have been written."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer on its way into a thread.

    Attributes:
        address: where to.
        answer: what the graph gets.
        decision: who answers, when and why, as plain data.
        is_other: whether what the thread asks with, which it is given, is something else than what is answered.
    """

    address: Address
    answer: Any
    decision: Mapping[str, Any] = field(default_factory=dict[str, Any])
    is_other: Callable[[Any], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A claim that is to be made.

    Attributes:
        checkpoint: the one that asks.
        interrupt: the question's id.
        answer: what the graph gets.
        decision: who answers, when and why, as plain data.
        task: the task that gets it; `None` if it goes by id, or to a breakpoint.
        before: what that had been answered before.
    """

    checkpoint: CheckpointTuple
    interrupt: str
    answer: Any
    decision: Mapping[str, Any]
    task: str | None = None
    before: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim of this session that holds.

    Attributes:
        claim: it.
        checkpoint: the one that asks, as it is with it.
        before: what its task had been answered before.
        is_earlier: whether it was made by an earlier try, which may have handed it over, too.
    """

    claim: Claim
    checkpoint: CheckpointTuple
    before: Sequence[Any]
    is_earlier: bool


async def for_each(those: Mapping[int, T], work: Callable[[T], Awaitable[R]], outcomes: dict[int, Any]) -> dict[int, R]:
    """Do something for each of those that are given together; returns what it was for those that it was done for.

    Args:
        those: by their numbers.
        work: does it.
        outcomes: gets why it was not done for the others. What is wrong with one is no matter of those beside it; where the
            checkpointer fails, those that come after are not tried.
    """
    done: dict[int, R] = {}
    failed: Exception | None = None
    for number, one in those.items():
        if failed is not None:
            outcomes[number] = failed
            continue
        try:
            done[number] = await work(one)
        except (AnswerError, TypeError) as error:
            outcomes[number] = error
        except Exception as error:  # noqa: BLE001  the checkpointer's
            outcomes[number] = failed = error
    return done


async def write(driver: Answering, given: Sequence[Given], at: str | None) -> list[Outcome]:
    """Make answers durable in a thread, so that going on (`stream(None)`) hands them to the nodes that asked.

    Args:
        driver: of the thread.
        given: the answers.
        at: the checkpoint of the outermost graph at which they were asked.
    """
    outcomes: dict[int, Outcome] = {}
    left = dict(enumerate(given))
    while left:
        left = await _write_some(driver, left, at, outcomes)
    return [outcomes[number] for number in range(len(given))]


async def _write_some(
    driver: Answering, given: Mapping[int, Given], at: str | None, outcomes: dict[int, Outcome]
) -> dict[int, Given]:
    """Write one answer a task; returns those that are left. What a task was answered is one list."""
    reads = _Reads(driver, at)
    wanted = await for_each(given, reads.wanted, outcomes)
    tasks = set[str]()
    for number, one in list(wanted.items()):
        if one.task in tasks:
            del wanted[number]
        elif one.task is not None:
            tasks.add(one.task)
    forgotten = set[str]()

    async def hand_over(one: Claimed) -> Written | Earlier | None:
        written = _to_write(one)
        try:
            if (ns := ns_of(one.checkpoint)) not in forgotten:
                await forget_resume(driver, one.checkpoint)
                forgotten.add(ns)
            if written is not None:
                await driver.put_writes(written.config, [(RESUME, written.answers)], written.task_id)
        except Exception:
            if written is None:
                raise
            written = replace(written, is_sure=False)  # it is saved, and tried again before the graph goes on
        return Earlier(one.claim, written) if one.is_earlier else written

    outcomes |= await for_each(await make_claims(driver, wanted, outcomes), hand_over, outcomes)
    return {number: one for number, one in given.items() if number not in outcomes}


def _to_write(one: Claimed) -> Written | None:
    """Where the task of a claimed answer finds it, and what is there then; `None` if it goes by id."""
    claim = one.claim
    if claim.task is None:
        return None
    before = one.before
    if one.is_earlier:
        have, slot = answers_of(one.checkpoint, claim.task), claim.slot or 0
        if len(have) > slot:
            return Written(one.checkpoint.config, claim.task, have)  # it is there
        if len(have) < slot:
            return None  # those before it are not, and it would be taken for one of them
        before = have
    return Written(one.checkpoint.config, claim.task, [*before, claim.answer])


async def make_claims(driver: Answering, wanted: Mapping[int, Wanted], outcomes: dict[int, Any]) -> dict[int, Claimed]:
    """Answer questions that nobody else has answered; returns the answers of this session that those have.

    Args:
        driver: of the thread.
        wanted: the claims, by their numbers.
        outcomes: gets why the others were not answered.
    """
    async with driver.claiming():
        marks = await for_each(wanted, partial(_claim, driver), outcomes)
        reads = _Reads(driver, None)

        async def first(number: int) -> Claimed:
            one = wanted[number]
            checkpoint = await reads.checkpoint(one.checkpoint.config)
            claim = claim_of(checkpoint, one.interrupt)
            if checkpoint is None or claim is None or claim.session != driver.session:
                raise StaleAnswerError(answered_already(claim))
            return Claimed(claim, checkpoint, one.before, claim.mark != marks[number])

        return await for_each({number: number for number in marks}, first, outcomes)


async def _claim(driver: Answering, one: Wanted) -> str:
    """Claim a question that is not claimed; returns the mark of that claim."""
    earlier = claim_of(one.checkpoint, one.interrupt)
    if earlier is not None and earlier.session != driver.session:
        raise StaleAnswerError(answered_already(earlier))
    mark = f"{driver.session}:{next(_MARKS)}"
    if earlier is not None:
        return mark
    number = times_taken_back(one.checkpoint, one.interrupt)
    slot = len(one.before) if one.task is not None else None
    mine = Claim(one.interrupt, one.answer, driver.session, dict(one.decision), number, one.task, slot, mark)
    try:
        await driver.put_writes(one.checkpoint.config, [(CLAIM, mine.as_data())], mine.place)
    except Exception:
        if not await _is_claimed(driver, one):
            raise
    return mark


async def _is_claimed(driver: Answering, one: Wanted) -> bool:
    """Whether a claim was written although that has failed, as far as it can be read."""
    with suppress(Exception):
        return claim_of(await driver.checkpoint(one.checkpoint.config), one.interrupt) is not None
    return False


class _Reads:
    """A thread as answers that are given together find it: each checkpoint is read once.

    Args:
        driver: of the thread.
        at: the checkpoint of the outermost graph at which they were asked.
    """

    def __init__(self, driver: Answering, at: str | None) -> None:
        self._driver = driver
        self._at = at
        self._read: dict[tuple[str, str | None], CheckpointTuple | None] = {}
        self._asked: dict[tuple[str, str | None], dict[str, dict[str, Any]]] = {}
        self._ran_graphs: frozenset[str] | None = None

    async def checkpoint(self, config: RunnableConfig) -> CheckpointTuple | None:
        place = place_in(config)
        if place not in self._read:
            self._read[place] = await self._driver.checkpoint(config)
        return self._read[place]

    async def wanted(self, one: Given) -> Wanted:
        """What is to be claimed for an answer.

        Raises:
            StaleAnswerError: it is not asked any more, or was answered.
        """
        address = one.address
        checkpoint = await self._asking(address)
        asked = self._asked_at(checkpoint).get(address.interrupt_id)
        if not asked:
            raise StaleAnswerError(MOVED_ON)
        if claim_of(checkpoint, address.interrupt_id) is not None:
            # Whosever it is, it counts, and says what task it is for.
            return Wanted(checkpoint, address.interrupt_id, one.answer, one.decision)
        if any(one.is_other(interrupt.value) for interrupt in asked.values()):
            raise StaleAnswerError(SUPERSEDED)
        # A `@task` asks under its own id, and the node that called it is marked with the same interrupt. The answer
        # belongs to the task; given to the node too, the node's next `interrupt()` would take it (langgraph 1.2.22).
        tasks = set(asked) - {address.task_id} or set(asked)
        task = next(iter(tasks)) if len(tasks) == 1 else None
        if task not in {None, address.task_id} and task in await self._that_ran_graphs():
            task = None  # it may have been asked in there, and then the answer is that graph's
        before = answers_of(checkpoint, task) if task is not None else []
        if task == address.task_id:
            slot = address.slot(len(before))
            if slot is None:
                task = None  # a graph that the node's own code runs has asked, and the thread does not show it
            elif slot < len(before):
                raise StaleAnswerError(answered_already(None))
        return Wanted(checkpoint, address.interrupt_id, one.answer, one.decision, task, before)

    async def _asking(self, address: Address) -> CheckpointTuple:
        """The checkpoint that asks, which must be the latest one of its graph; as must that of the outermost be."""
        place = address.config.get("configurable", {})
        found = await self.checkpoint({"configurable": {key: place[key] for key in PLACE if key in place}})
        if found is None or found.checkpoint["id"] != place.get("checkpoint_id"):
            claim = claim_of(await self.checkpoint(address.config), address.interrupt_id)
            if claim is not None and claim.session == self._driver.session:
                raise StaleAnswerError(GONE_ON)
            raise StaleAnswerError(MOVED_ON if claim is None else answered_already(claim))
        if self._at is not None and address.namespace:
            outermost = await self.checkpoint(self._driver.place)
            if outermost is None or outermost.checkpoint["id"] != self._at:
                raise StaleAnswerError(MOVED_ON)
        return found

    def _asked_at(self, checkpoint: CheckpointTuple) -> dict[str, dict[str, Any]]:
        """What was asked there: by the id of each question the tasks that are marked with it, and what they asked with."""
        place = place_in(checkpoint.config)
        if place not in self._asked:
            asked = self._asked[place] = {}
            for task, channel, value in writes_of(checkpoint):
                for interrupt in listed(value) if channel == INTERRUPT else ():
                    asked.setdefault(getattr(interrupt, "id", ""), {}).setdefault(task, interrupt)
        return self._asked[place]

    async def _that_ran_graphs(self) -> frozenset[str]:
        """The tasks that have called a graph: by how a namespace's part ends, as a `@task`'s name is not known."""
        if self._ran_graphs is None:
            async with aclosing(self._driver.saved()) as saved:
                spaces = {ns_of(found) async for found in saved}
            self._ran_graphs = frozenset(part.rpartition(":")[2] for ns in spaces for part in ns.split("|"))
        return self._ran_graphs
