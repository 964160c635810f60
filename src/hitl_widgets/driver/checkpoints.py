"""What is read from the checkpoints of a thread, and written into one, beside the answers.

Where they are on a server, which keeps them to itself, `server/thread.py` and `server/past.py` say how it is done there.
"""

from __future__ import annotations

import contextlib
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.base.id import uuid6
from langgraph.types import StateSnapshot
from typing_extensions import override

from ..errors import HitlError, StaleAnswerError
from .answers.address import PLACE, checkpoint_id_in
from .answers.answering import Answering
from .channels import LEADS_TO, SENT, START
from .clocks import come_after
from .copies.half_made import unmarked
from .given_back import not_given_back


def _nodes_of(graph: Any) -> Mapping[str, Any]:
    return getattr(graph, "nodes", None) or {}


def _is_rewritten(found: CheckpointTuple, from_: str | None, values: Mapping[str, Any]) -> bool:
    """Whether a checkpoint is another one with just these values in place of its own."""
    parent = checkpoint_id_in(found.parent_config)
    have = found.checkpoint["channel_values"]
    with contextlib.suppress(Exception):  # what `==` does is up to the values
        is_ours = parent == from_ and found.metadata.get("source") == "update"
        return is_ours and all(key in have and bool(have[key] == value) for key, value in values.items())
    return False


class Checkpoints(Answering):
    """A thread's checkpoints."""

    graph: Any
    """A compiled graph."""

    @property
    def checkpointer(self) -> BaseCheckpointSaver[Any]:
        return self.graph.checkpointer

    @override
    def not_given_back(self, answer: Any) -> str | None:
        return not_given_back(self.checkpointer, answer)

    @abstractmethod
    async def inputs(self) -> list[CheckpointTuple]:
        """The checkpoints that an input was saved with, newest first; more than one where the thread got several."""

    @abstractmethod
    async def put_checkpoint(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        versions: dict[str, Any],
    ) -> RunnableConfig: ...

    async def rewrite(self, config: RunnableConfig, values: Mapping[str, Any]) -> RunnableConfig:
        """Replace values of a state that stands at a breakpoint, so that the run goes on from there with the new ones.

        `graph.update_state` acts as a node: it decides anew where that node's edges lead (running the graph's own
        routing functions once more), forgets the nodes that others have led to and every `Send`, and reduces what it
        is given. So the checkpoint is written: only the values differ (langgraph 1.2.22).

        Args:
            config: of the checkpoint where it stands; of a nested graph its own.
            values: by state key, as the graph holds them.

        Returns:
            The config of the new checkpoint.

        Raises:
            StaleAnswerError: the thread has moved on from there.
        """
        place = config.get("configurable", {})
        latest: RunnableConfig = {"configurable": {key: place[key] for key in PLACE if key in place}}
        found = await self.checkpoint(latest)
        if found is None or found.checkpoint["id"] != place.get("checkpoint_id"):
            if found is not None and _is_rewritten(found, place.get("checkpoint_id"), values):
                return found.config  # by a try that was cut off, or was told that it had failed
            raise StaleAnswerError("The thread has moved on: it does not stand at this breakpoint any more.")
        come_after(found.checkpoint["id"])
        checkpoint, step = found.checkpoint, found.metadata.get("step", 0) + 1
        newest: Any = max(checkpoint["channel_versions"].values())
        version = self.checkpointer.get_next_version(newest, None)
        versions: dict[str, Any] = dict.fromkeys(values, version)
        rewritten: Checkpoint = {
            **checkpoint,
            "id": str(uuid6(clock_seq=step)),
            "ts": datetime.now(UTC).isoformat(),
            "channel_values": {**checkpoint["channel_values"], **values},
            "channel_versions": {**checkpoint["channel_versions"], **versions},
        }
        if (updated := checkpoint.get("updated_channels")) is not None:
            # What was updated before is what triggers the next nodes.
            rewritten["updated_channels"] = sorted({*updated, *values})
        metadata: Any = {**unmarked(found.metadata), "source": "update", "step": step}
        return await self.put_checkpoint(found.config, rewritten, metadata, versions)

    async def check_nodes(self, snapshot: StateSnapshot) -> None:
        """Hold the graph to the thread, those nested in it among it.

        LangGraph passes over nodes that a graph does not have (langgraph 1.2.24): a thread that stands before one looks
        as if it had finished.

        Raises:
            HitlError: the thread stands before a node that the graph does not have any more.
        """
        await self._check_nodes(snapshot, [self.graph], "")

    async def _check_nodes(self, snapshot: StateSnapshot, graphs: Sequence[Any], around: str) -> None:
        """Hold one graph to the thread.

        Args:
            snapshot: how it stands.
            graphs: the graph; several where a node has several, of which the thread does not say which ran.
            around: the nodes around it, `"sub/"`.
        """
        known: dict[str, Any] = {name: node for graph in graphs for name, node in _nodes_of(graph).items()}
        if snapshot.created_at is None or not known:
            return
        found = await self.checkpoint(snapshot.config)
        kept: Mapping[str, Any] = found.checkpoint["channel_values"] if found is not None else {}
        next_ones = [channel.removeprefix(LEADS_TO) for channel in kept if channel.startswith(LEADS_TO)]
        next_ones += [str(getattr(sent, "node", "")) for sent in kept.get(SENT) or ()]
        gone = sorted({name for name in next_ones if name and name not in known})
        if gone:
            names = ", ".join(repr(around + name) for name in gone)
            raise HitlError(
                f"The graph has changed since this thread was saved: it has no node {names} any more, and the thread is "
                f"there. It has {', '.join(repr(around + name) for name in known if name != START)}. Attach it with the "
                "graph that it was saved with, or begin on another thread_id."
            )
        for task in snapshot.tasks:
            nested: Sequence[Any] = getattr(known.get(task.name), "subgraphs", None) or ()
            if nested and task.result is None and isinstance(task.state, StateSnapshot):
                await self._check_nodes(task.state, nested, f"{around}{task.name}/")

    async def first_input(self) -> Any:
        """What the thread was started with.

        Raises:
            HitlError: the thread does not say.
        """
        for found in reversed(await self.inputs()):
            # Kept until the first step has taken it (langgraph 1.2.24).
            if START in found.checkpoint["channel_values"]:
                return found.checkpoint["channel_values"][START]
        raise HitlError("The thread does not say what it was started with: give it to hitl.run once more.")
