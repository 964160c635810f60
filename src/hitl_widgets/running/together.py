"""Answers to several questions that are given together: all are checked before any is taken."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from ..control import Control
from ..errors import InvalidAnswerError
from .pending import Pending
from .taking import read_reply

if TYPE_CHECKING:
    from .run import Run


async def answer_together(run: Run, given: Iterable[tuple[Pending, Any]]) -> None:
    """Answer several requests.

    Raises:
        InvalidAnswerError: some of the values do not fit, by the keys of their requests; none is taken.
        StaleAnswerError: one was answered meanwhile; the others are taken.
    """
    answers: list[tuple[Pending, Any]] = []
    wrong: dict[str, str] = {}
    for pending, value in given:
        try:
            answers.append((pending, read_reply(pending.control, partial(_accept, value))))
        except InvalidAnswerError as error:
            key = pending.request.key
            wrong |= {f"{key}/{path}" if path else key: text for path, text in error.fields.items()}
    if wrong:
        raise InvalidAnswerError(wrong)
    replies = [run.reply(pending, lambda _, answer=answer: answer, by="code") for pending, answer in answers]
    for error in await run.answer_together(replies):
        if error is not None:
            raise error


def _accept(value: Any, control: Control) -> Any:
    return control.accept(value)
