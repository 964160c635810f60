"""A person's answer, or a policy's: checked, made durable, and handed to the graph, which goes on with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..control import Control
from ..decisions import Decision
from ..errors import AnswerError, InvalidAnswerError, StaleAnswerError
from .driving import begin_with
from .others.catching_up import begin_to_catch_up, tell_others
from .pending import Pending
from .reasked import refused
from .taking import take

if TYPE_CHECKING:
    from .run import Run

TAKING = (
    "The question {!r} is being answered already: that answer is still being checked or saved. Where nothing comes of it, stop "
    "the run: session.retry() asks once more."
)
DELETED = (
    "{} was deleted, or another file was put in its place, while this session had it open: an answer would be lost with this "
    "kernel. Put it back, or begin again with hitl.run; session.values has what there was."
)


async def answer(run: Run, pending: Pending, read: Callable[[Control], Any], decide: Callable[[], Decision]) -> None:
    """What `Run.answer` does.

    Args:
        run: the run that asks.
        pending: the request it is for.
        read: what makes the control's resume value of the reply.
        decide: the decision that the answer is.

    Raises:
        InvalidAnswerError: it does not fit; the request stays open, with the reason at its fields.
        StaleAnswerError: the request is no longer pending.
        AnswerError: the file that the thread is kept in is not there any more.
    """
    run.driver.check()
    if (locks := run.driver.locks) is not None and not locks.is_there():
        raise AnswerError(DELETED.format(locks.place))
    with run.lock:
        # What it goes on with may have been said before it was asked, and is not taken yet.
        is_given = pending.request.kind == "input" and run.beginning.reply not in {None, read}
        if pending not in run.pending or pending.status != "open" or is_given:
            question = run.secrets.mask(pending.question.question)
            said = TAKING if pending.status == "taking" else "The question {!r} was answered already."
            raise StaleAnswerError(said.format(question))
        pending.status = "taking"
        run.needs_a_person.clear()  # until it is known what comes of it
        seen = None if run.passes.under_way else run.passes.count

    def decided() -> Decision:
        decision = decide()
        if decision.secret:
            # Before it is written: what fails over it may quote it, and others may go on with it at once.
            run.secrets.add(pending.answer)
        return decision

    try:
        decision = await take(pending, read, run.driver, decided, run.checkpoint_id)
        await _hand_over(run, pending)
    except InvalidAnswerError as error:
        with run.lock:
            pending.refuse(error)
            refused(run, pending)
        run.rested()
        run.changed()
        raise
    except StaleAnswerError:
        with run.lock:
            pending.status = "open"
            refused(run, pending)
        begin_to_catch_up(run)
        raise
    except BaseException:
        with run.lock:
            pending.status = "open"
            # Cut off (an interrupt, a cancellation), it may have been written all the same.
            pending.unsure = True
            refused(run, pending)
        run.rested()
        run.changed()
        raise
    _accepted(run, pending, decision, seen)


async def _hand_over(run: Run, pending: Pending) -> None:
    """Have a graph at rest set going with an answer that could not be written, or have it kept, where that makes it safe."""
    with run.lock:
        goes_by_id = pending.written is None and pending.asked.address is not None
        at_rest = run.at_rest.is_set() and run.status == "waiting"
    if goes_by_id and at_rest:
        await run.driver.send({pending.request.id: pending.answer})
    elif goes_by_id:
        await run.driver.note(pending.request.id)


def _accepted(run: Run, pending: Pending, decision: Decision, seen: int | None) -> None:
    with run.lock:
        pending.status = "answered"
        pending.passes = run.passes.count
        pending.overtaken = seen != run.passes.count
        pending.field_errors = {}
        run.decisions.add(decision)
        stops = pending.request.kind == "breakpoint" and pending.answer is False
        # Not where it was stopped, or went on without the answer, while the answer was being saved.
        # On a failed run it waits for `retry`: what has failed is not run again because a sibling was answered.
        starts = pending.request.kind == "input" and run.status in {"idle", "waiting"}
        # Nor where the graph has taken it by now: a server had it before this was told.
        is_due = pending in run.pending and (starts or run.status == "waiting")
        goes_on = not stops and run.at_rest.is_set() and is_due
        step = begin_with(run, pending) if starts else None
        if stops:
            run.end("stopped")
        elif goes_on:
            run.begin()
        else:
            run.rested()
    run.changed()  # before it goes on: afterwards it may tell of the next question once more
    if goes_on:
        run.set_going(step)
    pending.control.forget()
    tell_others(run)
