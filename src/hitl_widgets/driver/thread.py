"""For graphs with sync nodes and a sync checkpointer: `stream` in a background thread."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.runtime import RunControl
from langgraph.types import StateSnapshot
from typing_extensions import override

from .base import Driver


class ThreadDriver(Driver):
    """Runs while there is something to do and leaves no thread behind when the graph waits for a person."""

    def __init__(self, graph: Any, config: RunnableConfig, context: Any) -> None:
        super().__init__(graph, config, context)
        # What nodes print lands in the cell that started the run, and ipykernel 7.0.1 needs it for `comm.send`.
        self._launched_in = contextvars.copy_context()

    @override
    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        # A copy a thread: a context cannot be entered twice at a time.
        context = self._launched_in.copy()
        threading.Thread(target=context.run, args=(complete, work), name="hitl-session", daemon=True).start()

    @override
    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return complete(work)

    @override
    def blocks_here(self) -> bool:
        return False

    @override
    async def stream(self, step: Any, control: RunControl) -> AsyncGenerator[dict[str, Any], None]:
        for part in self.graph.stream(step, self.stream_config, **self.stream_options(control)):
            yield part

    @override
    async def call(self, function: Callable[..., Any], *args: Any) -> Any:
        found = function(*args)
        return asyncio.run(_awaited(found)) if inspect.isawaitable(found) else found

    @override
    async def snapshot(self) -> StateSnapshot:
        return self.graph.get_state(self.config, subgraphs=True)

    @override
    async def page(self, before: RunnableConfig | None) -> AsyncGenerator[StateSnapshot, None]:
        for snapshot in self.graph.get_state_history(self.config, before=before, limit=self.page_size):
            yield snapshot

    @override
    async def state_at(self, config: RunnableConfig) -> StateSnapshot:
        return self.graph.get_state(config)

    @override
    def values(self) -> Any:
        return self.graph.get_state(self.config).values

    @override
    async def checkpoint(self, config: RunnableConfig) -> CheckpointTuple | None:
        return self.checkpointer.get_tuple(config)

    @override
    async def saved(self) -> AsyncGenerator[CheckpointTuple, None]:
        before, size = None, self.listed_at_a_time
        if size is None:
            for checkpoint in self.checkpointer.list(self.whole_thread):
                yield checkpoint
            return
        while True:
            # All of a page, so that others can write meanwhile.
            page = list(self.checkpointer.list(self.whole_thread, before=before, limit=size))
            for checkpoint in page:
                yield checkpoint
            if len(page) < size:
                return
            before = page[-1].config

    @override
    async def inputs(self) -> list[CheckpointTuple]:
        return list(self.checkpointer.list(self.place, filter={"source": "input"}))

    @override
    async def tasks_at(self, config: RunnableConfig) -> frozenset[str]:
        return frozenset(task.id for task in self.graph.get_state(config).tasks)

    @override
    async def put_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str) -> None:
        self.checkpointer.put_writes(config, writes, task_id)

    @override
    async def put_checkpoint(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        versions: dict[str, Any],
    ) -> RunnableConfig:
        return self.checkpointer.put(config, checkpoint, metadata, versions)


async def _awaited(found: Awaitable[Any]) -> Any:
    return await found


def complete(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that never suspends to its end, without an event loop."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    work.close()
    raise RuntimeError("A session's work awaited something that a thread cannot wait for.")
