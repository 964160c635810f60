"""That what asks is called where a graph runs: elsewhere there is nothing to stop, and LangGraph's error says neither."""

from __future__ import annotations

from langgraph.config import get_config

SCRATCHPAD = "__pregel_scratchpad"
"""Where a task's config has what LangGraph counts of it, and what `interrupt()` looks for (langgraph 1.2.24)."""


def check_in_a_graph(what: str) -> None:
    """Fail where `interrupt()` would.

    Args:
        what: what asks, as its caller wrote it.

    Raises:
        RuntimeError: no graph runs here.

    >>> check_in_a_graph("hitl.ask")
    Traceback (most recent call last):
    RuntimeError: hitl.ask can only ask inside of a graph that runs: call it in a node, and start the graph with \
hitl.run(graph, input).
    """
    try:
        runs = SCRATCHPAD in get_config().get("configurable", {})
    except RuntimeError:
        runs = False
    if not runs:
        raise RuntimeError(
            f"{what} can only ask inside of a graph that runs: call it in a node, and start the graph with "
            "hitl.run(graph, input)."
        )
