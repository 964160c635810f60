"""Where a graph's nodes may lead, as its author has written it: without drawing it, and without running it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from langgraph.graph import END

from .handled import handlers_of
from .nested import graph_at


@dataclass(frozen=True, slots=True)
class Leads:
    """Where the nodes of one graph lead; `__start__` is one of the sources, `__end__` one of the targets.

    Attributes:
        always: the targets of a node's plain edges.
        sometimes: those that a routing function or a `Command` chooses from.
        joins: nodes that are waited for together, and the node that follows them all.
        deferred: the nodes that begin only when no other has anything left to do.
    """

    always: Mapping[str, frozenset[str]]
    sometimes: Mapping[str, frozenset[str]]
    joins: tuple[tuple[frozenset[str], str], ...]
    deferred: frozenset[str]


class Levels:
    """The `Leads` of a graph and of those nested in it, read when they are first asked for.

    Args:
        graph: a compiled graph, or anything else that can be run as one.
    """

    def __init__(self, graph: Any) -> None:
        self._graphs: dict[tuple[str, ...], Any] = {(): graph}
        self._leads: dict[tuple[str, ...], Leads | None] = {}
        self._handlers: dict[tuple[str, ...], Mapping[str, str]] = {}

    def at(self, path: tuple[str, ...]) -> Leads | None:
        """Those of the graph that the node at `path` runs; `None` where they are not written down.

        An entrypoint's tasks are called by its code, and a `RemoteGraph`'s edges are elsewhere.
        """
        if path not in self._leads:
            self._leads[path] = leads_of(self._graph(path))
        return self._leads[path]

    def handlers(self, path: tuple[str, ...]) -> Mapping[str, str]:
        """The nodes of that graph that take over from others that fail, by those; of one on a server, too."""
        if path not in self._handlers:
            self._handlers[path] = handlers_of(self._graph(path))
        return self._handlers[path]

    def _graph(self, path: tuple[str, ...]) -> Any:
        if path not in self._graphs:
            self._graphs[path] = graph_at(path[-1:], self._graph(path[:-1]))
        return self._graphs[path]


def leads_of(graph: Any) -> Leads | None:
    """Where the nodes of a compiled `StateGraph` lead; `None` for anything else.

    >>> from langgraph.graph import START, StateGraph
    >>> builder = StateGraph(dict).add_node("a", lambda state: state).add_edge(START, "a").add_edge("a", END)
    >>> leads = leads_of(builder.compile())
    >>> sorted(leads.always["a"]), sorted(leads.always[START])
    (['__end__'], ['a'])
    >>> leads_of(None)
    """
    builder = getattr(graph, "builder", None)
    if builder is None or not hasattr(builder, "branches"):
        return None
    always: dict[str, set[str]] = {}
    for source, target in builder.edges:
        always.setdefault(source, set()).add(target)
    everywhere = {*builder.nodes, END}
    sometimes: dict[str, set[str]] = {}
    for source, branches in builder.branches.items():
        for branch in branches.values():
            # Without a mapping or an annotation it may lead anywhere.
            sometimes.setdefault(source, set()).update(branch.ends.values() if branch.ends else everywhere)
    for source, node in builder.nodes.items():
        if node.ends:
            sometimes.setdefault(source, set()).update(node.ends)
    return Leads(
        {source: frozenset(targets) for source, targets in always.items()},
        {source: frozenset(targets) for source, targets in sometimes.items()},
        tuple((frozenset(sources), target) for sources, target in builder.waiting_edges),
        frozenset(name for name, node in builder.nodes.items() if node.defer),
    )
