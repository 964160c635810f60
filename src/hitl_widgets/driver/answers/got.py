"""What the questions of a checkpoint have got, as the checkpoint has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from langgraph.checkpoint.base import CheckpointTuple

from ..channels import RESUME
from .address import Address, place_in
from .claims import claims_in

Write = tuple[str, str, Any]
"""What a task wrote: its id, the channel, the value."""


def listed(value: Any) -> list[Any]:
    """What a task wrote to a channel that takes one thing or several."""
    return list(cast("Iterable[Any]", value)) if isinstance(value, list | tuple) else [value]


def place_of(address: Address) -> tuple[str, str | None]:
    """The same for all that ask at one checkpoint."""
    return place_in(address.config)


@dataclass(frozen=True, slots=True)
class Got:
    """What the questions of a checkpoint have got.

    Attributes:
        claimed: those that somebody has answered, by interrupt.
        answers: how many answers each task has.
    """

    claimed: frozenset[str]
    answers: Mapping[str, int]

    def slot(self, address: Address) -> int | None:
        """Which of its task's questions it is; `None` if it was asked further inside."""
        return address.slot(self.answers.get(address.task_id, 0))

    def has_answered(self, address: Address) -> bool:
        """Whether it has an answer, which its node need not have taken yet."""
        slot = self.slot(address)
        return address.interrupt_id in self.claimed or (
            slot is not None and slot < self.answers.get(address.task_id, 0)
        )


def got_at(checkpoint: CheckpointTuple | None) -> Got:
    """All of it, gone through once."""
    writes = writes_of(checkpoint)
    answers: dict[str, int] = {}
    for task, channel, value in writes:
        if channel == RESUME and isinstance(value, list):  # what is no task's is no list of answers
            answers.setdefault(task, len(cast("list[Any]", value)))
    return Got(frozenset(claim.interrupt for claim in claims_in(writes)[0]), answers)


def writes_of(checkpoint: CheckpointTuple | None) -> list[Write]:
    """What its tasks wrote."""
    return (checkpoint.pending_writes or []) if checkpoint else []


def answers_of(checkpoint: CheckpointTuple | None, task_id: str) -> list[Any]:
    """What one of them was answered with."""
    return next((list(v) for task, channel, v in writes_of(checkpoint) if (task, channel) == (task_id, RESUME)), [])
