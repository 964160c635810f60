"""Who is asked before a person is: `unattended`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import AnswerError, InvalidAnswerError
from .unattended import NO_ANSWER, Answer, Answers

if TYPE_CHECKING:
    from .run import Run


async def answer_unattended(run: Run, answers: Answers) -> None:
    """Answer what is open, where nobody is there to click."""
    for pending in list(run.pending):
        if pending.status != "open" or pending.refusals:
            continue
        try:
            given = answers.answer(pending.request, pending.control)
        except InvalidAnswerError as error:
            with run.lock:
                pending.refuse(error)
            continue
        if given is NO_ANSWER:
            continue
        answer = given if isinstance(given, Answer) else Answer(given)
        try:
            await run.answer(
                pending,
                lambda control, answer=answer: control.accept(answer.value, answer.reason),
                by="unattended",
                reason=answer.reason,
            )
        except AnswerError:
            continue  # why is kept with the request, and said by `UnansweredError`
