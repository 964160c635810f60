"""Clocks that do not agree: a second kernel, on a machine whose clock is behind, goes on with a thread of the first."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.base import id as ids
from langgraph.checkpoint.sqlite import SqliteSaver

import hitl_widgets as hitl
from hitl_widgets.decisions import now
from hitl_widgets.running import pending

from ..waiting import at_rest, until
from . import graphs

HOUR = 3600


@pytest.fixture
def another_kernel(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """From now on this is one whose clock is so many seconds ahead, or behind."""
    real = time.time_ns

    def begins(ahead: int) -> None:
        monkeypatch.setattr(time, "time_ns", lambda: real() + ahead * 10**9)
        monkeypatch.setattr(ids, "_last_v6_timestamp", None)  # a process of its own
        monkeypatch.setattr(pending, "now", lambda: now() + timedelta(seconds=ahead))

    return begins


def graph(folder: Path, **options: Any) -> Any:
    saver = SqliteSaver(sqlite3.connect(folder / "runs.sqlite", check_same_thread=False))
    inner = graphs.chain(graphs.Log, {"deep": graphs.asks("deep?"), "deeper": graphs.asks("deeper?")})
    nodes = {"first": graphs.asks("first?"), "inner": inner, "last": graphs.asks("last?")}
    return graphs.chain(graphs.Log, nodes, checkpointer=saver, **options)


def rests(session: hitl.Session, *keys: str) -> hitl.Session:
    until(
        lambda: session._run.at_rest.is_set() and tuple(one.key for one in session.requests) == keys,
        lambda: f"{session} {session.notices} {session.error!r}",
    )
    return session


@pytest.mark.parametrize("skew", [(0, -HOUR), (HOUR, 0), (HOUR, -HOUR)])
def test_a_kernel_whose_clock_is_behind_goes_on_with_a_thread(
    tmp_path: Path, another_kernel: Callable[[int], None], skew: tuple[int, int]
) -> None:
    asked = ("first", "deep", "deeper", "last")
    for at, key in enumerate(asked):
        another_kernel(skew[at % 2])
        session = hitl.attach(graph(tmp_path), "t") if at else hitl.run(graph(tmp_path), {"log": []}, thread_id="t")
        rests(session, key).answer(f"{key}!")
        rests(session, *asked[at + 1 : at + 2]).close()
    another_kernel(0)
    session = at_rest(hitl.attach(graph(tmp_path), "t"))
    assert session.status == "finished"
    assert [decision.key for decision in session.decisions] == list(asked)
    assert [step.nodes for step in session.history] == [("first",), ("inner",), ("last",)]
    assert session.values["log"][-1] == "last!"
    fork = session.fork(session.decisions[3], answer="other")
    assert rests(fork).values["log"] == [*session.values["log"][:-1], "other"]
    again = session.fork(session.history[2])
    assert rests(again, "last").values["log"] == session.values["log"][:-1]


def test_a_state_is_edited_by_a_kernel_whose_clock_is_behind(
    tmp_path: Path, another_kernel: Callable[[int], None]
) -> None:
    another_kernel(HOUR)
    built = graph(tmp_path, interrupt_before=["inner"])
    rests(hitl.run(built, {"log": []}, thread_id="t"), "first").answer("first!")
    another_kernel(0)
    session = rests(hitl.attach(graph(tmp_path, interrupt_before=["inner"]), "t"), "inner")
    session.answer({"update": {"log": ["edited"]}})
    assert rests(session, "deep").values["log"] == ["edited"]
