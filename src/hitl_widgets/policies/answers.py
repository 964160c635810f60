"""Answers that are given beforehand: one with its reason, several one after the other, and where they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from ..control import Control
from ..requests import Request


class _Missing:
    def __repr__(self) -> str:
        return "hitl.NO_ANSWER"


NO_ANSWER = _Missing()
"""What an `unattended=` callable returns for a request that it does not answer."""


class each:  # noqa: N801  (reads as a word in `unattended={"review": hitl.each([...])}`)
    """Answers to the same request, one after the other, where a node asks repeatedly.

    Args:
        answers: the answers. An `Answer` that says what it is `about` is given to the question that is about that, whatever
            its place.
        recorded: whether they are what was answered there, by whomever: what a policy answers once more uses up its place
            then, and `NO_ANSWER` is that of a secret. Else they are for what nothing else answers.

    >>> each(["too short", "fine"])
    each(['too short', 'fine'])
    """

    def __init__(self, answers: Iterable[Any], *, recorded: bool = False) -> None:
        self.answers = list(answers)
        self.recorded = recorded

    def __repr__(self) -> str:
        return f"each({self.answers!r}{', recorded=True' if self.recorded else ''})"


@dataclass(frozen=True)
class Answer:
    """An answer with its reason, where an approval asks for one.

    Attributes:
        value: the answer.
        reason: why.
        about: what it is given to, and to nothing else: the calls with their arguments, or what the card says.
            `session.decisions.to_code()` has it for what was approved or refused.

    >>> Answer(False, reason="too dear")
    Answer(value=False, reason='too dear')
    """

    value: Any
    reason: str | None = None
    about: str | None = None

    def __repr__(self) -> str:
        about = f", about={self.about!r}" if self.about is not None else ""
        return f"Answer(value={self.value!r}, reason={self.reason!r}{about})"


class ByPlace(Answer):
    """One that goes to another question in the place of the one that it was given to, where none is about the same."""


class Answers(Protocol):
    """Where unattended answers come from."""

    @property
    def takes_time(self) -> bool:
        """Whether somebody's code says them, at its own pace: what it has said is saved before it is asked for the next."""
        return False

    def answer(self, request: Request, control: Control, about: Callable[[], str]) -> Any:
        """The answer to a request (an `Answer`, if there is a reason too), or `NO_ANSWER`.

        Args:
            request: what is asked.
            control: how.
            about: says what it is about (`about.py`).

        Raises:
            InvalidAnswerError: there is none, and a reason that the reader should know.
        """
        ...

    def knows(self, request: Request, about: Callable[[], str]) -> bool:
        """Whether an answer is for what this request is about, and for nothing else."""
        return False

    def pass_over(self, request: Request, control: Control, about: Callable[[], str]) -> None:
        """A request that something else has answered, as a policy."""

    def anew(self, before: Iterable[str], instead: Iterable[str]) -> Answers:
        """The same for a fork, which asks again: what it is given then is not gone for anybody else.

        Args:
            before: the interrupts that were answered before it starts.
            instead: those that somebody answers differently there.
        """
        return self

    @property
    def unused(self) -> list[str]:
        """The names of which nothing has been asked so far."""
        return []
