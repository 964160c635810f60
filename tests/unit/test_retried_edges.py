"""A conditional edge that raises is decided again on retry: LangGraph alone takes what its node wrote, and ends there."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict

import pytest
from langgraph.channels.delta import DeltaChannel
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Send, interrupt

import hitl_widgets as hitl

from . import graphs


class Broken:
    """A graph that asks, whose edge after that is broken until it is mended."""

    def __init__(self, *, nested: bool, is_async: bool) -> None:
        self.mended = False
        self.ran: list[str] = []
        builder = StateGraph(graphs.Log).add_node("ask", self._aask if is_async else self._ask)
        builder.add_node("beside", self._node("beside")).add_node("publish", self._node("publish"))
        builder.add_edge(START, "ask").add_edge(START, "beside")
        builder.add_conditional_edges("ask", self._edge, ["publish"])
        self.graph: Any = builder.compile()
        if nested:
            around = StateGraph(graphs.Log).add_node("sub", self.graph).add_edge(START, "sub")
            self.graph = around.compile()

    def _node(self, name: str) -> Any:
        def node(state: Any) -> dict[str, Any]:
            self.ran.append(name)
            return {"log": [name]}

        return node

    def _ask(self, state: Any) -> dict[str, Any]:
        answer = interrupt("Is it good?")
        self.ran.append("ask")
        return {"log": [answer]}

    async def _aask(self, state: Any) -> dict[str, Any]:
        return self._ask(state)

    def _edge(self, state: Any) -> list[Send]:
        if not self.mended:
            raise KeyError("nowhere to go")
        return [Send("publish", {}), Send("publish", {})]


def failed(session: hitl.Session) -> hitl.Session:
    assert session._run.at_rest.wait(60)
    assert session.status == "failed"
    return session


async def awaited(save: Any) -> Any:
    """What comes of an async graph that is tried again."""
    broken = Broken(nested=True, is_async=True)
    session = hitl.run(broken.graph, {"log": []}, thread_id="async", save=save, unattended={"ask": "yes"})
    with pytest.raises(KeyError):
        await session
    broken.mended = True
    session.retry()
    return await session


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize(("kept", "is_async"), [("memory", False), ("memory", True), ("sqlite", False)])
def test_an_edge_that_raised_is_decided_again_and_nothing_is_asked_again(
    kept: str, tmp_path: Path, *, nested: bool, is_async: bool
) -> None:
    broken = Broken(nested=nested, is_async=is_async)
    session = hitl.run(broken.graph, {"log": []}, save=tmp_path / "runs.sqlite" if kept == "sqlite" else None)
    assert session._run.at_rest.wait(60)
    session.answer("yes")
    failed(session)
    session.retry()
    failed(session)
    broken.mended = True
    session.retry()
    values = session.wait(60)
    assert sorted(values["log"]) == ["beside", "publish", "publish", "yes"]
    assert broken.ran.count("beside") == 1
    assert broken.ran[-3:] == ["ask", "publish", "publish"]
    assert len(session.decisions) == 1
    nodes = session._display.drawn.nodes(session._run.state)
    ask = nodes["sub:ask" if nested else "ask"]
    assert (ask["status"], ask.get("cached")) == ("done", None)


def test_an_edge_that_raised_in_an_earlier_kernel_is_decided_again(tmp_path: Path) -> None:
    broken = Broken(nested=False, is_async=False)
    session = hitl.run(broken.graph, {"log": []}, thread_id="t", save=tmp_path / "runs.sqlite")
    assert session._run.at_rest.wait(60)
    session.answer("yes")
    failed(session)
    session.close()
    broken.mended = True
    later = failed(hitl.attach(broken.graph, "t", save=tmp_path / "runs.sqlite"))
    later.retry()
    assert sorted(later.wait(60)["log"]) == ["beside", "publish", "publish", "yes"]


def test_an_edge_of_an_async_graph_in_a_file_is_decided_again(tmp_path: Path) -> None:
    assert sorted(asyncio.run(awaited(tmp_path / "runs.sqlite"))["log"]) == ["beside", "publish", "publish", "yes"]


@pytest.mark.parametrize("again", ["answered", "attached"])
@pytest.mark.parametrize("kept", ["memory", "sqlite", "async"])
def test_one_that_has_succeeded_since_runs_no_third_time_and_is_not_said_to_have_failed(
    kept: str, again: str, tmp_path: Path
) -> None:
    """It is done, and what asks beside it keeps the graph where it is."""
    ran: list[str] = []

    def works(state: Any) -> dict[str, Any]:
        ran.append("works")
        if len(ran) == 1:
            raise KeyError("not yet")
        return {"log": ["worked"]}

    async def aworks(state: Any) -> dict[str, Any]:
        return works(state)

    builder = StateGraph(graphs.Log).add_node("works", aworks if kept == "async" else works)
    builder.add_node("ask", graphs.asks("Is it good?")).add_edge(START, "works").add_edge(START, "ask")
    graph: Any = builder.compile(checkpointer=InMemorySaver() if kept != "sqlite" else None)
    save = tmp_path / "runs.sqlite" if kept == "sqlite" else None
    session = failed(hitl.run(graph, {"log": []}, thread_id="t", save=save))
    session.retry()
    assert session._run.at_rest.wait(60)
    if again == "attached":
        session.close()
        session = hitl.attach(graph, "t", save=save)
        assert session._run.at_rest.wait(60)
    assert session.status == "waiting"
    session.answer("yes")
    assert sorted(session.wait(60)["log"]) == ["worked", "yes"]
    assert ran == ["works"] * 2


class Varies:
    """A graph of which one node writes something else each time, and breaks, or its edge, until it is mended; `ask` asks beside it."""

    def __init__(
        self, saver: Any, state: type = graphs.Log, *, asks: bool = True, breaks_in: Literal["node", "edge"] = "edge"
    ) -> None:
        self.tries, self.mended, self._breaks_in = 0, False, breaks_in
        builder = StateGraph(state).add_node("work", self._work).add_node("publish", self._publish)
        builder.add_edge(START, "work").add_conditional_edges("work", self._edge, ["publish"])
        if asks:
            builder.add_node("ask", graphs.asks("Is it good?")).add_edge(START, "ask")
        self.graph: Any = builder.compile(checkpointer=saver)

    def _work(self, state: Any) -> dict[str, Any]:
        self.tries += 1
        self._may_break("node")
        return {"log": [f"v{self.tries}"]} | ({"extra": "x"} if self.tries == 1 and "extra" in state else {})

    def _publish(self, state: Any) -> dict[str, Any]:
        return {"log": [f"published {state['log'][-1]}"]}

    def _edge(self, state: Any) -> str:
        self._may_break("edge")
        return "publish"

    def _may_break(self, where: str) -> None:
        if where == self._breaks_in and not self.mended:
            raise KeyError("nowhere to go")

    def done(self, start: dict[str, Any]) -> Any:
        session = failed(hitl.run(self.graph, start, thread_id="t"))
        self.mended = True
        session.retry()
        assert session._run.at_rest.wait(60)
        if session.requests:
            session.answer("yes")
        return session.wait(60)


class Both(graphs.Log, total=False):
    extra: str


@pytest.mark.parametrize("kept", ["memory", "sqlite"])
@pytest.mark.parametrize("extra", [False, True])
def test_what_it_writes_the_next_time_is_not_mixed_with_what_it_wrote_before(
    kept: str, tmp_path: Path, *, extra: bool
) -> None:
    saver: Any = InMemorySaver()
    if kept == "sqlite":
        saver = SqliteSaver(sqlite3.connect(tmp_path / "runs.sqlite", check_same_thread=False))
    varies = Varies(saver, Both)
    values = varies.done({"log": []} | ({"extra": ""} if extra else {}))
    # What LangGraph has saved is not written over: beside a question it is tried once more.
    assert sorted(values["log"]) == ["published v3", "v3", "yes"]
    assert varies.tries == 3
    assert values.get("extra", "") == ""


def test_what_a_delta_channel_holds_is_what_was_written_the_next_time() -> None:
    def added(log: list[str], writes: list[list[str]]) -> list[str]:
        return [*log, *(one for write in writes for one in write)]

    state: Any = TypedDict("state", {"log": Annotated[list[str], DeltaChannel(added)]})
    saver = InMemorySaver()
    varies = Varies(saver, state, asks=False)
    assert varies.done({"log": []})["log"] == ["v2", "published v2"]
    assert varies.graph.get_state({"configurable": {"thread_id": "t"}}).values["log"] == ["v2", "published v2"]


def test_a_graph_of_a_class_of_ones_own_is_tried_again() -> None:
    varies = Varies(InMemorySaver(), asks=False)

    class Own(CompiledStateGraph):  # type: ignore[type-arg]
        def __init__(self, made: Any) -> None:
            self.__dict__.update(made.__dict__)

    varies.graph = Own(varies.graph)
    assert varies.done({"log": []})["log"] == ["v2", "published v2"]


def test_a_checkpointer_that_closes_what_it_has_when_it_goes_is_not_closed(tmp_path: Path) -> None:
    class Closes(SqliteSaver):
        def __del__(self) -> None:
            self.conn.close()

    saver = Closes(sqlite3.connect(tmp_path / "runs.sqlite", check_same_thread=False))
    varies = Varies(saver)
    assert "yes" in varies.done({"log": []})["log"]
    gc.collect()
    assert varies.graph.get_state({"configurable": {"thread_id": "t"}}).next == ()


def test_one_that_has_something_in_slots_is_left_as_it_is() -> None:
    class Slotted(InMemorySaver):
        __slots__ = ("tag",)

        def __init__(self) -> None:
            super().__init__()
            self.tag = "a"

        def get_tuple(self, config: Any) -> Any:
            assert self.tag == "a"
            return super().get_tuple(config)

    assert "v1" in Varies(Slotted(), asks=False).done({"log": []})["log"]  # as LangGraph has it


def test_a_checkpointer_that_is_told_no_path_is_tried_again_too() -> None:
    class Old(InMemorySaver):
        def put_writes(self, config: Any, writes: Any, task_id: str) -> None:  # type: ignore[override]
            super().put_writes(config, writes, task_id)

    broken = Broken(nested=False, is_async=False)
    session = hitl.run(broken.graph, {"log": []}, save=Old())
    assert session._run.at_rest.wait(60)
    session.answer("yes")
    failed(session)
    broken.mended = True
    session.retry()
    assert sorted(session.wait(60)["log"]) == ["beside", "publish", "publish", "yes"]
