"""A PostgreSQL connection that commits nothing by itself: that answers are lost with it is said before there are any."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

import hitl_widgets as hitl

from ..postgres import server
from ..waiting import at_rest
from . import graphs

pytest.importorskip("psycopg")
import psycopg
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

SAID = "the checkpointer's connection commits nothing"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with server() as running:
        yield running.url


def graph(saver: Any) -> Any:
    return graphs.chain(graphs.Log, {"ask": lambda _: {"log": [hitl.ask("Who?")]}}, checkpointer=saver)


def saved(url: str, thread_id: str) -> int:
    """How many checkpoints of a thread another kernel sees."""
    with PostgresSaver.from_conn_string(url) as saver:
        return len(list(saver.list({"configurable": {"thread_id": thread_id}})))


def test_that_nothing_is_committed_is_said(url: str) -> None:
    connection: Any = psycopg.connect(url, row_factory=dict_row)
    session = at_rest(hitl.run(graph(PostgresSaver(connection)), {"log": []}, thread_id="open"))
    assert any(SAID in notice for notice in session.notices)
    session.answer("Ada")
    assert session.wait(60) == {"log": ["Ada"]}
    assert saved(url, "open") == 0
    connection.close()


def test_nor_by_an_async_one(url: str) -> None:
    async def notices() -> tuple[str, ...]:
        connection: Any = await psycopg.AsyncConnection.connect(url, row_factory=dict_row)
        session = hitl.run(graph(AsyncPostgresSaver(connection)), {"log": []}, unattended={"ask": "Ada"})
        await session
        await connection.close()
        return session.notices

    assert any(SAID in notice for notice in asyncio.run(notices()))


def test_what_is_committed_is_not_warned_of(url: str) -> None:
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as connection:
        session = at_rest(hitl.run(graph(PostgresSaver(connection)), {"log": []}, thread_id="saved"))
    assert session.notices == ()
    assert saved(url, "saved") > 0


def test_nor_a_pool_which_commits_whatever_it_is_given_back(url: str) -> None:
    with ConnectionPool[Any](url, min_size=1, max_size=2, kwargs={"row_factory": dict_row}, open=True) as pool:
        session = at_rest(hitl.run(graph(PostgresSaver(pool)), {"log": []}, thread_id="pooled"))
    assert session.notices == ()
    assert saved(url, "pooled") > 0
