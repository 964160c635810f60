"""Which of several tasks of one node it is, in words: sent side by side (`Send`), nothing else tells them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from ..running.following.calls import scheduled
from ..running.following.records import Namespace, Path, StepRecord
from ..texts.clipped import clipped
from ..thread.earlier import EarlierStep

LONGEST = 80
"""Characters of a tool's name: a model writes it."""


class _Task(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def node(self) -> Path: ...
    @property
    def tool(self) -> str | None: ...


def copies_in(tasks: Sequence[_Task]) -> dict[str, str]:
    """What tells each task from the others of its node, by id: the tool that it calls, and its number where that is not enough.

    Args:
        tasks: those of a step.
    """
    nodes = Counter(one.node for one in tasks)
    several = [(one.id, (one.node, one.tool or one.node[-1])) for one in tasks if nodes[one.node] > 1]
    alike, numbers = Counter(key for _, key in several), Counter[tuple[Path, str]]()
    found: dict[str, str] = {}
    for id, key in several:
        numbers[key] += 1
        word = clipped(key[1], LONGEST)
        found[id] = word if alike[key] == 1 else f"{word} #{numbers[key]}"
    return found


class Around:
    """The steps in which nested graphs run, as far as those have rows."""

    def __init__(self) -> None:
        self._at: dict[Namespace, StepRecord | EarlierStep] = {}
        """The latest of each graph."""
        self._of: dict[Namespace, list[tuple[str, StepRecord | EarlierStep]]] = {}
        """By namespace of a nested graph the tasks that run it and each graph around it, with their steps."""
        self._copies: dict[int, tuple[int, dict[str, str]]] = {}
        """By a step's identity how many tasks it had when they were told apart, and how: more may start. Its row keeps the step."""

    def begins(self, step: StepRecord | EarlierStep) -> None:
        """A step has a row."""
        self._at[step.ns] = step
        if step.ns not in self._of:
            parts = [(at, part.rpartition(":")) for at, part in enumerate(step.ns)]
            self._of[step.ns] = [
                (id, self._at[step.ns[:at]]) for at, (_, has_id, id) in parts if has_id and step.ns[:at] in self._at
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
        """Which one a nested graph is, of several that run side by side; of those around it too."""
        words = (self.copies(step).get(task) for task, step in self._of.get(ns, ()))
        return " › ".join(word for word in words if word is not None) or None
