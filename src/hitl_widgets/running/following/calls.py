"""Tasks that a node calls in its own code: the functional API's, and those of any node that calls a `@task`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from ...driver.channels import PUSH
from .records import Namespace, Path, node_names

_APPROVED = re.compile(r"(?<=.)-[0-9a-f]{16}$")
"""What `approving/once.py` puts behind the name of a call, so that LangGraph finds its result again."""


def called_name(name: str) -> str:
    """What a task is called where people see it: an approved call goes by its function, whatever its arguments.

    >>> called_name("refund-f3760c3e7e71db46"), called_name("fetch-page")
    ('refund', 'fetch-page')
    """
    return _APPROVED.sub("", name)


def is_call(data: Mapping[str, Any]) -> bool:
    """Whether a task that starts was called by a node, not scheduled by its graph.

    Such a task is in the stream among its graph's own. A `Send` has the same trigger, but its input is a state; a
    call's is what the function was called with (langgraph 1.2.24).

    >>> is_call({"triggers": (PUSH,), "input": ((1,), {})})
    True
    >>> is_call({"triggers": (PUSH,), "input": {"subject": "tea"}})
    False
    """
    if tuple(data["triggers"]) != (PUSH,):
        return False
    called = data.get("input")
    # A list where it came as JSON.
    return isinstance(called, (tuple, list)) and [type(part) for part in called] in ([tuple, dict], [list, dict])


def tool_called(given: Any) -> str | None:
    """The tool that a task of a `ToolNode` was sent one call of, as `create_agent` does it (langchain 1.5.2).

    Args:
        given: what the task was started with.

    >>> tool_called([{"type": "tool_call", "name": "search", "args": {"query": "tea"}, "id": "1"}])
    'search'
    >>> tool_called({"__type": "tool_call_with_context", "tool_call": {"name": "search"}, "state": {}})
    'search'
    >>> tool_called({"name": "search"}), tool_called(["search"])
    (None, None)
    """
    match given:
        case [{"type": "tool_call", "name": str(name)}]:
            return name
        case {"__type": "tool_call_with_context", "tool_call": {"name": str(name)}}:
            return name
        case _:
            return None


class _HasNode(Protocol):
    @property
    def node(self) -> Path: ...


_T = TypeVar("_T", bound=_HasNode)


def is_scheduled(ns: Namespace, task: _HasNode) -> bool:
    """Whether the graph itself has started a task; a node of it has called the others."""
    return len(task.node) == len(node_names(ns)) + 1


def scheduled(ns: Namespace, tasks: Iterable[_T]) -> list[_T]:
    """Those of a step's tasks that the graph itself has started."""
    depth = len(node_names(ns)) + 1
    return [task for task in tasks if len(task.node) == depth]


def called(ns: Namespace, tasks: Iterable[_T]) -> list[_T]:
    """Those that nodes of it have called."""
    depth = len(node_names(ns)) + 1
    return [task for task in tasks if len(task.node) > depth]


@dataclass(slots=True)
class Calls:
    """The tasks that one task has called, in waves: those of a wave began before any of it had ended.

    Attributes:
        before: the nodes of the last wave that have ended; the tasks of this one follow them.
        ended: the nodes of this wave that have.
        asked: when the one that has called them last asked, in seconds since the epoch. Those that had not ended by then ask
            themselves or are at work still: which of the two is known when the stream ends.
    """

    before: set[Path] = field(default_factory=set[Path])
    ended: set[Path] = field(default_factory=set[Path])
    asked: float | None = None

    def begins(self) -> Iterable[Path]:
        """Another task begins; returns what it follows."""
        if self.ended:
            self.before, self.ended = self.ended, set()
        return self.before
