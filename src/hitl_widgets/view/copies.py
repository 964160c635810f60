"""Which graph a row is of, of several that run side by side."""

from __future__ import annotations

from ..running.following.calls import scheduled
from ..running.following.records import Namespace, StepRecord
from ..thread.copies import copies_in
from ..thread.earlier import EarlierStep


class Around:
    """The steps in which nested graphs run, as far as those have rows."""

    def __init__(self) -> None:
        self._at: dict[Namespace, StepRecord | EarlierStep] = {}
        """The latest of each graph."""
        self._of: dict[Namespace, list[tuple[str, str, StepRecord | EarlierStep]]] = {}
        """By namespace of a nested graph the tasks that run it and each graph around it, with their nodes and steps."""
        self._copies: dict[int, tuple[int, dict[str, str]]] = {}
        """By a step's identity how many tasks it had when they were told apart, and how: more may start. Its row keeps the step."""

    def begins(self, step: StepRecord | EarlierStep) -> None:
        """A step has a row."""
        self._at[step.ns] = step
        if step.ns not in self._of:
            parts = [(at, part.rpartition(":")) for at, part in enumerate(step.ns)]
            self._of[step.ns] = [
                (id, node, self._at[step.ns[:at]])
                for at, (node, has_id, id) in parts
                if has_id and step.ns[:at] in self._at
            ]

    def copies(self, step: StepRecord | EarlierStep) -> dict[str, str]:
        """What tells the tasks of a step from each other, by id. A step of thousands is gone through once, not for each row in it."""
        if len(step.tasks) < 2:
            return {}
        count, found = self._copies.get(id(step), (0, {}))
        if count != len(step.tasks):
            found = copies_in(scheduled(step.ns, step.tasks))
            self._copies[id(step)] = len(step.tasks), found
        return found

    def copy(self, ns: Namespace) -> str | None:
        """Which one a nested graph is, of several that run side by side; of those around it too.

        Of several nodes' it is its node: their rows follow each other in whatever order they come.
        """
        words = (self.copies(step).get(task) or self._among(node, step) for task, node, step in self._of.get(ns, ()))
        return " › ".join(word for word in words if word is not None) or None

    def _among(self, node: str, step: StepRecord | EarlierStep) -> str | None:
        return node if any(task.node[-1] != node for task in scheduled(step.ns, step.tasks)) else None
