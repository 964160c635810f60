"""How a reply becomes an answer in the thread: read by its control, checked, and written where it survives; and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ..asking.otherwise import asks_otherwise
from ..control import Control
from ..control.unquoted import REFUSED
from ..decisions import Decision
from ..driver import Driver, cannot_save
from ..driver.answers.claims import are_saved_alike
from ..driver.answers.writing import Earlier, Given
from ..errors import InvalidAnswerError, StaleAnswerError
from ..texts.raised import ANYBODYS, line_of
from ..thread.asked import requests_in
from ..thread.breakpoints import Breakpoint
from .pending import BrokenControlError, Pending
from .recorded import decision_of, record_of

COUNTS = "An earlier answer of this session, “{}”, was saved after all, and counts."


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply to a request, on its way into the thread.

    Attributes:
        pending: the request; gets its `answer`, and where that was `written`.
        read: what makes the control's resume value of it.
        decide: the decision that the answer is.
    """

    pending: Pending
    read: Callable[[Control], Any]
    decide: Callable[[], Decision]


@dataclass(frozen=True, slots=True)
class Taken:
    """What has come of a reply.

    Attributes:
        decision: what the thread has by now; `None` if the request is not answered by it.
        error: why the reply was not taken; beside a decision, an earlier one was.
    """

    decision: Decision | None = None
    error: Exception | None = None


async def take(replies: Sequence[Reply], driver: Driver, at: str | None, masked: Callable[[str], str]) -> list[Taken]:
    """Make replies durable in the thread, with who gave them and when.

    Args:
        replies: of as many requests.
        driver: the graph's.
        at: the checkpoint of the outermost graph that the thread stands at.
        masked: what may be told of a text.

    Returns:
        For each what has come of it. It was not taken with an `InvalidAnswerError` where it does not fit, a `StaleAnswerError`
        where the thread does not wait for it any more, asks something else by now, or has an earlier answer of this session; else
        the checkpointer has failed.
    """
    taken: dict[int, Taken] = {}
    given: dict[int, Given] = {}
    for number, reply in enumerate(replies):
        pending = reply.pending
        try:
            pending.answer = read_reply(pending.control, reply.read)
            decision = reply.decide()
            record = record_of(decision, pending.answer)
        except Exception as error:  # noqa: BLE001  no matter of those beside it
            taken[number] = Taken(error=error)
            continue
        taken[number] = Taken(decision)
        address, stop = pending.asked.address, pending.request.payload
        if address is not None:
            given[number] = Given(address, pending.answer, record, partial(asks_otherwise, stop))
        elif isinstance(stop, Breakpoint) and pending.answer is not False:
            try:
                await _go_on_from(stop, pending, driver, record)
            except Exception as error:  # noqa: BLE001  nor this
                taken[number] = Taken(error=_said(error, pending))
    for number, outcome in zip(given, await driver.write_answers(list(given.values()), at), strict=True):
        pending = replies[number].pending
        if isinstance(outcome, Exception):
            taken[number] = Taken(error=_said(outcome, pending))
        elif isinstance(outcome, Earlier):
            taken[number] = _earlier(outcome, pending, taken[number], masked)
        else:
            pending.written = outcome
    return [taken[number] for number in range(len(replies))]


def _earlier(outcome: Earlier, pending: Pending, now: Taken, masked: Callable[[str], str]) -> Taken:
    """An earlier reply of this session was saved after all: it counts, and the same once more is taken to be it."""
    claim = outcome.claim
    decision = decision_of(claim) or now.decision
    is_same = are_saved_alike(claim.answer, pending.answer)
    pending.answer, pending.written = claim.answer, outcome.written
    if is_same or decision is None:
        return Taken(decision)
    return Taken(decision, StaleAnswerError(COUNTS.format(masked(decision.text))))


def _said(error: Exception, pending: Pending) -> Exception:
    """Why a reply is not taken, where a checkpointer has said it in its own words."""
    if not isinstance(error, TypeError):
        return error
    if pending.control.secret:
        return InvalidAnswerError("The checkpointer cannot save this value.")
    said = InvalidAnswerError(str(cannot_save(error) or f"The checkpointer cannot save this value: {error}"))
    said.__cause__ = error
    return said


async def _go_on_from(stop: Breakpoint, pending: Pending, driver: Driver, record: dict[str, Any]) -> None:
    """Let a thread that stands at a breakpoint go on, in whichever kernel; "stop" leaves it as it is."""
    config = stop.config
    if isinstance(pending.answer, dict):
        config = await driver.rewrite(config, pending.answer["update"])
    await driver.pass_breakpoint(config, record)


def read_reply(control: Control, read: Callable[[Control], Any]) -> Any:
    """What the graph gets for a reply.

    Raises:
        InvalidAnswerError: it does not fit, or a control's own code has failed over it.
    """
    try:
        return read(control)
    except InvalidAnswerError:
        raise
    except ANYBODYS as error:
        # A control's own `parse` may be anybody's code: what it raises refuses the value, not the session.
        if control.secret:
            raise InvalidAnswerError(REFUSED) from None
        said = line_of(error)
        if isinstance(error, ValueError | LookupError | OverflowError):
            raise InvalidAnswerError(said) from error  # how Python says that a value is not one that was expected
        raise BrokenControlError(said) from error


async def take_back(
    refused: Mapping[str, BaseException], pending: Iterable[Pending], driver: Driver
) -> dict[str, tuple[Pending | None, BaseException]]:
    """Remove the answers that the graph's own Python type refused from the thread, so that it asks again.

    Args:
        refused: the refusals, by the id of the task that raised them.
        pending: what was asked.
        driver: the graph's.

    Returns:
        What was taken back, by interrupt id: the request, if it is one of `pending`, and the refusal. If nothing is,
        the error was the graph's own.
    """
    known = {one.request.id: one for one in pending}
    taken: dict[str, tuple[Pending | None, BaseException]] = {}
    for asked in requests_in(await driver.snapshot(), driver.graph, breakpoints=False):
        one, address = known.get(asked.request.id), asked.address
        if address is None:
            continue
        # Asked by a `@task`, the answer was written under that task's id.
        task_id = one.written.task_id if one is not None and one.written is not None else None
        failure = refused.get(task_id or address.task_id)
        if failure is None:
            continue
        if task_id is not None or one is None:
            await driver.take_back(replace(address, task_id=task_id or address.task_id))
        await driver.release(address)
        taken[asked.request.id] = one, failure
    return taken
