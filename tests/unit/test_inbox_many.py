"""`hitl.inbox` where ten thousand threads wait: in a SQLite file, listed and paged within a second."""

from __future__ import annotations

import math
import sqlite3
import time
from pathlib import Path

from langgraph.checkpoint.sqlite import SqliteSaver

import hitl_widgets as hitl

from ..figures.recorded import Figure, at_most
from .test_inbox import at, refunds

THREADS = 10_000
PAGE = 50


def copies(path: Path, count: int) -> None:
    """A file of waiting threads: one that really ran, and copies of it."""
    with SqliteSaver.from_conn_string(str(path)) as saver:
        refunds(checkpointer=saver).invoke({"order": 0}, at("order 0"))
    with sqlite3.connect(path) as connection:
        for table in ("checkpoints", "writes"):
            columns = [column[1] for column in connection.execute(f"PRAGMA table_info({table})")]
            assert columns[0] == "thread_id"
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            connection.executemany(
                f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})",
                ((f"order {order}", *row[1:]) for order in range(1, count) for row in rows),
            )
    connection.close()


def test_ten_thousand_waiting_threads_are_listed_and_paged_within_a_second(tmp_path: Path, figure: Figure) -> None:
    path = tmp_path / "runs.sqlite"
    copies(path, THREADS)
    first, middle, count, listed, paged = [], [], 0, math.inf, math.inf
    with SqliteSaver.from_conn_string(str(path)) as saver:
        # The least of three, and not the clock's: what else the machine does, and what others have left here to be collected,
        # is not ours.
        for _ in range(3):
            inbox = hitl.inbox(refunds(checkpointer=saver))
            began = time.process_time()
            first, count = inbox[:PAGE], len(inbox)
            listed = min(listed, time.process_time() - began)
            began = time.process_time()
            middle = inbox[THREADS // 2 : THREADS // 2 + PAGE]
            paged = min(paged, time.process_time() - began)
    assert count == THREADS
    assert [len(page) for page in (first, middle)] == [PAGE, PAGE]
    seen = {thread.thread_id for page in (first, middle) for thread in page}
    assert len(seen) == 2 * PAGE, "a thread is on two pages"
    assert listed < 1
    assert paged < 0.5
    figure(
        "The waiting threads of one SQLite file are listed, newest first, and paged",
        {"threads": count},
        {"to list them": at_most(listed, "s"), "for a page in their middle": at_most(paged, "s")},
    )
