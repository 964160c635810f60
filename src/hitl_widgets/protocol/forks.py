"""The other runs that were started from one."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from .run import SessionStatus


class ForkView(TypedDict):
    """Another run of the same graph, on a thread of its own."""

    thread_id: str
    kind: Literal["answer", "state", "restart"]
    """Why: to answer differently, to change the state, or to begin again."""
    label: str
    """From where, in words."""
    status: SessionStatus
    waits_for: list[str]
    """The keys of what it asks."""
    view: NotRequired[str]
    """Its own view, as `anywidget:<model id>`, where there is one."""
