"""A policy that is a function of the request, or one answer for some requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..control import Control
from ..controls.question import Question
from ..requests import Request
from .answers import NO_ANSWER, Answer
from .base import Ask, Given, Policy, as_answer


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class OfFunction(Policy):
    """Answers with what a function says.

    Attributes:
        answer: a function of the request, sync or async, or the answer itself.
        reason: why, for the record and for the graph.
    """

    answer: Any
    reason: str | None = None

    @property
    def takes_time(self) -> bool:
        return callable(self.answer)

    async def decide(self, request: Request, control: Control, question: Question, ask: Ask) -> Given:
        if not self.applies(request, control):
            return NO_ANSWER
        given = as_answer(await ask(self.answer, request) if callable(self.answer) else self.answer)
        if given is NO_ANSWER or given.reason or not self.reason:
            return given
        return Answer(given.value, self.reason)
