"""A fork: another run on a copy of a thread, from a step of it or from a question; and a run from the beginning again."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.channels.base import BaseChannel

from ...decisions import Decision
from ...driver import Driver
from ...driver.channels import INTERNAL
from ...driver.copies.copying import copy_thread
from ...driver.copies.moment import Moment
from ...errors import AnswerError, HitlError
from ...fields import MISSING
from ...graph.nested import graph_at
from ...inside.reading import know_secrets
from ...policies import Always
from ...policies.answers import Answers
from ...thread.breakpoints import is_breakpoint, stands_before
from ...thread.history import History, Step
from ...thread.inside import fits
from ...thread.later_graphs import called_in
from ..recorded import recall
from ..run import Run
from ..steps import ASK_INPUT, PICK_UP
from .earlier import EarlierAnswers
from .forked import Fork, Kind
from .given import Given
from .place import Place, names_by_depth, nested_places
from .stood import found_inside
from .uncached import uncached


def step_of(history: History, step: int) -> Step:
    """The step that is meant by its index.

    Raises:
        IndexError: there is no such step.
    """
    if not -len(history) <= step < len(history):
        raise IndexError(f"There is no step {step}: the thread has {len(history)}.")
    return history[step]


def fork_of(
    run: Run,
    place: Place,
    *,
    answers: Answers | None = None,
    update: Mapping[str, Any] | None = None,
    pause: bool = False,
    by_hand: bool = False,
) -> Fork:
    """A run on a new thread that starts from a place in this one's; see `Session.fork`.

    Args:
        run: the run.
        place: where.
        answers: what it is answered with, whoever is there.
        update: other values for keys of the state, before the place's step.
        pause: whether it stands there until somebody lets it go on.
        by_hand: whether a person answers what is asked there, whatever the policies would say at once.

    Raises:
        TypeError: the state has no such key.
        HitlError: nothing can be run any more.
    """
    run.driver.check()
    changes = dict(update or {})
    if changes or pause:
        # One that stood at its end, after a node that cannot be told, is asked about by the node that runs it.
        _check_state(run, place, changes, *(place.paths[:1] if place.stood_at is not None else ()))
    where = f"the question {place.words!r}" if place.asked is not None else place.words
    instead = answers.instead_of(place.since) if isinstance(answers, Given) else ()
    forked = _another(run, f"A fork of another run, from {where}.", place.before, instead)
    # The state that it starts from may have them, and its own thread does not say who has asked.
    forked.secrets.learn(run.secrets)
    driver = forked.driver
    if place.asked is not None:
        driver.graph = uncached(driver.graph, place.paths)
    forked.origin.given = answers
    forked.origin.by_hand = place.goes_by if by_hand else None
    if isinstance(answers, Given):
        answers.asked_by(forked)
    forked.origin.earlier = EarlierAnswers(place.since, EarlierAnswers(place.before, run.origin.earlier))
    forked.origin.pauses = "before" if pause else "as it stood" if place.is_breakpoint else None
    forked.origin.copied_from = run
    forked.beginning.follows_up = place.is_input and place.config is not None
    if (config := place.config) is not None:
        with run.lock:
            forked.state = run.state.before(config.get("configurable", {})["checkpoint_id"])
            forked.was_used = run.was_used

    async def copy() -> None:
        if config is None:
            return
        named = driver.thread_name
        # Where a try has failed before its end, `retry` has it done once more: with the same ids, so with the same result.
        await know_secrets(run.driver, run.secrets)
        forked.secrets.learn(run.secrets)
        at, source = await found_inside(place, run)
        if at is not place:
            _check_state(run, at, changes)
        begins_at = at.config or config
        names = names_by_depth(run.driver.graph, at.paths)
        whole = bool(changes) or bool(forked.origin.pauses)
        moment = None
        if at.opened is not None and (at.inside is not None or not whole):
            moment = Moment(
                at.opened,
                names,
                await source.tasks_at(begins_at),
                _begun_before(run, at),
                _time_of(at),
                None if at.inside is None else replace(at.inside, whole=whole),
                stood=at.stood_at is not None,
                waiting=at.waiting,
                known=nested_places(run.driver.graph),
            )
        copied = await copy_thread(
            source,
            driver,
            begins_at,
            moment=moment,
            names=_first(names) if moment is None else nested_places(run.driver.graph) | _first(names),
            whole=whole,
            is_changed=whole,
            passed=frozenset(one.at for one in place.before if is_breakpoint(one.interrupt_id)),
        )
        # A server gives the copy an id of its own.
        forked.attach = forked.attach and forked.attach.replace(repr(named), repr(driver.thread_name))
        begins = copied.config
        if at.inside is not None and whole:
            await _check_fits(driver, at, begins)
        # The outermost graph comes last: whoever kills the kernel before that leaves no thread that seems to be whole.
        if changes and at.inside is not None:
            begins = await driver.rewrite(begins, changes)
        is_rewritten = at.inside is None and bool(changes)
        await copied.finish(is_whole=not is_rewritten)
        if is_rewritten:
            begins = await driver.rewrite(begins, changes)
        forked.beginning.entered = copied.goes_on
        forked.past.is_inside_due = True
        # Where it begins a step, it stops where any run would that comes there.
        if at.inside is not None:
            forked.origin.stands_in = begins
            graph = graph_at(at.path, driver.graph)
            stands = graph is not None and stands_before(await driver.state_at(begins), graph)
        else:
            stands = moment is None and stands_before(await driver.snapshot(), driver.graph)
        if stands and forked.origin.pauses is None:
            forked.origin.pauses = "before"
        for name in copied.forgot:
            forked.notice(
                f"The nested graph in {name} has forgotten here what it remembers from step to step: "
                "with another state it begins anew."
            )
        for name in copied.anew:
            forked.notice(
                f"The nested graph in {name} runs from its beginning here, with what it does outside of its state: "
                "to go on from inside of it, start from one of its own steps."
            )
        # The copy has the answers from before the place.
        forked.recalled = False
        if not driver.reads_anywhere:
            await recall(forked)

    kind: Kind = "state" if pause or changes else place.kind
    start = place.title if kind == "answer" else f"from {place.words}"
    fork = Fork(forked, kind, start, place.goes_by)
    _begin(run, fork, ASK_INPUT if place.is_input else PICK_UP, copy)
    return fork


def _begun_before(run: Run, place: Place) -> frozenset[str]:
    """The tasks of a place's step, and of the graphs nested in it, that had begun before it; none that were not seen here."""
    at = _time_of(place)
    begun: set[str] = set()
    seeing: Run | None = run
    while seeing is not None:
        with seeing.lock:
            tasks = [task for step in seeing.state.steps for task in step.tasks]
        begun |= {task.id for task in tasks if task.began is not None and task.began < at}
        seeing = seeing.origin.copied_from
    return frozenset(begun)


def _time_of(place: Place) -> float:
    """When a place was, in seconds since the epoch: its step's beginning, or when what is asked there was answered."""
    if place.at is not None:
        return place.at
    return place.since[0].at.timestamp() if place.since else math.inf


def restart_of(run: Run) -> Fork:
    """A run on a new thread with the input that this one's thread was started with; see `Session.restart`.

    Raises:
        AnswerError: nothing has been started.
        HitlError: nothing can be run any more.
    """
    run.driver.check()
    if run.status == "idle":
        raise AnswerError("This session has not been started, so there is no input to start again with.")
    again = _another(run, "A fork of another run: the same input once more.")
    again.origin.earlier = EarlierAnswers(run.decisions, run.origin.earlier)

    async def first_input() -> Any:
        try:
            return await run.driver.first_input()
        except HitlError:
            # Its first checkpoint may still have to be saved.
            if (given := run.beginning.input) is MISSING:
                raise
            return given

    fork = Fork(again, "restart", "the same input")
    _begin(run, fork, PICK_UP, first_input)
    return fork


def _another(run: Run, notice: str, before: Sequence[Decision] = (), instead: Sequence[Decision] = ()) -> Run:
    driver = run.driver.on_thread(uuid.uuid4().hex)
    old, new = run.driver.thread_name, driver.thread_name
    return Run(
        driver,
        run.controls,
        # What somebody approves from now on holds for their session alone.
        policies=[policy for policy in run.policies if not isinstance(policy, Always)],
        answers=None if run.answers is None else run.answers.anew(*map(_asked_by, (before, instead))),
        # A thread that ends with the kernel need not be told from others.
        notices=[notice if run.attach is None else notice.replace("another run", f"the thread {old!r}")],
        attach=None if run.attach is None else run.attach.replace(repr(old), repr(new)),
    )


def _asked_by(decisions: Sequence[Decision]) -> list[str]:
    return [one.interrupt_id for one in decisions]


def _name(run: Run) -> str:
    number = len(run.forks) + 1
    return f"Fork {number}" if run.name is None else f"{run.name}.{number}"


def _begin(run: Run, fork: Fork, step: Any, after: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    forked = fork.run
    with run.lock:  # two may be started at once
        fork.name = forked.name = _name(run)
        run.forks.append(fork)
    shown: list[Any] = [None]

    def tell() -> None:
        # The run that it was started from shows no more of it than this.
        now = (forked.status, [one.request.key for one in tuple(forked.pending)], len(forked.decisions))
        if shown[0] != now:
            shown[0] = now
            run.changed()

    forked.listeners.append(tell)
    forked.start(step, after=after)
    run.changed()


def _first(names: Sequence[frozenset[str]]) -> frozenset[str]:
    return names[0] if names else frozenset()


async def _check_fits(driver: Driver, place: Place, config: RunnableConfig) -> None:
    """Hold a nested graph to its checkpoint: of several that a node's code calls, LangGraph knows one (1.2.24).

    Raises:
        HitlError: it is another one.
    """
    saved = await driver.checkpoint(config)
    if saved is None or not fits(graph_at(place.path, driver.graph), saved):
        raise HitlError(_not_known(place))


def _not_known(place: Place) -> str:
    return (
        f"LangGraph does not know the graph that {' › '.join(place.path)} calls in its own code, and so not what its state "
        f"is: from {place.words} it can be run again (session.fork(step)), but not with another state."
    )


def _check_state(run: Run, place: Place, changes: Mapping[str, Any], *paths: tuple[str, ...]) -> None:
    """Hold changes to the keys of the state that they are for.

    Args:
        run: the run.
        place: where it is changed.
        changes: by key.
        paths: where its graph may be beside that.

    Raises:
        TypeError: the state has no such key.
        HitlError: it is that of a nested graph that nothing is known of, or not the one that LangGraph knows.
    """
    graphs = [graph for path in (place.path, *paths) if (graph := graph_at(path, run.driver.graph)) is not None]
    if not graphs:
        raise HitlError(_not_known(place))
    channels = [name for graph in graphs for name in cast("Mapping[str, BaseChannel[Any, Any, Any]]", graph.channels)]
    known = {name for name in channels if not name.startswith(INTERNAL)}
    unknown = changes.keys() - known
    around = graph_at(place.path[:-1], run.driver.graph) if place.path else None
    if (
        unknown
        and around is not None
        and any(unknown <= one.channels.keys() for one in called_in(around, place.path[-1]))
    ):
        raise HitlError(_not_known(place))  # it is another graph's that the node's code calls
    if unknown:
        raise TypeError(
            f"The state has no {', '.join(map(repr, sorted(unknown)))}; it has {', '.join(map(repr, sorted(known)))}."
        )
