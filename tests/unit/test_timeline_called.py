"""A `@task` that a node has called is a row of the timeline, under the node's: while it runs, after a restart, in a fork."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.view import timeline
from hitl_widgets.view.timeline_rows import row_of

from ..waiting import at_rest, until
from . import graphs
from .test_timeline import look, rows, told
from .test_widget import Browser


@pytest.fixture
def see(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The rows of a session, each in a word or two."""

    def seen(session: hitl.Session, node: str | None = None) -> list[str]:
        browser = Browser(at_rest(session), monkeypatch)
        until(lambda: not session._run.past.is_due, "the past was not read")  # before, no step of a fork has its number
        return [told(row) for row in rows(browser, node)]

    return seen


def attached(graph: Any, session: hitl.Session, save: Any) -> hitl.Session:
    again = at_rest(hitl.attach(graph, session.thread_id, save=save))
    again._run.driver.run(again._run.past.read())
    return again


@task
def write(n: int) -> int:
    return n


@task
def confirm(n: int) -> int:
    return n + interrupt("how many?")


@task
def send(n: int) -> int:
    return n


@entrypoint()
def flow(n: int) -> int:
    written = [one.result() for one in [write(n), write(n + 1)]]
    return int(send(confirm(sum(written)).result()).result())


WRITTEN = ["0:flow waiting", ":flow/write done", ":flow/write done", ":flow/confirm waiting"]
SENT = [
    *["0:flow done", ":flow/write done", ":flow/write done", ":flow/confirm done"],
    *["flow = 3", ":flow/send done"],
]


def test_each_task_has_a_row_and_an_answer_stands_where_it_was_given(see: Any) -> None:
    session = hitl.run(flow, 1)
    assert see(session) == WRITTEN
    session.answer(3)
    session.wait(60)
    assert see(session) == SENT
    assert len(session.history) == 1  # to LangGraph it is one step


def test_a_view_that_comes_when_all_is_over_shows_the_same(see: Any) -> None:
    session = hitl.run(flow, 1, unattended={"flow": 3})
    session.wait(60)
    assert session.status == "finished"
    assert see(session) == SENT


def test_after_a_restart_the_rows_are_the_same(see: Any, tmp_path: Path) -> None:
    save = tmp_path / "runs.sqlite"
    session = at_rest(hitl.run(flow, 1, save=save))
    assert see(attached(flow, session, save)) == WRITTEN
    session.answer(3)
    session.wait(60)
    assert see(attached(flow, session, save)) == SENT


def test_in_a_fork_the_rows_are_the_same(see: Any) -> None:
    session = at_rest(hitl.run(flow, 1))
    session.answer(2)
    session.wait(60)
    assert see(session.fork(session.decisions[0], answer=3)) == SENT


def test_what_a_fork_has_of_the_first_run_is_done_while_the_fork_asks_on(see: Any) -> None:
    @entrypoint()
    def twice(n: int) -> int:
        return int(confirm(confirm(write(n).result()).result()).result())

    session = at_rest(hitl.run(twice, 1))
    session.answer(2)
    fork = at_rest(session).fork(session.decisions[0], answer=3)
    shown = ["0:twice waiting", ":twice/write done", ":twice/confirm done", "twice = 3", ":twice/confirm waiting"]
    assert see(fork) == shown
    fork.answer(4)
    fork.wait(60)
    assert see(fork) == [*[row.replace("waiting", "done") for row in shown], "twice = 4"]


def test_a_graph_that_a_task_runs_stands_under_its_row(see: Any, tmp_path: Path) -> None:
    inner = graphs.chain(graphs.Log, {"one": lambda _: {"log": ["1"]}})

    @task
    def runs(n: int) -> int:
        return len(inner.invoke({"log": []})["log"])

    @entrypoint()
    def outer(n: int) -> int:
        return int(send(runs(write(n).result()).result()).result())

    save = tmp_path / "runs.sqlite"
    session = hitl.run(outer, 1, save=save)
    session.wait(60)
    shown = ["0:outer done", ":outer/write done", ":outer/runs done", ":outer/runs/one done", ":outer/send done"]
    assert see(session) == shown
    assert see(attached(outer, session, save)) == shown


def test_what_any_node_calls_has_a_row_before_the_next_step(see: Any, tmp_path: Path) -> None:
    def work(state: Any) -> Any:
        return {"log": [str(write(1).result() + send(2).result())]}

    save = tmp_path / "runs.sqlite"
    graph = graphs.chain(graphs.Log, {"work": work, "end": lambda _: {"log": ["end"]}})
    session = hitl.run(graph, {"log": []}, save=save)
    session.wait(60)
    shown = ["0:work done", ":work/write done", ":work/send done", "1:end done"]
    assert see(session) == shown
    assert see(attached(graph, session, save)) == shown
    assert see(session, "work") == shown[:-1]
    assert see(session, "work:send") == [":work/send done"]
    assert see(session, "end") == ["1:end done"]


def test_a_call_that_fails_says_why_in_its_row_and_goes_on_in_it(see: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [True]

    @task
    def breaks(n: int) -> int:
        if broken:
            raise ValueError("the printer is on fire")
        return n

    @entrypoint(checkpointer=InMemorySaver())
    def prints(n: int) -> int:
        return int(breaks(write(n).result()).result())

    session = at_rest(hitl.run(prints, 1))
    assert see(session) == ["0:prints failed", ":prints/write done", ":prints/breaks failed"]
    row = rows(Browser(session, monkeypatch))[-1]
    assert row["tasks"][0]["error"] == "ValueError: the printer is on fire"
    assert row["at"]
    broken.clear()
    session.retry()
    session.wait(60)
    assert see(session) == ["0:prints done", ":prints/write done", ":prints/breaks done"]


def test_the_row_of_a_node_whose_calls_go_on_is_found_by_the_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    session = at_rest(hitl.run(flow, 1))
    browser = Browser(session, monkeypatch)
    assert [told(row) for row in rows(browser, "flow:send")] == []
    session.answer(3)
    session.wait(60)
    assert [told(row) for row in rows(browser, "flow:send")] == [":flow/send done"]
    assert [told(row) for row in rows(browser, "flow")] == SENT


def test_of_thousands_of_calls_an_update_has_the_latest_and_makes_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    @entrypoint(checkpointer=InMemorySaver())
    def many(n: int) -> int:
        return sum(one.result() for one in [write(at) for at in range(n)])

    session = hitl.run(many, 2_000)
    browser = Browser(session, monkeypatch)
    session.wait(60)
    done = [":many/write done"] * 20
    until(lambda: [told(row) for row in browser.widget.timeline["latest"]] == done, "they are not all done")
    assert browser.widget.timeline["total"] == 2_001
    page = look(browser, kind="rows", first=0, count=3)
    assert [told(row) for row in page["rows"]] == ["0:many done", *[":many/write done"] * 2]
    made, here = list[Any](), threading.current_thread()

    def noted(entry: Any, at: int, *more: Any) -> Any:
        if threading.current_thread() is here:  # the session's own may have an update left to make
            made.append(at)
        return row_of(entry, at, *more)

    monkeypatch.setattr(timeline, "row_of", noted)
    browser.widget._push()
    assert made == [*range(1_981, 2_001)]
