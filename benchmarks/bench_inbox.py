"""The inbox of a SQLite file in which 10 000 threads wait, five checkpoints each.

Beside it stands what one writes by hand: `checkpointer.list(None)` for the names, and `graph.get_state` for each of them.
All of it is the process's own time, not the clock's: what else the machine does is not ours.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

import hitl_widgets as hitl

from .table import Figure

THREADS = 10_000
BY_HAND = 500
"""Threads that the peer lists: its time grows with them."""


class State(TypedDict, total=False):
    order: int
    draft: str
    checked: str
    approved: bool


def refunds(saver: SqliteSaver) -> Any:
    def approve(state: State) -> State:
        return {"approved": interrupt({"question": f"Refund order {state.get('order')}?", "draft": state.get("draft")})}

    builder = StateGraph(State)
    builder.add_node("draft", lambda state: {"draft": "Dear Ada, " * 20})
    builder.add_node("check", lambda state: {"checked": "yes"})
    builder.add_node("again", lambda state: {"checked": "twice"})
    builder.add_node("approve", approve)
    for before, after in zip([START, "draft", "check", "again"], ["draft", "check", "again", "approve"], strict=True):
        builder.add_edge(before, after)
    return builder.compile(checkpointer=saver)


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder, "few.sqlite"), Path(folder, "many.sqlite")
        _fill(few, BY_HAND)
        _fill(many, THREADS)
        with _saver(few) as saver:
            by_hand = _spent(lambda: _listed_by_hand(refunds(saver), saver)) * THREADS / BY_HAND
        with _saver(many) as saver:
            graph = refunds(saver)
            inbox = hitl.inbox(graph)
            page = _spent(lambda: inbox[:50])
            rest = _spent(lambda: len(inbox))
            assert len(inbox) == THREADS
            later = _spent(lambda: inbox[5_000:5_050])
            inbox.refresh()
            again = _spent(lambda: len(inbox))
            found = _spent(lambda: len(inbox.filter("order 4711")))
            other = _spent(lambda: len(inbox.filter("order 815")))
            # A file that was not written for a while, as most are.
            for file in many.parent.glob(f"{many.name}*"):  # with its journal
                os.utime(file, (file.stat().st_mtime - 60,) * 2)
            inbox.refresh()
            assert len(inbox) == THREADS
            news = _spent(lambda: inbox._listing.driver.run(inbox._listing.look()))
    name = f"an inbox of {THREADS} threads"
    return [
        Figure(f"{name}: the first page of 50", page, "the budget", 1.0),
        Figure("all of them counted", page + rest, "the budget", 1.0),
        Figure("all of them counted", page + rest, "checkpointer.list + get_state by hand", by_hand, limit=0.25),
        Figure("a page in their middle", later, "the budget", 0.1),
        Figure("listed again", again, "the budget", 1.0),
        Figure("all of them read, to find one by its text", found, "checkpointer.list + get_state by hand", by_hand),
        Figure("another one found, once they are read", other, "the budget", 0.5),
        Figure("a look for news, where nothing was saved", news, "the budget", 0.003),
    ]


def _listed_by_hand(graph: Any, saver: SqliteSaver) -> None:
    names = {found.config.get("configurable", {})["thread_id"] for found in saver.list(None)}
    states = {name: graph.get_state({"configurable": {"thread_id": name}}) for name in names}
    waiting = [name for name, state in states.items() if any(task.interrupts for task in state.tasks)]
    assert len(waiting) == BY_HAND


def _saver(path: Path) -> Any:
    return SqliteSaver.from_conn_string(str(path))


def _fill(path: Path, threads: int) -> None:
    """A file of waiting threads: one that really ran, and copies of it."""
    with _saver(path) as saver:
        refunds(saver).invoke({"order": 0}, {"configurable": {"thread_id": "order 0"}})
    with sqlite3.connect(path) as connection:
        for table in ("checkpoints", "writes"):
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            names = [column[1] for column in connection.execute(f"PRAGMA table_info({table})")]
            assert names[0] == "thread_id"
            marks = ", ".join("?" * len(names))
            connection.executemany(
                f"INSERT INTO {table} VALUES ({marks})",
                ((f"order {order}", *row[1:]) for order in range(1, threads) for row in rows),
            )
        assert connection.execute("SELECT COUNT(*) FROM checkpoints").fetchone()[0] >= 5 * threads


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
