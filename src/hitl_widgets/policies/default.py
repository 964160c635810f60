"""A policy that takes the default, where there is one, when nobody has answered in time."""

from __future__ import annotations

from dataclasses import dataclass

from ..control import Control
from ..controls.question import Question
from ..errors import InvalidAnswerError
from ..requests import Request
from .answers import NO_ANSWER, Answer
from .base import Ask, Given, Policy

NO_DEFAULT = "Expired. There is no default to take, so it waits for you."


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class TakesDefault(Policy):
    """Answers with the control's default."""

    async def decide(self, request: Request, control: Control, question: Question, ask: Ask) -> Given:
        if not self.applies(request, control) or not _has_default(control):
            return NO_ANSWER
        return Answer(control.default_reply())

    def promise(self, control: Control) -> tuple[str, str]:
        return ("Takes the default in" if _has_default(control) else "Expires in"), NO_DEFAULT


def _has_default(control: Control) -> bool:
    try:
        control.default_reply()
    except InvalidAnswerError:
        return False
    return True
