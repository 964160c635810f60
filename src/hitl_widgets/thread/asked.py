"""The requests of a thread, read from its snapshot: LangGraph's thread is the truth about what is pending."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Any

from langgraph.types import Interrupt, PregelTask, StateSnapshot

from ..driver import Address
from ..driver.answers.address import ns_of
from ..errors import HitlError
from ..graph.nested import graph_at
from ..requests import Request
from ..running.following.records import namespace_of, node_names
from .breakpoints import Breakpoint, breakpoint_in, id_of, standing
from .left_over import asked_by
from .state_schema import annotated_keys
from .tools import tools_of
from .words import Words, words_in

Namespace = tuple[str, ...]
ToolsByPlace = dict[Namespace, dict[str, Any]]
"""The tools of a graph and of those nested in it, by the nodes around them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and where its answer is written.

    Attributes:
        address: `None` for a breakpoint, which has no such place.
        words: what a model has said to call for tools in the asking graph, if one has.
    """

    request: Request
    address: Address | None
    words: Words | None = None


def requests_in(
    snapshot: StateSnapshot,
    graph: Any,
    *,
    breakpoints: bool = True,
    tools: ToolsByPlace | None = None,
    gone: Collection[str] = (),
) -> list[Asked]:
    """What a thread waits for, in the order that it was asked.

    Args:
        snapshot: `graph.get_state(config, subgraphs=True)`.
        graph: the graph, for its tools, and the types of the state keys that `ask_node` writes.
        breakpoints: whether a next node that nothing is asked of means a static breakpoint; else it may as well be
            where the run failed or was stopped.
        tools: what was found so far of the graph's tools; more is put into it.
        gone: the interrupts that are left over, by id.
    """
    asked: list[Asked] = []
    keys: set[str] = set()
    tasks = _Tasks(snapshot)
    seen: set[str] = set()
    tools = {} if tools is None else tools
    for path, task, around, interrupt in _interrupts(snapshot, (), graph, gone):
        if interrupt.id in seen:
            continue
        seen.add(interrupt.id)
        payload = interrupt.value
        request = Request(
            id=interrupt.id,
            key=_unique(_key(payload, path, task, tasks), keys),
            node=path[-1],
            path=path,
            payload=payload,
            response_schema=interrupt.response_schema if isinstance(interrupt.response_schema, dict) else None,
            value_type=_value_type(payload, path, graph),
            tools=_tools_at(path[:-1], graph, tools),
        )
        node = getattr(graph_at(path[:-1], graph), "nodes", {}).get(path[-1])
        address = Address(around.config, task.id, task.name, interrupt.id)
        asked.append(Asked(request, address, words_in(around.values, node)))
    if breakpoints and not asked and snapshot.next:
        stop = breakpoint_in(snapshot, graph)
        # LangGraph goes on with all of them at once (1.2.24).
        beside = len(standing(snapshot, graph)) - 1 if stop.path else 0
        asked.append(Asked(_breakpoint(replace(stop, beside=max(beside, 0))), None))
    return asked


def stop_at(snapshot: StateSnapshot, graph: Any) -> Asked:
    """The breakpoint of a nested graph that stands.

    Args:
        snapshot: of the nested graph.
        graph: the outermost graph.
    """
    ns = ns_of(snapshot)
    path = node_names(namespace_of(ns))
    return Asked(_breakpoint(breakpoint_in(snapshot, graph_at(path, graph), path)), None)


def _tools_at(place: Namespace, graph: Any, known: ToolsByPlace) -> dict[str, Any]:
    if place not in known:
        known[place] = tools_of(graph_at(place, graph))
    return known[place]


def _interrupts(
    snapshot: StateSnapshot, path: Namespace, graph: Any, gone: Collection[str]
) -> Iterator[tuple[Namespace, PregelTask, StateSnapshot, Interrupt]]:
    """What is asked: at which node, by which task, the state that this started from."""
    for task in snapshot.tasks:
        here = (*path, task.name)
        if task.result is not None and not task.interrupts:
            continue  # of a graph that it has run with `durability="exit"` the last question is the last that was saved
        if isinstance(task.state, StateSnapshot):
            # The same interrupts, nearer to the node that asks.
            nested = list(_interrupts(task.state, here, graph_at((task.name,), graph), gone))
            yield from nested
            if nested:
                continue
        for interrupt in asked_by(task, graph, gone):
            yield here, task, snapshot, interrupt


def _breakpoint(stop: Breakpoint) -> Request:
    # A nested graph may stand at its end, after a node that cannot be told.
    path = (*stop.path, *(stop.nodes or stop.next)[:1])
    return Request(id=id_of(stop), key=path[-1], node=path[-1], path=path, payload=stop, kind="breakpoint")


class _Tasks:
    """The tasks of a thread's current step, the finished ones too, gone through once.

    Args:
        snapshot: the thread.

    Attributes:
        paths: where there are nodes of a name.
        places: which of its node's tasks each one is, by its id.
    """

    def __init__(self, snapshot: StateSnapshot) -> None:
        self.paths: dict[str, set[Namespace]] = {}
        self.places: dict[str, int] = {}
        self._numbers: dict[Namespace, count[int]] = {}
        self._see(snapshot, ())

    def _see(self, snapshot: StateSnapshot, path: Namespace) -> None:
        for task in snapshot.tasks:
            here = (*path, task.name)
            self.paths.setdefault(task.name, set()).add(here)
            self.places[task.id] = next(self._numbers.setdefault(here, count()))
            if isinstance(task.state, StateSnapshot):
                self._see(task.state, here)


def _key(payload: Any, path: Namespace, task: PregelTask, tasks: _Tasks) -> str:
    """A readable name that stays the same while siblings are answered."""
    plain = path[-1] if len(tasks.paths[path[-1]]) <= 1 else "/".join(path)
    key = payload_key(payload) or plain
    place = tasks.places[task.id]
    return f"{key}#{place + 1}" if place else key


def _unique(key: str, taken: set[str]) -> str:
    unique = next(name for name in chain([key], (f"{key}#{number}" for number in count(2))) if name not in taken)
    taken.add(unique)
    return unique


def payload_key(payload: Any) -> str | None:
    """The name that `hitl.ask(key=...)`, `hitl.ask_node` and `hitl.approve` put into their payloads."""
    # A tuple: what a payload calls its type may not be hashable.
    if not isinstance(payload, Mapping) or payload.get("type") not in ("hitl.ask", "hitl.ask_node", "hitl.approve"):
        return None
    key = payload.get("key")
    return key if isinstance(key, str) and key else None


def _value_type(payload: Any, path: Namespace, graph: Any) -> Any:
    """The annotation of the state key that `ask_node` writes, from the graph that has the node."""
    key = payload_key(payload)
    if key is None or payload["type"] != "hitl.ask_node":
        return None
    graph = graph_at(path[:-1], graph)
    builder = getattr(graph, "builder", None)
    schemas = [getattr(builder, "state_schema", None), *getattr(builder, "schemas", ())]
    known = [annotated_keys(schema) for schema in schemas if inspect.isclass(schema)]
    found = next((annotations[key] for annotations in known if key in annotations), None)
    if found is None and known and all(known):
        keys = ", ".join(sorted({*chain.from_iterable(known)}))
        raise HitlError(f"{path[-1]} writes {key!r}, which is not a key of the graph's state; it has: {keys}.")
    return found
