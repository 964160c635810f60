"""Answers as a thread keeps them beside LangGraph's own record: who answered what, and when. The first one wins.

An answer is written for LangGraph under the task that asked (`__resume__`), and that alone is not enough (langgraph 1.2.24):

- Two sessions that write it at once both succeed, and the later one replaces the earlier.
- A task that asks again, while the graph works on the answer of another one beside it, writes the answers that it knew
  when it started over what was written since.
- Of a graph that a node's own code runs the asking task is not in the thread, so the answer goes by id, which is not kept.
- It does not say who answered, or when.

So an answer is claimed first: one more write of the same checkpoint, under the id of a task that does not exist. LangGraph
passes over the writes of tasks that it does not know. A saver keeps the first of two writes to the same place, so of two
claims one wins, whichever session or kernel they come from; that is how SQLite's, Postgres' and the one in memory work
(langgraph-checkpoint 4.3). With a saver that lets the last write win, two kernels that answer within the same few
milliseconds may both be told that they were first.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from langgraph.checkpoint.base import CheckpointTuple
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

CLAIM = "__hitl_answer__"
"""The channel of a claim's write."""
RELEASED = "__hitl_taken_back__"
"""That of the write which says that a claim holds no more: the graph has refused its answer, and asks again."""

BREAKPOINT = "breakpoint:"
"""What the ids of breakpoints begin with, which have no interrupt."""
_KEPT_IN = "kept_in"
"""In the data of a decision that a copy only tells of: the thread that has the step in which it was taken."""

_NAMESPACE = uuid.UUID("6c2f5cb0-5a0c-4c79-9a43-0f0c6f3e2d51")


@dataclass(frozen=True, slots=True)
class Claim:
    """An answer that was given to a question.

    Attributes:
        interrupt: the question's id.
        answer: what the graph gets.
        session: the session that gave it.
        decision: who gave it, when and why, as plain data; what `running/recorded.py` makes of a decision.
        number: how many answers to this question were taken back before.
        task: the task that gets it; `None` if it goes by id, or to a breakpoint.
        slot: how many answers the task had before.
        mark: what tells it from all others, of every session.
    """

    interrupt: str
    answer: Any
    session: str
    decision: Mapping[str, Any] = field(default_factory=dict[str, Any])
    number: int = 0
    task: str | None = None
    slot: int | None = None
    mark: str = ""

    @property
    def place(self) -> str:
        """The id of the task that does not exist, under which it is written: the same for all who answer this question."""
        return str(uuid.uuid5(_NAMESPACE, f"{self.interrupt}:{self.number}"))

    @property
    def end(self) -> str:
        """The same for the write that takes it back."""
        return str(uuid.uuid5(_NAMESPACE, f"{self.interrupt}:{self.number}:taken back"))

    def as_data(self) -> dict[str, Any]:
        """What is written."""
        names = ("interrupt", "answer", "session", "decision", "number", "task", "slot", "mark")
        return {name: getattr(self, name) for name in names}

    @property
    def is_of_breakpoint(self) -> bool:
        """Whether it let a thread go on from a breakpoint."""
        return self.interrupt.startswith(BREAKPOINT)

    @property
    def decided(self) -> datetime | None:
        """When it was given; `None` where that is not said."""
        try:
            return datetime.fromisoformat(str(self.decision.get("at")))
        except ValueError:
            return None

    @property
    def at(self) -> float:
        """The same in seconds since the epoch; infinite where that is not said."""
        return math.inf if self.decided is None else self.decided.timestamp()

    @property
    def kept_in(self) -> str | None:
        """The thread that has the step in which it was given, where this one is a copy without it."""
        thread = self.decision.get(_KEPT_IN)
        return thread if isinstance(thread, str) else None

    def told(self, thread: str) -> Claim:
        """The same for a copy that has no more of it.

        Args:
            thread: the one that is copied.
        """
        return replace(self, decision={_KEPT_IN: thread, **self.decision})

    @staticmethod
    def of(data: Any) -> Claim | None:
        """What was written; `None` if that was not this package, or one that is newer."""
        try:
            claim = Claim(**cast("dict[str, Any]", data))
        except TypeError:
            return None
        return claim if claim._is_sound else None

    @property
    def _is_sound(self) -> bool:
        """Whether it is made of what this package writes: a thread, and a server's metadata, others can write to, too."""
        parts: tuple[tuple[Any, Any], ...] = (
            *((self.interrupt, str), (self.session, str), (self.mark, str), (self.decision, Mapping)),
            *((self.number, int), (self.task, str | None), (self.slot, int | None)),
        )
        return all(isinstance(one, kind) for one, kind in parts)


def claims_in(writes: Iterable[tuple[str, str, Any]]) -> tuple[list[Claim], list[Claim]]:
    """The claims among the writes of checkpoints: those that hold, and those that were taken back."""
    writes = list(writes)
    claims = [claim for _, channel, value in writes if channel == CLAIM and (claim := Claim.of(value)) is not None]
    ended = {value for _, channel, value in writes if channel == RELEASED and isinstance(value, str)}
    return [one for one in claims if one.mark not in ended], [one for one in claims if one.mark in ended]


def claim_of(checkpoint: CheckpointTuple | None, interrupt: str) -> Claim | None:
    """The answer that a question has got in the checkpoint that asks it."""
    return next(iter(_claims_of(checkpoint, interrupt)[0]), None)


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


def are_saved_alike(one: Any, other: Any) -> bool:
    """Whether two answers are the same as a thread has them; `False` where that is not certain.

    >>> are_saved_alike({"type": "accept"}, {"type": "accept"}), are_saved_alike(1, True), are_saved_alike([1], (1,))
    (True, False, True)
    """
    serde = JsonPlusSerializer()
    try:
        return serde.dumps_typed(one) == serde.dumps_typed(other)
    except Exception:  # noqa: BLE001  what it cannot save is like nothing
        return False


def times_taken_back(checkpoint: CheckpointTuple | None, interrupt: str) -> int:
    """How many answers to a question were taken back."""
    return len(_claims_of(checkpoint, interrupt)[1])


def _claims_of(checkpoint: CheckpointTuple | None, interrupt: str) -> tuple[list[Claim], list[Claim]]:
    """The claims of one question. Of hundreds that are asked at one checkpoint the others' are not read."""
    writes = (checkpoint.pending_writes or ()) if checkpoint else ()
    return claims_in(write for write in writes if write[1] == RELEASED or _is_about(write, interrupt))


def _is_about(write: tuple[str, str, Any], interrupt: str) -> bool:
    _, channel, value = write
    return channel == CLAIM and isinstance(value, dict) and cast("dict[Any, Any]", value).get("interrupt") == interrupt
