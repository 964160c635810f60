"""A conditional edge that raises is decided again on retry: LangGraph alone takes what its node wrote, and ends there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
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
    async def run() -> Any:
        broken = Broken(nested=True, is_async=True)
        session = hitl.run(broken.graph, {"log": []}, save=tmp_path / "runs.sqlite", unattended={"ask": "yes"})
        with pytest.raises(KeyError):
            await session
        broken.mended = True
        session.retry()
        return await session

    assert sorted(asyncio.run(run())["log"]) == ["beside", "publish", "publish", "yes"]


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
