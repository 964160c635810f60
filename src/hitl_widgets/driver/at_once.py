"""What a graph's stream says, heard in the thread that says it.

Whatever a graph streams, and those nested in it, LangGraph also tells the stream of a graph around at once (1.2.24). Its own
stream of nested graphs (`subgraphs=True`) has a thread of the pool that the tasks run in wait for what they say: where as many
tasks run as the pool has threads (six on two cores), it is told once one of them is through, so that nobody would see what
runs, and how long it took would be counted from then on. It also runs each node in yet another thread: of a run of short
nodes that takes a fifth. So here the graph is streamed alone, and heard as if another were around it.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
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
    heard = _Heard(options["stream_mode"], hear, may_go_on)
    # Beside a stream LangGraph expects a runtime, and takes the graph's store from there.
    runtime: Runtime[Any] = Runtime(store=getattr(graph, "store", None))
    configurable = {RUNTIME: runtime, **config.get("configurable", {}), STREAM: heard}
    alone = {**options, "stream_mode": ["tasks"], "subgraphs": False}
    try:
        with closing(graph.stream(step, {**config, "configurable": configurable}, **alone)) as parts:
            for _ in parts:
                if not heard.goes_on():
                    return False
        return heard.goes_on()
    finally:
        heard.is_over = True


class _Heard:
    """Stands for the stream of a graph around, which LangGraph tells everything at once."""

    def __init__(self, modes: list[str], hear: Hear, may_go_on: Callable[[], bool]) -> None:
        self.modes = frozenset(modes)
        self.is_over = False
        self._hear = hear
        self._may_go_on = may_go_on
        self._context = contextvars.copy_context()
        self._asking = threading.Lock()
        self._is_let = True
        self._failure: Exception | None = None

    def __call__(self, chunk: tuple[tuple[str, ...], str, Any]) -> None:
        if self.is_over:
            return
        ns, mode, data = chunk
        try:
            # Not in the task's own context: what is done there would be the task's.
            self._context.copy().run(self._take, {"type": mode, "ns": ns, "data": data})
        except Exception as error:  # noqa: BLE001  never a task's own
            self._failure = self._failure or error

    def _take(self, part: dict[str, Any]) -> None:
        self._hear(part)
        if has_ended(part):
            with self._asking:
                self._is_let = self._is_let and self._may_go_on()

    def goes_on(self) -> bool:
        """Whether it may; raises what hearing has raised."""
        if self._failure is not None:
            raise self._failure
        return self._is_let
