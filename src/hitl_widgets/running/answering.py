"""A person's answer, or a policy's: checked, made durable, and handed to the graph, which goes on with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from ..decisions import Decision
from ..errors import AnswerError, InvalidAnswerError, StaleAnswerError
from .driving import begin_with
from .others import turns
from .others.catching_up import begin_to_catch_up, tell_others
from .pending import Pending
from .reasked import refused
from .taking import Reply, Taken, take

if TYPE_CHECKING:
    from .run import Run

Passes: TypeAlias = tuple[int, dict[int, int]]

TAKING = (
    "The question {!r} is being answered already: that answer is still being checked or saved. Where nothing comes of it, stop "
    "the run: session.retry() asks once more."
)
DELETED = (
    "{} was deleted, or another file was put in its place, while this session had it open: an answer would be lost with this "
    "kernel. Put it back, or begin again with hitl.run; session.values has what there was."
)


async def answer(run: Run, replies: Sequence[Reply]) -> list[Exception | None]:
    """Check replies to what a run asks, make them durable, and let the graph go on with all that were taken.

    Args:
        run: the run that asks.
        replies: each to another request.

    Returns:
        For each why it was not taken: an `InvalidAnswerError` where it does not fit, and its request stays open with the reason
        at its fields; a `StaleAnswerError` where that is no longer pending, or an earlier one was saved after all, with which the
        graph goes on; else the checkpointer has failed, and it may have been saved.

    Raises:
        AnswerError: the file that the thread is kept in is not there any more.
    """
    run.driver.check()
    if (locks := run.driver.locks) is not None and not locks.is_there():
        raise AnswerError(DELETED.format(locks.place))
    if run.driver.is_served and len(replies) > 1:
        # It is set going with the first of them, and is told of the others as it works.
        return [error for reply in replies for error in await answer(run, [reply])]
    errors: dict[int, Exception] = {}
    taking: dict[int, Reply] = {}
    is_elsewhere = turns.is_seen_taken(run)
    with run.lock:
        seen = None if run.passes.under_way or is_elsewhere else _passes(run)
        for number, reply in enumerate(replies):
            pending = reply.pending
            # What it goes on with may have been said before it was asked, and is not taken yet.
            is_given = pending.request.kind == "input" and run.beginning.reply not in {None, reply.read}
            if pending not in run.pending or pending.status != "open" or is_given:
                question = run.secrets.mask(pending.question.question)
                said = TAKING if pending.status == "taking" else "The question {!r} was answered already."
                errors[number] = StaleAnswerError(said.format(question))
                continue
            pending.status = "taking"
            taking[number] = replace(reply, decide=partial(_decided, run, reply))
        if taking:
            run.needs_a_person.clear()  # until it is known what comes of them
    if taking:
        errors |= await _take(run, taking, seen)
    return [errors.get(number) for number in range(len(replies))]


def _passes(run: Run) -> Passes:
    """How often the graph has been streamed, here and by the other sessions: what is written while it is may be written over."""
    return run.passes.count, turns.passes(run)


def _decided(run: Run, reply: Reply) -> Decision:
    decision = reply.decide()
    if decision.secret:
        # Before it is written: what fails over it may quote it, and others may go on with it at once.
        run.secrets.add(reply.pending.answer)
    return decision


async def _take(run: Run, replies: Mapping[int, Reply], seen: Passes | None) -> dict[int, Exception]:
    """Make replies durable; returns why the others were not taken."""
    try:
        outcomes = await take(list(replies.values()), run.driver, run.checkpoint_id, run.secrets.mask)
        taken = {
            number: await _handed_over(run, replies[number], outcome)
            for number, outcome in zip(replies, outcomes, strict=True)
        }
    except BaseException:
        with run.lock:
            for reply in replies.values():
                _open_again(run, reply.pending)
        run.rested()
        run.changed()
        raise
    errors = {number: one.error for number, one in taken.items() if one.error is not None}
    accepted = {replies[number].pending: one.decision for number, one in taken.items() if one.decision is not None}
    with run.lock:
        for number, error in errors.items():
            pending = replies[number].pending
            if isinstance(error, InvalidAnswerError):
                pending.refuse(error)
                refused(run, pending)
            elif pending not in accepted:
                _open_again(run, pending)
    if any(taken[number].decision is None and isinstance(error, StaleAnswerError) for number, error in errors.items()):
        begin_to_catch_up(run)
        tell_others(run)  # whose answer was saved, though it was told otherwise, goes on with it
    if accepted:
        _accepted(run, accepted, seen)
    elif not all(isinstance(error, StaleAnswerError) for error in errors.values()):
        run.rested()
        run.changed()
    return errors


def _open_again(run: Run, pending: Pending) -> None:
    """Ask on. Where it was cut off (an interrupt, a cancellation), it may have been saved all the same: then that counts."""
    pending.status = "open"
    refused(run, pending)


async def _handed_over(run: Run, reply: Reply, taken: Taken) -> Taken:
    """Have a graph at rest set going with an answer that could not be written, or have it kept, where that makes it safe."""
    if taken.decision is None:
        return taken
    pending = reply.pending
    with run.lock:
        goes_by_id = pending.written is None and pending.asked.address is not None
        at_rest = run.at_rest.is_set() and run.status == "waiting"
    try:
        if goes_by_id and at_rest:
            await run.driver.send({pending.request.id: pending.answer})
        elif goes_by_id:
            await run.driver.note(pending.request.id)
    except Exception as error:  # noqa: BLE001  the server's
        return Taken(error=error)
    return taken


def _accepted(run: Run, decided: Mapping[Pending, Decision], seen: Passes | None) -> None:
    step: Any = None
    goes_on = stops = False
    with run.lock:
        passes = _passes(run)
        for pending, decision in decided.items():
            pending.status = "answered"
            pending.passes = run.passes.count
            is_sure = pending.written is None or pending.written.is_sure
            pending.overtaken = seen != passes or not is_sure
            pending.field_errors = {}
            run.decisions.add(decision)
            # Not where it was stopped, or went on without the answer, while the answer was being saved.
            # On a failed run it waits for `retry`: what has failed is not run again because a sibling was answered.
            starts = pending.request.kind == "input" and run.status in {"idle", "waiting"}
            # Nor where the graph has taken it by now: a server had it before this was told.
            goes_on |= pending in run.pending and (starts or run.status == "waiting")
            stops |= pending.request.kind == "breakpoint" and pending.answer is False
            step = begin_with(run, pending) if starts else step
        goes_on &= not stops and run.at_rest.is_set()
        if stops:
            run.end("stopped")
        elif goes_on:
            run.begin()
        else:
            run.rested()
    run.changed()  # before it goes on: afterwards it may tell of the next question once more
    if goes_on:
        run.set_going(step)
    for pending in decided:
        pending.control.forget()
    tell_others(run)
