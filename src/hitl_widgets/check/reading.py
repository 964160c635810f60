"""Reads a graph: goes through everything that it runs, and asks each rule about each place that asks a human."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

from langgraph.pregel import Pregel

from .asks import Ask
from .calls import Calls
from .findings import PATH, Finding, Findings, NotRead
from .places import Nested, Place, places
from .rules import GRAPH_RULES, NESTED_RULES, RULES
from .sources import Source, is_installed, is_installed_file, source_of
from .values import Value
from .walk import TooLargeError, Walk

_KNOWN = ("langgraph", "langchain", "langchain_core", "deepagents", "hitl_widgets")
"""Libraries that know how to ask; that their nodes are not reported on is not worth a line."""


@dataclass
class Reading:
    """What is found while a graph is read."""

    found: dict[tuple[str, str, int, str, str], Finding] = field(
        default_factory=dict[tuple[str, str, int, str, str], Finding]
    )
    not_read: dict[str, NotRead] = field(default_factory=dict[str, NotRead])
    asks_at_all: bool = False
    _known: dict[int, bool] = field(default_factory=dict[int, bool])
    """Whether a graph or a task asks, by its id."""
    _open: list[int] = field(default_factory=list[int])

    def findings(self, graph: Any) -> Findings:
        """Read a graph from the outside in."""
        self._graph(graph, ())
        for rule in GRAPH_RULES:
            for finding in rule(graph, asks=self.asks_at_all):
                self._add(finding)
        return Findings(self.found.values(), self.not_read.values())

    def _graph(self, graph: Any, path: tuple[str, ...]) -> None:
        if id(graph) in self._open:
            return  # a graph that runs itself
        self._open.append(id(graph))
        try:
            for place in places(graph, path):
                if isinstance(place, Nested):
                    self._graph(place.graph, place.path)
                else:
                    self._place(place)
            for rule in NESTED_RULES:
                for finding in rule(graph, path, asks=lambda: self._asks_in_graph(graph)):
                    self._add(finding)
        except Exception as error:  # noqa: BLE001  what is read is anybody's; the rest of the graph is still checked
            self._skip(path, f"{type(error).__name__}: {error}")
        self._open.pop()

    def _place(self, place: Place) -> None:
        try:
            if place.function is None:
                self._skip(place.path, f"{place.what} is not written in Python")
            elif (source := source_of(place.function)) is None:
                self._skip(place.path, f"{place.what} has no source here, or it was changed since it was imported")
            else:
                self._source(place, source)
        except TooLargeError:
            self._skip(place.path, f"{place.what} calls too much to follow it")
        except Exception as error:  # noqa: BLE001  see above
            self._skip(place.path, f"{place.what}: {type(error).__name__}: {error}")

    def _source(self, place: Place, source: Source) -> None:
        installed = is_installed(source.function)
        if installed and source.function.__module__.partition(".")[0] not in _KNOWN:
            self._skip(place.path, f"{place.what} is installed with {source.function.__module__}")
            return
        calls = Calls(self._asks_in_graph, self._asks_in_function)
        asks = _walk(calls, source, place.first)
        self.asks_at_all = self.asks_at_all or bool(asks)
        for ask in asks:
            for rule in RULES:
                for finding in rule(ask, place):
                    self._add(finding)
        for name, function in calls.tasks.items():
            if name not in place.path:  # a task that calls itself
                self._place(Place((*place.path, name), "task", function, (), name))
        for graph in calls.graphs:
            self._graph(graph, place.path)

    def _asks_in_graph(self, graph: Pregel[Any, Any, Any, Any]) -> bool:
        return self._asks_inside(graph, lambda: any(self._asks_in_place(place) for place in places(graph)))

    def _asks_in_place(self, place: Place | Nested) -> bool:
        if isinstance(place, Nested):
            return self._asks_in_graph(place.graph)
        return place.function is not None and self._asks_in_function(place.function, *place.first)

    def _asks_in_function(self, function: FunctionType, *first: Value) -> bool:
        return self._asks_inside(function, lambda: self._asks(function, first))

    def _asks(self, function: FunctionType, first: tuple[Value, ...]) -> bool:
        source = source_of(function)
        return source is not None and bool(_walk(Calls(self._asks_in_graph, self._asks_in_function), source, first))

    def _asks_inside(self, thing: object, look: Callable[[], bool]) -> bool:
        if id(thing) not in self._known:
            # While it is looked at: a graph or a task that runs itself does not ask for that reason.
            self._known[id(thing)] = False
            self._known[id(thing)] = look()
        return self._known[id(thing)]

    def _add(self, finding: Finding) -> None:
        if finding.file and is_installed_file(finding.file):
            return  # nobody here can mend a library; its nodes are read for what they lead to
        # An effect before two questions is one thing to mend, and so is a node's function that is async and sync.
        self.found.setdefault((finding.rule, finding.file, finding.line, finding.code, finding.node), finding)

    def _skip(self, path: tuple[str, ...], why: str) -> None:
        node = PATH.join(path)
        self.not_read.setdefault(node, NotRead(node, why))


def _walk(calls: Calls, source: Source, first: tuple[Value, ...]) -> list[Ask]:
    names = [one.arg for one in (*source.tree.args.posonlyargs, *source.tree.args.args)]
    return Walk(calls).function(source, dict(zip(names, first, strict=False)))
