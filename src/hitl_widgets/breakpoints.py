"""`session.breakpoints`: where a session stops, changed at any time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from .texts.odd import spelled
from .thread.stops import Path, Stopping, When

Nodes = Literal["*"] | Sequence[str]
"""Names of nodes, or all of them; `sub/ask` is a node of a nested graph."""


class Breakpoints:
    """The nodes that a session stops at, for a person to see its state, change it, and continue or stop.

    They hold from the next step on, also while the graph runs, and for this session alone: the graph stays as it was
    compiled. A click at the left edge of a node does the same.

    A graph on a server (`RemoteGraph`) is given them with each run that the server is asked for: those switched while it
    works count from the next answer on, which the session says. Inside its nested graphs they are compiled there.

    Iterating gives a pair for each, the node and `"before"` or `"after"`.

    >>> from typing import TypedDict
    >>> from langgraph.graph import START, StateGraph
    >>> import hitl_widgets as hitl
    >>> class State(TypedDict, total=False):
    ...     draft: str
    >>> builder = StateGraph(State).add_node("write", lambda state: {"draft": "Hi"})
    >>> builder = builder.add_node("send", lambda state: {}).add_edge(START, "write").add_edge("write", "send")
    >>> session = hitl.run(builder.compile(), interrupt_before=["write"])
    >>> session.answer({})
    >>> session.breakpoints.add("send")
    >>> session.breakpoints
    <hitl.Breakpoints: before write, before send>
    >>> session.answer(True)
    >>> session.answer({"update": {"draft": "Hello"}}, to="send")
    >>> session.wait()
    {'draft': 'Hello'}
    """

    def __init__(self, graph: Any, *, changed: Callable[[], None] = lambda: None) -> None:
        self._lock = threading.Lock()
        self._changed = changed
        self._stopping = Stopping()
        self.graph: Any = self._stopping.of(graph)
        """The copy of the graph that stops there."""
        self._known = frozenset(self.paths)
        """Those there were when the graph was last set going."""

    # ------------------------------------------------------------------ what people call

    def add(self, *nodes: str, when: When = "before") -> None:
        """Stop at nodes from the next step on.

        Args:
            nodes: their names; `"sub/ask"` for a node of a nested graph, `"*"` for all of the graph's own.
            when: `"before"` they run, or `"after"`.

        Raises:
            ValueError: there is no such node, or LangGraph cannot stop at it.
        """
        self._change(nodes, when, on=True)

    def remove(self, *nodes: str, when: When | None = None) -> None:
        """Stop at nodes no more. A run that stands there still asks whether to continue.

        Args:
            nodes: as for `add`. One that it does not stop at is left as it is.
            when: `"before"` or `"after"` only; both if not given.

        Raises:
            ValueError: there is no such node.
        """
        self._change(nodes, when, on=False)

    def clear(self) -> None:
        """Stop nowhere, also where the graph was compiled to stop."""
        with self._lock:
            for stops in self._stopping.stops.values():
                for names in stops.values():
                    names.names = ()
        self._changed()

    @property
    def before(self) -> tuple[str, ...]:
        """The nodes that it stops before."""
        return tuple("/".join(path) for path, when in self.paths if when == "before")

    @property
    def after(self) -> tuple[str, ...]:
        """The nodes that it stops after."""
        return tuple("/".join(path) for path, when in self.paths if when == "after")

    def __iter__(self) -> Iterator[tuple[str, When]]:
        named: list[tuple[str, When]] = [("/".join(path), when) for path, when in self.paths]
        return iter(named)

    def __contains__(self, node: object) -> bool:
        return any(node == name for name, _ in self)

    def __len__(self) -> int:
        return len(self.paths)

    def __repr__(self) -> str:
        return spelled(f"<hitl.Breakpoints: {', '.join(f'{when} {node}' for node, when in self) or 'none'}>")

    # ------------------------------------------------------------------ what the session needs

    @property
    def paths(self) -> tuple[tuple[Path, When], ...]:
        """Each of them, by the names of the graphs around its node and its own."""
        return tuple(
            ((*graph, name), when)
            for graph, stops in self._stopping.stops.items()
            for when, names in stops.items()
            for name in names.names
        )

    def begin(self) -> None:
        """The graph is set going: it passes those of the step that it is at, and looks at the others by itself."""
        self._known = frozenset(self.paths)

    def is_new_before(self, path: Path) -> bool:
        """Whether it stops before a node, and did not when the graph was last set going."""
        one: tuple[Path, When] = (path, "before")
        return one not in self._known and one in self.paths

    def can_stop_at(self, path: Path) -> bool:
        """Whether LangGraph can stop at a node."""
        return bool(path) and path[-1] in self._stopping.nodes.get(path[:-1], ())

    def switch(self, path: Path, when: When, *, on: bool) -> None:
        """Stop at a node, or no more.

        Raises:
            ValueError: there is no such node, or LangGraph cannot stop at it.
        """
        if not self.can_stop_at(path):
            raise ValueError(self._why_not("/".join(path)))
        with self._lock:
            self._set(path, when, on=on)
        self._changed()

    def start_with(self, before: Nodes | None, after: Nodes | None) -> None:
        """What `hitl.run` was given, in place of what the graph was compiled with; `None` leaves that.

        Raises:
            ValueError: there is no such node, or LangGraph cannot stop at it.
        """
        given: dict[When, Nodes | None] = {"before": before, "after": after}
        for when, nodes in given.items():
            if nodes is None:
                continue
            named = [nodes] if isinstance(nodes, str) else nodes
            paths = [path for name in named for path in self._found(name, f"interrupt_{when}= names ")]
            if top := self._stopping.stops.get(()):
                top[when].names = ()
            for path in paths:
                self._set(path, when, on=True)
        self.begin()

    def as_arguments(self) -> str:
        """What else to give to `hitl.attach`, so that it stops where this stops; nothing, if the graph itself does.

        A thread does not say that it stands at a breakpoint: whoever goes on with it has to.
        """
        lists = self._stopping.stops.values()
        now: dict[When, tuple[str, ...]] = {"before": self.before, "after": self.after}
        return "".join(
            f", interrupt_{when}={list(nodes)!r}"
            for when, nodes in now.items()
            if any(stops[when].names != stops[when].compiled for stops in lists)
        )

    # ------------------------------------------------------------------

    def _change(self, nodes: tuple[str, ...], when: When | None, *, on: bool) -> None:
        if when not in {"before", "after", None}:
            raise ValueError(f"when={when!r}: a breakpoint is 'before' or 'after' its node.")
        paths = [path for name in nodes for path in self._found(name)]
        with self._lock:
            for path in paths:
                for one in ("before", "after") if when is None else (when,):
                    self._set(path, one, on=on)
        self._changed()

    def _set(self, path: Path, when: When, *, on: bool) -> None:
        stops = self._stopping.stops[path[:-1]][when]
        # In the order of the graph's nodes, whatever the order in which they were added.
        stops.names = tuple(
            name for name in self._stopping.nodes[path[:-1]] if (on if name == path[-1] else name in stops.names)
        )

    def _found(self, name: object, named: str = "") -> list[Path]:
        if name == "*":
            return [(node,) for node in self._stopping.nodes.get((), ())]
        known = {
            "/".join((*graph, node)): (*graph, node) for graph, nodes in self._stopping.nodes.items() for node in nodes
        }
        if not isinstance(name, str) or name not in known:
            raise ValueError(self._why_not(name, named))
        return [known[name]]

    def _why_not(self, name: object, named: str = "") -> str:
        for path, reason in self._stopping.never.items():
            if isinstance(name, str) and name.startswith(f"{'/'.join(path)}/"):
                return f"{named}{name!r}: LangGraph cannot stop inside of {path[-1]!r}, as the graph in it {reason}."
        known = ["/".join((*graph, node)) for graph, nodes in self._stopping.nodes.items() for node in nodes]
        if not known:
            return f"{named}{name!r}: the nodes of this graph are not known here, so it cannot be stopped at one."
        what = f"{named}{name!r}, which is no node" if named else f"{name!r} is no node"
        return f"{what}; the graph has: {', '.join(known)}."
