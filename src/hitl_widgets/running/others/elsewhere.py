"""What other sessions do on a run's thread, and how the run finds out.

Those of this process tell each other. What somebody else does, with LangGraph alone or in another kernel, is looked for while
the run is shown and at rest (`noticing.py`); else it is seen when somebody acts here: an answer is held to the thread before
it is taken, and what is read then is shown. While another kernel is at work, that is said (`other_kernel.py`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ...driver.working import LOOK_AGAIN
from ...errors import HitlError
from ...texts.raised import line_of
from ...thread.breakpoints import checkpoint_id
from ...thread.by_hand import resumed_by_hand
from ..picked_up import PickedUp, position_of, read_thread
from ..reasked import asks_anew, set_pending
from ..recorded import know_anew
from ..settling import come_to_rest, controlled, pend
from ..steps import PICK_UP
from . import turns
from .closing import close_gone
from .meanwhile import ran_meanwhile, went_on
from .other_kernel import IS_SHOWN, OtherKernel

if TYPE_CHECKING:
    from langgraph.types import StateSnapshot

    from ...thread.earlier import StepsSince
    from ..pending import Pending
    from ..run import Run

ELSEWHERE = "Another session has answered and goes on with this thread."
TRIES = 3
BEGINS_WITHIN = 20
"""Looks at whether somebody who has answered has begun by now."""
LEFT = (
    "Another session has answered, and was at work on this thread: it ended, or was stopped, in the middle of a step. "
    "Retry goes on from there."
)
CHANGED = "Somebody else has gone on with this thread. What it asks now is shown."
OVER = "Somebody else has gone on with this thread. What came of it is shown."
BY_HAND = "Somebody else has changed the state of this thread. Continue goes on from there."
MIDWAY = (
    "Somebody else is at work on this thread, or has left it in the middle of a step. What comes of it will be shown here; "
    "Stop ends the waiting for it."
)
DELETED = "This thread is not there any more: somebody else has deleted it."
_ALL = (ELSEWHERE, LEFT, CHANGED, OVER, BY_HAND, MIDWAY, DELETED)


def forget(run: Run) -> None:
    """What others did is no news any more: somebody has gone on here. Held with the lock."""
    run.others.closed = []
    run.notices = [one for one in run.notices if one not in _ALL]


async def look_elsewhere(run: Run) -> tuple[bool, bool]:
    """Look whether somebody else has gone on with the thread of a run at rest.

    Returns:
        Whether it was read as it will stay unless it is changed: not while another session is at work on it, or something
        is done here. And whether there is something for `catch_up` to show.
    """
    is_elsewhere = await turns.is_taken_elsewhere(run)
    if turns.is_taken_here(run) and not is_elsewhere:
        return False, False
    seen = run.snapshot
    snapshot, found = await _look(run)
    with run.lock:
        if run.snapshot is not seen or not (_rests(run) or run.others.works_elsewhere):
            return False, False
        is_news = is_elsewhere or found.is_busy or _has_moved(run, snapshot, found)
    # What another kernel has done beside what is still asked is read once it is at rest.
    return not is_elsewhere, is_news


async def catch_up_once(run: Run) -> bool:
    """See what a thread asks now, and run nothing; follow what a server, or another session here, is at work on.

    Whatever goes wrong is said: nobody waits for this.

    Returns:
        Whether that is shown, so that policies may answer it.
    """
    for left in reversed(range(TRIES)):
        try:
            return await _catch_up(run)
        except Exception as error:  # noqa: BLE001  the checkpointer's
            # The one in memory cannot be read while another session writes to it (langgraph-checkpoint 4.3).
            if left:
                await run.driver.pause(LOOK_AGAIN)
                continue
            with run.lock:
                if run.others.follows and not run.others.works_elsewhere:
                    run.others.follows = False
                    run.fail(error)  # else it would be at work for ever
            run.notice(f"What the thread asks now could not be read. {line_of(error)}")
    return False


async def _catch_up(run: Run) -> bool:
    was_at_work = has_waited = False
    while True:
        # Before it is read, too: what came to its end, or began and came to its end, meanwhile is read once more.
        own = _own(run)
        is_taken, passes = await turns.is_taken(run), turns.passes(run)
        snapshot, found = await _look(run)
        if found.is_busy and not await run.driver.can_follow():
            if not _begin(run, own):
                return False
            was_at_work = True
            run.changed()
            await _until_idle(run)
            continue
        if found.is_busy:
            asked = controlled(run, found.open)
            if _begin(run, own):
                with run.lock:
                    _say(run, snapshot, found, is_left=False, follows=False)
                    close_gone(run, found.open)
                    run.others.has_news = True
                    # What others gave it meanwhile is read where what it asks now is shown.
                    run.secrets.are_all = run.recalled = False
                    # What it works on is not asked any more; what is asked beside that still is.
                    run.others.follows = run.others.works_elsewhere = False
                    run.snapshot = snapshot
                    set_pending(run, pend(run, asked))
                run.changed()
                await run.drive_on()
            return False
        # What has failed is not run again because something beside it was answered: there it waits for `retry`.
        if not (is_taken or run.stopping or found.failures) and await _is_own(run, found):
            _go_on(run, own)
            return False
        if found.open or run.stopping:
            break
        if not (is_taken or await turns.is_taken(run) or turns.passes(run) != passes):
            is_sure = was_at_work or has_waited or not _works(snapshot, found)
            if is_sure or run.is_watched() or not turns.tells_kernels(run):
                break
            has_waited = True
            await _taken_soon(run)
            continue
        if not _begin(run, own):
            return False
        was_at_work = True
        run.changed()
        try:
            while not run.stopping:
                is_elsewhere = await turns.is_taken_elsewhere(run)
                if not (is_elsewhere or turns.is_taken_here(run)):
                    break
                run.wait_for(IS_SHOWN if is_elsewhere else None)
                await run.driver.pause(turns.look_again(run))
        finally:
            run.wait_for(None)
    # While another session works there, a long thread is not read beside it: what it came to is told, and read then.
    await know_anew(run, lambda: not turns.is_seen_taken(run))
    meanwhile = await ran_meanwhile(run, snapshot)
    gone = await _gone_node(run, snapshot)
    asked = controlled(run, found.open)
    with run.lock:
        if not _may_show(run, own):
            return False
        if run.ended.is_set() and not _has_moved(run, snapshot, found):
            return False  # that others have left it in the middle of a step was seen, and said, the last time
        _show(run, snapshot, found, asked, meanwhile, was_at_work=was_at_work)
        if gone is not None:
            run.others.follows = run.others.works_elsewhere = False
            run.fail(gone)
    run.changed()
    return True


async def _look(run: Run) -> tuple[StateSnapshot, PickedUp]:
    """The thread, and what it is found to be. Where somebody sees it, what was resumed by hand is answered."""
    snapshot, found = await read_thread(run)
    if run.is_watched() and (taken := await resumed_by_hand(snapshot, found.open, run.driver)):
        found = replace(found, answered=found.answered | taken)
    return snapshot, found


async def _is_own(run: Run, found: PickedUp) -> bool:
    """Whether something is answered that is still asked here: this session's answer was saved, though it was told otherwise."""
    with run.lock:
        asked = {one.request.id for one in run.pending if one.status == "open"}
    addresses = [one.address for one in found.asked if one.request.id in asked & found.answered and one.address]
    return any([await run.driver.is_own(address) for address in addresses])


def _go_on(run: Run, own: tuple[StateSnapshot | None, int]) -> None:
    """Go on with what the thread has got."""
    with run.lock:
        if not _begin(run, own):
            return
        run.others.follows = False
    run.changed()
    run.set_going(PICK_UP)


async def _until_idle(run: Run) -> None:
    """Wait for a run of another client, of which a server keeps nothing for who comes later; meanwhile the thread is shown."""
    other = OtherKernel(run)
    try:
        while not run.stopping and await run.driver.is_busy():
            await other.show_now_and_then()
            await run.driver.pause(LOOK_AGAIN)
    finally:
        run.wait_for(None)


async def _taken_soon(run: Run) -> None:
    """Wait for who has answered and not begun yet: an answer is in the thread before its kernel is at work."""
    for _ in range(BEGINS_WITHIN):
        if await turns.is_taken(run) or run.stopping:
            return
        await run.driver.pause(LOOK_AGAIN)


async def _gone_node(run: Run, snapshot: StateSnapshot) -> HitlError | None:
    """Why nobody can go on with the thread here, if the graph has not the node that it stands before."""
    try:
        await run.driver.check_nodes(snapshot)
    except HitlError as error:
        return error
    return None


def _show(
    run: Run,
    snapshot: StateSnapshot,
    found: PickedUp,
    asked: list[Pending],
    meanwhile: StepsSince | None,
    *,
    was_at_work: bool,
) -> None:
    """The run is what its thread is found to be. Held with the lock.

    Args:
        run: the run.
        snapshot: the thread as it stands.
        found: what that is.
        asked: what nobody has answered there, with its controls.
        meanwhile: what others have made of it, if that is looked for.
        was_at_work: whether another session, or kernel, was seen at work, and is no more.
    """
    works, is_watched = _works(snapshot, found), run.is_watched()
    is_left = works and (was_at_work or (turns.tells_kernels(run) and not is_watched))
    follows = works and is_watched and not (is_left or run.stopping)
    _say(run, snapshot, found, is_left=is_left, follows=follows)
    close_gone(run, found.open)
    _draw(run, snapshot, found, meanwhile, follows=follows)
    if run.ended.is_set():
        stopped = run.stopping
        run.begin()  # what it has failed with, or stopped for, is over
        run.stopping = stopped and works
    if follows:
        if run.at_rest.is_set():
            run.begin()
        run.pending, run.snapshot = pend(run, []), snapshot
        run.others.follows = run.others.works_elsewhere = True
        return
    run.others.follows = run.others.works_elsewhere = False
    stops = run.stopping = run.stopping or snapshot.created_at is None
    come_to_rest(run, snapshot, asked)
    if found.failure is not None and not stops:
        run.fail(found.failure)


def _has_moved(run: Run, snapshot: StateSnapshot, found: PickedUp) -> bool:
    """Whether a thread stands elsewhere than where a run has come to rest, or what that asks is answered, or asked anew, there."""
    answered = any(one.status == "open" and one.request.id in found.answered for one in run.pending)
    return answered or position_of(snapshot) != position_of(run.snapshot) or asks_anew(run, found.open)


def _works(snapshot: StateSnapshot, found: PickedUp) -> bool:
    """Whether the thread is in the middle of a step: at work, or left there."""
    by_hand = (snapshot.metadata or {}).get("source") == "update" and not found.answered
    return bool(snapshot.tasks) and not (found.open or found.failures or by_hand)


def _draw(run: Run, snapshot: StateSnapshot, found: PickedUp, meanwhile: StepsSince | None, *, follows: bool) -> None:
    """The graph and the steps are where the thread is."""
    known = len(run.state.steps)
    went_on(run, snapshot, meanwhile, found.tasks)
    found.draw(run.state, "idle" if follows else "waiting")
    for step in run.state.steps[known:]:
        # Nobody here has seen it begin; that was not before its checkpoint.
        if step.began is None and snapshot.created_at:
            step.began = datetime.fromisoformat(snapshot.created_at).timestamp()


def _rests(run: Run) -> bool:
    """Whether it is at rest, and none of its own answers is on its way. A run that is over is looked at where it is shown."""
    rests = run.at_rest.is_set() and (run.status == "waiting" or run.is_shown)
    return rests and all(one.status == "open" for one in run.pending)


def _own(run: Run) -> tuple[StateSnapshot | None, int]:
    """What is another one once the run itself has gone on."""
    return run.snapshot, run.passes.count


def _may_show(run: Run, own: tuple[StateSnapshot | None, int]) -> bool:
    """Whether a run may be what its thread was found to be; `own` is from before that was read. Held with the lock.

    What the run itself has come to meanwhile is newer: then it is looked once more.
    """
    if run.others.follows:
        return True
    if not _rests(run):
        return False
    snapshot, passes = own
    if run.snapshot is snapshot and run.passes.count == passes:
        return True
    run.others.looks_again = True
    return False


def _begin(run: Run, own: tuple[StateSnapshot | None, int]) -> bool:
    """Show that the thread is at work."""
    with run.lock:
        if not _may_show(run, own):
            return False
        if not run.others.follows:
            run.begin()
            run.others.follows = True
        return True


def _say(run: Run, snapshot: StateSnapshot, found: PickedUp, *, is_left: bool, follows: bool) -> None:
    now, before = {one.request.id for one in found.open}, {one.request.id for one in run.pending}
    if now == before and checkpoint_id(snapshot) == run.checkpoint_id:
        return
    if now == before and not run.is_shown:
        return
    said = LEFT if is_left else _said(snapshot, found, follows=follows)
    # The latest of them is what holds.
    run.notices = [one for one in run.notices if one not in _ALL or one == said]
    if said not in run.notices:
        run.notices.append(said)


def _said(snapshot: StateSnapshot, found: PickedUp, *, follows: bool) -> str:
    if snapshot.created_at is None:
        return DELETED
    if found.open:
        return CHANGED
    if _works(snapshot, found):
        return MIDWAY if follows else ELSEWHERE
    return BY_HAND if snapshot.tasks and not found.failures else OVER
