"""Two kernels on one thread that a PostgreSQL server keeps: as in a file, and what only a server can do to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..postgres import server
from . import two_kernels as two
from .processes import Process

pytest.importorskip("psycopg")
import psycopg
from langgraph.checkpoint.postgres import PostgresSaver

from . import test_two_kernels as in_a_file

# The same scenarios, with this module's `first` and `save`.
from .test_two_kernels import (
    test_a_kernel_goes_on_when_the_one_at_work_is_killed,  # noqa: F401
    test_a_question_beside_its_work_is_answered_in_the_second_kernel,  # noqa: F401
    test_a_thread_that_another_kernel_works_on_is_followed_and_its_node_runs_once,  # noqa: F401
    test_two_kernels_that_begin_the_same_threads_at_once_run_each_node_once,  # noqa: F401
    test_two_sessions_of_the_second_kernel_both_say_so_and_one_of_them_goes_on,  # noqa: F401
    test_who_answers_too_late_is_told_when_the_first_kernel_dies_at_its_work,  # noqa: F401
    test_workers_that_a_node_has_forked_hold_nothing_after_their_kernel_was_killed,  # noqa: F401
)

OURS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'hitl-widgets'"


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    with server() as running:
        yield running.url


@pytest.fixture
def admin(running: str) -> Iterator[psycopg.Connection[Any]]:
    """Who looks on."""
    with psycopg.connect(running, autocommit=True) as admin:
        yield admin


@pytest.fixture
def url(running: str, admin: psycopg.Connection[Any], tmp_path: Path) -> Iterator[str]:
    """A schema of its own in the server's database, with the checkpointer's tables."""
    name = f"s{abs(hash(tmp_path))}"
    admin.execute(f"CREATE SCHEMA {name}")
    url = f"{running}&options=-csearch_path%3D{name}"
    with PostgresSaver.from_conn_string(url) as saver:
        saver.setup()
    yield url
    in_a_file.two.until(lambda: not admin.execute(OURS).fetchall(), "a connection is left")


@pytest.fixture
def first(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    """The other kernel, which is first, and has a pool of connections."""
    monkeypatch.setattr(two, "folder", tmp_path)
    program = f"""
from langgraph.checkpoint.postgres import PostgresSaver
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool
options = {{"autocommit": True, "row_factory": dict_row}}
save = PostgresSaver(ConnectionPool({url!r}, min_size=1, max_size=2, kwargs=options, open=True))
"""
    with Process(in_a_file.SETUP.format(folder=str(tmp_path)) + program) as process:
        yield process


@pytest.fixture
def save(url: str) -> Iterator[PostgresSaver]:
    """A checkpointer with a single connection."""
    with PostgresSaver.from_conn_string(url) as saver:
        yield saver
