"""A step of a history on its way into a file or another process: as it is shown, with dots. The secrets do not go along."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from ..running.secrets import Secrets

if TYPE_CHECKING:
    from .history import Step, Task


class Shown:
    """A dataclass that is pickled as it is shown. A copy in this process is as it is."""

    def _as_shown(self) -> Any:
        """What is pickled in its place."""
        raise NotImplementedError

    def __reduce_ex__(self, _protocol: Any) -> Any:
        shown: Any = self._as_shown()
        return type(self), tuple(getattr(shown, one.name) for one in fields(shown))

    def __copy__(self) -> Any:
        return replace(self)  # type: ignore[type-var]

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        copied: Any = self
        return replace(copied, **{one.name: deepcopy(getattr(copied, one.name), memo) for one in fields(copied)})


def shown_task(task: Task) -> Task:
    """A task with dots where something secret stood, whose secrets nobody knows any more."""
    known = task.known
    decisions = tuple(
        replace(
            one,
            question=known.mask(one.question),
            value=known.masked(one.value),
            reason=one.reason and known.mask(one.reason),
        )
        for one in task.decisions
    )
    return replace(
        task,
        wrote=task.shown,
        asked=known.masked(task.asked),
        error=task.error and known.line(task.error),
        decisions=decisions,
        secrets=frozenset(),
        known=Secrets(),
    )


def shown_step(step: Step) -> Step:
    """A step whose states have dots, too; its tasks see to themselves."""
    known = Secrets()
    for task in step.tasks:
        known.learn(task.known)
    return replace(step, before=known.masked(step.before), after=known.masked(step.after))
