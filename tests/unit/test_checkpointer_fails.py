"""A disk that is full, read-only or locked, a server that is away: at any one call. What was saved is used, all else is asked."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

import hitl_widgets as hitl

from ..waiting import at_rest, until
from . import graphs
from .failing import FailingMemory, FailingSqlite, Fault, GoneError, When
from .test_widget import Browser

MOST = 10
"""Calls of each kind that are tried where they are many, chosen by a seed."""


def some(count: int, name: str) -> list[int]:
    return sorted(random.Random(name).sample(range(count), min(MOST, count)))


def memory(folder: Path) -> Any:
    return FailingMemory()


def sqlite(folder: Path) -> Any:
    return FailingSqlite(sqlite3.connect(folder / "runs.sqlite", check_same_thread=False))


def rests(session: hitl.Session) -> hitl.Session:
    until(lambda: at_rest(session).status != "running", lambda: f"it hangs: {session}")
    return session


def go_on(session: hitl.Session, fault: Fault, acknowledged: dict[str, str] | None = None) -> list[Any]:
    """Answer, and retry, until it has finished."""
    tries: Counter[str] = Counter()
    for _ in range(60):
        if rests(session).status == "finished":
            fault.at = None
            return session.values["log"]
        if session.status in {"failed", "stopped"}:
            assert isinstance(session.error, GoneError | hitl.CannotSaveError | None), session.error
            session.retry()
            continue
        assert session.status == "waiting", f"{session} {session.notices}"
        for request in session.requests:
            tries[request.key] += 1
            value = True if request.kind == "breakpoint" else f"{request.key}={tries[request.key]}"
            with suppress(GoneError, hitl.StaleAnswerError):
                session.answer(value, to=request.id)
                if acknowledged is not None:
                    assert request.id not in acknowledged, "it was acknowledged, and it is asked again"
                    acknowledged[request.id] = str(value)
    raise AssertionError(f"it never ends: {session} {session.error!r} {session.requests}")


def asking(saver: Any) -> Any:
    nodes = {"once": graphs.asks("once?"), "twice": graphs.asks_twice}
    return graphs.fan_out(graphs.Log, nodes, graphs.asks("join?"), checkpointer=saver)


def undisturbed(saver: Any) -> Fault:
    saver.fault = fault = Fault()
    go_on(hitl.run(asking(saver), {"log": []}, thread_id="t"), fault)
    return fault


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kept", [memory, sqlite])
def test_whichever_call_fails_an_answer_is_saved_or_still_asked_and_the_next_try_works(
    kept: Callable[[Path], Any], when: When, tmp_path: Path
) -> None:
    calls, struck = undisturbed(kept(tmp_path)).passed, 0
    tried = range(len(calls)) if kept is memory else some(len(calls), f"sqlite {when}")
    for at in tried:
        (folder := tmp_path / str(at)).mkdir()
        saver = kept(folder)
        saver.fault = fault = Fault(at, when)
        session = hitl.run(asking(saver), {"log": []}, thread_id="t")
        acknowledged: dict[str, str] = {}
        log = go_on(session, fault, acknowledged)
        struck += fault.has_struck
        assert [one.partition("=")[0] for one in log] == ["once", "twice", "twice", "join"], (calls[at], at)
        decided = {decision.interrupt_id: decision.value for decision in session.decisions}
        assert sorted(decided.values()) == sorted(log), (calls[at], at)
        assert acknowledged.items() <= decided.items()
    # How many calls there are depends on which of two answers is there first.
    assert struck >= len(tried) * 0.8


# ---------------------------------------------------------------- forks, and another input


def _finished(saver: Any) -> hitl.Session:
    inner = graphs.chain(graphs.Log, {"plan": lambda state: {"log": ["plan"]}, "deep": graphs.asks("deep?")})
    nodes = {"first": graphs.asks("first?"), "inner": inner, "last": graphs.asks("last?")}
    session = hitl.run(graphs.chain(graphs.Log, nodes, checkpointer=saver), {"log": []}, thread_id="t")
    go_on(session, saver.fault)
    return session


def _follows_up(session: hitl.Session) -> hitl.Session:
    session.follow_up({"log": ["more"]})
    return session


BEGUN: dict[str, Callable[[hitl.Session], hitl.Session]] = {
    "answer": lambda session: session.fork(session.decisions[0], answer="forked"),
    "update": lambda session: session.fork(session.history[-1], update={"log": ["edited"]}),
    "inside": lambda session: session.fork(session.history[1].inside[1], update={"log": ["edited"]}),
    "pause": lambda session: session.fork(session.history[-1], pause=True),
    "restart": lambda session: session.restart(),
    "follow_up": _follows_up,
}


def _rows(saver: Any) -> str:
    found = saver.list({"configurable": {"thread_id": "t"}})
    return repr([(one.config, one.checkpoint, one.metadata, one.pending_writes) for one in found])


@pytest.mark.parametrize("how", BEGUN)
def test_a_fork_that_could_not_be_copied_is_copied_by_retry_and_the_original_is_as_it_was(how: str) -> None:
    def lived(at: int | None, when: When = "before") -> tuple[Fault, list[Any]]:
        saver = FailingMemory()
        saver.fault = Fault()
        session = _finished(saver)
        history, before = session.history, _rows(saver)
        assert history
        saver.fault = fault = Fault(at, when)
        begun: hitl.Session | None = None
        while begun is None:
            with suppress(GoneError):  # while the steps to start from are read
                begun = BEGUN[how](session)
        log = go_on(begun, fault)
        assert how == "follow_up" or _rows(saver) == before, "the original is another one"
        return fault, log

    fault, wanted = lived(None)
    for when in ("before", "after"):
        for at in some(len(fault.passed), f"{how} {when}"):
            _, log = lived(at, when)
            assert [str(one).partition("=")[0] for one in log] == [str(one).partition("=")[0] for one in wanted], (
                when,
                at,
            )


# ---------------------------------------------------------------- what is given beforehand


def test_an_input_that_could_not_be_saved_is_begun_with_again(tmp_path: Path) -> None:
    saver = memory(tmp_path)
    saver.fault = Fault(0)
    session = hitl.run(asking(saver), {"log": ["begun"]})
    assert rests(session).status == "failed"
    session.retry()
    assert rests(session).status == "waiting"
    assert session.values["log"] == ["begun"]


def test_answers_that_were_given_beforehand_are_given_again_on_retry() -> None:
    unattended = {"once": "a", "twice": hitl.each(["b", "c"]), "join": "d"}

    def run(at: int | None) -> tuple[int, Any]:
        saver = FailingMemory()
        saver.fault = fault = Fault(at)
        session = hitl.run(asking(saver), {"log": []}, unattended=unattended)
        while rests(session).status == "failed":
            session.retry()
        assert session.status == "finished", f"{at}: {session} {session.requests}"
        fault.at = None
        return len(fault.passed), session.values["log"]

    count, wanted = run(None)
    assert wanted == ["a", "b", "c", "d"]
    assert [run(at)[1] for at in range(count)] == [wanted] * count


# ---------------------------------------------------------------- real faults of a real file


def _locked(saver: SqliteSaver, path: Path) -> Callable[[], object]:
    other = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other.close


def _read_only(saver: SqliteSaver, path: Path) -> Callable[[], object]:
    saver.conn.execute("PRAGMA query_only = 1")
    return lambda: saver.conn.execute("PRAGMA query_only = 0")


def _full(saver: SqliteSaver, path: Path) -> Callable[[], object]:
    (pages,) = saver.conn.execute("PRAGMA page_count").fetchone()
    saver.conn.execute(f"PRAGMA max_page_count = {pages}")
    return lambda: saver.conn.execute("PRAGMA max_page_count = 1000000")


@pytest.mark.parametrize(
    ("fault", "said"),
    [(_locked, "database is locked"), (_read_only, "readonly database"), (_full, "database or disk is full")],
)
def test_a_card_says_why_its_answer_could_not_be_saved_and_takes_it_once_it_can_be(
    fault: Callable[[SqliteSaver, Path], Callable[[], object]],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "runs.sqlite"
    saver = SqliteSaver(sqlite3.connect(path, check_same_thread=False, timeout=0.01))
    session = at_rest(hitl.run(asking(saver), {"log": []}, thread_id="t"))
    browser = Browser(session, monkeypatch)
    long = "long " * 10_000
    card = browser.card("once")
    mended = fault(saver, path)
    browser.answer(card["request"], long)
    until(lambda: browser.told, lambda: f"nothing is said: {browser.widget.cards}")
    assert said in str(browser.told)
    assert session.status == "waiting"
    assert len(session.decisions) == 0
    with pytest.raises(sqlite3.OperationalError, match=said):
        session.answer(long, to="once")
    mended()
    browser.answer(browser.card("once")["request"], long)
    until(lambda: session.decisions, "it is not taken")  # beside this thread
    go_on(session, Fault())
    assert [decision.value == long for decision in session.decisions] == [True, False, False, False]


def test_a_file_that_can_only_be_read_shows_what_it_asks_and_says_why_it_takes_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    saver = SqliteSaver(sqlite3.connect(path, check_same_thread=False))
    at_rest(hitl.run(asking(saver), {"log": []}, thread_id="t")).close()
    saver.conn.close()
    read = SqliteSaver(sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False))
    session = at_rest(hitl.attach(asking(read), "t"))
    assert [request.key for request in session.requests] == ["once", "twice"]
    assert [thread.thread_id for thread in hitl.inbox(asking(read))] == ["t"]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        session.answer("x", to="once")
    assert [request.key for request in session.requests] == ["once", "twice"]
