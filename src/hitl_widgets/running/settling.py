"""A run come to rest: what its thread asks now, with which controls, and whether somebody else than a person answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langgraph.graph import END
from langgraph.types import StateSnapshot

from ..asking.otherwise import kept
from ..calls import words_about
from ..controls.question import describe
from ..driver.copies.chains import by_task, is_called
from ..errors import CannotSaveError, InvalidAnswerError
from ..policies.answering import ask_policies, plan
from ..policies.beforehand import answer_from
from ..thread.asked import Asked, requests_in, stop_at
from ..thread.asker import with_asker
from ..thread.breakpoints import Breakpoint, checkpoint_id
from ..thread.left_over import left_over, stands_inside
from .others.closing import close_gone
from .pending import Pending
from .picked_up import answered_of
from .reasked import latest, set_pending, takes_the_place_of
from .unasked import standing_in

if TYPE_CHECKING:
    from .forks.earlier import EarlierAnswers
    from .run import Run

NOT_SAVED = (
    "The checkpointer could not save a step of a nested graph, so what that asks is not in the thread; LangGraph does not say why "
    "(1.2.24). `session.retry()` goes on from what was saved, and asks again."
)


async def settle(run: Run, error: BaseException | None, sent: list[Pending] | None = None, graph: Any = None) -> bool:
    """Decide what the run is now that its thread has been read, and let others than a person answer.

    Args:
        run: the run, with the thread's snapshot.
        error: what ended its stream.
        sent: what was answered before that.
        graph: the graph as it should be read, where that is not the run's own.

    Returns:
        Whether to go on.

    Raises:
        CannotSaveError: what a nested graph asks is not in the thread.
    """
    snapshot = run.snapshot
    assert snapshot is not None
    asked = await _asked_at(run, snapshot, error, graph)
    if sent is not None and _was_not_saved(run, snapshot, asked):
        run.passes.stands_at = None
        raise CannotSaveError(NOT_SAVED)
    if error is None and not run.stopping:
        await _ask_unused_again(run, sent or (), asked)
    pending, calls = pend(run, asked), await _calls_done(run, asked)
    run.standing = None
    if any(one.asked.address is not None for one in pending):
        standing_in(run, snapshot)  # not with the lock
    now = {one.request.id for one in pending}
    if any(one.status == "open" and one.request.kind != "input" and one.request.id not in now for one in run.pending):
        # Somebody else has answered it, or it was written after all, though who gave it was told that it was not.
        run.secrets.are_all = run.recalled = False
    with run.lock:
        # A server may have got what somebody else has answered meanwhile, in a run that was followed from here.
        has_closed = run.driver.is_served and close_gone(run, asked)
        set_pending(run, pending)
        _rest(run, snapshot)
        run.state.had_results(calls)
        if _is_over(run, snapshot, error):
            return False
    if run.origin.given is not None:
        await answer_from(run, run.origin.given, "code")
    await ask_policies(run)
    if run.answers is not None:
        await answer_from(run, run.answers, "unattended")
    with run.lock:
        if run.ended.is_set():  # a breakpoint was answered with "stop"
            return False
        # Some were answered while the graph was busy with others.
        if any(one.status == "answered" for one in run.pending):
            run.others.has_news = has_closed
            return True
        if run.stopping:
            run.end("stopped")
            return False
        run.status = "waiting"
        run.at_rest.set()
        run.rested()
    return False


async def _asked_at(run: Run, snapshot: StateSnapshot, error: BaseException | None, graph: Any) -> list[Asked]:
    """What is asked there, the breakpoint that it stands at among it."""
    # The stream ended, nothing failed, nobody stopped it, nothing was asked, and there is a next node: a breakpoint.
    at_breakpoint = error is None and not run.stopping
    if graph is not None and run.origin.stands_in is not None:
        # LangGraph's snapshot shows one nested graph a task, and does not say which of them is meant (1.2.24).
        asked = [stop_at(await run.driver.state_at(run.origin.stands_in), graph)]
    else:
        graph = graph or run.driver.graph
        asked = requests_in(snapshot, graph, breakpoints=at_breakpoint, tools=run.tools)
        if gone := await _gone(run, snapshot, graph, asked):
            asked = requests_in(snapshot, graph, breakpoints=at_breakpoint, tools=run.tools, gone=gone)
    if error is not None:
        # What an earlier kernel has answered is not asked here, where its node has failed over it.
        known = {one.request.id for one in run.pending}
        answered = await answered_of([one for one in asked if one.request.id not in known], run.driver)
        asked = [one for one in asked if one.request.id not in answered]
    asked = await with_asker(asked, snapshot, run.driver)
    await _know_secrets(run, asked)
    stands = error is None and not run.passes.drained and snapshot.next and all(one.address is None for one in asked)
    run.passes.stands_at = checkpoint_id(snapshot) if stands else None
    return asked


def _was_not_saved(run: Run, snapshot: StateSnapshot, asked: list[Asked]) -> bool:
    """Whether what looks like a breakpoint is a nested graph of which a checkpoint is missing.

    It has asked something there, and LangGraph has raised what it was asked with in the place of what the checkpointer raised
    (1.2.24). Where a graph stands at a breakpoint, none beside it has asked anything that is not asked now; what was asked inside
    of a task that has finished since, as by a hand-over to another agent, is over.
    """
    is_certain = not (run.driver.is_served or run.passes.drained or run.stopping)
    return (
        is_certain
        and bool(run.passes.asked_inside & {task.id for task in snapshot.tasks})
        and bool(asked)
        and all(one.request.kind == "breakpoint" for one in asked)
    )


async def _gone(run: Run, snapshot: StateSnapshot, graph: Any, asked: list[Asked]) -> frozenset[str]:
    """The questions of those that are asked no more."""
    if run.driver.is_served and stands_inside(snapshot, graph):
        # A server does not say what its nested graphs were answered.
        return frozenset(one.interrupt_id for one in run.decisions)
    return await left_over([one.address for one in asked if one.address is not None], run.driver)


async def _ask_unused_again(run: Run, sent: Iterable[Pending], asked: Iterable[Asked]) -> None:
    """Open the questions again whose answers were sent, and without which the graph has gone on.

    One that the work of another kernel, which nobody has seen here, has written over is written once more instead.
    """
    now = {one.request.id for one in asked}
    unused = [one for one in sent if one in run.pending and one.request.id in now and one.status == "answered"]
    for one in list(unused):
        if one.written is not None and not one.overtaken and await run.driver.is_written_over(one.written):
            one.overtaken = True
            unused.remove(one)
        elif one.asked.address is not None:
            await run.driver.release(one.asked.address)
    with run.lock:
        for one in unused:
            if one.status == "answered":
                run.decisions.withdraw(one.request.id)
                one.refuse(InvalidAnswerError("The graph asks again."))
                one.again = one.again or "same_run"


def _is_over(run: Run, snapshot: StateSnapshot, error: BaseException | None) -> bool:
    """End the run where it failed, finished, or was stopped; held with the lock."""
    if error is not None:
        path = run.state.failed_node()
        run.failed_node = " › ".join(path) if path else None
        run.fail(error)
    elif not run.pending and not snapshot.next:
        run.state.finish()
        run.end("finished")
    elif run.stopping:
        run.end("stopped")
    else:
        return False
    return True


def come_to_rest(run: Run, snapshot: StateSnapshot, asked: list[Pending]) -> None:
    """Wait for what a thread asks that others have gone on with; held with the lock."""
    run.snapshot = snapshot
    before = run.pending
    set_pending(run, pend(run, asked))
    run.others.unseen |= {one.request.id for one in run.pending if one not in before}
    _rest(run, snapshot)
    if run.stopping:
        run.end("stopped")
    elif run.pending:
        run.status = "waiting"
        run.at_rest.set()
        run.rested()
    else:
        if not snapshot.tasks and (END,) not in run.state.nodes:
            run.state.finish()
        run.end("stopped" if snapshot.tasks else "finished")


def pend(run: Run, asked: Iterable[Asked | Pending]) -> list[Pending]:
    """What is pending, with what came of it so far; a request that is new gets its control, unless it is `controlled`."""
    known, pending = {one.request.id: one for one in run.pending}, controlled(run, asked)
    now = {one.request.id for one in pending}
    for gone in known.keys() - now:
        known[gone].close()
    for gone in run.live.keys() - now:
        del run.live[gone]
    for one in pending:
        if one.request.id not in known:
            one.again = run.asked_before(one.asked)
            if run.origin.earlier is not None:
                run.origin.earlier.take(one.request)
    return pending


def controlled(run: Run, asked: Iterable[Asked | Pending]) -> list[Pending]:
    """Requests with their controls, which are not pending by that: they may be looked at, and made anew later.

    A control may be anybody's code: not with the lock.
    """
    known = {one.request.id: one for one in run.pending}
    found = [latest(known.get(one.request.id), one) for one in asked]
    is_new = any(not isinstance(one, Pending) for one in found)
    earlier = run.origin.earlier.tried() if run.origin.earlier is not None and is_new else None
    pending = [one if isinstance(one, Pending) else with_control(run, one, earlier) for one in found]
    for one in pending:
        before = known.get(one.request.id)
        if before is not None and before is not one and not one.nth:
            takes_the_place_of(one, before)
    return pending


def with_control(run: Run, asked: Asked, earlier: EarlierAnswers | None) -> Pending:
    """A request with its control, and the answer that it starts from, if it had one before."""
    request = asked.request
    if (brought := run.live.get(request.id)) is not None:
        request = replace(request, live=brought.things)
    if isinstance(stop := request.payload, Breakpoint):
        request = replace(request, payload=stop.without(run.secrets.are_in))
    as_asked = kept(request.payload)
    control = run.controls.resolve(request)
    unseen = None
    if earlier is not None:
        control, unseen = earlier.start(request, control)
    question = describe(request, control)
    if unseen is not None:
        question.context.append({"label": "Answered before", "text": unseen.text, "mono": False})
    asked = asked if request is asked.request else replace(asked, request=request)
    pending = Pending(asked, control, question, said=words_about(request, asked.words), as_asked=as_asked)
    plan(run, pending)
    return pending


def _rest(run: Run, snapshot: StateSnapshot) -> None:
    addresses = [one.asked.address for one in run.pending if one.status != "answered"]
    waiting = {task for address in addresses if address is not None for task in address.tasks}
    finished = {task.id for task in snapshot.tasks if task.result is not None}
    cached = {task.id for task in snapshot.tasks if not run.passes.drained and _has_cache(run.driver.graph, task.name)}
    run.state.rest(finished, waiting, cached=cached)


def _has_cache(graph: Any, node: str) -> bool:
    """Whether what a node of a graph wrote may have come from the graph's cache."""
    if getattr(graph, "cache", None) is None:
        return False
    return (getattr(graph.nodes.get(node), "cache_policy", None) or graph.cache_policy) is not None


async def _calls_done(run: Run, asked: list[Asked]) -> set[str]:
    """The `@task` calls that are done of the nodes that ask, by id, where the stream has told otherwise."""
    done = set[str]()
    if run.driver.is_served or not run.state.may_wait():
        return done
    for address in [one.address for one in asked if one.address is not None]:
        if (saved := await run.driver.checkpoint(address.config)) is not None:
            done |= {id for id, writes in by_task(saved).items() if is_called(writes)}
    return done


async def _know_secrets(run: Run, asked: list[Asked]) -> None:
    """A breakpoint shows the state, in which there may be secrets that were given before this kernel."""
    if any(isinstance(one.request.payload, Breakpoint) for one in asked):
        from ..inside.reading import know_secrets

        await know_secrets(run.driver, run.secrets)
