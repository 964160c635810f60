"""Where a fork starts: a step, a decision that was taken, or a question that waits."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NotRequired

from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from ...decisions import Decision
from ...driver import Driver
from ...driver.answers.address import checkpoint_id_in
from ...driver.copies.moment import Inside
from ...errors import HitlError, UnknownRequestError
from ...graph.nested import nested_graphs
from ...policies.about import approves
from ...requests import Request
from ...thread.breakpoints import is_breakpoint, nested_stop
from ...thread.graph_input import KEY as INPUT
from ...thread.history import Step
from ..following.records import Namespace, node_names
from .forked import Kind

if TYPE_CHECKING:
    from ..pending import Pending
    from ..run import Run


@dataclass(frozen=True)
class Question:
    """A question that a copy asks under another id.

    Attributes:
        key, path, text: what it was called, who asked it, and what it said.
        is_first: whether it was the first that went by its key in its step.
    """

    key: str
    path: tuple[str, ...]
    text: str
    is_first: bool

    def among(self, pending: Sequence[Pending]) -> Pending | None:
        """The same one of those that are asked now, if it is one of them.

        A key alone does not tell: of siblings that ask under one key, each has it once the others are answered, and a node
        that asks twice goes by one key. So it is what was asked; where that is put in other words each time, the key.
        """
        same = [one for one in pending if one.request.path == self.path]
        alike = [one for one in same if one.question.question == self.text] or (same if self.is_first else [])
        called = [one for one in alike if one.request.key == self.key]
        return next(iter(called or (alike if len(alike) == 1 else ())), None)

    def answered_in(self, decisions: Iterable[Decision]) -> Decision | None:
        """The first of a copy's own decisions that has answered it, if one has."""
        same = [one for one in decisions if one.path == self.path]
        alike = (one for one in same if one.question == self.text)
        return next(alike, None) or next((one for one in same if one.key == self.key), None)


@dataclass(frozen=True)
class Place:
    """Where a fork starts.

    Attributes:
        words: what it is called.
        title: what a fork is called by that answers differently there.
        kind: why somebody forks there.
        config: of the checkpoint that its step starts from, of the outermost graph; `None` for a new thread.
        asked: the interrupt that is answered, where it is about one.
        names: what an answer to it goes by.
        opened: the interrupts that are open there again; `None` at a step's beginning.
        waiting: those that wait there still.
        paths: the nodes that ask those, each with the nodes around it.
        since: the decisions that were taken from there on.
        before: those that were taken before.
        is_input: whether it asks for an input.
        is_breakpoint: whether it stands at a breakpoint.
        stood_at: the checkpoint of the nested graph that stood at that breakpoint, if one did.
        goes_by: what the answer is given by: its interrupt, or what was asked where a copy asks under another id.
        nodes: the nodes of its step, where that is known.
        inside: where it is a step of a nested graph, the checkpoints that it and those around it stand at.
        path: the nodes around that graph, outermost first; of one that stood at a breakpoint what they seem to be.
        at: in seconds since the epoch, when its step began, if it is one, or a question that waits was found to wait.
    """

    words: str
    kind: Kind
    config: RunnableConfig | None
    asked: str | None = None
    title: str = ""
    names: tuple[str, ...] = ()
    opened: frozenset[str] | None = None
    waiting: frozenset[str] = frozenset()
    paths: tuple[tuple[str, ...], ...] = ()
    since: Sequence[Decision] = ()
    before: Sequence[Decision] = ()
    is_input: bool = False
    is_breakpoint: bool = False
    stood_at: str | None = None
    goes_by: str | Question | None = None
    nodes: tuple[str, ...] = field(default=())
    inside: Inside | None = None
    path: tuple[str, ...] = ()
    at: float | None = None


def place_of(run: Run, at: object) -> Place:
    """The place that is meant.

    Args:
        run: the run.
        at: a step, a decision or a request.

    Raises:
        TypeError: it is none of those.
        UnknownRequestError: it is no decision of this session, or no question that waits in it.
        HitlError: it is a step of a nested graph of which the thread has no checkpoint, or a breakpoint in one on a server.
    """
    if isinstance(at, Step):
        return _of_step(run, at)
    if isinstance(at, Decision):
        return _of_decision(run, at)
    if isinstance(at, Request):
        return _of_request(run, at)
    raise TypeError(
        "A fork starts from one of session.history, or its index, of session.decisions or of session.requests, "
        f"not from {at!r}."
    )


def _of_step(run: Run, step: Step) -> Place:
    decisions = list(run.decisions)
    at = step.at
    first = next((n for n, one in enumerate(decisions) if _is_since(one, step)), len(decisions))
    found = Place(
        words=step.words,
        title=step.words,
        kind="answer" if any(task.asked for task in step.tasks) else "state",
        config=step.config,
        since=decisions[first:],
        before=decisions[:first],
        nodes=step.nodes,
        at=at.timestamp() if at is not None else None,
    )
    if not step.path:
        return found
    return _inside(run, found, step.config, step.path)


def _is_since(decision: Decision, step: Step) -> bool:
    """Whether it was taken in a step or after it: by the thread, where it says so, since clocks need not agree."""
    starts = checkpoint_id_in(step.config)
    if not step.path and decision.checkpoint == starts and _let_go_on_to(decision, step):
        return False
    if not step.path and starts is not None and decision.checkpoint is not None:
        return decision.checkpoint >= starts
    return step.at is not None and decision.at >= step.at


def _let_go_on_to(decision: Decision, step: Step) -> bool:
    """Whether it let the thread go on from after the node that had run before a step of it."""
    is_stop = is_breakpoint(decision.interrupt_id) and nested_stop(decision.interrupt_id, decision.checkpoint) is None
    return is_stop and decision.node not in step.nodes


def _inside(run: Run, found: Place, config: RunnableConfig, path: tuple[str, ...]) -> Place:
    """A place that is a step of a nested graph.

    Args:
        run: the run.
        found: the same, as if it were one of the outermost.
        config: of the step's checkpoint.
        path: the nodes around its graph.
    """
    place = config.get("configurable", {})
    around: Mapping[str, str] = place.get("checkpoint_map", {})
    if run.driver.is_served or "" not in around:
        raise HitlError(why_not_inside(run.driver, path))
    with run.lock:
        waiting = [one.request for one in run.pending]
    return replace(
        found,
        config={"configurable": {**run.driver.place.get("configurable", {}), "checkpoint_id": around[""]}},
        opened=frozenset(one.interrupt_id for one in found.since),
        paths=(path, *(one.path for one in found.since), *(one.path for one in waiting)),
        inside=Inside(around, str(place.get("checkpoint_ns", ""))),
        path=path,
    )


def why_not_inside(driver: Driver, path: Sequence[str]) -> str:
    """Why nothing can be started from a step of a nested graph that has no checkpoint here, as a sentence.

    On a server that is so of a nested breakpoint, too. A run that it begins at a checkpoint makes a new one first, of source
    "fork"; the ids of its tasks are made of that, and a nested graph is found by its task's id: it begins anew, whether the
    checkpoint is given by its id, with a `checkpoint_map`, or as the nested one with its namespace and such a map. With the
    namespace alone nothing runs. Such a run is not stopped before its first node either (`interrupt_before`), so that there
    is no moment at which the new nested graph's state could be written. Only a copy of a thread that stands there still goes
    on from there (langgraph-api 0.16.7; `tests/remote/test_breakpoints.py` holds it to that).
    """
    where = " › ".join(path)
    if driver.is_served:
        return (
            f"A server goes back to the steps of the outermost graph only, so nothing runs from a step inside of {where} "
            "alone: fork from the step that it is a part of."
        )
    return (
        f"The graph in {where} keeps no checkpoints (checkpointer=False, or a checkpointer of its own), so LangGraph can "
        "not go on from inside of it: fork from the step that it is a part of."
    )


def _of_decision(run: Run, decision: Decision) -> Place:
    decisions = list(run.decisions)
    if decision not in decisions:
        raise UnknownRequestError(f"No step of this thread asked for the decision {decision.key!r}.")
    first = decisions.index(decision)
    return _asked(
        run,
        decision.key,
        decision.question,
        decision.interrupt_id,
        decision.path,
        decision.checkpoint,
        decisions[first:],
        decisions[:first],
        is_approval=decision.approves,
    )


def _of_request(run: Run, request: Request) -> Place:
    with run.lock:
        pending = next((one for one in run.pending if one.request.id == request.id), None)
        waiting = frozenset(one.request.id for one in run.pending if one.status == "open")
    if pending is None:
        raise UnknownRequestError(f"The question {request.key!r} does not wait for an answer in this session.")
    now = time.time()
    found = _asked(
        run,
        request.key,
        pending.question.question,
        request.id,
        request.path,
        run.checkpoint_id,
        [],
        list(run.decisions),
        is_approval=approves(pending.request, pending.control),
    )
    # Somebody may answer what waits before the copy is made. What stands at a breakpoint is copied as it stands, whatever the
    # clock of who has made it said.
    return replace(found, waiting=waiting, at=None if found.stood_at is not None else now)


def _asked(
    run: Run,
    key: str,
    text: str,
    asked: str,
    path: tuple[str, ...],
    checkpoint: str | None,
    since: Sequence[Decision],
    before: Sequence[Decision],
    *,
    is_approval: bool,
) -> Place:
    kind, _, at = asked.partition(":")
    is_input, stops = kind == INPUT, is_breakpoint(asked)
    stood_at = nested_stop(asked, checkpoint)
    if stood_at is not None and run.driver.is_served:
        raise HitlError(why_not_inside(run.driver, path[:-1] or path))
    if is_input:
        checkpoint = at or None
    config: RunnableConfig | None = None
    if checkpoint is not None:
        config = {"configurable": {**run.driver.place.get("configurable", {}), "checkpoint_id": checkpoint}}
    with run.lock:
        waiting = [one.request for one in run.pending]
    is_first = all(one.key != key for one in before if one.checkpoint == checkpoint)
    question = Question(key, path, text, is_first)
    return Place(
        words=key,
        kind="answer",
        config=config,
        asked=asked,
        # What has no key of its own goes by its node's, which tells nothing of what was approved: `tools`, of an agent.
        title=" ".join(text.split()) if is_approval and key in path else key,
        names=(key, "/".join(path), *path[-1:]),
        opened=frozenset(one.interrupt_id for one in since),
        paths=(path, *(one.path for one in since), *(one.path for one in waiting)),
        since=since,
        before=before,
        is_input=is_input,
        is_breakpoint=stops,
        stood_at=stood_at,
        path=path[:-1] if stood_at is not None else (),
        # A server's copy goes on from a checkpoint of its own, of which its tasks' ids are made (langgraph-api 0.16.7).
        goes_by=question if run.driver.is_served and not (is_input or stops) else asked,
    )


class CanFork(TypedDict):
    """Whether something can be started from a step, as its row and its tasks say it to the browser."""

    can_fork: bool
    why_not: NotRequired[str]


def can_fork(run: Run, ns: Namespace, index: int | None, checkpoint: str | None, *, was_seen: bool = True) -> CanFork:
    """Whether something can be started from a step.

    Args:
        run: the run.
        ns: the namespace of the step's graph.
        index: its index in `session.history`, if it has one.
        checkpoint: the id of the checkpoint that it starts from, if it is known.
        was_seen: whether this kernel has seen it begin.
    """
    has_checkpoint = checkpoint is not None
    if not ns:
        return {"can_fork": index is not None and has_checkpoint}
    # What was picked up and not seen may have one that was not read yet.
    if run.driver.is_served or (was_seen and not has_checkpoint):
        return {"can_fork": False, "why_not": why_not_inside(run.driver, node_names(ns))}
    return {"can_fork": has_checkpoint}


def can_answer_differently(run: Run, decision: Decision) -> CanFork:
    """Whether something can be started from a decision."""
    if run.driver.is_served and nested_stop(decision.interrupt_id, decision.checkpoint) is not None:
        return {"can_fork": False, "why_not": why_not_inside(run.driver, decision.path[:-1] or decision.path)}
    return {"can_fork": True}


def nested_places(graph: Any) -> frozenset[str]:
    """Where graphs are nested in one, each as the names of the nodes around it: `outer`, `outer|inner`."""
    return frozenset("|".join(path) for path, _ in nested_graphs(graph))


def names_by_depth(graph: Any, paths: Iterable[tuple[str, ...]]) -> list[frozenset[str]]:
    """The names of nodes that have nested graphs, and those on the paths, by how deep they are nested."""
    found: list[set[str]] = []
    for path in (*(around for around, _ in nested_graphs(graph)), *paths):
        found += [set() for _ in path[len(found) :]]
        for depth, name in enumerate(path):
            found[depth].add(name)
    return [frozenset(names) for names in found]
