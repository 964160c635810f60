"""`hitl.check`: what will go wrong with the interrupts of a graph, found in its source before it runs.

reading.py     goes through a graph, and asks the rules
rules/         what goes wrong, one file a rule
places.py      where a graph has code: nodes, tools, edges, nested graphs
sources.py     where a function is written
scope.py       the names in it, and `values.py` what they stand for
walk.py        the order in which it runs: what is done on the way to each place that asks
calls.py       what a call does: `asks.py` what asks, `effects.py` what changes the outside (a table)
findings.py    what was found, and how it prints
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..driver.choose import is_remote

if TYPE_CHECKING:
    from .findings import Findings

__all__ = ["check"]


def check(graph: Any) -> Findings:
    """What will go wrong with the interrupts of a graph, by file and line, and how to mend it.

    The source of its nodes is read, and that of its tools, its conditional edges and its nested graphs; nothing is run.
    Only what is certain or very likely is reported: no finding does not mean that nothing can go wrong. What could not
    be read is listed in `not_read`.

    Args:
        graph: a compiled LangGraph graph, or an `@entrypoint`.

    Raises:
        TypeError: it is neither.

    >>> from typing import TypedDict
    >>> from langgraph.graph import START, StateGraph
    >>> import hitl_widgets as hitl
    >>> class State(TypedDict, total=False):
    ...     budget: float
    >>> builder = StateGraph(State)
    >>> _ = builder.add_node("ask_budget", hitl.ask_node("budget", "What's your budget?"))
    >>> _ = builder.add_edge(START, "ask_budget")
    >>> print(hitl.check(builder.compile()))
    1 info
    <BLANKLINE>
    info  no-checkpointer  the graph
        The graph is compiled without a checkpointer: hitl.run keeps its answers in memory, so they are
        lost with the kernel.
        Pass save="runs.sqlite" to hitl.run, or compile the graph with a checkpointer.
    """
    # Only who checks a graph pays for what reading one needs.
    from .findings import Findings, NotRead
    from .reading import Reading

    if is_remote(graph):
        why = "The graph runs on a server, and so its source is there: check it where it is compiled."
        return Findings([], [NotRead("", why)])
    if not hasattr(graph, "stream") or not hasattr(graph, "get_state"):
        way_out = " Did you forget `.compile()`?" if hasattr(graph, "compile") else ""
        raise TypeError(f"hitl.check takes a compiled LangGraph graph, not {type(graph).__name__}.{way_out}")
    return Reading().findings(graph)
