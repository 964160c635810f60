"""What a graph's stream says, heard in the thread that says it.

LangGraph has a thread of the pool that the tasks run in wait for what nested graphs say (`subgraphs=True`, 1.2.24): where as
many tasks run as the pool has threads (six on two cores), it is told once one of them is through. Until then nobody would
see what runs, and how long it took would be counted from then on.
"""

from __future__ import annotations

import contextvars
from collections.abc import Iterator, Mapping
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.pregel import Pregel

from .base import Hear
from .unwatched import STREAM


def tells_at_once(graph: Any, config: RunnableConfig) -> bool:
    """Whether a graph's stream can be heard where it is said; not that of one around which another is streamed."""
    return isinstance(graph, Pregel) and STREAM not in config.get("configurable", {})


def stream_at_once(
    graph: Any, step: Any, config: RunnableConfig, options: Mapping[str, Any], hear: Hear
) -> Iterator[dict[str, Any]]:
    """The stream's parts, each of which `hear` has been told before, when it was said.

    Args:
        graph: the graph, which `tells_at_once`.
        step: an input, a `Command`, or `None` to go on.
        config: its config, with a runtime: beside a stream LangGraph expects one.
        options: how it is streamed.
        hear: called in the tasks' own threads, in the context of who streams; what it raises ends the stream.
    """
    heard = _Heard(options["stream_mode"], hear)
    configurable = {**config.get("configurable", {}), STREAM: heard}
    try:
        for part in graph.stream(step, {**config, "configurable": configurable}, **options):
            heard.check()
            yield part
        heard.check()
    finally:
        heard.is_over = True


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
