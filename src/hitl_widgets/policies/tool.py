"""A policy about the calls of a tool: approve or reject each, whatever family asks about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..calls import Call, calls_decided
from ..control import Control
from ..controls.question import Question
from ..requests import Request
from .answers import NO_ANSWER, Answer
from .base import Ask, Given, Policy, as_answer, holds


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class OfTool(Policy):
    """Decides about the calls of some tools, each on its own.

    Attributes:
        tools: their names.
        answer: what it answers: `True`, `False`, a decision, or a function of the `Call`.
        reason: why, for the record and for the graph.
    """

    tools: frozenset[str]
    answer: Any = True
    reason: str | None = None

    @property
    def takes_time(self) -> bool:
        return callable(self.answer)

    async def decide(self, request: Request, control: Control, question: Question, ask: Ask) -> Given:
        given: dict[int, Answer] = {}
        for at, call in self._calls(request, control).items():
            answer: Any = await ask(self.answer, call) if callable(self.answer) else self.answer
            if answer is not NO_ANSWER:
                given[at] = self._with_reason(as_answer(answer))
        return given or NO_ANSWER

    def applies(self, request: Request, control: Control) -> bool:
        return bool(self._calls(request, control))

    def _calls(self, request: Request, control: Control) -> dict[int, Call]:
        if not self.is_for(request):
            return {}
        return {
            at: call
            for at, call in calls_decided(request, control).items()
            if call.name in self.tools and (self.when is None or holds(self.when, call))
        }

    def _with_reason(self, answer: Answer) -> Answer:
        return answer if answer.reason or not self.reason else Answer(answer.value, self.reason)
