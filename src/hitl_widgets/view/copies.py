"""Which of several tasks of one node it is, in words: sent side by side (`Send`), nothing else tells them apart."""

from __future__ import annotations

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


def copy_of(task: _Task, beside: Sequence[_Task]) -> str | None:
    """What tells a task from the others of its node: the tool that it calls, and its number where that is not enough.

    Args:
        task: the task.
        beside: those of its step, it among them.
    """
    words = [(one.id, one.tool or one.node[-1]) for one in beside if one.node == task.node]
    word = task.tool or task.node[-1]
    alike = [id for id, other in words if other == word]
    if len(words) < 2 or task.id not in alike:
        return None
    word = clipped(word, LONGEST)
    return word if len(alike) == 1 else f"{word} #{1 + alike.index(task.id)}"


class Around:
    """The steps in which nested graphs run, as far as those have rows."""

    def __init__(self) -> None:
        self._at: dict[Namespace, StepRecord | EarlierStep] = {}
        """The latest of each graph."""
        self._of: dict[Namespace, list[tuple[str, StepRecord | EarlierStep]]] = {}
        """By namespace of a nested graph the tasks that run it and each graph around it, with their steps."""

    def begins(self, step: StepRecord | EarlierStep) -> None:
        """A step has a row."""
        self._at[step.ns] = step
        if step.ns not in self._of:
            parts = [(at, part.rpartition(":")) for at, part in enumerate(step.ns)]
            self._of[step.ns] = [
                (id, self._at[step.ns[:at]]) for at, (_, has_id, id) in parts if has_id and step.ns[:at] in self._at
            ]

    def copy(self, ns: Namespace) -> str | None:
        """Which one a nested graph is, of several that run side by side; of those around it too."""
        found: list[str] = []
        for id, step in self._of.get(ns, ()):
            beside = scheduled(step.ns, step.tasks)
            task = next((one for one in beside if one.id == id), None)
            word = copy_of(task, beside) if task is not None else None
            found += [word] if word is not None else []
        return " › ".join(found) or None
