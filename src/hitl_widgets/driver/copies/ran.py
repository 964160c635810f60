"""What the tasks of a step have run: the graphs nested in them, but for the one that is on the way to a moment."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence

from langgraph.checkpoint.base import CheckpointTuple

from ..answers.address import ns_of
from ..base import Driver
from .chains import ancestors, around_of, depth_of, run_by, without_tasks
from .moment import Moment
from .namespaces import namespaces

_LEAD_TO = ("branch:", "join:")
"""How channels begin that set a node going, whose name they end with (langgraph 1.2.24)."""


class Ran:
    """The graphs that the tasks of a thread ran.

    Args:
        source: the driver of the thread.
        moment: where a copy of it ends.
    """

    def __init__(self, source: Driver, moment: Moment) -> None:
        self._source = source
        self._of_source = {"thread_id": source.config.get("configurable", {})["thread_id"]}
        self._moment = moment
        self._namespaces: set[str] | None = None

    async def standing(self, found: CheckpointTuple) -> frozenset[str]:
        """The tasks that may stand at a breakpoint inside of them, as the graph does that is meant: they have written nothing."""
        if not self._moment.stood:
            return frozenset()
        if not ns_of(found):
            return self._moment.tasks
        try:
            return await self._source.tasks_at(found.config)
        except Exception:  # noqa: BLE001  no graph of this name is known: a node's code has called it
            return frozenset()

    async def had_begun(self, found: CheckpointTuple, tasks: Iterable[str]) -> bool:
        """Whether a step had begun by the moment. Of a graph that stood at a breakpoint then, it had not."""
        if not self._moment.stood:
            return True
        for task in tasks:
            async for nested in self.nested(found, task):
                own = [one for one in nested if around_of(one, ns_of(found)) == found.checkpoint["id"]]
                if not all(map(self._moment.is_before, own)):
                    return True
        return False

    def names(self, found: CheckpointTuple) -> frozenset[str]:
        """The names that the nodes of a checkpoint's graph may have; of one that a node's code hides, those that it has told."""
        names, depth = self._moment.names, depth_of(ns_of(found))
        named = names[depth] if depth < len(names) else frozenset[str]()
        if not depth or without_tasks(ns_of(found)) in self._moment.known:
            return named
        channels = found.checkpoint["channel_versions"]
        told = {one.rpartition(":")[2] for one in channels if one.startswith(_LEAD_TO)} | found.checkpoint[
            "versions_seen"
        ].keys()
        return named | told

    async def nested(self, found: CheckpointTuple, task: str) -> AsyncGenerator[Sequence[CheckpointTuple], None]:
        """The nested graphs that a task ran, but for the one that is on the way to the moment."""
        on_the_way = self._moment.inside.checkpoints if self._moment.inside is not None else {}
        for name in sorted(self.names(found) | await self.hidden(found, task)):
            async for chain in run_by(self._source, found, f"{name}:{task}"):
                if ns_of(chain[-1]) not in on_the_way:
                    yield chain
        if not ns_of(found) and task not in self._moment.tasks:
            async for chain in self._called_by(task):
                if ns_of(chain[-1]) not in on_the_way:
                    yield chain

    async def hidden(self, found: CheckpointTuple, task: str) -> frozenset[str]:
        """The names under which a task of a graph that is not known ran others: a node's code has called it, and has no name for them."""
        ns = ns_of(found)
        if not ns or without_tasks(ns) in self._moment.known:
            return frozenset()
        inside = [
            one.removeprefix(f"{ns}|").split("|")[0] for one in await self._in_thread() if one.startswith(f"{ns}|")
        ]
        return frozenset(name for name, _, id in (one.partition(":") for one in inside) if id == task)

    async def _in_thread(self) -> set[str]:
        """The namespaces of all graphs of the thread."""
        if self._namespaces is None:
            self._namespaces = await namespaces(self._source)
        return self._namespaces

    async def _called_by(self, task: str) -> AsyncGenerator[Sequence[CheckpointTuple], None]:
        """The graphs that a `@task` has called: whose name is not known, so that the thread is gone through for them."""
        for ns in sorted(await self._in_thread()):
            parts = [part for part in ns.split("|") if not part.isdigit()]
            if parts[-1].endswith(f":{task}"):
                yield await ancestors(self._source, {"configurable": {**self._of_source, "checkpoint_ns": ns}})
