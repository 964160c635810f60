"""The run, and what each node of it is doing."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from .markdown import MarkdownNode

NodeStatus = Literal["idle", "next", "running", "waiting", "done", "failed"]
"""`next`: it will run when a run goes on that has stopped."""
SessionStatus = Literal["idle", "running", "waiting", "finished", "failed", "stopped"]


class TaskCounts(TypedDict):
    """The tasks of one node in its latest step."""

    started: int
    running: int
    waiting: int
    failed: int
    done: int


class ItemsView(TypedDict):
    """How many items a node has gone through; nobody knows how many there are."""

    count: int
    rate: float
    """How many a second."""


class NodeView(TypedDict):
    """What a node is doing; nodes that never ran are not in the mapping and are `idle`."""

    status: NodeStatus
    runs: int
    """How many times it has finished."""
    error: NotRequired[str]
    """With `failed`: the exception, one line."""
    tasks: NotRequired[TaskCounts]
    """Where its latest step started several of it (`Send`)."""
    since: NotRequired[str]
    """With `running`: since when, RFC 3339 with milliseconds, by the kernel's clock (see `Ack.now`)."""
    took: NotRequired[float]
    """Seconds of work of its last task that has ended; what it waited for a person is not in it."""
    progress: NotRequired[float]
    """With `running`: how far it says that it is, 0 to 1."""
    items: NotRequired[ItemsView]
    """With `running`, where it cannot say how far it is."""
    attempt: NotRequired[int]
    """With `running`: the attempt, from 2 on."""
    retried: NotRequired[int]
    """How many more calls than one its tasks needed, in all."""
    cached: NotRequired[int]
    """How many times it was not called, as the graph's cache had what it writes."""
    breakpoints: NotRequired[list[Literal["before", "after"]]]
    """Where the run stops at it."""
    stops_inside: NotRequired[int]
    """How many breakpoints there are at nodes inside of it that are not drawn."""


class ErrorView(TypedDict):
    """The exception that failed the run."""

    type: str
    message: str
    node: str | None
    traceback: str


class RunView(TypedDict):
    """The run as a whole."""

    seq: int
    """Grows with every projection that is sent."""
    status: SessionStatus
    thread_id: str
    notices: list[str]
    """Sentences the reader must know, such as that answers won't survive the kernel."""
    error: ErrorView | None
    can_retry: bool
    attach: str | None
    """The code that goes on with the thread in another kernel; `None` if the thread ends with this one."""
    name: NotRequired[str]
    """What a fork is called beside the others."""
    always: NotRequired[list[str]]
    """The tools that are approved without asking, since somebody said so in this session."""
    stopping: NotRequired[bool]
    """It was told to stop, and does when the step that runs is over."""
    said: NotRequired[list[MarkdownNode]]
    """What a chat's model says, as far as it has got; and what it said last, once it is a person's turn."""
    never_stops: NotRequired[list[str]]
    """The drawn nodes that no breakpoint can be at: LangGraph does not let us stop in a graph that a node's code runs."""
