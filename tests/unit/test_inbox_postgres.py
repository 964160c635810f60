"""`hitl.inbox` on a real PostgreSQL server, which the tests start."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from langgraph.types import Command

import hitl_widgets as hitl

from ..postgres import server
from ..waiting import until
from ..written import write_answer
from . import graphs
from .test_inbox import at, begin, names, refunds

pytest.importorskip("psycopg")
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from hitl_widgets.inbox.news import News
from hitl_widgets.inbox.postgres import Postgres


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with server() as running:
        yield running.url


@pytest.fixture
def saver(database: str) -> Iterator[PostgresSaver]:
    with PostgresSaver.from_conn_string(database) as saver:
        saver.setup()
        for table in ("checkpoints", "checkpoint_blobs", "checkpoint_writes"):
            saver.conn.execute(f"TRUNCATE {table}")  # type: ignore[union-attr]
        yield saver


def test_waiting_threads_are_found_by_a_query_and_answered_together(saver: PostgresSaver) -> None:
    graph, other = refunds(checkpointer=saver), graphs.three_questions(checkpointer=saver)
    begin(graph, 5)
    other.invoke({"request": "r"}, at("another graph"))
    graph.invoke(Command(resume=True), at("order 0"))
    for answer in (True, 3):
        graph.invoke(Command(resume=answer), at("order 1"))
    inbox = hitl.inbox(graph)
    assert names(inbox) == ["order 0", "order 4", "order 3", "order 2"]
    assert isinstance(inbox._listing.source, Postgres)
    assert inbox.others == 1
    assert [one.text for one in inbox.filter(node="approve").answer(True)] == ["answered, waiting"] * 3
    assert {thread.nodes for thread in inbox} == {("ask_days",)}


def test_what_comes_and_goes_is_news(saver: PostgresSaver, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 2)
    inbox = hitl.inbox(graph)
    assert len(list(inbox)) == 2
    driver, listing = inbox._listing.driver, inbox._listing
    source: Any = listing.source
    times: list[Any] = []
    heads = source.heads
    monkeypatch.setattr(source, "heads", lambda: times.append(None) or heads())

    def is_not_gone_through() -> bool:
        before = len(times)
        assert not driver.run(listing.look())
        return len(times) == before

    # The server counts what was written a while later: by itself after ten seconds.
    until(is_not_gone_through, "the threads are gone through though nothing was saved")
    begin(graph, 1, start=2)
    for answer in (True, 3):
        graph.invoke(Command(resume=answer), at("order 0"))
    until(lambda: driver.run(listing.look()) == News(fresh=1, gone=1), "no news")


def test_a_nested_question_that_was_answered_waits_no_more(saver: PostgresSaver) -> None:
    graph = graphs.nested(checkpointer=saver)
    for name in ("a", "b"):
        graph.invoke({"log": []}, at(name))
    session = hitl.attach(graph, "a")
    session._run.at_rest.wait(60)
    driver, pending = session._run.driver, session._run.pending[0]
    driver.run(write_answer(driver, pending.asked.address, "yes"))
    inbox = hitl.inbox(graph)
    assert [(thread.thread_id, thread.nodes) for thread in inbox] == [("b", ("outer/inner/ask",))]


def test_a_thread_at_a_breakpoint_waits(saver: PostgresSaver) -> None:
    nodes: dict[str, Any] = {name: lambda state, name=name: {"log": [name]} for name in ("one", "two")}
    stops = graphs.chain(graphs.Log, nodes, checkpointer=saver, interrupt_before=["two"])
    for name in ("stands", "finished"):
        stops.invoke({"log": []}, at(name))
    stops.invoke(None, at("finished"))
    assert names(hitl.inbox(stops)) == ["stands"]


def test_an_async_checkpointer_is_awaited(saver: PostgresSaver, database: str) -> None:
    begin(refunds(checkpointer=saver), 2)

    async def main() -> None:
        async with AsyncPostgresSaver.from_conn_string(database) as checkpointer:
            inbox = await hitl.inbox(refunds(checkpointer=checkpointer))
            assert isinstance(inbox._listing.source, Postgres)
            assert names(inbox) == ["order 1", "order 0"]
            assert [one.status for one in await inbox.aanswer(True)] == ["answered", "answered"]

    asyncio.run(main())
