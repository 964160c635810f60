"""Two kernels on one thread that a PostgreSQL server keeps: as in a file, and what only a server can do to them."""

from __future__ import annotations

import _thread
import asyncio
import socket
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

import hitl_widgets as hitl

from ..postgres import server
from ..waiting import at_rest
from . import two_kernels as two
from .processes import Process

pytest.importorskip("psycopg")
import psycopg
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from . import test_two_kernels as in_a_file
from .test_two_kernels import begins, journal, let_go, says_so

# The same scenarios, with this module's `first` and `save`.
test_a_kernel_goes_on_when_the_one_at_work_is_killed = in_a_file.test_a_kernel_goes_on_when_the_one_at_work_is_killed
test_a_thread_that_another_kernel_works_on_is_followed_and_its_node_runs_once = (
    in_a_file.test_a_thread_that_another_kernel_works_on_is_followed_and_its_node_runs_once
)
test_two_kernels_that_begin_the_same_threads_at_once_run_each_node_once = (
    in_a_file.test_two_kernels_that_begin_the_same_threads_at_once_run_each_node_once
)
test_two_sessions_of_the_second_kernel_both_say_so_and_one_of_them_goes_on = (
    in_a_file.test_two_sessions_of_the_second_kernel_both_say_so_and_one_of_them_goes_on
)
test_who_answers_too_late_is_told_when_the_first_kernel_dies_at_its_work = (
    in_a_file.test_who_answers_too_late_is_told_when_the_first_kernel_dies_at_its_work
)
test_workers_that_a_node_has_forked_hold_nothing_after_their_kernel_was_killed = (
    in_a_file.test_workers_that_a_node_has_forked_hold_nothing_after_their_kernel_was_killed
)

POOLED = """
import warnings
warnings.simplefilter("ignore", DeprecationWarning)  # LangGraph's, for some kinds
from {kind.__module__} import {kind.__name__}
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool
options = {{"autocommit": True, "row_factory": dict_row}}
save = {kind.__name__}(ConnectionPool({url!r}, min_size=1, max_size=2, kwargs=options, open=True))
"""
OURS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'hitl-widgets'"


@pytest.fixture(scope="module")
def running() -> Generator[str]:
    with server() as running:
        yield running.url


@pytest.fixture
def admin(running: str) -> Generator[psycopg.Connection[Any]]:
    """Who looks on."""
    with psycopg.connect(running, autocommit=True) as admin:
        yield admin


@pytest.fixture
def kind() -> type[Any]:
    """Of checkpointers."""
    return PostgresSaver


@pytest.fixture
def url(running: str, admin: psycopg.Connection[Any], tmp_path: Path, kind: type[Any]) -> Generator[str]:
    """A schema of its own in the server's database, with the checkpointer's tables."""
    url = in_schema(running, admin, f"s{abs(hash(tmp_path))}")
    with kind.from_conn_string(url) as saver:
        saver.setup()
    yield url
    in_a_file.two.until(lambda: not ours(admin), "a connection is left")


def in_schema(url: str, admin: psycopg.Connection[Any], name: str) -> str:
    admin.execute(f"CREATE SCHEMA {name}".encode())
    return f"{url}&options=-csearch_path%3D{name}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the journal is."""
    monkeypatch.setattr(two, "folder", tmp_path)


@pytest.fixture(scope="module")
def kernels() -> Generator[list[Process]]:
    """Those that were started: one that was not killed is used again."""
    kernels: list[Process] = []
    yield kernels
    for one in kernels:
        one.kill()


@pytest.fixture
def first(url: str, tmp_path: Path, folder: None, kernels: list[Process], kind: type[Any]) -> Process:
    """The other kernel, which is first, and has a pool of connections."""
    if not (kernels and kernels[-1].is_there):
        kernels.append(Process())
    kernels[-1].run(in_a_file.SETUP.format(folder=str(tmp_path)) + POOLED.format(url=url, kind=kind))
    return kernels[-1]


@pytest.fixture
def save(url: str, kind: type[Any]) -> Generator[Any]:
    """A checkpointer with a single connection."""
    with kind.from_conn_string(url) as saver:
        yield saver


@pytest.mark.parametrize("graph", ["siblings", "deep_siblings"])
def test_a_question_beside_its_work_is_answered_in_the_second_kernel(first: Process, save: Any, graph: str) -> None:
    in_a_file.test_a_question_beside_its_work_is_answered_in_the_second_kernel(first, save, graph, is_killed=True)


ASYNC = """
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
def goes_on(does):
    async def main():
        options = {{"autocommit": True, "row_factory": dict_row}}
        async with AsyncConnectionPool({url!r}, min_size=1, max_size=2, kwargs=options) as pool:
            return await does(AsyncPostgresSaver(pool))
    return asyncio.run(main())
"""


def test_an_async_graph_is_followed_too(first: Process, url: str) -> None:
    in_a_file.is_followed(first, ASYNC.format(url=url))


def test_a_thread_of_the_same_name_in_another_schema_is_another(
    first: Process, running: str, admin: psycopg.Connection[Any]
) -> None:
    first.run(in_a_file.WORK)
    begins("works")
    with PostgresSaver.from_conn_string(in_schema(running, admin, "another")) as save:
        save.setup()
        session = hitl.run(two.chain(), {"log": []}, thread_id="t", save=save)
        begins("works", times=2)
        assert not two.is_told(session)
        let_go("works")
        session.answer("x")
        assert session.wait(60)["log"] == ["worked", "x"]


# ---------------------------------------------------------------- connections


def ours(admin: psycopg.Connection[Any]) -> list[int]:
    """The connections that hold locks, as the server calls them."""
    return [pid for (pid,) in admin.execute(OURS).fetchall()]


@pytest.mark.usefixtures("folder")
def test_a_connection_of_its_own_is_there_only_while_something_works(url: str, admin: psycopg.Connection[Any]) -> None:
    before = _thread._count()
    with PostgresSaver.from_conn_string(url, pipeline=True) as save:
        sessions = [hitl.run(two.chain(), {"log": []}, thread_id=name, save=save) for name in "tu"]
        begins("works", times=2)
        assert len(ours(admin)) == 1
        let_go("works")
        for session in sessions:
            assert at_rest(session).status == "waiting"
        two.until(lambda: not ours(admin), "a connection is left while a person is asked")
        two.until(lambda: _thread._count() <= before, "a thread is left")
        for session in sessions:
            session.answer("x")
            assert session.wait(60)["log"] == ["worked", "x"]


def test_none_is_left_by_an_event_loop_that_ends_in_the_midst_of_a_node(
    url: str, admin: psycopg.Connection[Any]
) -> None:
    async def never(state: Any) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def main() -> None:
        async with AsyncPostgresSaver.from_conn_string(url) as save:
            hitl.run(two.chain(never), {"log": []}, thread_id="t", save=save)
            await hitl.kernel.wait_async(lambda: bool(ours(admin)))

    asyncio.run(main())
    two.until(lambda: not ours(admin), "a connection is left")


@pytest.mark.usefixtures("folder")
def test_it_is_opened_with_the_checkpointers_password_which_is_told_nowhere(
    url: str, admin: psycopg.Connection[Any]
) -> None:
    admin.execute("CREATE ROLE guarded LOGIN SUPERUSER PASSWORD 'open sesame'")
    rules = "unnest(ARRAY['local all guarded scram-sha-256', 'local all all trust'])"
    admin.execute(f"COPY (SELECT {rules}) TO '{admin.execute('SHOW hba_file').fetchone()[0]}'")  # type: ignore[index]
    admin.execute("SELECT pg_reload_conf()")
    with PostgresSaver.from_conn_string(url.replace("hitl@", "guarded:open%20sesame@")) as save:
        session = hitl.run(two.one_question(), {"log": []}, thread_id="t", save=save)
        assert at_rest(session).status == "waiting"
        assert session.notices == ()
        admin.execute("ALTER ROLE guarded PASSWORD 'changed'")
        let_go("asks")
        session.answer("x")
        assert session.wait(60)["log"] == ["x"]
        [said] = session.notices
        assert "cannot be told here" in said
        assert "password authentication failed" in said
        assert "sesame" not in said


# ---------------------------------------------------------------- locks that are lost, or cannot be had


@pytest.mark.usefixtures("folder")
def test_a_lock_that_is_lost_with_its_connection_is_had_again_before_the_next_step(
    admin: psycopg.Connection[Any], save: PostgresSaver
) -> None:
    session = hitl.run(two.twice(), {"log": []}, thread_id="t", save=save)
    begins("works")
    [before] = ours(admin)
    admin.execute("SELECT pg_terminate_backend(%s)", (before,))
    two.until(lambda: not ours(admin), "it is not ended")
    let_go("works")
    begins("late")
    [now] = ours(admin)
    assert now != before
    let_go("late")
    assert session.wait(60)["log"] == ["worked", "late"]
    assert session.notices == ()


def test_who_has_lost_it_to_another_kernel_stops_before_a_node_is_run_twice(
    first: Process, save: PostgresSaver, admin: psycopg.Connection[Any]
) -> None:
    session = hitl.run(two.twice(), {"log": []}, thread_id="t", save=save)
    begins("works")
    first.run("session = hitl.attach(two.twice(), 't', save=save); two.until(lambda: two.is_told(session))")
    admin.execute(f"SELECT pg_terminate_backend(pid) FROM ({OURS}) AS ours")
    begins("works", times=2)  # as far as the server can tell, this kernel is gone
    let_go("works")
    two.until(
        lambda: session.status == "stopped", lambda: f"it does not stop: {session} {session.notices} {session.error!r}"
    )
    assert "another kernel has begun with it since" in two.told(session)
    begins("late")
    session.retry()
    says_so(session)
    let_go("late")
    assert two.ends(session) == ["worked", "late"]
    assert journal().count("late") == 1


@pytest.mark.usefixtures("folder")
def test_where_a_pooler_stands_before_the_server_the_session_works_and_says_so(url: str, tmp_path: Path) -> None:
    with between(url, tmp_path, greets=True) as pooled, PostgresSaver.from_conn_string(pooled) as save:
        let_go("asks")
        session = hitl.run(two.one_question(), {"log": []}, thread_id="t", save=save)
        session.answer("x")
        assert session.wait(60)["log"] == ["x"]
        [said] = session.notices
        assert "cannot be told here" in said
        assert "a pooler as PgBouncer is" in said
        assert save.conn.execute("SELECT * FROM pg_locks WHERE locktype = 'advisory'").fetchall() == []  # type: ignore[union-attr]


@pytest.mark.usefixtures("folder")
def test_a_server_that_has_said_it_ends_the_connection_is_believed_before_the_connection_is_gone(
    url: str, admin: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """A server gives the locks away first: how long its process is there for yet is up to its machine."""
    said = bytearray()
    with between(url, tmp_path, said=said) as slow, PostgresSaver.from_conn_string(slow) as save:
        session = hitl.run(two.twice(), {"log": []}, thread_id="t", save=save)
        begins("works")
        [before] = ours(admin)
        admin.execute("SELECT pg_terminate_backend(%s)", (before,))
        two.until(lambda: b"57P01" in said and not ours(admin), "it is not ended")
        let_go("works")
        begins("late")
        assert len(set(ours(admin)) - {before}) == 1
        let_go("late")
        assert session.wait(60)["log"] == ["worked", "late"]
        assert session.notices == ()


@contextmanager
def between(url: str, tmp_path: Path, *, greets: bool = False, said: bytearray | None = None) -> Generator[str]:
    """What passes everything on between the server and who is connected with it.

    Args:
        url: the server's.
        tmp_path: where its socket is.
        greets: as PgBouncer does: with numbers of its own (seen with 1.18).
        said: what the server has said is kept there, and an end of it is passed on last of all.
    """
    there = url.split("host=")[1].split("&", maxsplit=1)[0]
    (tmp_path / "p").mkdir()
    last = threading.Event()

    def passes_on(source: socket.socket, to: socket.socket, *, greets: bool, said: bytearray | None) -> None:
        with suppress(OSError), ExitStack() as both:
            both.callback(to.shutdown, socket.SHUT_RDWR)
            if said is not None:
                both.callback(last.wait)
            while greets:
                kind, length = source.recv(1), source.recv(4, socket.MSG_WAITALL)
                rest = (
                    source.recv(int.from_bytes(length, "big") - 4, socket.MSG_WAITALL) if length != b"\0\0\0\4" else b""
                )
                # BackendKeyData, and ReadyForQuery.
                to.sendall(kind + length + (b"\x7f\0\0\1" + rest[4:] if kind == b"K" else rest))
                greets = kind != b"Z"
            while part := source.recv(65536):
                to.sendall(part)
                if said is not None:
                    said.extend(part)

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                behind = ends.enter_context(socket.socket(socket.AF_UNIX))
                ends.enter_context(client)
                behind.connect(f"{there}/.s.PGSQL.5432")
                pool.submit(passes_on, behind, client, greets=greets, said=said)
                pool.submit(passes_on, client, behind, greets=False, said=None)

    with ExitStack() as ends, ThreadPoolExecutor(8) as pool, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "p" / ".s.PGSQL.5432"))
        listening.listen()
        serving = pool.submit(serve)
        try:
            yield url.replace(there, str(tmp_path / "p"))
        finally:
            last.set()
            listening.shutdown(socket.SHUT_RDWR)
        serving.result()
