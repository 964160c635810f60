"""The other runs that were started from one."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from .run import SessionStatus


class ForkView(TypedDict):
    """Another run of the same graph, on a thread of its own."""

    name: str
    """What it is called beside the others, and known by: `Fork 2`. A server gives its thread another id while it is copied."""
    kind: Literal["answer", "state", "restart"]
    """Why: to answer differently, to change the state, or to begin again."""
    label: str
    """From where, in words."""
    status: SessionStatus
    waits_for: list[str]
    """The keys of what it asks."""
    view: NotRequired[str]
    """Its own view, as `anywidget:<model id>`, where there is one."""


class PairView(TypedDict):
    """A step of each run; of one of them alone where the other has none like it."""

    step: int
    """Its index in `session.history`: in this run, else in the other."""
    ours: str | None
    """What this run did there."""
    theirs: str | None
    same: bool


class KeyView(TypedDict):
    """A key of the state whose values differ."""

    key: str
    ours: str
    theirs: str


class ComparisonView(TypedDict):
    """Where another run parts from this one."""

    words: str
    """That, as a sentence."""
    before: int
    """How many steps before these are the same and left out."""
    pairs: list[PairView]
    after: int
    """How many steps after these are left out."""
    parts_at: int | None
    """The place in `pairs` of the first that differs; `None` while all are the same."""
    keys: list[KeyView]
    same: list[str]
    """The keys whose values are the same."""
