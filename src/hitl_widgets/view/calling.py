"""The tasks that the nodes of steps have called (`@task`), until they are rows of the timeline, each at its place."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from operator import itemgetter

from ..running.following.calls import called
from ..running.following.fold import Fold
from ..running.following.records import Namespace, StepRecord, TaskRecord
from ..thread.earlier import EarlierStep, EarlierTask


class Calling:
    """Those of the steps that a run goes through: more are called while a step is at work.

    Args:
        state: what is known of the run.
    """

    def __init__(self, state: Fold) -> None:
        self._state = state
        self._seen: dict[int, int] = {}
        """How many tasks of a step were looked at, by its index."""

    def fresh(self, begun: Iterable[StepRecord]) -> deque[tuple[float, TaskRecord]]:
        """Those that were not told of yet, each with when it began, in that order.

        Args:
            begun: the steps that have begun since, whose tasks are followed from now on.
        """
        # A task that was called stands beside the one that has called it.
        self._seen |= {step.index: 0 for step in begun if len(step.tasks) > 1 or self._state.is_at(step)}
        found: list[tuple[float, TaskRecord]] = []
        for index, seen in list(self._seen.items()):
            step = self._state.steps[index]
            if (end := len(step.tasks)) > seen:
                # Of what was picked up it is not known; it comes after its step.
                found += [(task.first or step.began or 0.0, task) for task in called(step.ns, step.tasks[seen:end])]
                self._seen[index] = end
            if not self._state.is_at(step):
                del self._seen[index]
        return deque(sorted(found, key=itemgetter(0)))


class CalledBefore:
    """Those of the steps that ran before this kernel. LangGraph's thread keeps their order, and not their times."""

    def __init__(self) -> None:
        self._left: dict[Namespace, deque[EarlierTask]] = {}
        self._ids: dict[str, Namespace] = {}
        """By the id of each the namespace of the graph whose node has called it."""

    def begins(self, step: EarlierStep) -> None:
        """A step has a row; those that its nodes have called come after it."""
        if calls := called(step.ns, step.tasks):
            self._left[step.ns] = deque(calls)
            self._ids |= {call.id: step.ns for call in calls}

    def before(self, ns: Namespace) -> list[EarlierTask]:
        """Those that were called before a step of a graph began, as far as that can be told."""
        found = list[EarlierTask]()
        for part in ns:
            id = part.rpartition(":")[2]  # of a call that runs the graph: what was called before it, and it
            while id in self._ids:
                found.append(self._next(self._ids[id]))
        # One of its own graph comes after all that the one before has called.
        for over in [at for at in self._left if at[: len(ns)] == ns]:
            found += [self._next(over) for _ in range(len(self._left[over]))]
            del self._left[over]
        return found

    def _next(self, ns: Namespace) -> EarlierTask:
        call = self._left[ns].popleft()
        del self._ids[call.id]
        return call
