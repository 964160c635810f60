"""The truth about a run, found without this package: the same graph, streamed and resumed by hand.

What happened is read from what LangGraph saved: a task that has finished has its writes in its checkpoint, and where it
led is among them (`branch:to:<node>`, `join:<nodes>:<node>`, a `Send`). The stream says only what a task's id is called,
and a callback which tasks handed over to the graph around theirs: those write nothing (langgraph 1.2.24).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import ParentCommand
from langgraph.graph import END, START
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, Send

from .example import Answer, Example, Retry, Step

Path = tuple[str, ...]

_SENDS = "__pregel_tasks"
_ASKED, _ANSWERED, _FAILED = "__interrupt__", "__resume__", "__error__"


@dataclass
class Truth:
    """What the nodes did and where they led, by path: as LangGraph's thread has it.

    Attributes:
        runs: how many tasks of each node have finished.
        status: of each node that ever started.
        led: how often a node led to another: once a step for each node that it led to, once for each `Send`.
        ended: in how many steps a node finished and led nowhere.
        finished_in: in how many steps a node finished.
        callers: the nodes that called tasks (`@task`) in their code. LangGraph keeps what those wrote, but no order.
        is_over: whether the graph has reached its end.
    """

    runs: Counter[Path] = field(default_factory=Counter[Path])
    status: dict[Path, str] = field(default_factory=dict[Path, str])
    led: Counter[tuple[Path, Path]] = field(default_factory=Counter[tuple[Path, Path]])
    ended: Counter[Path] = field(default_factory=Counter[Path])
    finished_in: Counter[Path] = field(default_factory=Counter[Path])
    callers: set[Path] = field(default_factory=set[Path])
    is_over: bool = False

    def nodes(self, drawn: Iterable[str], lines: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, int]]:
        """Status and runs of the drawn nodes that are not idle, by the edges that are drawn between them."""
        ids = set(drawn)
        found = {":".join(path): (status, self.runs[path]) for path, status in self.status.items()}
        taken = self.edges(lines)
        passed = {id for edge in lines if edge["id"] in taken for id in (edge["source"], edge["target"])}
        inner = {id for id in passed if ":" in id and id.rpartition(":")[2] in {START, END}}
        ends = dict.fromkeys({START, *inner, *({END} if self.is_over else ())}, ("done", 1))
        return {id: view for id, view in {**found, **ends}.items() if id in ids}

    def edges(self, drawn: Iterable[Mapping[str, Any]]) -> dict[str, int]:
        """How often the drawn edges were taken, those that were, but for those between tasks that a node called."""
        counts = {edge["id"]: self._taken(edge) for edge in drawn if not self.is_between_calls(edge)}
        return {id: count for id, count in counts.items() if count}

    def is_between_calls(self, edge: Mapping[str, Any]) -> bool:
        """Whether LangGraph knows of an edge at all."""
        return tuple(edge["target"].split(":")[:-1]) in self.callers

    def _taken(self, edge: Mapping[str, Any]) -> int:
        source, target = edge["source"].split(":"), edge["target"].split(":")
        level = 0  # the innermost graph that both are in
        while level < min(len(source), len(target)) - 1 and source[level] == target[level]:
            level += 1
        origin, goal = tuple(source[: level + 1]), tuple(target[: level + 1])
        if goal[-1] != END:
            return self.led[origin, goal]
        return self.ended[origin] if edge["conditional"] else self.finished_in[origin]


class _HandedOver(BaseCallbackHandler):
    """Counts the nodes that ended with `Command(graph=Command.PARENT)`."""

    def __init__(self) -> None:
        self.places: list[tuple[str, ...]] = []
        self._places: dict[UUID, tuple[str, ...]] = {}

    def on_chain_start(self, serialized: Any, inputs: Any, **about: Any) -> None:
        place = (about.get("metadata") or {}).get("langgraph_checkpoint_ns", "")
        if about.get("name") == (about.get("metadata") or {}).get("langgraph_node"):
            self._places[about["run_id"]] = tuple(place.split("|"))

    def on_chain_error(self, error: BaseException, **about: Any) -> None:
        place = self._places.pop(about["run_id"], None)
        if place is not None and isinstance(error, ParentCommand):
            self.places.append(place)


class ByHand:
    """A run of an example, by hand.

    Args:
        example: which.
        saver: where its thread is kept.
    """

    def __init__(self, example: Example, saver: InMemorySaver, thread_id: str) -> None:
        self.graph = example.build(saver)
        self.saver = saver
        self._handed_over = _HandedOver()
        self.config: Any = {"configurable": {"thread_id": thread_id}, "callbacks": [self._handed_over]}
        self._names: dict[str, str] = {}

    def start(self, given: Any) -> None:
        self._stream(given)

    def do(self, step: Step) -> None:
        match step:
            case Retry():
                self._stream(None)
            case Answer():
                asked = self.graph.get_state(self.config).interrupts
                chosen = [one for one in asked if step.to is None or self._asked_by(one.id) == step.to]
                assert len(chosen) == 1, (step.to, asked)
                self._stream(Command(resume={chosen[0].id: step.resumed_with}))

    def _asked_by(self, interrupt_id: str) -> str | None:
        state = self.graph.get_state(self.config)
        return next((task.name for task in state.tasks for one in task.interrupts if one.id == interrupt_id), None)

    def _stream(self, step: Any) -> None:
        try:
            for part in self.graph.stream(step, self.config, stream_mode=["tasks"], subgraphs=True, version="v2"):
                self._names[part["data"]["id"]] = part["data"]["name"]
        except Exception as error:  # noqa: BLE001  (it is in the thread)
            assert any(task.error for task in self.graph.get_state(self.config).tasks), error  # noqa: PT017

    # ------------------------------------------------------------------ what it comes to

    def truth(self) -> Truth:
        truth = Truth(is_over=not self.graph.get_state(self.config).next)
        saved: dict[tuple[str, ...], list[CheckpointTuple]] = defaultdict(list)
        for found in self.saver.list({"configurable": {"thread_id": self.config["configurable"]["thread_id"]}}):
            saved[_parts(found.config["configurable"]["checkpoint_ns"])].insert(0, found)
        done = {
            task
            for graph in saved.values()
            for found in graph
            for task, channels in _channels(found).items()
            if channels - {_ASKED, _ANSWERED, _FAILED}
        }
        scheduled = {task.id for snapshot in self.graph.get_state_history(self.config) for task in snapshot.tasks}
        for ns, graph in saved.items():
            # What has written beside the graph's own tasks was called by one of them.
            own = scheduled if not ns else self._names.keys()
            self._tasks(graph, done, own, truth)
            self._ways(graph, done, own, truth)
        for place in self._handed_over.places:
            # The node around it has what it wrote.
            if place[-1].rpartition(":")[2] not in done:
                truth.runs[_names(place)] += 1
                truth.status.setdefault(_names(place), "done")
        return truth

    def _tasks(self, graph: list[CheckpointTuple], done: set[str], own: Collection[str], truth: Truth) -> None:
        """What became of the tasks of one nested graph, or of the outermost."""
        parts = _parts(graph[0].config["configurable"]["checkpoint_ns"])
        is_open = not any(part.rpartition(":")[2] in done for part in parts)
        for found in graph:
            for task, channels in _channels(found).items():
                if task not in self._names:
                    assert found.metadata["source"] == "input"  # LangGraph's own, which spreads the input
                    continue
                path = (*_names(parts), self._names[task])
                if task not in own:
                    [caller] = {self._names[one] for one in _channels(found) if one in own}
                    truth.callers.add((*_names(parts), caller))
                    path = (*_names(parts), caller, self._names[task])
                if task in done:
                    truth.runs[path] += 1
                    truth.status.setdefault(path, "done")
                elif is_open and found is graph[-1] and _FAILED in channels:
                    truth.status[path] = "failed"
                elif is_open and found is graph[-1] and _ASKED in channels:
                    truth.status[path] = "waiting"

    def _ways(self, graph: list[CheckpointTuple], done: set[str], own: Collection[str], truth: Truth) -> None:
        """Where the tasks led; those of the last checkpoint have led nowhere yet."""
        parts = _parts(graph[0].config["configurable"]["checkpoint_ns"])
        names = _names(parts)
        nodes = self.graph.builder.nodes if isinstance(self.graph, CompiledStateGraph) and not parts else {}
        deferred = {name for name, node in nodes.items() if node.defer}
        joins: dict[str, set[str]] = defaultdict(set)
        led: dict[str, set[str]] = defaultdict(set)
        for found in graph:
            channels = {task for task in _channels(found) if task in own or task not in self._names}
            started = {self._names.get(task, START) for task in channels}
            for target in [target for target in led if target in started or target not in deferred]:
                for source in led.pop(target):
                    truth.led[(*names, source), (*names, target)] += 1
            if found is graph[-1]:
                break
            finished: set[str] = set()
            ended: set[str] = set()
            for task in channels:
                source = self._names.get(task, START)
                written = [(channel, value) for id, channel, value in found.pending_writes or () if id == task]
                ways = [way for way in written if way[0].startswith(("branch:to:", "join:")) or way[0] == _SENDS]
                if task in done and source != START:
                    finished.add(source)
                    if not ways:
                        ended.add(source)
                for channel, value in ways:
                    if channel == _SENDS:
                        assert isinstance(value, Send)
                        truth.led[(*names, source), (*names, value.node)] += 1
                    elif channel.startswith("join:"):
                        joins[channel].add(source)
                    else:
                        led[channel.removeprefix("branch:to:")].add(source)
            for channel, sources in joins.items():
                _, members, target = channel.split(":")
                if sources == set(members.split("+")):
                    led[target] |= sources
                    sources.clear()
            # The end is reached by all who led there once the graph is over.
            if truth.is_over:
                truth.finished_in.update((*names, source) for source in finished)
                truth.ended.update((*names, source) for source in ended)
        if not isinstance(self.graph, CompiledStateGraph) and not parts:
            # An entrypoint has no edges: its input starts it, and it is all there is.
            [entry] = self.graph.nodes
            truth.led[(START,), (entry,)] = 1


def _parts(checkpoint_ns: str) -> tuple[str, ...]:
    return tuple(part for part in checkpoint_ns.split("|") if part)


def _names(parts: Iterable[str]) -> Path:
    # A part without an id counts the calls of graphs in a node's own code.
    return tuple(part.split(":")[0] for part in parts if ":" in part)


def _channels(found: CheckpointTuple) -> dict[str, set[str]]:
    channels: dict[str, set[str]] = defaultdict(set)
    for task, channel, _ in found.pending_writes or ():
        channels[task].add(channel)
    return channels
