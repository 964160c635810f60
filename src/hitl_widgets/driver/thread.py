"""For graphs with sync nodes and a sync checkpointer: `stream` in a background thread."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.runtime import RunControl
from langgraph.types import StateSnapshot
from typing_extensions import override

from .answers.address import ns_of
from .answers.claiming import lock_of
from .at_once import follow_at_once, tells_at_once
from .base import Driver, Hear
from .ending import end_without_nodes
from .handlers import graph_in, with_handlers
from .memory import begun, listed, while_written
from .working import LOOK_AGAIN, GivenUpError


class ThreadDriver(Driver):
    """Runs while there is something to do and leaves no thread behind when the graph waits for a person."""

    def __init__(self, graph: Any, config: RunnableConfig, context: Any) -> None:
        super().__init__(graph, config, context)
        # What nodes print lands in the cell that started the run, and ipykernel 7.0.1 needs it for `comm.send`.
        self._launched_in = contextvars.copy_context()

    @override
    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        end_without_nodes()
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
        for part in self.streamed_graph().stream(step, self.stream_config, **self.stream_options(control)):
            yield part

    @override
    async def follow(
        self, hear: Hear, may_go_on: Callable[[], Coroutine[Any, Any, bool]], step: Any, control: RunControl
    ) -> bool:
        if not tells_at_once(self.graph, self.config):
            return await super().follow(hear, may_go_on, step, control)
        graph, options = self.streamed_graph(), self.stream_options(control)
        return follow_at_once(graph, step, self.stream_config, options, hear, lambda: complete(may_go_on()))

    @override
    async def call(self, function: Callable[..., Any], *args: Any) -> Any:
        found = function(*args)
        return asyncio.run(_awaited(found)) if inspect.isawaitable(found) else found

    @override
    @contextlib.asynccontextmanager
    async def claiming(self) -> AsyncGenerator[None, None]:
        with lock_of(self.checkpointer, self.thread_name):
            yield

    @override
    async def call_until(self, is_over: Callable[[], bool], function: Callable[..., Any], *args: Any) -> Any:
        called = called_in_a_thread(lambda: complete(self.call(function, *args)))
        while not called.is_done.wait(LOOK_AGAIN):
            if is_over():
                raise GivenUpError
        return called.result()

    @override
    async def pause(self, seconds: float) -> None:
        time.sleep(seconds)  # noqa: ASYNC251  it is a thread of its own

    @override
    def after(self, seconds: float, function: Callable[[], None]) -> Callable[[], None]:
        # The work's own thread may be held in a database's C code.
        is_off = threading.Event()
        waiting = threading.Thread(target=lambda: is_off.wait(seconds) or function(), name="hitl-later", daemon=True)
        with contextlib.suppress(RuntimeError):  # no thread to be had
            waiting.start()
        return is_off.set

    @override
    async def snapshot(self) -> StateSnapshot:
        return await with_handlers(self.graph.get_state(self.config, subgraphs=True), self.graph, self)

    @override
    async def page(self, before: RunnableConfig | None) -> AsyncGenerator[StateSnapshot, None]:
        def begin() -> Iterator[StateSnapshot]:
            return begun(self.graph.get_state_history(self.config, before=before, limit=self.page_size))

        for snapshot in while_written(self.checkpointer, begin):
            yield await with_handlers(snapshot, self.graph, self)

    @override
    async def state_at(self, config: RunnableConfig) -> StateSnapshot:
        snapshot = self.graph.get_state(config)
        return await with_handlers(snapshot, graph_in(self.graph, ns_of(snapshot)), self)

    @override
    def values(self) -> Any:
        return self.graph.get_state(self.config).values

    @override
    async def checkpoint(self, config: RunnableConfig) -> CheckpointTuple | None:
        return self.checkpointer.get_tuple(config)

    @override
    async def saved(self) -> AsyncGenerator[CheckpointTuple, None]:
        if isinstance(self.checkpointer, InMemorySaver):
            for checkpoint in listed(self.checkpointer, self.thread_name):
                yield checkpoint
            return
        before = None
        while True:
            # All of a page, so that others can write meanwhile.
            page = list(self.checkpointer.list(self.whole_thread, before=before, limit=self.page_size))
            for checkpoint in page:
                yield checkpoint
            if len(page) < self.page_size:
                return
            before = page[-1].config

    @override
    async def inputs(self) -> list[CheckpointTuple]:
        saver = self.checkpointer
        return while_written(saver, lambda: list(saver.list(self.place, filter={"source": "input"})))

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


class Called:
    """A call in a thread that nobody has to wait for: an interpreter that ends does not wait either."""

    def __init__(self) -> None:
        self.is_done = threading.Event()
        self._found: Any = None
        self._error: BaseException | None = None

    def run(self, function: Callable[[], Any]) -> None:
        try:
            self._found = function()
        except BaseException as error:  # noqa: BLE001  raised where it is waited for
            self._error = error
        self.is_done.set()

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self._found


def called_in_a_thread(function: Callable[[], Any]) -> Called:
    """Call a function in a thread of its own, with a copy of the caller's context."""
    called, context = Called(), contextvars.copy_context()
    threading.Thread(target=context.run, args=(called.run, function), name="hitl-call", daemon=True).start()
    return called


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
