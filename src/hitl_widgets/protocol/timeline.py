"""The timeline: a row a step and a row a decision, oldest first. The browser has the latest rows and fetches the others."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from .decisions import DecisionView
from .run import NodeStatus


class TaskView(TypedDict):
    """A node's part in a step."""

    id: str
    """LangGraph's task id; what a `LookAtTask` names."""
    node: str
    """The id of its node, which may not be drawn: folded, it is in the nearest one around it that is."""
    name: str
    """The node's own name."""
    status: NodeStatus
    since: NotRequired[str]
    """With `running`: as in `NodeView`."""
    took: NotRequired[float]
    """Seconds of work, once it has ended."""
    attempts: NotRequired[int]
    """How often its node was called, from 2 on."""
    cached: NotRequired[bool]
    error: NotRequired[str]
    """One line."""
    printed: NotRequired[int]
    """How many characters it has printed or logged."""
    asked: NotRequired[bool]
    """It asked a person, in a kernel before this one; what was answered is not known here."""
    copy: NotRequired[str]
    """Which one it is of several of its node, in words: the tool that it calls, or its number."""


class NodeCount(TypedDict):
    """How many of a step's tasks are of one node."""

    name: str
    count: int


class StepRow(TypedDict):
    """Tasks that ran side by side in one graph, or one that a node has called (`@task`).

    Without any, a step that never ran, as the state was changed first.
    """

    kind: Literal["step"]
    row: int
    """Its place in the whole timeline, from 0."""
    step: int | None
    """Its index in `session.history`; `None` for a step of a nested graph."""
    path: list[str]
    """The names of the nodes around its graph, outermost first, with the one that has called it; empty at the top."""
    copy: NotRequired[str]
    """Which one its graph is, of several that run side by side, in words."""
    status: NodeStatus
    at: NotRequired[str]
    """When it began, RFC 3339."""
    took: NotRequired[float]
    """Seconds from its first task's start to its last one's end, less what it waited for people."""
    nodes: list[NodeCount]
    """Whose tasks they are, in the order in which those started; the first few."""
    tasks: list[TaskView]
    """The first few; where there are many, those that are not done come before the others."""
    count: int
    """How many there are; of a step that never ran 0, and one of `tasks` is what one looks into: the change itself."""
    changed: NotRequired[str]
    """That the state was changed, and which of its keys, in words."""
    can_fork: bool
    """Whether another run can be started from it."""
    why_not: NotRequired[str]
    """Why it cannot, in a nested graph."""


class DecisionRow(DecisionView):
    """An answer that was given."""

    kind: Literal["decision"]
    row: int
    can_fork: bool
    """Whether another run can be started that answers differently."""
    why_not: NotRequired[str]
    """Why not, at a breakpoint in a nested graph."""


class TimelineView(TypedDict):
    """The timeline's end."""

    epoch: int
    """Grows when rows get other numbers: those that a view has are other ones then."""
    total: int
    """How many rows it has."""
    decisions: int
    """How many answers were given."""
    latest: list[StepRow | DecisionRow]


class RowsView(TypedDict):
    """Rows of the timeline, or of one node."""

    epoch: int
    total: int
    """How many there are in all."""
    first: int
    """Where the first of these is among them."""
    rows: list[StepRow | DecisionRow]
