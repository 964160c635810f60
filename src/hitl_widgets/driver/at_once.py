"""What a graph's stream says, heard in the thread that says it.

Whatever a graph streams, and those nested in it, LangGraph also tells the stream of a graph around at once (1.2.24). Its own
stream of nested graphs (`subgraphs=True`) has a thread of the pool that the tasks run in wait for what they say: where as many
tasks run as the pool has threads (six on two cores), it is told once one of them is through, so that nobody would see what
runs, and how long it took would be counted from then on. It also runs each node in yet another thread: of a run of short
nodes that takes a fifth. So here the graph is streamed alone, and heard as if another were around it.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine, Mapping
from contextlib import aclosing, closing
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.pregel import Pregel
from langgraph.runtime import Runtime

from ..watching.listener import RUNTIME
from .base import Hear, has_ended

STREAM = "__pregel_stream"
"""Where a config has the stream of the graph around: `langgraph._internal._constants.CONFIG_KEY_STREAM`."""


def tells_at_once(graph: Any, config: RunnableConfig) -> bool:
    """Whether a graph's stream can be heard where it is said; not that of one around which another is streamed."""
    return isinstance(graph, Pregel) and STREAM not in config.get("configurable", {})


def follow_at_once(
    graph: Any,
    step: Any,
    config: RunnableConfig,
    options: Mapping[str, Any],
    hear: Hear,
    may_go_on: Callable[[], bool],
) -> bool:
    """Stream a graph to its end.

    Args:
        graph: the graph, which `tells_at_once`.
        step: an input, a `Command`, or `None` to go on.
        config: its config.
        options: how it is streamed.
        hear: told each part when it is said, in the tasks' own threads, in the context of who streams; what it raises ends
            the stream.
        may_go_on: asked there when a task has ended, one at a time. Where not, no task more begins in the outermost graph.

    Returns:
        Whether it was let to its end.
    """
    asking, is_let = threading.Lock(), True

    def take(part: dict[str, Any]) -> None:
        nonlocal is_let
        hear(part)
        if has_ended(part):
            with asking:
                is_let = is_let and may_go_on()

    heard = _Heard(options["stream_mode"], take)
    try:
        with closing(graph.stream(step, _around(config, graph, heard), **_alone(options))) as parts:
            for _ in parts:
                heard.check()
                if not is_let:
                    return False
        heard.check()
        return is_let
    finally:
        heard.is_over = True


async def afollow_at_once(
    graph: Any,
    step: Any,
    config: RunnableConfig,
    options: Mapping[str, Any],
    hear: Hear,
    may_go_on: Callable[[], Coroutine[Any, Any, bool]],
) -> bool:
    """The same on an event loop. Of what ends in a nested graph `may_go_on` is asked soon: its next node may have begun by then."""
    loop, asking, is_let = asyncio.get_running_loop(), set[asyncio.Task[None]](), True

    async def ask() -> None:
        nonlocal is_let
        is_let = is_let and await may_go_on()

    def begin_to_ask() -> None:
        task = loop.create_task(ask())
        asking.add(task)  # asyncio itself keeps only weak references
        task.add_done_callback(asking.discard)

    def take(part: dict[str, Any]) -> None:
        hear(part)
        if part["ns"] and has_ended(part):
            loop.call_soon_threadsafe(begin_to_ask)

    heard = _Heard(options["stream_mode"], take)
    try:
        async with aclosing(graph.astream(step, _around(config, graph, heard), **_alone(options))) as parts:
            async for _ in parts:
                heard.check()
                await ask()
                if not is_let:
                    return False
        heard.check()
        return is_let
    finally:
        heard.is_over = True


def _around(config: RunnableConfig, graph: Any, heard: _Heard) -> RunnableConfig:
    """The config of a graph around which another is streamed."""
    # Beside a stream LangGraph expects a runtime, and takes the graph's store from there.
    runtime: Runtime[Any] = Runtime(store=getattr(graph, "store", None))
    return {**config, "configurable": {RUNTIME: runtime, **config.get("configurable", {}), STREAM: heard}}


def _alone(options: Mapping[str, Any]) -> dict[str, Any]:
    """How a graph is streamed whose stream is heard elsewhere: something comes whenever a task of its own has ended."""
    return {**options, "stream_mode": ["tasks"], "subgraphs": False}


class _Heard:
    """Stands for the stream of a graph around, which LangGraph tells everything at once."""

    def __init__(self, modes: list[str], hear: Hear) -> None:
        self.modes = frozenset(modes)
        self.is_over = False
        self._hear = hear
        self._context = contextvars.copy_context()
        self._failure: Exception | None = None

    def __call__(self, chunk: tuple[tuple[str, ...], str, Any]) -> None:
        if self.is_over:
            return
        ns, mode, data = chunk
        try:
            # Not in the task's own context: what is done there would be the task's.
            self._context.copy().run(self._hear, {"type": mode, "ns": ns, "data": data})
        except Exception as error:  # noqa: BLE001  never a task's own
            self._failure = self._failure or error

    def check(self) -> None:
        """Raise what hearing has raised."""
        if self._failure is not None:
            raise self._failure
