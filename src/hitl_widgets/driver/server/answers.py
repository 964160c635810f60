"""Who answered what on a server's thread, as the server keeps it: with the runs that took the answers, or beside the thread.

A run that takes answers has them in what it was sent with, and who gave them, when and why in its metadata. Both are
accepted at once, so one is never there without the other, and no two kernels write to the same place.

An answer that no run can take yet, since one is at work or has failed, is noted in the thread's metadata, which a server
merges key by key; the next run takes it. Not a secret, which would be told to all who list threads, and nothing large: the
server copies a thread's metadata into each run's (langgraph-api 0.16.7).
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing, suppress
from itertools import count
from typing import Any, Self

from langgraph.types import StateSnapshot
from typing_extensions import override

from ...errors import InvalidAnswerError, ServerError, StaleAnswerError
from ..answers.address import Address
from ..answers.answering import Write
from ..answers.claims import CLAIM, Claim, answered_already
from ..answers.writing import MOVED_ON
from ..working import LOOK_AGAIN
from .calls import ServerCalls
from .given import NOTED, asked_in, given_in, holding, kept_of, notes_in, resumed
from .jsonable import as_json
from .past import MOST_RUNS
from .reading import ACTIVE

LARGEST = 16_000
"""Characters of an answer, as JSON, that is noted beside a thread."""

ONLY_IN_ITS_RUN = (
    "The server cannot run this thread just now, and a secret waits nowhere but in the run that takes it. Send it again when "
    "what runs has come to rest; on a failed run, after `session.retry()`."
)
TAKEN_BEFORE = "The server had taken the answer before, and the session follows."
TOO_LARGE = (
    "The server cannot run this thread just now, and this answer is too large to wait beside it. Send it again when what runs "
    "has come to rest; on a failed run, after `session.retry()`."
)
AGAIN_BY_ITSELF = {"unattended", "policy"}
"""Who answers once more in another kernel, so that it need not be kept before a run takes it."""

WITHDRAWN_WITHIN = 5.0
"""Seconds for a note to be taken away again by who has found another's there."""

_MARKS = count(1)


class ServerAnswers(ServerCalls):
    """The answers of a thread on a server."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._begin()

    def _begin(self) -> None:
        self._decided: dict[str, Claim] = {}
        """What was decided here, or is carried on from an earlier kernel, by interrupt."""
        self._asked_again: set[str] = set()
        """The questions that the graph has asked again here after it had got the answer that the server has."""
        self._carried_on: set[str] = set()
        """The questions to which this session has sent an answer of an earlier one."""
        self._notes: dict[str, set[str]] = {}
        """The keys of the notes that were seen, by interrupt."""
        self._held: dict[str, Any] = {}
        """The answers that are held back until the next run has ended, by interrupt."""

    @override
    def on_thread(self, thread_id: str) -> Self:
        other = super().on_thread(thread_id)
        other._begin()
        return other

    # ------------------------------------------------------------------ taking one

    def decided(self, interrupt: str, answer: Any, decision: Mapping[str, Any] | None) -> Claim:
        """Remember who answers, until a run takes it along."""
        mark = f"{self.session}:{next(_MARKS)}"
        claim = Claim(interrupt, answer, self.session, kept_of(decision or {}), mark=mark)
        self._decided[interrupt] = claim
        return claim

    def carry(self, claim: Claim) -> None:
        """Have a run take along what was decided before."""
        self._decided[claim.interrupt] = claim

    async def refuse_second(self, interrupt: str, asked: StateSnapshot) -> Claim | None:
        """Hold an answer to those that the server has; returns an earlier one of this session that is noted, which counts.

        Raises:
            StaleAnswerError: another session has answered; or this one has, and a run has taken it although its word was lost.
        """
        noted = self._noted_in(await self._metadata())
        first = holding(asked, given_in(await self._runs()), noted).get(interrupt)
        if first is None or interrupt in self._asked_again | self._carried_on:
            return None
        if first.session != self.session:
            raise StaleAnswerError(answered_already(first))
        if first not in noted:
            raise StaleAnswerError(TAKEN_BEFORE)
        return first

    @override
    async def note(self, interrupt: str) -> None:
        claim = self._decided.get(interrupt)
        if claim is None or str(claim.decision.get("by")) in AGAIN_BY_ITSELF:
            return
        if claim.decision.get("secret"):
            raise InvalidAnswerError(ONLY_IN_ITS_RUN)
        note = {name: getattr(claim, name) for name in ("interrupt", "session", "decision", "mark")}
        note["answer"] = as_json(claim.answer)
        if len(json.dumps(note)) > LARGEST:
            raise InvalidAnswerError(TOO_LARGE)
        snapshot = await self._state()
        if all(interrupt != asked.id for _, asked in asked_in(snapshot)):
            raise StaleAnswerError(MOVED_ON)
        runs = await self._runs()
        if any(interrupt in resumed(run) for run in runs if run["status"] in ACTIVE):
            raise StaleAnswerError("Somebody else has answered this question: the server is at work on it.")
        await self.refuse_second(interrupt, snapshot)
        # An earlier try may have come through although its word was lost.
        own = {key: None for key in self._notes.get(interrupt, ()) if key.startswith(f"{NOTED}{self.session}:")}
        key = f"{NOTED}{claim.mark}"
        thread = await self._ask(self._client.threads.update, self.thread_id, metadata={**own, key: note})
        # Each of two who write at once is told of the keys that were there before: the second finds the first.
        passed_over = {claim.mark, *(one.mark for one in given_in(runs))}
        noted = self._noted_in(thread["metadata"])
        others = [one for one in noted if one.interrupt == interrupt and one.mark not in passed_over]
        if others:
            await self._ask(self._client.threads.update, self.thread_id, metadata={key: None})
            raise StaleAnswerError(answered_already(others[0]))

    @override
    async def release(self, address: Address) -> None:
        """The graph asks again: what the server has is an answer no more."""
        self._asked_again.add(address.interrupt_id)
        await self._forget([address.interrupt_id])

    # ------------------------------------------------------------------ what it has

    @override
    async def is_answered(self, address: Address) -> bool:
        return False  # see `answered_inside`, which asks the server once for all of them

    @override
    async def is_own(self, address: Address) -> bool:
        kept = (await self._kept()).get(address.interrupt_id)
        return kept is not None and kept.session == self.session

    @override
    async def answered_inside(self, addresses: Iterable[Address]) -> frozenset[str]:
        """The questions of these that the server has an answer to, which no node has made use of: it works on it, or failed."""
        ids = {address.interrupt_id for address in addresses} - self._asked_again
        return frozenset(ids & (await self._kept()).keys()) if ids else frozenset()

    @override
    async def hand_over(self, addresses: Iterable[Address]) -> dict[str, Any]:
        """The answers that the next run takes along; none where one is at work, which is followed first."""
        ids = {address.interrupt_id for address in addresses} - self._asked_again
        self._held = {}
        if not ids or await self._active() is not None:
            return {}
        return await self.not_taken(self._carried({id: one for id, one in (await self._kept()).items() if id in ids}))

    @override
    async def not_taken(self, by_id: Mapping[str, Any]) -> dict[str, Any]:
        """A server does not say what tasks have. What a run took along that has ended goes in the next one but one, if it is asked still."""
        ended = {id for run in await self._runs(MOST_RUNS) if run["status"] not in ACTIVE for id in resumed(run)}
        self._held |= {id: answer for id, answer in by_id.items() if id in ended}
        return {id: answer for id, answer in by_id.items() if id not in ended}

    def held(self) -> dict[str, Any]:
        """The answers that were held back until a run has ended, which it has; once."""
        held, self._held = self._held, {}
        return held

    async def left_over(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """What is to be sent when a run has ended: what was noted meanwhile, and of other answers those that are still asked for.

        Args:
            answers: those that its session has, by interrupt.
        """
        noted = await self._noted()
        if not noted and not answers:
            return {}
        snapshot = await self._state()
        asked = {interrupt.id for _, interrupt in asked_in(snapshot)}
        # Not those that a run has taken along, however that has ended.
        used = {claim.mark for claim in given_in(await self._runs())}
        waiting = holding(snapshot, [], [one for one in noted if one.mark not in used])
        await self._forget({one.interrupt for one in noted} - waiting.keys())
        return self._carried(waiting) | {id: answer for id, answer in answers.items() if id in asked}

    def _carried(self, claims: Mapping[str, Claim]) -> dict[str, Any]:
        self._decided |= claims
        self._carried_on |= claims.keys()  # a question that is asked all the same may be answered
        return {id: claim.answer for id, claim in claims.items()}

    async def _kept(self) -> dict[str, Claim]:
        noted = await self._noted()
        return holding(await self._state(), given_in(await self._runs(MOST_RUNS)), noted)

    @override
    async def asked_in_the_past(self) -> AsyncGenerator[list[Write], None]:
        async with aclosing(super().asked_in_the_past()) as asked:
            async for writes in asked:
                yield writes
        given, noted = given_in(await self._runs(MOST_RUNS)), await self._noted()
        snapshot = await self._state()
        asking, kept = {one.id for _, one in asked_in(snapshot)}, holding(snapshot, given, noted)
        claims = [one for one in given if one.interrupt not in asking]
        claims += [claim for id, claim in kept.items() if id not in self._asked_again]
        yield [("", CLAIM, claim.as_data()) for claim in claims]

    # ------------------------------------------------------------------ the thread's metadata

    async def _metadata(self) -> Mapping[str, Any]:
        try:
            return (await self._read(self._client.threads.get, self.thread_id))["metadata"] or {}
        except ServerError as error:
            if error.status != 404:
                raise
            return {}

    async def _noted(self) -> list[Claim]:
        """The answers that are noted, oldest first, and no two to one question, as far as that can be waited for.

        Of two who write at once the second finds the first, and takes its own away. Between the two it is there, and no answer.
        """
        until = time.monotonic() + WITHDRAWN_WITHIN
        while True:
            noted = self._noted_in(await self._metadata())
            if len({one.interrupt for one in noted}) == len(noted) or time.monotonic() > until:
                return noted
            used = {claim.mark for claim in given_in(await self._runs(MOST_RUNS))}
            waiting = [one.interrupt for one in noted if one.mark not in used]
            if len(set(waiting)) == len(waiting):
                return noted
            await self.pause(LOOK_AGAIN)

    def _noted_in(self, metadata: Mapping[str, Any]) -> list[Claim]:
        """The answers that are noted there, oldest first."""
        notes = notes_in(metadata)
        for key, note in notes.items():
            self._notes.setdefault(note.interrupt, set()).add(key)
        return list(notes.values())

    async def _forget(self, interrupts: Iterable[str]) -> None:
        """Take notes away that are of no use any more. Where that fails they stay, and are passed over."""
        keys = [key for id in interrupts for key in self._notes.pop(id, ())]
        if keys:
            with suppress(ServerError):
                await self._ask(self._client.threads.update, self.thread_id, metadata=dict.fromkeys(keys))
