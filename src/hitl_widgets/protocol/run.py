"""The run, and what each node of it is doing."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

NodeStatus = Literal["idle", "running", "waiting", "done", "failed"]
SessionStatus = Literal["idle", "running", "waiting", "finished", "failed", "stopped"]


class NodeView(TypedDict):
    """What a node is doing; nodes that never ran are not in the mapping and are `idle`."""

    status: NodeStatus
    runs: int
    """How many times it has finished."""
    error: NotRequired[str]
    """With `failed`: the exception, one line."""


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
    always: NotRequired[list[str]]
    """The tools that are approved without asking, since somebody said so in this session."""
