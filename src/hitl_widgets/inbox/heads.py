"""Where each thread stands, as far as a checkpointer says it without the graph: which may wait, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from langgraph.checkpoint.base import CheckpointTuple

from ..driver.channels import INTERRUPT, RESUME, SENT

Names = tuple[str, ...]


class Place(NamedTuple):
    """What the newest checkpoint of a thread says of the graph that it is of.

    Attributes:
        channels: the channels that have been written: the keys of the state, and LangGraph's own for each node.
        nodes: the nodes that have run.
        ready: the channels that hold something now: what starts the next nodes is among them.
    """

    channels: Names
    nodes: Names
    ready: Names


class Whose:
    """Tells whose threads they are. LangGraph keeps no name of a graph (1.2.24), only those of its nodes and channels.

    Args:
        graph: the graph, compiled.
    """

    def __init__(self, graph: Any) -> None:
        self._channels = frozenset(graph.channels)
        self._nodes = frozenset(graph.nodes)
        self._starts = frozenset(channel for node in graph.nodes.values() for channel in node.triggers) | {SENT}
        self._known: dict[tuple[Names, Names], bool] = {}

    def are(self, place: Place) -> bool:
        """Whether the graph knows every node and every channel of a place."""
        names = place.channels, place.nodes
        # Of ten thousand threads most are at one of a few places.
        if (known := self._known.get(names)) is None:
            # LangGraph's own channels are in every graph.
            known = self._channels.issuperset(name for name in place.channels if not name.startswith("__"))
            known &= self._nodes.issuperset(name for name in place.nodes if not name.startswith("__"))
            self._known[names] = known
        return known

    def go_on(self, place: Place) -> bool:
        """Whether a node may run next: a channel that starts one holds something."""
        return not self._starts.isdisjoint(place.ready)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest checkpoint of a thread's outermost graph.

    Attributes:
        thread_id: the thread.
        checkpoint_id: the checkpoint.
        stamp: grows with what is written there afterwards, so that it tells whether it must be read again.
        asks: whether a task has asked something there.
        is_sure: whether it is certain that it waits: nothing else was written there, and nothing has been answered.
        place: what it says, where that is known already.
        since: when it was saved, where a server has said it.
    """

    thread_id: str
    checkpoint_id: str
    stamp: Any
    asks: bool
    is_sure: bool
    place: Place | None = field(default=None, compare=False)
    since: datetime | None = field(default=None, compare=False)


class Source(Protocol):
    """Where threads are kept."""

    async def heads(self) -> list[Head]:
        """All threads, those that moved last first; one that only asked, or may stand somewhere, is enough."""
        ...

    async def mark(self) -> Any:
        """Something that is quickly found and is another one when a thread may have moved; `None` where nothing is."""
        ...

    async def places(self, heads: list[Head]) -> list[Place | None]:
        """What the checkpoints say; `None` where there is one no more, or it cannot be read."""
        ...


def place_in(checkpoint: Mapping[str, Any]) -> Place:
    """What a checkpoint says, as the checkpointer's own serializer has read it."""
    return Place(
        tuple(checkpoint["channel_versions"]),
        # A `@task` that a node calls has seen nothing, and is no node.
        tuple([name for name, versions in checkpoint["versions_seen"].items() if versions]),
        tuple(checkpoint["channel_values"]),
    )


def moment(text: str) -> datetime:
    """A checkpoint's time, UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


class Newest:
    """Finds the heads among all checkpoints of all threads, for a checkpointer that can only list them."""

    def __init__(self) -> None:
        self._roots: dict[str, CheckpointTuple] = {}
        self._resumed: dict[str, str] = {}
        self._written: dict[str, int] = {}

    def see(self, found: CheckpointTuple) -> None:
        """One more checkpoint, of whatever thread and graph."""
        place = found.config.get("configurable", {})
        thread_id, id = str(place.get("thread_id", "")), found.checkpoint["id"]
        writes = found.pending_writes or []
        if any(channel == RESUME for _, channel, _ in writes):
            self._resumed[thread_id] = max(id, self._resumed.get(thread_id, ""))
        self._written[thread_id] = self._written.get(thread_id, 0) + len(writes) + 1
        if place.get("checkpoint_ns"):
            return
        known = self._roots.get(thread_id)
        if known is None or known.checkpoint["id"] < id:
            self._roots[thread_id] = found

    def heads(self) -> list[Head]:
        """The heads of what was seen, those that moved last first."""
        heads = [self._head(thread_id, found) for thread_id, found in self._roots.items()]
        return newest_first(heads)

    def _head(self, thread_id: str, found: CheckpointTuple) -> Head:
        id = found.checkpoint["id"]
        channels = [channel for _, channel, _ in found.pending_writes or []]
        asks = INTERRUPT in channels
        return Head(
            thread_id,
            id,
            self._written[thread_id],
            asks,
            is_sure=asks and set(channels) == {INTERRUPT} and self._resumed.get(thread_id, "") < id,
            place=place_in(found.checkpoint),
        )


def newest_first(heads: Iterable[Head]) -> list[Head]:
    """Ids of checkpoints are made of the time (UUID 6), and LangGraph itself orders them by their text."""
    return sorted(heads, key=lambda head: (head.checkpoint_id, head.thread_id), reverse=True)
