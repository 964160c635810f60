"""`no-checkpointer`: a graph without one cannot stop by itself; `hitl.run` gives it one in memory, which ends with the kernel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver

from ..findings import Finding


def no_checkpointer(graph: Any, *, asks: bool) -> Iterator[Finding]:
    """A graph that asks or has a breakpoint, and was compiled without a checkpointer."""
    stops = asks or getattr(graph, "interrupt_before_nodes", ()) or getattr(graph, "interrupt_after_nodes", ())
    if stops and not isinstance(getattr(graph, "checkpointer", None), BaseCheckpointSaver):
        yield Finding(
            "no-checkpointer",
            "info",
            "",
            "The graph is compiled without a checkpointer: hitl.run keeps its answers in memory, so they are lost with the "
            "kernel.",
            'Pass save="runs.sqlite" to hitl.run, or compile the graph with a checkpointer.',
        )
