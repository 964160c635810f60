"""A run at work: from its first step, stream after stream, until nothing can go on without a person."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from langgraph.types import Command

from ..driver import cannot_save
from ..driver.aside import aside
from ..driver.clocks import come_after, is_ahead
from ..errors import AnswerError, HitlError, ServerError
from ..fields import MISSING
from ..policies.beforehand import answer_from
from ..thread.breakpoints import about_to_begin, breakpoint_in, checkpoint_id, id_of
from ..thread.graph_input import input_of
from .others import turns
from .others.beside import know_beside, open_beside
from .others.catching_up import tell_others
from .others.elsewhere import forget
from .others.meanwhile import ran_meanwhile, went_on
from .picked_up import PickedUp, position_of, read_thread
from .reasked import set_pending
from .recorded import has_other_past
from .settling import pend, settle
from .steps import ASK_INPUT, AT_REST, PICK_UP
from .streaming import stream_once
from .unread import told_when_unread

if TYPE_CHECKING:
    from langgraph.types import StateSnapshot

    from .pending import Pending
    from .run import Run

NOTHING_THERE = (
    "Nothing had run on this thread when it was attached: look at its name and at where it is saved, or begin it with "
    "hitl.run."
)


async def drive(run: Run, step: Any) -> None:
    """Stream until nothing can go on without a person; whatever happens ends up in the state, never in a log."""
    turn: turns.Held | None = None
    run.beginning.handed_over = None
    try:
        waited, turn = await turns.take(run)
        if waited and step is None:
            step = PICK_UP  # somebody else has gone on meanwhile, perhaps with the answers that were given here
        if run.beginning.comes_first is not None:
            if (found := await run.beginning.comes_first()) is not None:
                step = run.beginning.step = found
            run.beginning.comes_first = None
        if waited and run.stopping:
            with run.lock:
                run.end("stopped")
            step = AT_REST
        elif step is PICK_UP or run.beginning.resumes_waiting or waited:
            step = await _picked_up(run, step, again=waited)
            run.changed()
        if step is ASK_INPUT:
            step = await _ask_input(run)
        if step is not None and step is run.beginning.input:
            run.beginning.checkpoint_id = run.checkpoint_id
        while step is not AT_REST:
            step = await _go_on(run, step)
    except GeneratorExit as error:
        # Its event loop was closed while it was at work, and the garbage collector ends what is left of it.
        aside(_is_through, run, turn, error)
        raise
    except BaseException as error:
        _is_through(run, turn, error)
        if not isinstance(error, Exception):
            raise
    else:
        _is_through(run, turn, None)


def _is_through(run: Run, turn: turns.Held | None, error: BaseException | None) -> None:
    """Nothing of the run is at work any more: who waits for its thread may go on."""
    if error is not None:
        with run.lock:
            run.state.rest((), ())
            run.fail(cannot_save(error) or error)
    if turn is not None:
        turns.give_back(turn)
    run.changed()
    tell_others(run)


async def _ask_input(run: Run) -> Any:
    """Ask what to begin with; returns it, if it was given beforehand, or `AT_REST`."""
    if run.beginning.follows_up:
        run.snapshot = await run.driver.snapshot()
    at = run.checkpoint_id
    is_first = at is None or run.beginning.never_ran
    # Of a thread that has finished it is the question of its message box, in whichever kernel: what is half typed there stays.
    pending = pend(run, [input_of(run.driver.graph, at)])
    with run.lock:
        run.pending = pending
        reply = run.beginning.reply  # and nobody else's, until it is taken
    if reply is not None:
        try:
            with suppress(AnswerError):  # why is said on its card, which is open then
                await run.answer(pending[0], reply, by="person")
        finally:
            run.beginning.reply = None
    if run.origin.given is not None:
        await answer_from(run, run.origin.given, "code")
    if run.answers is not None:
        await answer_from(run, run.answers, "unattended")
    with run.lock:
        if run.pending[0].status == "answered":
            return begin_with(run, run.pending[0])
        if run.stopping:  # told so before it could ask: the thread is as it was
            run.beginning.unheard = reply or run.beginning.unheard
            run.end("stopped" if is_first else "finished")
            return AT_REST
        # A thread that has finished waits for more; in one that is new nothing has started.
        run.status = "idle" if is_first else "waiting"
        run.at_rest.set()
        run.needs_a_person.set()
    run.changed()
    return AT_REST


def begin_with(run: Run, asked: Pending) -> Any:
    """The input that was answered; it is asked for no more."""
    run.pending = []
    run.beginning.step = asked.answer
    return run.beginning.step


async def _picked_up(run: Run, step: Any, *, again: bool = False) -> Any:
    """What to begin with on a thread that may have been used before; `AT_REST` if it only waits.

    Args:
        run: the run.
        step: an input, or `PICK_UP` to attach or to retry.
        again: whether another session has gone on with it since.
    """
    run.beginning.resumes_waiting = False
    before, known = run.snapshot, run.checkpoint_id
    with told_when_unread(run):
        snapshot, found = await read_thread(run)
    # Another kernel tells nobody: what it has done shows in the thread.
    again = again or not (run.driver.is_served or known in {None, checkpoint_id(snapshot)})
    if again and run.state.steps:
        meanwhile = await ran_meanwhile(run, snapshot)
        with run.lock:
            went_on(run, snapshot, meanwhile, found.tasks)
    run.snapshot = snapshot
    run.beginning.never_ran = found.never_ran
    run.recalled = run.recalled or found.is_new
    # Others may have answered, and gone on, in the very step that it was left in.
    has_moved = before is not None and position_of(run.snapshot) != position_of(before)
    others = found.answered - {one.interrupt_id for one in run.decisions}
    if again or has_moved or others or not (found.is_new or run.state.steps):
        await has_other_past(run)
    if (half_made := await run.driver.half_made(run.snapshot)) is not None:
        raise HitlError(half_made)
    if (untold := await run.driver.untold(run.snapshot)) is not None:
        raise HitlError(untold)
    await run.driver.check_nodes(run.snapshot)
    if step is not PICK_UP:
        if not (found.has_begun or run.beginning.is_overtaken(step, run.checkpoint_id)):
            with run.lock:
                run.pending = pend(run, [])  # what was asked beside the work of others is over
                if run.beginning.follows_up:
                    run.state.begin_again()  # after what others have run
            return step
        unused = "" if step is ASK_INPUT and run.beginning.reply is None else ", and the new input was not used"
        if run.beginning.reply is not None:
            unused += " yet: it is in the message box again once this has finished"
            run.beginning.unheard, run.beginning.reply = run.beginning.reply, None
        run.notices.append(f"This thread {found.said}{unused}.")
        run.beginning.step = PICK_UP
    if not run.state.steps:
        run.state.goes_on()
    if run.origin.pauses is not None:
        run.beginning.entered = True
        # Before a step that somebody has chosen it stands before, whatever the graph's own breakpoints are.
        graph = run.driver.graph
        graph = graph.copy({"interrupt_after_nodes": ()}) if run.origin.pauses == "before" else graph
        return None if await settle(run, None, graph=graph) else AT_REST
    # Where others have let it go on, and it has failed, it is at the same checkpoint still.
    has_left = bool(found.answered or found.failures)
    if run.passes.stands_at is not None and run.passes.stands_at == checkpoint_id(run.snapshot) and not has_left:
        return None if await settle(run, None) else AT_REST
    is_still = not (found.answered or found.is_busy or any(one.address for one in found.asked))
    if is_still and await _stands_before_new(run, run.snapshot):
        return None if await settle(run, None) else AT_REST
    if found.is_busy:
        # What is asked beside that can be answered meanwhile.
        pending = pend(run, found.open)
        with run.lock:
            set_pending(run, pending)
    if (
        run.beginning.entered
        and run.beginning.checkpoint_id == run.checkpoint_id
        and not (run.driver.is_served or run.beginning.input is MISSING)
    ):
        # LangGraph saves it while the first step runs (1.2.24): what was streamed does not tell that it is in the thread.
        run.beginning.entered = False
    if (run.beginning.entered and not again) or found.goes_on:
        _forget_used(run, found)
        run.left_open = [one.address for one in found.open if one.address is not None]
        by_id = await run.driver.hand_over(found.addresses)
        return Command(resume=by_id) if by_id else None
    if not run.beginning.entered and not run.snapshot.tasks and run.beginning.step is not PICK_UP:
        return run.beginning.step
    if found.is_new:
        run.notice(NOTHING_THERE)
        with run.lock:
            run.end("idle")
        return AT_REST
    with run.lock:
        found.draw(run.state)
    return None if await settle(run, found.failure) else AT_REST


async def _stands_before_new(run: Run, snapshot: StateSnapshot) -> bool:
    """Whether it goes on with a node that it was told to stop before since it came to rest.

    LangGraph passes the breakpoints of the step that it goes on from (1.2.24). One that has been answered there is not asked again.
    """
    if not any(map(run.breakpoints.is_new_before, about_to_begin(snapshot, run.driver.graph))):
        return False
    stop = breakpoint_in(snapshot, run.driver.graph)
    return not await run.driver.claimed(stop.config, id_of(stop))


def _forget_used(run: Run, found: PickedUp) -> None:
    """Drop what the thread does not ask any more: where it could not be read after the last pass, its answers were used there.

    Sent once more by their ids, they would be taken for answers to what the same nodes have asked since (langgraph 1.2.24).
    """
    asked = {one.request.id for one in found.asked}
    with run.lock:
        kept = [one for one in run.pending if one.asked.address is None or one.request.id in asked]
        for gone in run.pending:
            if gone not in kept:
                gone.close()
        run.pending = kept


async def _go_on(run: Run, step: Any) -> Any:
    """Stream once and settle; returns the next step, or `AT_REST`."""
    with run.lock:
        sent = [pending for pending in run.pending if pending.status == "answered"]
        by_id = {
            pending.request.id: pending.answer
            for pending in sent
            if pending.written is None and pending.asked.address is not None
        }
        # Their nodes, or others beside them, have failed since, and may have got them before.
        again = {
            one.request.id for one in sent if one.passes is not None and one.passes < run.passes.count
        } & by_id.keys()
        if by_id and isinstance(step, Command) and isinstance(step.resume, dict):
            # What others have answered, whose kernel came to its end before it was used.
            by_id = {**step.resume, **by_id}
        run.origin.pauses = None
        if not run.others.has_news:
            forget(run)
        run.others.has_news = False
        run.passes.count += 1
        run.breakpoints.begin()
        run.passes.under_way = True
        run.state.begin()
    run.changed()
    left, run.left_open = run.left_open, []
    try:
        await know_beside(run, [*left, *open_beside(run)])
        if again:
            not_taken = await run.driver.not_taken({id: by_id[id] for id in again})
            by_id = {id: answer for id, answer in by_id.items() if id not in again or id in not_taken}
        if is_ahead(run.snapshot) and not run.driver.is_served:
            come_after(*[saved.checkpoint["id"] async for saved in run.driver.saved()])
        for pending in sent:
            if pending.written is not None and pending.overtaken:
                await run.driver.keep(pending.written)
        error = await stream_once(run, Command(resume=by_id) if by_id else step)
    finally:
        run.passes.under_way = False
    if isinstance(error, ServerError):
        raise error  # nothing is to be read there either
    run.snapshot = await run.driver.snapshot()
    if error is None and (untold := await run.driver.untold(run.snapshot)) is not None:
        raise HitlError(untold)
    await know_beside(run, left)
    run.secrets.add_from(run.driver.graph, run.snapshot)
    if not await settle(run, error, sent):
        return AT_REST  # which `drive` tells: a view that somebody waits for is sent once
    run.changed()
    return None
