"""Streaming a graph that nobody watches: its nodes run in the thread that streams it.

Asked to stream nested graphs while they work (`subgraphs=True`), LangGraph has a thread wait for what they say, and runs every
node in yet another: a fifth of the time of a run of short nodes (1.2.24). In a script nobody looks meanwhile. What the graphs
that a node's code calls have done is in the stream all the same; it comes when the node is through.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from ..watching.listener import RUNTIME

STREAM = "__pregel_stream"
"""Where a config has the stream of the graph around: `langgraph._internal._constants.CONFIG_KEY_STREAM`."""


def has_plain_nodes(graph: Any, config: RunnableConfig) -> bool:
    """Whether its parts may come when a node is through. A nested graph, and an entrypoint with its tasks, may take long."""
    if not hasattr(graph, "builder") or STREAM in config.get("configurable", {}):
        return False
    return not any(getattr(node, "subgraphs", None) for node in graph.nodes.values())


def stream_unwatched(
    graph: Any, step: Any, config: RunnableConfig, options: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """The stream's parts, those of what a node has called before the one that says that it is through.

    Args:
        graph: the graph, which `has_plain_nodes`.
        step: an input, a `Command`, or `None` to go on.
        config: its config.
        options: how it would be streamed if somebody watched.
    """
    inside = _Inside(options["stream_mode"])
    # Beside a stream LangGraph expects a runtime, and takes the graph's store from there.
    runtime: Runtime[Any] = Runtime(store=getattr(graph, "store", None))
    configurable = {**config.get("configurable", {}), STREAM: inside, RUNTIME: runtime}
    try:
        for part in graph.stream(step, {**config, "configurable": configurable}, **{**options, "subgraphs": False}):
            yield from inside.parts()
            yield part
    except Exception:
        yield from inside.parts()
        raise


class _Inside:
    """Stands for the stream that LangGraph hands to nested graphs with `subgraphs=True`."""

    def __init__(self, modes: Collection[str]) -> None:
        self.modes = frozenset(modes)
        self._parts: deque[dict[str, Any]] = deque()

    def __call__(self, chunk: tuple[tuple[str, ...], str, Any]) -> None:
        ns, mode, data = chunk
        if ns:  # the outermost graph has its own
            self._parts.append({"type": mode, "ns": ns, "data": data})

    def parts(self) -> Iterator[dict[str, Any]]:
        """Those that have come since."""
        while self._parts:
            yield self._parts.popleft()
