"""Answers that were given beforehand: a fork's own before the policies are asked, those of `unattended=` after them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ..control import Control
from ..decisions import By
from ..errors import AnswerError, InvalidAnswerError
from ..running.pending import Pending
from .answers import NO_ANSWER, Answer, Answers

if TYPE_CHECKING:
    from ..running.run import Run


async def answer_from(run: Run, answers: Answers, by: By) -> None:
    """Answer what is open with what was given beforehand: by `unattended=`, or to a fork."""
    about = {one: cache(partial(one.about, run.secrets.mask)) for one in run.pending if answers not in one.asked_of}
    given: dict[Pending, Answer] = {}
    # What is known to be for one of them is given to none of the others.
    for pending in sorted(about, key=lambda one: not answers.knows(one.request, about[one])):
        if answers in pending.asked_of:
            continue
        if pending.status == "answered":
            answers.pass_over(pending.request, pending.control, about[pending])
            pending.asked_of.append(answers)
        if pending.status != "open":
            continue
        try:
            unsaved = pending.unsaved
            if unsaved and unsaved[0] is answers:
                answer = unsaved[1]
            else:
                answer = answers.answer(pending.request, pending.control, about[pending])
        except InvalidAnswerError as error:
            with run.lock:
                pending.asked_of.append(answers)
                pending.refuse(error)
            continue
        if answer is NO_ANSWER:
            continue
        # Until it is taken: what gives each of its answers once is not asked a second time, when this is retried.
        pending.unsaved = answers, answer
        given[pending] = answer if isinstance(answer, Answer) else Answer(answer)
        if answers.takes_time:
            await _take(run, given, answers, by)
            given = {}
    await _take(run, given, answers, by)


async def _take(run: Run, given: Mapping[Pending, Answer], answers: Answers, by: By) -> None:
    """Have answers taken. Why one is not is kept with its request, and said by `UnansweredError`.

    Raises:
        Exception: the checkpointer's; what it has not saved is given once more, when this is retried.
    """
    if not given:
        return
    replies = [run.reply(one, partial(_read, answer), by=by, reason=answer.reason) for one, answer in given.items()]
    try:
        errors = await run.answer_together(replies)
    except AnswerError as error:  # the file is gone
        errors: list[Exception | None] = [error] * len(replies)
    failed = [error for error in errors if error is not None and not isinstance(error, AnswerError)]
    for pending, error in zip(given, errors, strict=True):
        if error not in failed:
            pending.asked_of.append(answers)
            pending.unsaved = None
    if failed:
        raise failed[0]


def _read(answer: Answer, control: Control) -> Any:
    return control.accept(answer.value, answer.reason)
