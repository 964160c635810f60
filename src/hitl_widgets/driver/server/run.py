"""A run that a server is asked for: which it is, what it takes with it, how it is stopped."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from langgraph.runtime import RunControl
from langgraph.types import Command
from typing_extensions import override

from ..answers.claims import Claim
from .events import Repeats

TOKEN = "hitl_step"  # noqa: S105  (no secret)
"""The key of a run's metadata by which one is found again whose acceptance was not heard of."""


@dataclass
class Sent:
    """A run that the server was asked for, until its end was seen.

    Attributes:
        token: what is in its metadata.
        answers: the ids of the interrupts that it answers.
        passes: who lets it go on from a breakpoint.
        run_id: the server's name of it, once it was accepted.
        is_lost: the server's word was lost: it may have been accepted.
        is_settled: set when it is accepted, refused or lost.
        repeats: which of its events came before, so that it can be followed once more.
    """

    token: str
    answers: frozenset[str] = frozenset()
    passes: Claim | None = None
    run_id: str | None = None
    is_lost: bool = False
    is_settled: threading.Event = field(default_factory=threading.Event)
    repeats: Repeats = field(default_factory=Repeats)


class Cancelling(RunControl):
    """Stops a run that no `RunControl` reaches."""

    __slots__ = ("_cancel",)

    def __init__(self, cancel: Callable[[], None]) -> None:
        super().__init__()
        self._cancel = cancel

    @override
    def request_drain(self, reason: str = "shutdown") -> None:
        super().request_drain(reason)
        self._cancel()


def asked_for(step: Any) -> Sent:
    resume = cast("Command[Any]", step).resume if isinstance(step, Command) else None
    ids = cast("Mapping[str, Any]", resume) if isinstance(resume, Mapping) else {}
    return Sent(token=uuid.uuid4().hex, answers=frozenset(ids))


def left(step: Any, sent: Sent) -> dict[str, Any]:
    """What a run that was sent before leaves of a step: the answers that it did not take with it."""
    resume = cast("Command[Any]", step).resume if isinstance(step, Command) else None
    answers = cast("Mapping[str, Any]", resume) if isinstance(resume, Mapping) else {}
    return {id: answer for id, answer in answers.items() if id not in sent.answers}
