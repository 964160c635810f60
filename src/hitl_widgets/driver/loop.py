"""For graphs with async-only nodes or an async checkpointer: `astream` as a task of an event loop."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from concurrent.futures import Future
from typing import Any, Self

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.runtime import RunControl
from langgraph.types import StateSnapshot
from typing_extensions import override

from ..errors import CannotWaitError, HitlError
from ..processes import finalize
from .answers.address import ns_of
from .answers.claiming import lock_of
from .at_once import afollow_at_once, tells_at_once
from .base import Driver, Hear
from .ending import end_without_nodes
from .handlers import graph_in, with_handlers
from .memory import listed
from .thread import called_in_a_thread
from .working import LOOK_AGAIN, STANDS_STILL, GivenUpError

_SOON = 0.002
"""Seconds between looks at whether a call in a thread is through, or another session with its claim."""


class LoopDriver(Driver):
    """Runs on the caller's event loop (in a notebook the kernel's), where the graph's own connections live.

    Args:
        loop: the loop to run on; `None` starts one in a thread of its own, for scripts that have none.
    """

    reads_anywhere = False

    def __init__(
        self, graph: Any, config: RunnableConfig, context: Any, loop: asyncio.AbstractEventLoop | None
    ) -> None:
        super().__init__(graph, config, context)
        self._launched_in = contextvars.copy_context()
        self._own_loop = loop is None
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()  # asyncio itself keeps only weak references
        self._asked: set[tuple[asyncio.AbstractEventLoop, Future[Any]]] = set()
        """What threads wait for, each with the loop that it is on."""
        self._handing = threading.Lock()
        """Held while something is handed to the loop, and while that is forgotten: what it was handed, it does."""

    @override
    def on_thread(self, thread_id: str) -> Self:
        other = super().on_thread(thread_id)
        other._tasks, other._asked, other._handing = set(), set(), threading.Lock()
        if self._own_loop:
            other._loop = None
        return other

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop; one of our own runs only as long as the graph does."""
        if self._loop is None:
            self._loop = _loop_in_a_thread()
            # While it waits for a person, nobody may want it any more. A process that ends takes it along as it is: a loop
            # that is stopped in the midst of a node says of each of its tasks that it was pending.
            finalize(self, _stop, self._loop).atexit = False
        return self._loop

    @override
    def check(self) -> None:
        if not self._own_loop and self.loop.is_closed():
            raise HitlError(
                "The event loop that this session ran on is closed. hitl.attach(graph, thread_id) goes on with the "
                "thread on another."
            )

    @override
    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        with self._handing:
            self.loop.call_soon_threadsafe(self._start, self.loop, work)

    def _start(self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None]) -> None:
        task = loop.create_task(work, context=self._launched_in.copy())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @override
    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        if self.blocks_here():
            work.close()
            raise CannotWaitError(
                "This graph runs on the event loop of this very thread, so waiting here would stop it. "
                "Use `await session`, and `await session.aanswer(...)` to answer."
            )
        try:
            self.check()
            if self.stands_still():
                raise CannotWaitError(STANDS_STILL)
        except HitlError:
            work.close()
            raise
        asked: tuple[asyncio.AbstractEventLoop, Future[Any]] | None = None
        with self._handing:
            if self._loop is not None:
                asked = self._loop, asyncio.run_coroutine_threadsafe(work, self._loop)
                self._asked.add(asked)
        if asked is None:
            # In a thread: the caller's may be running a loop, of which `asyncio.run` wants none.
            called = called_in_a_thread(lambda: asyncio.run(work))
            while not called.is_done.wait(LOOK_AGAIN):
                pass
            return called.result()
        try:
            return asked[1].result()
        finally:
            self._asked.discard(asked)

    @override
    def blocks_here(self) -> bool:
        try:
            return asyncio.get_running_loop() is self._loop
        except RuntimeError:
            return False

    @override
    def stands_still(self) -> bool:
        # One of our own has a thread, which may be just beginning with it.
        return not self._own_loop and not self.loop.is_running()

    @override
    async def stream(self, step: Any, control: RunControl) -> AsyncGenerator[dict[str, Any], None]:
        async for part in self.streamed_graph().astream(step, self.stream_config, **self.stream_options(control)):
            yield part

    @override
    async def follow(
        self, hear: Hear, may_go_on: Callable[[], Coroutine[Any, Any, bool]], step: Any, control: RunControl
    ) -> bool:
        if not tells_at_once(self.graph, self.config):
            return await super().follow(hear, may_go_on, step, control)
        graph, options = self.streamed_graph(), self.stream_options(control)
        return await afollow_at_once(graph, step, self.stream_config, options, hear, may_go_on)

    @override
    async def call(self, function: Callable[..., Any], *args: Any) -> Any:
        # A sync one may take its time, and this loop is the kernel's.
        found = function(*args) if inspect.iscoroutinefunction(function) else await asyncio.to_thread(function, *args)
        return await found if inspect.isawaitable(found) else found

    @override
    async def call_until(self, is_over: Callable[[], bool], function: Callable[..., Any], *args: Any) -> Any:
        if not inspect.iscoroutinefunction(function):
            called, pause = called_in_a_thread(lambda: function(*args)), _SOON
            while not called.is_done.is_set():
                if is_over():
                    raise GivenUpError
                await asyncio.sleep(pause)
                pause = min(2 * pause, LOOK_AGAIN)  # what takes long does not keep the graph's loop awake
            found = called.result()
        else:
            found = function(*args)
        if not inspect.isawaitable(found):
            return found
        task = asyncio.ensure_future(found)
        try:
            while not task.done():
                if is_over():
                    raise GivenUpError
                await asyncio.wait({task}, timeout=LOOK_AGAIN)
        finally:
            task.cancel()  # where who waits for it is cancelled, too; it does nothing to what has returned
        return task.result()

    @override
    @contextlib.asynccontextmanager
    async def claiming(self) -> AsyncGenerator[None, None]:
        # Sessions have a loop each in a script. One loop may be that of who has it: it is never waited for there.
        lock = lock_of(self.checkpointer, self.thread_name)
        while not lock.acquire(blocking=False):  # noqa: ASYNC110  a thread of another loop may have it
            await asyncio.sleep(_SOON)
        try:
            yield
        finally:
            lock.release()

    @override
    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    @override
    def after(self, seconds: float, function: Callable[[], None]) -> Callable[[], None]:
        return asyncio.get_running_loop().call_later(seconds, function).cancel

    @override
    async def snapshot(self) -> StateSnapshot:
        return await with_handlers(await self.graph.aget_state(self.config, subgraphs=True), self.graph, self)

    @override
    async def page(self, before: RunnableConfig | None) -> AsyncGenerator[StateSnapshot, None]:
        async for snapshot in self.graph.aget_state_history(self.config, before=before, limit=self.page_size):
            yield await with_handlers(snapshot, self.graph, self)
            # A saver in memory never waits, and this loop is the kernel's.
            await asyncio.sleep(0)

    @override
    async def state_at(self, config: RunnableConfig) -> StateSnapshot:
        snapshot = await self.graph.aget_state(config)
        return await with_handlers(snapshot, graph_in(self.graph, ns_of(snapshot)), self)

    @override
    def values(self) -> Any:
        if self.blocks_here() or self.stands_still():
            return None
        return self.run(self._values())

    async def _values(self) -> Any:
        return (await self.graph.aget_state(self.config)).values

    @override
    async def checkpoint(self, config: RunnableConfig) -> CheckpointTuple | None:
        return await self.checkpointer.aget_tuple(config)

    @override
    async def saved(self) -> AsyncGenerator[CheckpointTuple, None]:
        if isinstance(self.checkpointer, InMemorySaver):
            for checkpoint in listed(self.checkpointer, self.thread_name):
                yield checkpoint
                await asyncio.sleep(0)  # as in `page`
            return
        before = None
        while True:
            found = self.checkpointer.alist(self.whole_thread, before=before, limit=self.page_size)
            page = [checkpoint async for checkpoint in found]  # so that others can write meanwhile
            for checkpoint in page:
                yield checkpoint
                await asyncio.sleep(0)
            if len(page) < self.page_size:
                return
            before = page[-1].config

    @override
    async def inputs(self) -> list[CheckpointTuple]:
        return [found async for found in self.checkpointer.alist(self.place, filter={"source": "input"})]

    @override
    async def put_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str) -> None:
        await self.checkpointer.aput_writes(config, writes, task_id)

    @override
    async def put_checkpoint(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        versions: dict[str, Any],
    ) -> RunnableConfig:
        return await self.checkpointer.aput(config, checkpoint, metadata, versions)

    @override
    def close(self) -> None:
        with self._handing:
            if self._own_loop and self._loop is not None:
                # Forgotten at once: what is asked for next must not be sent to a loop that is about to stop.
                ending, self._loop = self._loop, None
                with contextlib.suppress(RuntimeError):  # it has ended already
                    ending.call_soon_threadsafe(self._stop_when_done, ending)

    def _stop_when_done(self, loop: asyncio.AbstractEventLoop) -> None:
        """Stop a loop once all is done that it was handed. What nodes have begun there and left is not waited for."""
        works = any(task.get_loop() is loop for task in self._tasks)
        if works or any(on is loop for on, _ in tuple(self._asked)):
            loop.call_later(_SOON, self._stop_when_done, loop)
        else:
            loop.stop()


def _stop(loop: asyncio.AbstractEventLoop) -> None:
    with contextlib.suppress(RuntimeError):  # it has ended already
        loop.call_soon_threadsafe(loop.stop)


def _loop_in_a_thread() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            loop.close()

    end_without_nodes()
    threading.Thread(target=serve, name="hitl-loop", daemon=True).start()
    return loop
