"""The timeline: a row a step and a row a decision, in the order in which they came.

Rows are kept as references to what the run has recorded and made into plain data when they are shown: a run of thousands of
steps costs an update what is new, and a fetch what is fetched.
"""

from __future__ import annotations

import math
from bisect import insort
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ..inside.changed import Changed
from ..protocol import DecisionRow, RowsView, StepRow, TimelineView
from ..running.following.records import Namespace, Path, StepRecord, TaskRecord
from ..running.run import Run
from ..thread.breakpoints import is_breakpoint
from ..thread.earlier import EarlierStep, saved_at
from .calling import CalledBefore, Calling
from .changed_keys import ChangedKeys
from .copies import Around
from .drawn import Drawn
from .timeline_rows import Answered, Call, Earlier, EarlierCall, Entry, PassedOver, paths_of, row_of

LATEST = 20
"""Rows that the browser is sent with every update: what it shows of the timeline's end, and a few more."""
MOST = 200
"""Rows that are fetched at once, at most."""


@dataclass(slots=True)
class _OfNode:
    """The places of the rows of one node.

    Attributes:
        settled: those of rows that can get no other node any more.
        open: the rows that can, of those that were looked at.
        upto: the first row that was not.
        inside: whether a path is the node or inside of it.
    """

    settled: list[int] = field(default_factory=list[int])
    open: list[int] = field(default_factory=list[int])
    upto: int = 0
    inside: dict[Path, bool] = field(default_factory=dict[Path, bool])


class Timeline:
    """The rows of a run. Used with the run's lock held.

    Args:
        run: the run.
        drawn: its graph as it is drawn.

    Attributes:
        keys: which keys the changes of the state have changed.
    """

    def __init__(self, run: Run, drawn: Drawn) -> None:
        self._run = run
        self._drawn = drawn
        self.keys = ChangedKeys(run)
        self._epoch = 0
        self._rows: list[Entry] = []
        self._steps = self._decided = self._withdrawn = 0
        self._calling, self._called = Calling(run.state), CalledBefore()
        self._around = Around()
        self._empty: dict[Namespace, list[str]] = {}
        """By graph the checkpoints that its next step comes after, and from which nothing ran."""
        self._readings = 0
        """How often the past was read whose rows are here."""
        self._stands = False
        """Whether the last rows are of a step that stands and was not begun here."""
        self._inside: list[EarlierStep] = []
        """What nested graphs had done of the latest step before it went on here, as far as it is no row yet."""
        self._begun: set[str] = set()
        """The checkpoints of those that are rows."""
        self._origin: str | None = None
        self._unexplained = 0
        """How many of the run's steps go on with what was before."""
        self._of_node: dict[str, _OfNode] = {}

    # ------------------------------------------------------------------ what is shown

    def view(self) -> TimelineView:
        """The end of it, for the trait."""
        self._follow()
        first = max(0, len(self._rows) - LATEST)
        return {
            "epoch": self._epoch,
            "total": len(self._rows),
            "decisions": len(self._run.decisions),
            "latest": [self._row(at) for at in range(first, len(self._rows))],
        }

    def rows(self, first: int, count: int, node: str | None = None) -> RowsView:
        """Some of the rows; all of them, or those of a node and of what is inside of it.

        Args:
            first: the first one's place; counted from the end where it is negative.
            count: how many.
            node: a drawn node's id.
        """
        self._follow()
        places = range(len(self._rows)) if node is None else self._places(node)
        first = max(0, first + len(places) if first < 0 else first)
        shown = places[first : first + max(0, min(count, MOST))]
        return {
            "epoch": self._epoch,
            "total": len(places),
            "first": first,
            "rows": [self._row(at) for at in shown],
        }

    def _row(self, at: int) -> StepRow | DecisionRow:
        return row_of(self._rows[at], at, self._run, self.keys, self._around)

    # ------------------------------------------------------------------ keeping up

    def _follow(self) -> None:
        """Add what is new. Rows that are there keep their places, but where an answer was taken back or the past was read."""
        run = self._run
        is_other = run.past.readings != self._readings or run.decisions.withdrawn != self._withdrawn
        if is_other or run.state.origin != self._origin:
            # Most often it goes on where what was read ends. Thousands of rows are where they were, for the browser too.
            self._origin = run.state.origin
            is_other = run.past.place() or is_other
        if len(run.state.unexplained) != self._unexplained:
            # What led to it is among what was before.
            self._unexplained = len(run.state.unexplained)
            is_other = run.past.place() or is_other
        fresh = run.state.steps[self._steps :]
        if fresh and (self._stands or any(step.checkpoint in self._begun for step in fresh)):
            # What stood goes on, in its row.
            run.past.place()
            is_other = True
        if is_other:
            self._begin_anew()
        fresh = run.state.steps[self._steps :]
        calls = self._calling.fresh(fresh)
        for step in fresh:
            self._ran_inside(step.checkpoint if step.ns else None)
            if run.past.inside_of(step):
                run.past.place()
            inside = run.past.inside_of(step)
            # A fork from inside of a nested graph has begun its step once more: what was asked in there came before that.
            begun = [at for at in (step.began, inside[0].at if inside else None) if at is not None]
            until = min(begun, default=None)
            self._called_before(calls, until)
            self._passed_over(step, step.ns, step.passed, until)
            self._rows.append(step)
            self._around.begins(step)
            self._steps += 1
            self._inside += inside
        self._ran_inside(None)
        self._called_before(calls, math.inf)
        if not self._stands:
            for at, step in run.past.not_begun():
                self._ran_before(at, step)
                self._stands = True
            self._had_called((), None)
        self._answered_before(math.inf)

    def _called_before(self, calls: deque[tuple[float, TaskRecord]], at: float | None) -> None:
        """Add what the nodes of the run's own steps have called before something began."""
        while calls and calls[0][0] < (at or 0.0):
            _, task = calls.popleft()
            self._answered_before(task.first)
            self._rows.append(Call(task))

    def _had_called(self, ns: Namespace, until: float | None) -> None:
        """Add what the nodes of earlier steps had called before a step of a graph began.

        Args:
            ns: the graph's namespace.
            until: when that step began.
        """
        for task in self._called.before(ns):
            self._answered_before(self._run.past.record_of(task).first)
            self._rows.append(EarlierCall(task))
            if task.asked:
                self._answered_by(task.node[:-1], until)

    def _ran_inside(self, before: str | None) -> None:
        """Add what nested graphs had done before a step of one of them that went on; all of it, if not given."""
        while self._inside and (before is None or self._inside[0].checkpoint < before):
            nested = self._inside.pop(0)
            self._begun.add(nested.checkpoint)
            self._ran_before(None, nested)

    def _ran_before(self, at: int | None, step: EarlierStep) -> None:
        if step.checkpoint in self._run.past.inside:
            # Nothing of it has ended, and something has begun.
            step = replace(step, tasks=step.tasks or step.stands)
        if step.tasks:
            entry = Earlier(at, step)
            self._had_called(step.ns, step.at)
            # Between them are decisions that were taken in an earlier kernel, or in another session.
            if at is not None or step.ns:
                self._passed_over(entry, step.ns, (), step.at)
            self._answered_before(step.at)
            self._rows.append(entry)
            self._around.begins(step)
            self._called.begins(step)
        else:
            self._empty.setdefault(step.ns, []).append(step.checkpoint)

    def _passed_over(
        self,
        before: StepRecord | Earlier,
        ns: Namespace,
        passed: Iterable[str],
        until: float | None,
    ) -> None:
        """Add the steps that never ran, once it is known: without them the numbers of those that did have a gap.

        Args:
            before: the next one that ran, of which the row is added then.
            ns: its graph.
            passed: their checkpoints, as far as this run has seen them.
            until: what was decided before then comes before it.
        """
        # One may have been seen here, and read.
        found = sorted({*passed, *self._empty.pop(ns, ())})
        ran_from = before.step.checkpoint if isinstance(before, Earlier) else before.checkpoint
        for place, (checkpoint, following) in enumerate(zip(found, [*found[1:], ran_from], strict=False)):
            at = saved_at(following) if following is not None else None
            self._answered_before(until if at is None else at)
            self._rows.append(
                PassedOver(before, len(found) - place, at, ns, checkpoint, next(iter(found[place + 1 :]), None))
            )
        self._answered_before(until, ran_from)
        if not ns:
            self._empty.clear()  # its nested graphs did not go on

    def change(self, id: str) -> Changed | None:
        """The change of the state that a row calls by an id."""
        entries = (entry for entry in self._rows if isinstance(entry, PassedOver))
        return next((entry.change(self._run) for entry in entries if entry.id == id), None)

    def _answered_before(self, at: float | None, step: str | None = None) -> None:
        """Add the decisions that were taken before something began.

        Args:
            at: when that was.
            step: the checkpoint of the step that it is, if it is one: a fork begins it once more, with answers from before that.
        """
        decisions = self._run.decisions
        while self._decided < len(decisions) and (decision := decisions[self._decided]).at.timestamp() <= (at or 0.0):
            if step is not None and decision.checkpoint == step and not is_breakpoint(decision.interrupt_id):
                return
            self._rows.append(Answered(self._decided, decision))
            self._decided += 1

    def _answered_by(self, node: Path, until: float | None) -> None:
        """Add the next decision, if it may be about what a task has asked that a node has called."""
        decision = next(iter(self._run.decisions[self._decided : self._decided + 1]), None)
        is_its = decision is not None and decision.path == node
        if decision is not None and is_its and decision.at.timestamp() <= (math.inf if until is None else until):
            self._rows.append(Answered(self._decided, decision))
            self._decided += 1

    def _begin_anew(self) -> None:
        self._readings = self._run.past.readings
        if self._rows or self._readings:
            self._epoch += 1
        self._withdrawn = self._run.decisions.withdrawn
        self._steps = self._decided = 0
        self._calling, self._called = Calling(self._run.state), CalledBefore()
        self._around = Around()
        self._empty = {}
        self._stands = False
        self._inside, self._begun = [], set()
        self._of_node.clear()
        self._rows = []
        for at, step in self._run.past.earlier():
            self._ran_before(at, step)
        self._had_called((), None)

    # ------------------------------------------------------------------ the rows of a node

    def _places(self, node: str) -> Sequence[int]:
        of = self._of_node.setdefault(node, _OfNode())
        looked_at, of.open = (*of.open, *range(of.upto, len(self._rows))), []
        of.upto = len(self._rows)
        for at in looked_at:
            entry = self._rows[at]
            is_in = any(_is_inside(of.inside, path, node) for path in paths_of(entry))
            if isinstance(entry, StepRecord) and not is_in and self._run.state.is_at(entry):
                of.open.append(at)  # more of its tasks may be starting
            elif is_in:
                insort(of.settled, at)
        return of.settled


def _is_inside(known: dict[Path, bool], path: Path, node: str) -> bool:
    if path not in known:
        id = ":".join(path)
        known[path] = id == node or id.startswith(f"{node}:")
    return known[path]
