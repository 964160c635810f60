"""The policies: asked before a person is, or when a person has not answered in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from ..control import Control
from ..control.deciding import Deciding
from ..decisions import now
from ..driver.aside import if_cut_off
from ..driver.working import GivenUpError
from ..errors import AnswerError, InvalidAnswerError
from ..running.pending import Pending
from ..running.recorded import know_before
from ..texts.raised import ANYBODYS, line_of
from . import Always, Policy, always
from .answers import NO_ANSWER, Answer
from .asked import asked
from .deadlines import Due, expires, later, next_due, when_due

if TYPE_CHECKING:
    from ..running.run import Run
    from ..running.taking import Reply


async def ask_policies(run: Run) -> None:
    """Let the policies that do not wait answer what is open."""
    said = _Together(run)
    for pending in list(run.pending):
        at_once = [policy for policy in run.policies if policy.timeout is None]
        if run.origin.takes_by_hand(pending, run.pending):
            pending.asked_of += at_once
        await _ask(run, pending, at_once, said)
        if pending not in said:
            _hold_no_more(run, [pending])
    await said.take()


def _hold_no_more(run: Run, asked: Iterable[Pending]) -> None:
    """Let a person answer what the policies have left."""
    held = [pending for pending in asked if pending.held and pending.status == "open"]
    for pending in held:
        pending.held = False
    if held:
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
            said = _Together(run)
            await _ask(run, pending, [due.policy], said)
            await said.take()
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


class _Together:
    """What policies have said at once, to be taken together: at a checkpoint where hundreds ask that is one look at it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._replies: dict[Pending, tuple[Policy, Reply]] = {}

    def __contains__(self, pending: Pending) -> bool:
        return pending in self._replies

    def add(self, policy: Policy, reply: Reply) -> None:
        self._replies[reply.pending] = policy, reply

    async def take(self) -> None:
        left, self._replies = self._replies, {}
        while left:
            left = await self._take(left)

    async def _take(self, replies: Mapping[Pending, tuple[Policy, Reply]]) -> dict[Pending, tuple[Policy, Reply]]:
        """Have them taken; returns those that were not tried, as the checkpointer has failed over one before them."""
        run = self._run
        left: dict[Pending, tuple[Policy, Reply]] = {}
        try:
            errors = await run.answer_together([reply for _, reply in replies.values()])
        except ANYBODYS as error:  # the file is gone, or what a control says of an answer has failed
            errors = [error] * len(replies)
        failed: BaseException | None = None
        for (pending, (policy, reply)), error in zip(replies.items(), errors, strict=True):
            if isinstance(error, InvalidAnswerError):
                with run.lock:
                    pending.field_errors = _said(policy, error)
                run.changed()
            elif error is not None and error is failed:
                left[pending] = policy, reply
            elif error is not None and not isinstance(error, AnswerError):  # else a person was faster
                failed = error
                _tell(run, pending, policy, error)
        _hold_no_more(run, replies.keys() - left.keys())
        return left


async def _ask(run: Run, pending: Pending, policies: Iterable[Policy], said: _Together) -> None:
    """Ask policies about a request, one after the other, until it is answered, or one of them has `said` with what."""
    if pending.request.kind == "input":
        return
    for policy in policies:
        with run.lock:
            if run.stopping or pending.status != "open":
                return
            if policy in pending.asked_of:
                continue
            pending.asked_of.append(policy)
        if policy.takes_time:
            await said.take()  # what was said before does not wait for it
        given = await _asked(run, pending, policy)
        try:
            if given is not NO_ANSWER and not _give(run, pending, policy, given, said):
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
        return await run.driver.call_until(is_over, asked(function), *args)

    try:
        return await policy.decide(pending.request, pending.control, pending.question, ask)
    except GivenUpError:
        return NO_ANSWER
    except ANYBODYS as error:  # the request stays open for a person
        _tell(run, pending, policy, error)
        return NO_ANSWER
    finally:
        pending.asking = None


def _give(run: Run, pending: Pending, policy: Policy, given: Any, said: _Together) -> bool:
    """Have what a policy says be the answer; returns whether another policy may still be asked."""
    control = pending.control
    whole = given if isinstance(given, Answer) else None
    by_place: Mapping[int, Answer] = {} if whole is not None else cast("Any", given)
    if not isinstance(control, Deciding):
        answer = whole if whole is not None else by_place[0]

        def read(control: Control) -> Any:
            # About a call it is in the words of whoever asks about it, however the call is shown.
            return (control if whole is not None else control.of_calls).accept(answer.value, answer.reason)

        said.add(policy, run.reply(pending, read, by="policy", reason=answer.reason, policy=policy.name))
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
    reason = "; ".join(reasons) or None
    said.add(policy, run.reply(pending, _everything, by="policy", reason=reason, policy=policy.name))
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
