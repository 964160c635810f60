"""A PostgreSQL server that ends a connection of the checkpointer's pool at any one statement."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pytest

import hitl_widgets as hitl

from ..postgres import server
from .test_checkpointer_fails import asking, rests, some

pytest.importorskip("psycopg")
import psycopg
from langgraph.checkpoint.postgres import PostgresSaver
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

When = Literal["before", "after"]


class Dropped(PostgresSaver):
    """Has its connection ended by the server, once.

    Attributes:
        admin: who ends it.
        at: at which of the times that it is used.
        when: before that, or after.
        used: how often it was used.
    """

    admin: psycopg.Connection[Any]
    at: int | None = None
    when: When = "before"

    def __init__(self, pool: Any) -> None:
        super().__init__(pool)
        self.used = 0
        self._counting = threading.Lock()

    @contextmanager
    def _cursor(self, *, pipeline: bool = False) -> Iterator[Any]:
        with self._counting:
            is_dropped = self.used == self.at
            self.used += 1
        with super()._cursor(pipeline=pipeline) as cursor:
            if is_dropped and self.when == "before":
                self._drop(cursor)
            yield cursor
        if is_dropped and self.when == "after":
            self._drop(cursor)

    def _drop(self, cursor: Any) -> None:
        self.admin.execute("SELECT pg_terminate_backend(%s)", (cursor.connection.info.backend_pid,))


@pytest.fixture(scope="module")
def running() -> Generator[tuple[psycopg.Connection[Any], Any]]:
    options = {"autocommit": True, "row_factory": dict_row}
    with (
        server() as found,
        psycopg.connect(found.url, autocommit=True) as admin,
        ConnectionPool(found.url, min_size=1, max_size=4, kwargs=options, open=True) as pool,
    ):
        yield admin, pool


def _lived(running: tuple[psycopg.Connection[Any], Any], thread: str, at: int | None, when: When) -> int:
    saver = Dropped(running[1])
    saver.admin, saver.at, saver.when = running[0], at, when
    session = hitl.run(asking(saver), {"log": []}, thread_id=thread)
    acknowledged: dict[str, str] = {}
    tries = 0
    while rests(session).status != "finished":
        tries += 1
        assert tries < 30, f"it never ends: {session} {session.error!r}"
        if session.status == "failed":
            assert isinstance(session.error, psycopg.OperationalError), session.error
            session.retry()
        for request in session.requests:
            try:
                session.answer(f"{request.key}={tries}", to=request.id)
            except (hitl.StaleAnswerError, psycopg.OperationalError):
                continue
            assert request.id not in acknowledged, "it was acknowledged, and it is asked again"
            acknowledged[request.id] = f"{request.key}={tries}"
    used = saver.used
    again = rests(hitl.attach(asking(PostgresSaver(running[1])), thread))  # whose pool may have a dead connection, too
    if again.status == "failed":
        again.retry()
    log = rests(again).values["log"]
    decided = {decision.interrupt_id: decision.value for decision in again.decisions}
    assert [one.partition("=")[0] for one in log] == ["once", "twice", "twice", "join"], at
    assert sorted(decided.values()) == sorted(log), at
    assert acknowledged.items() <= decided.items(), at
    return used


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_dropped_connection_loses_no_answer_and_the_next_try_works(
    running: tuple[psycopg.Connection[Any], Any], when: When
) -> None:
    count = _lived(running, f"undisturbed {when}", None, when)
    for at in some(count, when):
        _lived(running, f"{at} {when}", at, when)
