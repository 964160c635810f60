"""Who is asked before a person is, or when a person has not answered in time: a fork's own answers, the policies, then `unattended`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

from ..control import Control
from ..control.deciding import Deciding
from ..decisions import By, now
from ..driver.aside import if_cut_off
from ..driver.working import GivenUpError
from ..errors import AnswerError, InvalidAnswerError
from ..running.pending import Pending
from ..running.recorded import know_before
from ..texts.raised import ANYBODYS, line_of
from . import Always, Policy, always
from .answers import NO_ANSWER, Answer, Answers
from .deadlines import Due, expires, later, next_due, when_due

if TYPE_CHECKING:
    from ..running.run import Run

# ---------------------------------------------------------------- policies


async def ask_policies(run: Run) -> None:
    """Let the policies that do not wait answer what is open."""
    at_once = [policy for policy in run.policies if policy.timeout is None]
    for pending in list(run.pending):
        if run.origin.takes_by_hand(pending, run.pending):
            pending.asked_of += at_once
        await _ask(run, pending, at_once)
        if pending.held and pending.status == "open":
            pending.held = False
            run.changed()


def answer_those_due(run: Run) -> None:
    """Let the policies whose time has come answer, in the background.

    Raises:
        HitlError: nothing can be run any more.
    """
    run.driver.check()
    run.driver.spawn(_ask_those_due(run))


def approve_always(run: Run, tool: str) -> Always:
    """Approve a tool from now on: its calls that wait, in the background, and those to come."""
    with run.lock:
        known = next((one for one in run.policies if isinstance(one, Always) and one.tool == tool), None)
        policy = known or always(tool)
        if known is None:
            run.policies = (*run.policies, policy)
        waits = any(pending.status == "open" for pending in run.pending)
        if waits:
            run.needs_a_person.clear()  # until the policy has been asked
    run.changed()
    if waits:
        asked = _ask_beside(run)
        try:
            run.driver.spawn(asked)
        except RuntimeError:  # its event loop is closed
            asked.close()
            run.rested()
            raise
    return policy


async def _ask_beside(run: Run) -> None:
    """Who waits where nobody can click is told what is left for a person then."""
    with if_cut_off(run.rested):
        await ask_policies(run)
    run.rested()


def ask_again(run: Run, tool: str) -> None:
    """Ask about a tool again that was always approved."""
    with run.lock:
        run.policies = tuple(one for one in run.policies if not isinstance(one, Always) or one.tool != tool)
    run.changed()


async def _ask_those_due(run: Run) -> None:
    for pending in list(run.pending):
        while (due := next_due(pending)) is not None and when_due(pending, due) <= now():
            await _ask(run, pending, [due.policy])
            if due.policy not in pending.asked_of:
                break  # a person is answering it
    run.rested()
    run.changed()


def plan(run: Run, pending: Pending) -> None:
    """Note a request's own deadline, and which policies answer it later."""
    if pending.request.kind == "input":
        return  # nobody waits for it but the person who is to begin
    pending.held = any(policy.timeout is None for policy in run.policies)
    pending.expires = expires(pending.request.payload, pending.since)
    for policy in run.policies:
        if policy.timeout is None:
            continue
        times = [at for at in (later(pending.since, policy.timeout), pending.expires) if at is not None]
        try:
            if times and policy.applies(pending.request, pending.control):
                before, without = policy.promise(pending.control)
                pending.due.append(Due(policy, min(times), before, without))
        except ANYBODYS as error:
            _tell(run, pending, policy, error)


async def _ask(run: Run, pending: Pending, policies: Iterable[Policy]) -> None:
    """Ask policies about a request, one after the other, until it is answered."""
    if pending.request.kind == "input":
        return
    for policy in policies:
        with run.lock:
            if run.stopping or pending.status != "open":
                return
            if policy in pending.asked_of:
                continue
            pending.asked_of.append(policy)
        given = await _asked(run, pending, policy)
        try:
            if given is not NO_ANSWER and not await _give(run, pending, policy, given):
                return
        except ANYBODYS as error:  # what reads the answer may be anybody's code, too
            _tell(run, pending, policy, error)


async def _asked(run: Run, pending: Pending, policy: Policy) -> Any:
    if policy.takes_time:
        pending.asking, pending.held = policy.name, False
        run.changed()

    def is_over() -> bool:
        return run.stopping or pending.is_gone or pending.status != "open"

    async def ask(function: Callable[..., Any], *args: Any) -> Any:
        if policy.tells_others:
            await know_before(run)  # what an earlier kernel was given, too
            args = policy.told(args, run.secrets.masked)
        # One that never returns is not waited for once a person has answered, or the run is to stop.
        return await run.driver.call_until(is_over, function, *args)

    try:
        return await policy.decide(pending.request, pending.control, pending.question, ask)
    except GivenUpError:
        return NO_ANSWER
    except ANYBODYS as error:  # the request stays open for a person
        _tell(run, pending, policy, error)
        return NO_ANSWER
    finally:
        pending.asking = None


async def _give(run: Run, pending: Pending, policy: Policy, given: Any) -> bool:
    """Answer with what a policy says; returns whether another policy may still be asked."""
    control = pending.control
    whole = given if isinstance(given, Answer) else None
    by_place: Mapping[int, Answer] = {} if whole is not None else cast("Any", given)
    if not isinstance(control, Deciding):
        answer = whole if whole is not None else by_place[0]

        def read(control: Control) -> Any:
            # About a call it is in the words of whoever asks about it, however the call is shown.
            return (control if whole is not None else control.of_calls).accept(answer.value, answer.reason)

        await _answer(run, pending, policy, read, answer.reason)
        return False
    try:
        answers = by_place if whole is None else _of_whole(control, whole)
    except InvalidAnswerError as error:
        _refuse(run, pending, policy, error)
        return False
    from .predecided import predecided

    while True:
        decided, refused = predecided(control, policy.name, answers)
        with run.lock:
            if pending.status != "open":
                return False
            if pending.control is control:
                pending.control = decided
                break
            # Another policy has decided about other items meanwhile.
            assert isinstance(pending.control, Deciding)
            control = pending.control
    if refused is not None:
        _refuse(run, pending, policy, refused)
        return False
    if not decided.is_decided:
        return True
    reasons = dict.fromkeys(answer.reason for answer in answers.values() if answer.reason)
    await _answer(run, pending, policy, _everything, "; ".join(reasons) or None)
    return False


def _everything(control: Control) -> Any:
    from .predecided import Predecided

    assert isinstance(control, Predecided)
    return control.everything()


def _of_whole(control: Deciding, answer: Answer) -> Mapping[int, Answer]:
    """An answer to all items, as an answer about each."""
    packed = control.accept(answer.value, answer.reason)
    decisions = control.shape.unpack(packed) or [packed]
    return {at: Answer(decision, answer.reason) for at, decision in enumerate(decisions)}


async def _answer(
    run: Run, pending: Pending, policy: Policy, read: Callable[[Control], Any], reason: str | None
) -> None:
    try:
        await run.answer(pending, read, by="policy", reason=reason, policy=policy.name)
    except InvalidAnswerError as error:
        with run.lock:
            pending.field_errors = _said(policy, error)
        run.changed()
    except AnswerError:
        return  # a person was faster
    except Exception as error:  # noqa: BLE001  the checkpointer's
        _tell(run, pending, policy, error)


def _refuse(run: Run, pending: Pending, policy: Policy, error: InvalidAnswerError) -> None:
    with run.lock:
        pending.refuse(InvalidAnswerError(_said(policy, error)))
    run.changed()


def _said(policy: Policy, error: InvalidAnswerError) -> dict[str, str]:
    """Why an answer was not taken, and that it was no person's."""
    whole = f"The answer of the policy “{policy.name}” does not fit."
    return {**error.fields, "": f"{whole} {error.fields.get('', '')}".strip()}


def _tell(run: Run, pending: Pending, policy: Policy, error: BaseException) -> None:
    # What somebody's code says of a secret may quote it.
    what = type(error).__name__ if _is_about_secret(pending.control) else line_of(error)
    run.notice(f"The policy “{policy.name}” failed for {pending.request.key!r}, so a person is asked: {what}")


def _is_about_secret(control: Control) -> bool:
    """Whether a secret is asked for, or stands in a call that can only be approved or rejected."""
    return control.secret or (isinstance(control, Deciding) and any(item.secrets for item in control.items))


# ---------------------------------------------------------------- answers that were given beforehand


async def answer_from(run: Run, answers: Answers, by: By) -> None:
    """Answer what is open with what was given beforehand: by `unattended=`, or to a fork."""
    about = {one: cache(partial(one.about, run.secrets.mask)) for one in run.pending if answers not in one.asked_of}
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
                given = unsaved[1]
            else:
                given = answers.answer(pending.request, pending.control, about[pending])
        except InvalidAnswerError as error:
            with run.lock:
                pending.asked_of.append(answers)
                pending.refuse(error)
            continue
        if given is NO_ANSWER:
            continue
        # Until it is taken: what gives each of its answers once is not asked a second time, when this is retried.
        pending.unsaved = answers, given
        answer = given if isinstance(given, Answer) else Answer(given)
        with suppress(AnswerError):  # why is kept with the request, and said by `UnansweredError`
            await run.answer(
                pending,
                lambda control, answer=answer: control.accept(answer.value, answer.reason),
                by=by,
                reason=answer.reason,
            )
        pending.asked_of.append(answers)
        pending.unsaved = None
