"""Clocks that do not agree: of two machines that go on with one thread, or of one whose clock was set back.

LangGraph orders a thread's checkpoints by their ids, which begin with the time (UUID 6), and within a process makes each later
than the one before (langgraph-checkpoint 4.3). A process whose clock is behind that of the one which saved the latest makes
older ones: the thread stays where it was, with what its nodes have done since, and looks as if it had finished. So before
anything is run on it, the ids of this process are set to come after the thread's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from langgraph.checkpoint.base import CheckpointTuple, id as ids
from langgraph.types import StateSnapshot

from .answers.address import checkpoint_id_in

EPOCH = 0x01B21DD213814000
"""1970 in what a UUID of version 6 counts: 100 ns each, since 1582 (RFC 9562)."""


def ticks_of(checkpoint: str | None) -> int | None:
    """The time that a checkpoint's id begins with; `None` where it is not made of one.

    >>> ticks_of("1ef4f797-8335-6428-8001-8a1503f9b875") > ticks_of("1ef4f796-8335-6428-8001-8a1503f9b875")
    True
    >>> ticks_of("one of somebody's own") is ticks_of(None) is None
    True
    """
    try:
        found = UUID(checkpoint or "")
    except ValueError:
        return None
    return ((found.int >> 80) << 12) | ((found.int >> 64) & 0xFFF) if found.version == 6 else None


def time_of(saved: CheckpointTuple) -> float:
    """When a checkpoint was saved, as the clock of who has saved it says; in seconds since the epoch."""
    return datetime.fromisoformat(saved.checkpoint["ts"]).timestamp()


def is_ahead(snapshot: StateSnapshot | None) -> bool:
    """Whether a thread, or a graph nested in it, has a checkpoint of a time that is still to come here."""
    now = time.time_ns() // 100 + EPOCH
    return snapshot is not None and any(ticks > now for ticks in _ticks_in(snapshot))


def come_after(*checkpoints: str | None) -> None:
    """Have the ids that are made in this process from now on come after those of some checkpoints."""
    latest = max((ticks for one in checkpoints if (ticks := ticks_of(one)) is not None), default=None)
    last: int | None = getattr(ids, "_last_v6_timestamp", None)  # private, and all there is (langgraph-checkpoint 4.3)
    if latest is not None and latest > (last or time.time_ns() // 100 + EPOCH):
        setattr(ids, "_last_v6_timestamp", latest)  # noqa: B010  the type checker knows of no such name


def _ticks_in(snapshot: StateSnapshot) -> Iterator[int]:
    if (ticks := ticks_of(checkpoint_id_in(snapshot.config))) is not None:
        yield ticks
    for task in snapshot.tasks:
        if isinstance(task.state, StateSnapshot):
            yield from _ticks_in(task.state)
