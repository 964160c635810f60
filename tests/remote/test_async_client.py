"""A `RemoteGraph` that has only an async client: it is used on the loop that it was given on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from langgraph.pregel.remote import RemoteGraph
from langgraph_sdk.client import LangGraphClient

import hitl_widgets as hitl

from .server import Server
from .watching import at_work, picture, rested


@asynccontextmanager
async def async_graph(server: Server, name: str) -> AsyncIterator[RemoteGraph]:
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        yield RemoteGraph(name, client=LangGraphClient(client))


async def at_rest(session: hitl.Session) -> hitl.Session:
    assert await asyncio.to_thread(session._run.at_rest.wait, 60)
    return session


def test_it_runs_and_is_answered_in_a_coroutine(server: Server) -> None:
    async def cell() -> None:
        async with async_graph(server, "three_questions") as graph:
            session = await at_rest(hitl.run(graph, {"request": "refund"}))
            shown = picture(session)
            assert [node["id"] for node in shown["graph"]["nodes"]][1:-1] == [
                "ask_approval",
                "ask_address",
                "ask_budget",
            ]
            assert shown["nodes"]["ask_approval"]["status"] == "waiting"
            with pytest.raises(hitl.CannotWaitError, match=r"await session\.aanswer"):
                session.answer(True)
            await session.aanswer(True)
            with pytest.raises(hitl.InvalidAnswerError):
                await (await at_rest(session)).aanswer(["no", "address"])
            await session.aanswer("Main St")
            await (await at_rest(session)).aanswer(100)
            assert (await session)["budget"] == 100
            assert [step.nodes for step in await session.ahistory()] == [
                ("ask_approval",),
                ("ask_address",),
                ("ask_budget",),
            ]

    asyncio.run(cell())


def test_a_run_is_stopped_and_gone_on_with(server: Server, tmp_path: Path) -> None:
    async def cell() -> None:
        async with async_graph(server, "works") as graph:
            session = hitl.run(graph, {"log": [str(tmp_path / "go")]})
            await asyncio.to_thread(at_work, session, "wait")
            session.stop()
            assert (await at_rest(session)).status == "stopped"
            (tmp_path / "go").touch()
            session.retry()
            assert [one.key for one in (await at_rest(session)).requests] == ["ask"]
            assert session._run.snapshot is not None
            fork = await at_rest(session.fork((await session.ahistory())[-1]))
            assert [one.key for one in fork.requests] == ["ask"]

    asyncio.run(cell())


def test_a_script_needs_no_loop(server: Server) -> None:
    client = httpx.AsyncClient(base_url=server.url, timeout=60)
    session = rested(hitl.run(RemoteGraph("nested", client=LangGraphClient(client)), {"log": []}))
    session.answer("42")
    assert session.wait(60)["log"] == ["42"]
    assert session.values["log"] == ["42"]
    session._run.driver.run(client.aclose())
