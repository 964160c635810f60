"""What a session makes of others that stop, fail or are slow on its thread: it is never at work for ever by that."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command

import hitl_widgets as hitl
from hitl_widgets.driver.locks.base import file_lock
from hitl_widgets.driver.loop import LoopDriver
from hitl_widgets.running.others import catching_up, noticing, turns

from ..waiting import at_rest, until
from . import graphs
from .gate import Gate
from .test_noticing import AT, Show, open_cards, says, show, soon

__all__ = ["show", "soon"]  # fixtures


@pytest.fixture
def gate() -> Any:
    gate = Gate()
    yield gate
    gate.open.set()


def asks_works_asks(gate: Gate, saver: Any) -> Any:
    nodes = {"ask": graphs.asks("?"), "works": gate, "more": lambda state: {}, "last": graphs.asks("!")}
    return graphs.chain(graphs.Log, nodes, checkpointer=saver)


# ---------------------------------------------------------------- whose turn it is


def test_a_pass_that_ends_late_gives_back_no_turn_but_its_own(tmp_path: Path) -> None:
    """The session has come to rest, and its next answer is taken, before the pass before has quite ended."""
    session = at_rest(hitl.run(graphs.three_questions(), {}, thread_id="t", save=tmp_path / "runs.sqlite"))
    run = session._run
    until(lambda: turns._holder(run) is None, "the turn is kept at rest")
    _, first = run.driver.run(turns.take(run))
    _, second = run.driver.run(turns.take(run))
    turns.give_back(first)
    assert turns._holder(run) is run
    assert file_lock._open[str(tmp_path / "runs.sqlite")].held
    turns.give_back(second)
    assert turns._holder(run) is None
    assert str(tmp_path / "runs.sqlite") not in file_lock._open


def test_the_garbage_collector_may_tidy_up_in_the_midst_of_a_look(tmp_path: Path) -> None:
    def tidies() -> None:
        with file_lock._guard:
            file_lock.tidy(str(tmp_path / "runs.sqlite"))

    thread = threading.Thread(target=tidies, daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()


# ---------------------------------------------------------------- others end, or cannot be followed


def test_where_others_were_seen_to_stop_the_session_has_stopped_too(gate: Gate, show: Show) -> None:
    graph = asks_works_asks(gate, InMemorySaver())
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    browser = show(session)
    other = at_rest(hitl.attach(graph, "t"))
    other.answer("x")
    assert gate.reached.wait(60)
    until(lambda: session.status == "running", "it does not follow")
    other.stop()
    gate.open.set()
    assert other._run.ended.wait(60)
    until(lambda: session.status == "stopped", "it is at work for ever")
    until(lambda: says(browser, "Retry goes on from there."), "nothing is said")
    session.retry()
    at_rest(session)
    session.answer("y")
    assert session.wait(60)["log"] == ["x", "worked", "y"]


@pytest.mark.parametrize("asked_for", ["meanwhile", "afterwards"])
def test_one_that_has_stopped_stays_so_where_it_is_looked_at_once_more(gate: Gate, show: Show, asked_for: str) -> None:
    graph = asks_works_asks(gate, InMemorySaver())
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    browser, run = show(session), session._run
    other = at_rest(hitl.attach(graph, "t"))
    other.answer("x")
    assert gate.reached.wait(60)
    until(lambda: session.status == "running", "it does not follow")
    if asked_for == "meanwhile":
        catching_up.begin_to_catch_up(run)
    other.stop()
    gate.open.set()
    until(lambda: says(browser, "Retry goes on from there."), "nothing is said")
    until(lambda: not run.others.catching_up, "it looks for ever")
    if asked_for == "afterwards":
        run.driver.run(catching_up.catch_up(run))
    assert session.status == "stopped"
    assert says(browser, "Retry goes on from there.")
    session.retry()
    at_rest(session)
    session.answer("y")
    assert session.wait(60)["log"] == ["x", "worked", "y"]


def test_a_thread_that_cannot_be_read_any_more_fails_the_session_that_followed(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = asks_works_asks(gate, InMemorySaver())
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    other = at_rest(hitl.attach(graph, "t"))
    other.answer("x")
    assert gate.reached.wait(60)
    until(lambda: session.status == "running", "it does not follow")

    async def broken() -> Any:
        raise sqlite3.OperationalError("the disk is gone")

    monkeypatch.setattr(session._run.driver, "snapshot", broken)
    gate.open.set()
    with pytest.raises(sqlite3.OperationalError, match="the disk is gone"):
        session.wait(60)
    monkeypatch.undo()
    assert other._run.at_rest.wait(60)
    session.retry()
    at_rest(session)
    assert [request.key for request in session.requests] == ["last"]


@pytest.mark.parametrize("saved", ["memory", "sqlite"])
def test_a_session_that_nobody_looks_at_does_not_wait_for_what_nobody_will_see(
    gate: Gate, tmp_path: Path, saved: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a notebook is executed: the session is displayed, and no browser is there."""
    saver: Any = InMemorySaver()
    if saved == "sqlite":
        saver = SqliteSaver(sqlite3.connect(tmp_path / "runs.sqlite", check_same_thread=False))
    graph = asks_works_asks(gate, saver)
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    assert session._display.widget is not None
    graph.invoke(Command(resume="x"), AT, interrupt_before=["works"])
    with pytest.raises(hitl.StaleAnswerError):
        session.answer("late")
    until(lambda: session.status == "stopped", "it is at work for ever, or asks what was answered")
    with pytest.raises(hitl.SessionStoppedError):
        session.wait(60)


def test_stop_holds_while_others_go_on(show: Show) -> None:
    gates = [Gate(), Gate()]
    nodes = {"ask": graphs.asks("?"), "one": gates[0], "two": gates[1], "last": graphs.asks("!")}
    graph = graphs.chain(graphs.Log, nodes, checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    browser = show(session)
    elsewhere = threading.Thread(target=graph.invoke, args=(Command(resume="x"), AT))
    elsewhere.start()
    try:
        assert gates[0].reached.wait(60)
        until(lambda: session.status == "running", "it is not seen")
        browser.send({"type": "stop", "client": "c1"})
        until(lambda: session.status == "stopped", "it does not stop")
        seen, read = session._run.snapshot, threading.Event()
        session._run.listeners.append(lambda: read.set() if session._run.snapshot is not seen else None)
        gates[0].open.set()
        assert gates[1].reached.wait(60)
        assert read.wait(60), "the next step is not seen"
        assert session.status == "stopped"
    finally:
        for gate in gates:
            gate.open.set()
        elsewhere.join(60)
    until(lambda: open_cards(browser) == ["last"], "the question is not shown")


# ---------------------------------------------------------------- what looks


def test_one_that_cannot_be_looked_at_keeps_no_other_from_it(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: Callable[..., None] = noticing.Noticing.look
    broken = at_rest(hitl.run(graphs.three_questions(checkpointer=InMemorySaver()), {}, thread_id="t"))
    graph = graphs.three_questions(checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    tried = threading.Event()

    def look(one: noticing.Noticing) -> None:
        if one._run is broken._run:
            tried.set()
            raise RuntimeError("can't start new thread")
        looks(one)

    monkeypatch.setattr(noticing.Noticing, "look", look)
    show(broken)
    browser = show(session)
    assert tried.wait(60)
    graph.invoke(Command(resume=True), AT)
    until(lambda: open_cards(browser) == ["address"], "nothing is noticed any more")


def test_a_loop_of_its_own_ends_once_what_it_was_handed_is_done() -> None:
    async def node(state: Any) -> dict[str, Any]:
        return {}

    driver = hitl.run(graphs.chain(graphs.Log, {"node": node}), {"log": []})._run.driver
    assert isinstance(driver, LoopDriver)
    until(lambda: driver._loop is None, "the loop is kept at the end")
    loop, began, may_end = driver.loop, threading.Event(), threading.Event()
    found: list[str] = []

    async def takes_a_while() -> str:
        began.set()
        await asyncio.to_thread(may_end.wait, 60)
        return "done"

    asks = threading.Thread(target=lambda: found.append(driver.run(takes_a_while())), daemon=True)
    asks.start()
    assert began.wait(60)
    driver.close()
    may_end.set()
    asks.join(60)
    assert found == ["done"]
    until(loop.is_closed, "the loop is left")
