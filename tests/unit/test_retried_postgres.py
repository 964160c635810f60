"""What failed is tried again as in `test_retried_edges.py`, on PostgreSQL: a server writes over an error, and over nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

import hitl_widgets as hitl

from ..postgres import server
from ..waiting import at_rest
from .test_retried_edges import Broken, Varies, awaited, failed

pytest.importorskip("psycopg")
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with server() as running, PostgresSaver.from_conn_string(running.url) as saver:
        saver.setup()
        yield running.url


@pytest.mark.parametrize("nested", [False, True])
def test_an_edge_that_raised_is_decided_again(url: str, *, nested: bool) -> None:
    broken = Broken(nested=nested, is_async=False)
    with PostgresSaver.from_conn_string(url) as saver:
        session = at_rest(hitl.run(broken.graph, {"log": []}, thread_id=f"edge {nested}", save=saver))
        session.answer("yes")
        failed(session)
        broken.mended = True
        session.retry()
        assert sorted(session.wait(60)["log"]) == ["beside", "publish", "publish", "yes"]
        assert broken.ran.count("beside") == 1
        session.close()


def test_an_edge_of_an_async_graph_is_decided_again(url: str) -> None:
    async def run() -> Any:
        async with AsyncPostgresSaver.from_conn_string(url) as saver:
            return await awaited(saver)

    assert sorted(asyncio.run(run())["log"]) == ["beside", "publish", "publish", "yes"]


def test_what_it_writes_the_next_time_is_not_mixed_with_what_it_wrote_before(url: str) -> None:
    with PostgresSaver.from_conn_string(url) as saver:
        varies = Varies(saver)
        assert sorted(varies.done({"log": []})["log"]) == ["published v3", "v3", "yes"]
        assert varies.tries == 3


def test_one_that_has_succeeded_since_runs_no_third_time_and_is_not_said_to_have_failed(url: str) -> None:
    with PostgresSaver.from_conn_string(url) as saver:
        varies = Varies(saver, breaks_in="node")
        session = failed(hitl.run(varies.graph, {"log": []}, thread_id="node"))
        varies.mended = True
        session.retry()
        at_rest(session).close()
        later = at_rest(hitl.attach(varies.graph, "node"))
        assert later.status == "waiting"
        later.answer("yes")
        assert sorted(later.wait(60)["log"]) == ["published v2", "v2", "yes"]
        assert varies.tries == 2
