"""A thread as an earlier kernel or session left it, before anything is run on it here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langgraph.types import StateSnapshot

from ..asking.live import is_missing
from ..driver import Address, Driver
from ..driver.answers.address import ns_of
from ..driver.handlers import handled_in
from ..texts.raised import message_of
from ..thread.asked import Asked, requests_in
from ..thread.asker import with_asker
from ..thread.breakpoints import Breakpoint, at_breakpoint, checkpoint_id
from ..thread.cancelled import without_cancelled
from ..thread.left_over import left_over
from .following.records import namespace_of
from .following.state import RunState

if TYPE_CHECKING:
    from ..protocol import NodeStatus
    from ..thread.earlier import EarlierTask
    from .run import Run

READ_AGAIN = 5
"""How often a thread on a server is read once more, at most, as it has moved meanwhile."""


class FailedEarlierError(RuntimeError):
    """What a node failed with elsewhere: LangGraph keeps the text alone (1.2.24), its `repr`."""


@dataclass(frozen=True)
class PickedUp:
    """What a thread is found to be.

    Attributes:
        asked: what it waits for, and what it has an answer to that is not taken yet.
        answered: the ids of the latter.
        goes_on: whether there is something to do that needs nobody: an answer that its node has not taken, a run that
            a server is at work on, a step that was cut off, or a question about something that was in the kernel that asked and has to be brought
            here again. Nothing else is run again: not a node that only asks, not one that has failed.
        is_new: whether nothing was ever saved under its name.
        failures: what its failed nodes raised, as text (langgraph 1.2.22), by task id and node.
        failed: the same tasks and those in the graphs of those, each with the namespace of its graph, its id, its node and what
            it raised; `None` for one that was cancelled as another had failed.
        finished: the tasks that have finished beside those, each with the namespace of its graph, its id and its node.
        stopped_inside: those in which a graph stands at a breakpoint, likewise.
        was_cut_off: whether there is a next step, and nothing was asked or has failed in it, or a server is at work.
        called: the tasks that those have called, each with the namespace of its graph.
        is_busy: whether a server is at work.
        never_ran: whether all that its state has was put there by hand.
    """

    asked: list[Asked]
    goes_on: bool
    is_new: bool
    failures: Mapping[tuple[str, str], str]
    failed: Sequence[tuple[tuple[str, ...], str, str, str | None]] = ()
    finished: Sequence[tuple[tuple[str, ...], str, str]] = ()
    answered: frozenset[str] = frozenset()
    was_cut_off: bool = False
    called: Sequence[tuple[str, EarlierTask]] = ()
    is_busy: bool = False
    never_ran: bool = False
    stopped_inside: Sequence[tuple[tuple[str, ...], str, str]] = ()

    @property
    def has_begun(self) -> bool:
        """Whether it has not finished, so that a new input would start it over."""
        # Where it was compiled to stop before its first node, a thread that only has a state stands there at once.
        return not self.never_ran and (bool(self.asked or self.failures) or self.was_cut_off)

    @property
    def said(self) -> str:
        """What became of it, as the rest of a sentence that begins with the thread."""
        if self.failures and not self.asked:
            return "had failed already: `session.retry()` goes on from there"
        then = "it goes on from there" if self.has_begun else "what came of it is shown"
        return f"{'was waiting' if self.open else 'was at work'} already: {then}"

    @property
    def open(self) -> list[Asked]:
        """What nobody has answered."""
        return [one for one in self.asked if one.request.id not in self.answered]

    @property
    def addresses(self) -> list[Address]:
        """Where answers are written."""
        return [one.address for one in self.asked if one.address is not None]

    @property
    def failure(self) -> BaseException | None:
        """What it failed with."""
        return next((FailedEarlierError(text) for text in self.failures.values()), None)

    @property
    def tasks(self) -> frozenset[str]:
        """The ids of the tasks that wait, and of those that run the graphs around them."""
        addresses = [one.address for one in self.asked if one.address is not None]
        around = (part.rpartition(":")[2] for address in addresses for part in address.namespace)
        return frozenset({*around, *(address.task_id for address in addresses)})

    def draw(self, state: RunState, taken: NodeStatus = "waiting") -> None:
        """Put the tasks that wait, and those around them, into a state that has seen nothing of the run.

        Args:
            state: the state.
            taken: what those are that have got an answer and not ended.
        """
        state.begin()
        for ns, task_id, node, error in self.failed:
            state.restore(ns, task_id, node, "idle" if error is None else "failed", error)
        # What one waits in waits, too, whatever else is in there.
        for one in sorted(self.asked, key=lambda one: one.request.id not in self.answered):
            status = taken if one.request.id in self.answered else "waiting"
            if (address := one.address) is None:
                continue
            for depth, part in enumerate(address.namespace):
                name, _, task_id = part.rpartition(":")
                if not name:
                    continue  # the number of a graph that a node has called after another (langgraph 1.2.24)
                state.restore(address.namespace[:depth], task_id, name, status)
            state.restore(address.namespace, address.task_id, address.node, status)
        for ns, task_id, node in self.stopped_inside:
            state.restore(ns, task_id, node, "idle")
        for ns, task_id, node in self.finished if self.asked or self.failures else ():
            state.restore(ns, task_id, node, "done")
        for ns, call in self.called if self.asked or self.failures else ():
            state.restore_call(namespace_of(ns), call.id, call.node, call.status, call.error)


async def read_thread(run: Run) -> tuple[StateSnapshot, PickedUp]:
    """A run's thread as it stands, and what it is found to be; what is secret in it is known from then on.

    A server works on while it is asked one thing after another: what has moved meanwhile is read once more. Else a question
    that was answered in between is taken for an open one, and a node that was about to begin for a breakpoint.
    """
    driver = run.driver
    snapshot = await driver.snapshot()
    found = await look_at(snapshot, driver)
    for _ in range(READ_AGAIN if driver.is_served else 0):
        before, snapshot = snapshot, await driver.snapshot()
        if position_of(snapshot) == position_of(before):
            break
        found = await look_at(snapshot, driver)
    run.secrets.add_from(driver.graph, snapshot)
    return snapshot, found


def position_of(snapshot: StateSnapshot | None) -> Any:
    """What tells a thread that has moved from one that stands where it stood."""
    if snapshot is None or snapshot.created_at is None:
        return None
    tasks = [
        (
            task.id,
            bool(task.error),
            task.result is not None,
            [one.id for one in task.interrupts],
            position_of(task.state) if hasattr(task.state, "created_at") else None,  # type: ignore[arg-type]
        )
        for task in snapshot.tasks
    ]
    return checkpoint_id(snapshot), tasks


async def look_at(snapshot: StateSnapshot, driver: Driver) -> PickedUp:
    """Read a thread without running anything on it."""
    asked = requests_in(snapshot, driver.graph, breakpoints=False)
    gone = await left_over([one.address for one in asked if one.address is not None], driver)
    stands = await at_breakpoint(snapshot, driver.graph, driver, gone) or await driver.stands_at_breakpoint(snapshot)
    if not stands and gone.issuperset(one.request.id for one in asked) and any(task.state for task in snapshot.tasks):
        from ..thread.later_graphs import stands_in_later  # few nodes call graphs

        stands = await stands_in_later(snapshot, driver.graph, driver)
    asked = requests_in(snapshot, driver.graph, breakpoints=stands, gone=gone)
    asked = await with_asker(asked, snapshot, driver)
    failed = [*_failed(snapshot)]
    handled = handled_in(snapshot.tasks)
    failures = {(id, node): error for ns, id, node, error in failed if not (ns or id in handled) and error is not None}
    answered = await answered_of(asked, driver)
    # A state that was put together by hand has not begun.
    by_hand = (snapshot.metadata or {}).get("source") == "update"
    # Not `next`: a step whose tasks have all finished, and whose checkpoint is not written yet, has none (langgraph 1.2.24).
    was_cut_off = bool(snapshot.tasks) and not asked and not failures
    is_busy = await driver.is_busy()
    goes_on = was_cut_off or bool(answered) or is_busy
    called: list[tuple[str, EarlierTask]] = []
    if asked or failures:  # else it is not drawn
        from ..thread.called import called_now  # a new thread, as a script's, never needs it

        called = [found async for found in called_now(snapshot, driver)]
    return PickedUp(
        asked=asked,
        answered=answered,
        # A server works on without the kernel that sent the input, and would refuse another one.
        is_busy=is_busy,
        was_cut_off=is_busy or (was_cut_off and not by_hand),
        goes_on=goes_on or any(is_missing(one.request.payload, {}) for one in asked),
        is_new=snapshot.created_at is None,
        never_ran=by_hand and await _never_ran(snapshot, driver),
        failures=failures,
        failed=failed,
        finished=tuple(_finished(snapshot)),
        stopped_inside=tuple(_stopped_inside(snapshot)) if stands else (),
        called=called,
    )


async def _never_ran(snapshot: StateSnapshot, driver: Driver) -> bool:
    """Whether a thread has nothing but changes by hand, of which a new one's first is step 0 (langgraph 1.2.24).

    So is a change of what a thread was given, which has that before it.
    """
    while (told := snapshot.metadata or {}).get("source") == "update":
        if snapshot.parent_config is None:
            return told.get("step") == 0
        snapshot = await driver.state_at(snapshot.parent_config)
    return False


def _finished(snapshot: StateSnapshot) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """The tasks of a step that is not over which have finished, those of nested graphs among them."""
    ns = ns_of(snapshot)
    for task in snapshot.tasks:
        if task.result is not None:
            yield namespace_of(ns), task.id, task.name
        elif isinstance(task.state, StateSnapshot):
            yield from _finished(task.state)


def _failed(snapshot: StateSnapshot) -> Iterator[tuple[tuple[str, ...], str, str, str | None]]:
    """The tasks that failed, and what was in their way, as far as graphs nested in them have kept it."""
    ns = namespace_of(ns_of(snapshot))
    both = zip(snapshot.tasks, without_cancelled(snapshot.tasks), strict=True)
    # Those first that failed: beside one that did, the others are counted with it.
    for task, told in sorted(both, key=lambda one: not one[1].error):
        if not task.error:
            continue
        if not task.interrupts:
            yield ns, task.id, task.name, message_of(told.error) if told.error else None
        if isinstance(task.state, StateSnapshot):
            yield from _failed(task.state)


def _stopped_inside(snapshot: StateSnapshot) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """The tasks that have run a graph which has not finished, those of nested graphs among them."""
    ns = ns_of(snapshot)
    for task in snapshot.tasks:
        if task.result is None and isinstance(task.state, StateSnapshot) and task.state.created_at is not None:
            yield namespace_of(ns), task.id, task.name
            yield from _stopped_inside(task.state)


async def answered_of(asked: Sequence[Asked], driver: Driver) -> frozenset[str]:
    """The ids of those requests that the thread has an answer to."""
    answered = await driver.answered_inside([one.address for one in asked if one.address is not None])
    stops = [(one.request.id, one.request.payload) for one in asked if isinstance(one.request.payload, Breakpoint)]
    return answered.union([id for id, stop in stops if await driver.claimed(stop.config, id)])
