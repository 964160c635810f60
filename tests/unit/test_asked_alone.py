"""What a thread was asked and got, and its graphs, asked for alone: all that its checkpoints have of it, and none of their states is read."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import START, StateGraph

import hitl_widgets as hitl
from hitl_widgets.driver import Driver
from hitl_widgets.driver.answers.address import ns_of
from hitl_widgets.driver.copies.namespaces import NAMESPACES, namespaces
from hitl_widgets.driver.tables import rows

from ..postgres import server
from . import graphs


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    pytest.importorskip("psycopg")
    with server() as running:
        yield running.url


def asking() -> StateGraph[Any]:
    """Asks side by side, inside of a nested graph, and again."""
    nested = StateGraph(graphs.Log)
    nested.add_node("inner", graphs.asks("Inside?"))
    nested.add_edge(START, "inner")
    builder = StateGraph(graphs.Log)
    builder.add_node("outer", nested.compile())
    builder.add_node("beside", lambda _: {"log": [hitl.ask("Key?", secret=True), hitl.ask("And?")]})
    builder.add_node("last", graphs.asks("Last?"))
    for node in ("outer", "beside"):
        builder.add_edge(START, node)
    builder.add_edge(["outer", "beside"], "last")
    return builder


def told(writes: list[Any]) -> list[Any]:
    """Interrupts compare by their id; the order of what different tasks wrote says nothing."""
    return sorted((task, channel, repr(value)) for task, channel, value in writes)


async def both(driver: Driver) -> tuple[list[Any] | None, list[Any]]:
    listed: list[Any] = []
    async with aclosing(driver.asked_in_the_past()) as checkpoints:
        async for writes in checkpoints:
            listed += writes
    async with aclosing(driver.saved()) as saved:
        graphs_of = {ns_of(found) async for found in saved}
    assert {ns for (ns,) in await rows(NAMESPACES, driver) or ()} == await namespaces(driver) == graphs_of
    return await driver.asked_alone(), listed


def answered(saver: Any) -> hitl.Session:
    # Another thread beside it, of which nothing is told.
    asking().compile(checkpointer=saver).invoke({"log": []}, {"configurable": {"thread_id": "another"}})
    session = hitl.run(asking().compile(checkpointer=saver), {"log": []}, thread_id="t")
    for node, value in (("beside", "hunter2"), ("inner", "a"), ("beside", "b")):
        assert session._run.at_rest.wait(60)
        session.answer(value, to=node)
    assert session._run.at_rest.wait(60)
    return session


def check(alone: list[Any] | None, listed: list[Any]) -> None:
    assert alone is not None
    assert told(alone) == told(listed)
    assert {channel for _, channel, _ in alone} == {"__interrupt__", "__resume__", "__hitl_answer__"}
    assert "hunter2" in str(alone)


def test_of_the_saver_in_memory() -> None:
    session = answered(InMemorySaver())
    check(*session._run.driver.run(both(session._run.driver)))


def test_of_a_file(tmp_path: Path) -> None:
    session = answered(SqliteSaver(sqlite3.connect(tmp_path / "runs.sqlite", check_same_thread=False)))
    check(*session._run.driver.run(both(session._run.driver)))


def test_of_a_postgres_database(database: str) -> None:
    from langgraph.checkpoint.postgres import PostgresSaver

    with PostgresSaver.from_conn_string(database) as saver:
        saver.setup()
        session = answered(saver)
        check(*session._run.driver.run(both(session._run.driver)))


@asynccontextmanager
async def async_saver(kind: str, where: str) -> AsyncIterator[Any]:
    if kind == "file":
        async with aiosqlite.connect(where) as connection:
            yield AsyncSqliteSaver(connection)
    else:
        from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

        async with AsyncPostgresSaver.from_conn_string(where) as saver:
            await saver.setup()
            yield saver


@pytest.mark.parametrize("kind", ["file", "database"])
def test_of_an_async_one(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    where = str(tmp_path / "runs.sqlite") if kind == "file" else request.getfixturevalue("database")

    async def main() -> None:
        async with async_saver(kind, where) as saver:
            session = hitl.run(asking().compile(checkpointer=saver), {"log": []}, thread_id=kind)
            for node, value in (("beside", "hunter2"), ("inner", "a"), ("beside", "b")):
                await asyncio.to_thread(session._run.at_rest.wait, 60)
                await session.aanswer(value, to=node)
            await asyncio.to_thread(session._run.at_rest.wait, 60)
            check(*await both(session._run.driver))

    asyncio.run(main())


def test_nothing_is_asked_alone_of_sqlite_in_memory_or_of_what_lists_in_its_own_way() -> None:
    class Own(SqliteSaver):
        def list(self, *args: Any, **options: Any) -> Iterator[Any]:
            yield from super().list(*args, **options)

    for saver in (SqliteSaver(sqlite3.connect(":memory:", check_same_thread=False)), Own(sqlite3.connect(":memory:"))):
        session = hitl.run(asking().compile(checkpointer=saver), {"log": []}, thread_id="t")
        assert session._run.at_rest.wait(60)
        assert session._run.driver.run(session._run.driver.asked_alone()) is None
