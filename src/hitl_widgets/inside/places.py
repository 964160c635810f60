"""The names of values: which task's, which of its values, and where in that. Nothing is kept, so a name says it all.

`<task>/<value>` is one of a task's values, and `<task>/<value>.3.0` the first part of its fourth part. Of a message, `c0`
is the first part of its content, and `a0` are the arguments of its first call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from langchain_core.messages import BaseMessage

from ..errors import InvalidAnswerError
from . import messages
from .parts import Part, parts_of

GONE = "There is no such value any more: the run has moved on. Look at the task again."
_LONGEST_STEP = 12


@dataclass(frozen=True)
class Place:
    """Where a value is.

    Attributes:
        task: LangGraph's id of the task.
        root: which of its values: `given`, `returned`, `before:0`, `after:0`, `asked:0`.
        path: the way inside.
    """

    task: str
    root: str
    path: tuple[str, ...]


def place(name: str) -> Place:
    """Reads a name.

    Raises:
        InvalidAnswerError: it is none.

    >>> place("8b1f/after:0.3.c0")
    Place(task='8b1f', root='after:0', path=('3', 'c0'))
    """
    task, slash, rest = name.rpartition("/")
    root, *path = rest.split(".")
    if not slash or not root:
        raise InvalidAnswerError(GONE)
    return Place(task, root, tuple(path))


def found(part: Part, path: tuple[str, ...]) -> Part:
    """What is at the end of a path that starts in a value. A secret on the way is as far as it goes.

    Raises:
        InvalidAnswerError: there is nothing.
    """
    for step in path:
        if part.secret:
            break
        part = _inside(part.value, step)
    return part


def _inside(value: Any, step: str) -> Part:
    if isinstance(value, BaseMessage):
        kind, at = step[:1], step[1:]
        parts = messages.contents(value) if kind == "c" else [Part("", call[1]) for call in messages.calls(value)]
        return _at(parts, at)
    parts = parts_of(value)
    if parts is None or not _is_position(step):
        raise InvalidAnswerError(GONE)
    return _at(parts.some(int(step), 1), "0")


def _at(parts: list[Part], at: str) -> Part:
    if not _is_position(at) or int(at) >= len(parts):
        raise InvalidAnswerError(GONE)
    return parts[int(at)]


def _is_position(step: str) -> bool:
    return step.isdecimal() and len(step) <= _LONGEST_STEP
