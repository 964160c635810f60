"""Static breakpoints (`interrupt_before`, `interrupt_after`): where a thread stands, and which of its values can be replaced.

A breakpoint surfaces no interrupt: the stream ends, and the thread's snapshot has a next node (langgraph 1.2.22).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from langchain_core.runnables import RunnableConfig
from langgraph.channels import BinaryOperatorAggregate, LastValue
from langgraph.graph import END, START
from langgraph.graph.message import add_messages
from langgraph.types import PregelTask, StateSnapshot

from ..driver.answers.address import checkpoint_id_in, ns_of
from ..driver.answers.claims import BREAKPOINT
from ..graph.nested import graph_at
from .left_over import asked_by
from .state_schema import annotated_keys

if TYPE_CHECKING:
    from ..driver import Driver


@dataclass(frozen=True)
class Breakpoint:
    """Where a graph stands; the payload of a request of kind `breakpoint`.

    Attributes:
        when: whether it stands before the nodes or after them; or in a graph that the code of one has called, and that is not
            the first that it has called: of those LangGraph's snapshot shows the first alone (1.2.24).
        nodes: the nodes that it stands before, after or inside of; none, if it stands after one that cannot be told.
        path: the graphs around them, outermost first.
        next: the nodes that run next.
        values: the state of the graph that stands; empty, if that graph is not known.
        types: the annotations of the state keys whose values can be replaced.
        config: of its checkpoint.
        beside: how many other nested graphs of the same step stand, too.
    """

    when: Literal["before", "after", "inside"]
    nodes: tuple[str, ...]
    path: tuple[str, ...]
    next: tuple[str, ...]
    values: Any
    types: Mapping[str, Any]
    config: RunnableConfig
    beside: int = 0

    def without(self, is_hidden: Callable[[Any], bool]) -> Breakpoint:
        """The same with some values neither shown nor to be replaced."""
        if not isinstance(self.values, Mapping):
            return replace(self, values={}) if is_hidden(self.values) else self
        values = cast("Mapping[str, Any]", self.values)
        hidden = {key for key, value in values.items() if is_hidden(value)}
        if not hidden:
            return self
        shown = {key: value for key, value in values.items() if key not in hidden}
        return replace(self, values=shown, types={key: one for key, one in self.types.items() if key not in hidden})


def id_of(stop: Breakpoint) -> str:
    """What a breakpoint is called as a request: it has no interrupt, whose ids have no colon."""
    return f"{BREAKPOINT}{stop.config.get('configurable', {}).get('checkpoint_id', '')}"


def is_breakpoint(asked: str) -> bool:
    """Whether what was asked is a breakpoint, by its id."""
    return asked.startswith(BREAKPOINT)


def nested_stop(asked: str, checkpoint: str | None) -> str | None:
    """The checkpoint at which a nested graph stood at a breakpoint; `None` if it was none, or one of the outermost graph.

    Args:
        asked: the id of what was asked.
        checkpoint: the one that the outermost graph stood at.

    >>> nested_stop("breakpoint:1f0", "1e9"), nested_stop("breakpoint:1e9", "1e9"), nested_stop("9c40", "1e9")
    ('1f0', None, None)
    """
    stood_at = asked.removeprefix(BREAKPOINT)
    return stood_at if is_breakpoint(asked) and stood_at != checkpoint else None


async def at_breakpoint(snapshot: StateSnapshot, graph: Any, driver: Driver, gone: Collection[str] = ()) -> bool:
    """Whether a thread of which nothing else is known stands at one of the graph's static breakpoints.

    Args:
        snapshot: of the graph.
        graph: the graph.
        driver: of the thread.
        gone: the interrupts that are left over, by id.
    """
    if any(task.error or asked_by(task, graph, gone) for task in snapshot.tasks):
        return False
    if snapshot.next and (stands_before(snapshot, graph) or await _stands_after(snapshot, graph, driver)):
        return True
    if (inside := _inside(snapshot, graph)) is None:
        return False
    _, nested, nested_graph = inside
    if not nested.next:
        return await _stands_after(nested, nested_graph, driver)
    return await at_breakpoint(nested, nested_graph, driver, gone)


async def _stands_after(snapshot: StateSnapshot, graph: Any, driver: Driver) -> bool:
    """Whether one of the nodes has run last that the graph stops after. One that was killed elsewhere stands there, too."""
    if not (after := getattr(graph, "interrupt_after_nodes", ())):
        return False
    source = (snapshot.metadata or {}).get("source")
    if source == "input":
        return False
    if driver.is_served or snapshot.parent_config is None or source == "update":
        return True  # which node it was is not known, or it was somebody's change
    before = await driver.state_at(snapshot.parent_config)
    ran = tuple(task.name for task in before.tasks if task.name != START)
    return before.created_at is None or bool(_named(after, ran))


def stands_before(snapshot: StateSnapshot, graph: Any) -> bool:
    """Whether one of the next nodes of a thread is one that the graph stops before."""
    return bool(_named(getattr(graph, "interrupt_before_nodes", ()), snapshot.next))


def about_to_begin(snapshot: StateSnapshot, graph: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The paths of the nodes of the next step that are not done: in the nested graph that stands, if one does."""
    if (inside := _inside(snapshot, graph)) is not None:
        name, nested, nested_graph = inside
        return about_to_begin(nested, nested_graph, (*path, name))
    return [(*path, node) for node in dict.fromkeys(snapshot.next)]


def breakpoint_in(snapshot: StateSnapshot, graph: Any, path: tuple[str, ...] = ()) -> Breakpoint:
    """Where a thread stands that nothing is asked of and that has a next node."""
    if (inside := _inside(snapshot, graph)) is not None:
        name, nested, nested_graph = inside
        return breakpoint_in(nested, nested_graph, (*path, name))
    if (task := begun(snapshot)) is not None:
        # To change this graph's state would run all of the node once more, and all that it has asked and got so far.
        return Breakpoint("inside", (task.name,), path, snapshot.next, {}, {}, snapshot.config)
    before = _named(getattr(graph, "interrupt_before_nodes", ()), snapshot.next)
    after = () if before else getattr(graph, "interrupt_after_nodes", ())
    nodes = _named(after, _leading_to(snapshot.next, graph)) if after else before or _named("*", snapshot.next)
    return Breakpoint(
        when="after" if after else "before",
        nodes=nodes,
        path=path,
        next=snapshot.next,
        values=snapshot.values,
        # With another state they would be other tasks: one that has failed would stand beside its own as failed, and what is
        # done would be done again.
        types={} if any(task.error or task.result is not None for task in snapshot.tasks) else _types(graph),
        config=snapshot.config,
    )


def standing(snapshot: StateSnapshot, graph: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Where nested graphs stand at their breakpoints, each by the path of a node that it goes on with."""
    found: list[tuple[str, ...]] = []
    for task in snapshot.tasks:
        state, here = task.state, (*path, task.name)
        if task.result is not None or task.error or not isinstance(state, StateSnapshot):
            continue
        if (nested := graph_at((task.name,), graph)) is None:
            continue
        inner = standing(state, nested, here)
        found += inner
        is_busy = inner or task.interrupts or any(one.interrupts or one.error for one in state.tasks)
        stops = stands_before(state, nested) or (state.next and getattr(nested, "interrupt_after_nodes", ()))
        if not is_busy and (stops or _stands_at_its_end(task.name, state, nested, graph)):
            found.append((*here, *state.next[:1]))
    return found


def begun(snapshot: StateSnapshot) -> PregelTask | None:
    """The task that has begun and called a graph that is through: it stands in the next one that it has called."""
    for task in snapshot.tasks:
        if task.result is not None or task.error or not isinstance(task.state, StateSnapshot):
            continue
        # A graph that remembers has run before, also where its node has still to begin.
        parents = (task.state.metadata or {}).get("parents", {})
        if not task.state.next and parents.get(ns_of(snapshot), "") == checkpoint_id(snapshot):
            return task
    return None


def checkpoint_id(snapshot: StateSnapshot) -> str | None:
    """Which checkpoint a snapshot is of."""
    return checkpoint_id_in(snapshot.config)


def _inside(snapshot: StateSnapshot, graph: Any) -> tuple[str, StateSnapshot, Any] | None:
    """The nested graph that stands, if it is one of those."""
    for task in snapshot.tasks:
        if isinstance(task.state, StateSnapshot):
            nested = getattr(getattr(graph, "nodes", {}).get(task.name), "subgraphs", None)
            found = task.name, task.state, nested[0] if nested else None
            if task.state.next or _stands_at_its_end(*found, graph):
                return found
    return None


def _stands_at_its_end(name: str, state: StateSnapshot, nested: Any, graph: Any) -> bool:
    """Whether a nested graph has stopped after its last node, before the node that runs it has its result."""
    if state.created_at is None or not getattr(nested, "interrupt_after_nodes", ()):
        return False
    # One that keeps its thread has run before, also where its node has still to begin.
    return not _named(getattr(graph, "interrupt_before_nodes", ()), (name,))


def _named(given: Any, nodes: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the nodes that are given; each once, however many tasks it has."""
    return tuple(dict.fromkeys(node for node in nodes if given == "*" or node in given))


def _leading_to(nodes: tuple[str, ...], graph: Any) -> tuple[str, ...]:
    """The node that an edge leads from to all of the next ones, if there is only one such node; none is next at the end."""
    builder = getattr(graph, "builder", None)
    edges: set[tuple[str, str]] = {*getattr(builder, "edges", ())}
    for sources, target in getattr(builder, "waiting_edges", ()):
        edges |= {(source, target) for source in sources}
    for source, branches in getattr(builder, "branches", {}).items():
        for branch in branches.values():
            # A branch that does not say where it may lead may lead anywhere.
            edges |= {(source, end) for end in (branch.ends.values() if branch.ends else nodes)}
    specs = getattr(builder, "nodes", {})
    # Where a node's own `Command(goto=...)` may lead.
    edges |= {(source, end) for source, spec in specs.items() for end in spec.ends or ()}
    if nodes:
        leading = [source for source in specs if all((source, node) in edges for node in nodes)]
    else:
        # What no edge leaves leads to the end too.
        leaving = {source for source, _ in edges}
        leading = [source for source in specs if (source, END) in edges or source not in leaving]
    return tuple(leading) if len(leading) == 1 else ()


def _types(graph: Any) -> dict[str, Any]:
    """The annotations of the keys that hold one value, with a reducer or without: what they hold is the value itself."""
    hints = annotated_keys(getattr(getattr(graph, "builder", None), "state_schema", None))
    channels = cast("Mapping[str, Any]", graph.channels if hints else {})
    return {key: hint for key, hint in hints.items() if _holds_its_value(channels.get(key))}


def _holds_its_value(channel: Any) -> bool:
    # Messages have ids, and classes that their JSON does not tell: they are not for replacing.
    return (
        type(channel) in {LastValue, BinaryOperatorAggregate} and getattr(channel, "operator", None) is not add_messages
    )
