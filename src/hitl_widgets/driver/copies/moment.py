"""Where a copy of a thread ends within a step, and what the copy is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple

from ..clocks import time_of


@dataclass(frozen=True)
class Inside:
    """A step of a nested graph, with which a copy ends.

    Attributes:
        checkpoints: the ids of its checkpoint and of those of the graphs around it at which it was made, by namespace.
        ns: the namespace of its graph.
        whole: whether none of its tasks has run, not even one that only wrote.
    """

    checkpoints: Mapping[str, str]
    ns: str
    whole: bool = False

    def next(self, ns: str) -> str | None:
        """The namespace of the graph on the way to it that one of a graph's tasks runs; `None` beside the way, and at its end."""
        way = sorted(self.checkpoints, key=lambda one: len(one.split("|")) if one else 0)
        # A node that calls a `@task` which runs a graph has no checkpoint of its own: that of its graph is named again.
        way = [one for at, one in enumerate(way) if not at or self.checkpoints[one] != self.checkpoints[way[at - 1]]]
        return way[way.index(ns) + 1] if ns in way[:-1] else None


@dataclass(frozen=True)
class Moment:
    """Where in a step a copy ends: before an answer that was given there, or at a step of a graph nested in it.

    Attributes:
        opened: the ids of the interrupts whose answers are not in the copy.
        waiting: the ids of those that had none yet: nor is an answer that they have got since.
        names: the names that the asking nodes may have, and those around them, by depth.
        tasks: the ids of the step's tasks: what else has written there was called by one of them (`@task`).
        earlier: the ids of those called that had begun before. The others were called with what the answer led to, and
            have the same ids when they are called with what another one leads to (langgraph 1.2.24).
        at: when it was, in seconds since the epoch. What a task of which something is undone has begun later is undone.
        inside: the step of the nested graph.
        known: where graphs are nested whose nodes are known, each as the names of the nodes around it.
        stood: whether that graph stood at a breakpoint, and so everything else stood still: what was done since is undone.
    """

    opened: frozenset[str]
    names: Sequence[frozenset[str]]
    tasks: frozenset[str]
    earlier: frozenset[str] = frozenset()
    at: float = math.inf
    inside: Inside | None = None
    stood: bool = False
    waiting: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()

    def undoes(self, interrupts: AbstractSet[str], *, is_answered: bool) -> bool:
        """Whether something of what was asked is open again that is not any more."""
        return bool(interrupts & (self.opened | self.waiting if is_answered else self.opened))

    def is_before(self, saved: CheckpointTuple) -> bool:
        """Whether a checkpoint was saved after it."""
        return time_of(saved) > self.at


class Finish(Protocol):
    """Writes what makes a copy a whole one."""

    async def __call__(self, *, is_whole: bool) -> None: ...


async def _is_finished(*, is_whole: bool) -> None:
    """A server copies a thread in one go."""


@dataclass(frozen=True)
class Copied:
    """A copy of a thread.

    Attributes:
        config: of its last checkpoint; of the nested graph's, where it ends with a step of one.
        goes_on: whether something in it has to run before it is known what it asks.
        anew: the nodes whose nested graphs had done something and start from their beginning.
        forgot: those whose nested graphs remembered something, and do not in the copy.
        finish: writes what is left of it; with `is_whole=False` where its last checkpoint is changed after that.
    """

    config: RunnableConfig
    goes_on: bool
    anew: tuple[str, ...] = ()
    forgot: tuple[str, ...] = ()
    finish: Finish = _is_finished
