"""A step of a history on its way into a file or another process: as it is shown, with dots. The secrets do not go along."""

from __future__ import annotations

import pickle
from contextlib import suppress
from copy import deepcopy
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, cast

from pydantic import SecretBytes, SecretStr
from typing_extensions import override

from ..running.secrets import Secrets
from ..texts.jsonable import jsonable
from ..texts.raised import ANYBODYS

if TYPE_CHECKING:
    from .history import Step, Task

_DEEPEST = 20
"""Lists and dicts in each other, of which each is looked into; what lies deeper is looked at as one."""


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
            value=_without(known, one.value),
            reason=one.reason and known.mask(one.reason),
        )
        for one in task.decisions
    )
    return replace(
        task,
        wrote=_without(known, task.shown),
        asked=_without(known, task.asked),
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
    return replace(step, before=_without(known, step.before), after=_without(known, step.after))


def _without(known: Secrets, value: Any) -> Any:
    """A value with dots where a secret stood, and what is like it in JSON for an object that would take one along unseen."""
    return _told(known, known.masked(value), _DEEPEST)


def _told(known: Secrets, value: Any, depth: int) -> Any:
    if depth and type(value) in {list, tuple}:
        return type(value)(_told(known, one, depth - 1) for one in value)
    if depth and type(value) is dict:
        return {key: _told(known, one, depth - 1) for key, one in cast("dict[Any, Any]", value).items()}
    return known.masked(jsonable(value)) if _Looks(known).takes_one(value) else value


class _Looks(pickle.Pickler):
    """Sees all that pickle would take along of an object: its `repr` may hide what it holds, as Pydantic's secrets do.

    Args:
        known: the secrets that are looked for, beside those that Pydantic calls so.
    """

    def __init__(self, known: Secrets) -> None:
        super().__init__(self)
        self._known = known
        self._found = False

    def takes_one(self, value: object) -> bool:
        """Whether a secret would go along; what pickle refuses other picklers may take, up to there."""
        if value is None or isinstance(value, bool | int | float | str):
            return False
        with suppress(*ANYBODYS):
            self.dump(value)
        return self._found

    def write(self, data: bytes) -> int:
        """It is its own file, and keeps nothing."""
        return len(data)

    @override
    def persistent_id(self, obj: Any) -> None:
        text = bytes(obj).decode(errors="replace") if isinstance(obj, bytes | bytearray) else obj
        if isinstance(obj, SecretStr | SecretBytes) or (isinstance(text, str) and self._known.mask(text) != text):
            self._found = True
