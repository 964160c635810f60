"""Streaming a graph that nobody watches: its nodes run in the thread that streams it.

Asked to stream nested graphs while they work (`subgraphs=True`), LangGraph has a thread wait for what they say, and runs every
node in yet another: a fifth of the time of a run of short nodes (1.2.24). In a script nobody looks meanwhile. What the graphs
that a node's code calls have done is in the stream all the same; it comes when the node is through, and so do the `@task`s
that it calls. LangGraph hands each part on to a stream around, too, as it comes (1.2.24): so it is known when that was.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from itertools import count
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
    """The stream's parts in the order in which they came, each with when that was (`at`, in seconds since the epoch).

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
            yield from inside.before(part)
            yield part
    except Exception:
        yield from inside.rest()
        raise


class _Inside:
    """Stands for the stream that LangGraph hands to nested graphs with `subgraphs=True`."""

    def __init__(self, modes: Collection[str]) -> None:
        self.modes = frozenset(modes)
        self._numbers = count()
        self._parts: deque[tuple[int, dict[str, Any]]] = deque()
        self._outermost: dict[int, tuple[int, float, Any]] = {}
        """When parts of the outermost graph came, which has a stream of its own, by the identity of what they say."""

    def __call__(self, chunk: tuple[tuple[str, ...], str, Any]) -> None:
        ns, mode, data = chunk
        number, at = next(self._numbers), time.time()
        if ns:
            self._parts.append((number, {"type": mode, "ns": ns, "data": data, "at": at}))
        else:
            self._outermost[id(data)] = (number, at, data)

    def before(self, part: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Those that came before one of the outermost graph's, which is given its time."""
        found = self._outermost.pop(id(part["data"]), None)
        if found is None:
            return
        number, part["at"], _ = found
        while self._parts and self._parts[0][0] < number:
            yield self._parts.popleft()[1]

    def rest(self) -> Iterator[dict[str, Any]]:
        """Those that are left."""
        while self._parts:
            yield self._parts.popleft()[1]
