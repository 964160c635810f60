"""Breakpoints that change while a graph runs: a copy of it that stops where it is told to.

LangGraph looks its `interrupt_before_nodes` and `interrupt_after_nodes` up anew at each step, in the graph that steps,
and takes them from nowhere else: no config and no argument reaches a nested graph (langgraph 1.2.24, `_loop.py`). So the
copy has lists of its own, and so has a copy of each graph that is a node of it. The user's graphs stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, overload

from langgraph.constants import START, TAG_HIDDEN
from langgraph.pregel import Pregel
from typing_extensions import override

from ..graph.handled import handlers_of

if TYPE_CHECKING:
    from langgraph.pregel._read import PregelNode  # private; what `graph.nodes` holds (langgraph 1.2.24)

Path = tuple[str, ...]
When = Literal["before", "after"]


_ON_A_SERVER = "is on a server: compile it with interrupt_before= there"


class Stops(Sequence[str]):
    """Names of nodes that LangGraph asks for at each step. Changed by another thread, it is the old one or the new one."""

    def __init__(self, given: Literal["*"] | Sequence[str], known: tuple[str, ...]) -> None:
        self.names = known if given == "*" else tuple(given)
        self.compiled: tuple[str, ...] = given.compiled if isinstance(given, Stops) else self.names
        """What the user's graph has, however much was changed since."""

    @override
    def __contains__(self, name: object) -> bool:
        return name in self.names

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    @override
    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    @override
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self.names[index]


@dataclass
class Stopping:
    """Where a graph and those nested in it stop.

    Attributes:
        stops: the lists of each graph, by the nodes around it.
        nodes: the nodes that it can stop at, in each graph.
        never: why it cannot stop in a nested graph, as the end of a sentence, by the node that runs it.
    """

    stops: dict[Path, dict[When, Stops]] = field(default_factory=dict[Path, dict[When, Stops]])
    nodes: dict[Path, tuple[str, ...]] = field(default_factory=dict[Path, tuple[str, ...]])
    never: dict[Path, str] = field(default_factory=dict[Path, str])

    def of(self, graph: Any, path: Path = ()) -> Any:
        """A copy of a graph that stops where this says, which at first is where the graph was compiled to stop."""
        if not isinstance(graph, Pregel):
            return self._served(graph) if hasattr(graph, "interrupt_before_nodes") else graph
        # LangGraph looks before a step begins, and an error handler takes over within one (langgraph 1.2.24).
        handlers = {*handlers_of(graph).values()}
        names = tuple(
            name for name, node in graph.nodes.items() if name not in handlers and TAG_HIDDEN not in (node.tags or ())
        )
        stops: dict[When, Stops] = {
            "before": Stops(graph.interrupt_before_nodes, names),
            "after": Stops(graph.interrupt_after_nodes, names),
        }
        # Before those nested in it: that is the order in which they are told.
        self.nodes[path], self.stops[path] = names, stops
        nodes = {name: self._node(node, (*path, name)) for name, node in graph.nodes.items()}
        # Not its own `copy`, which checks the graph again and forgets which types its checkpoints may hold (langgraph 1.2.24).
        copied = copy(graph)
        copied.nodes = nodes
        copied.interrupt_before_nodes, copied.interrupt_after_nodes = stops["before"], stops["after"]
        return copied

    def _served(self, graph: Any) -> Any:
        """A graph on a server: its nodes are given to each call, and those of its nested graphs cannot be."""
        nodes = graph.nodes
        self.nodes[()] = tuple(name for name in nodes if name != START)
        self.stops[()] = {"before": Stops((), ()), "after": Stops((), ())}
        self.never |= {(name,): _ON_A_SERVER for name, node in nodes.items() if node.subgraphs}
        return graph.copy(
            {"interrupt_before_nodes": self.stops[()]["before"], "interrupt_after_nodes": self.stops[()]["after"]}
        )

    def _node(self, node: PregelNode, path: Path) -> PregelNode:
        nested = node.bound
        if not isinstance(nested, Pregel):
            if node.subgraphs:
                self.never[path] = "is run by the node's own code: compile it with interrupt_before= instead"
            return node
        if nested.checkpointer is False:
            # It would start over each time, and stop there again.
            self.never[path] = "keeps no checkpoints (it was compiled with checkpointer=False)"
            return node
        copied = self.of(nested, path)
        return node.copy({"bound": copied, "subgraphs": [copied]})
