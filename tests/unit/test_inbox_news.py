"""An inbox notices by itself that threads have come or gone, and keeps its first rows for where there is no kernel."""

from __future__ import annotations

import gc
import json
import os
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command
from pydantic import SecretStr, TypeAdapter

import hitl_widgets as hitl
from hitl_widgets import protocol
from hitl_widgets.driver.thread import ThreadDriver
from hitl_widgets.inbox.news import News
from hitl_widgets.view.inbox import widget as inbox_widget

from ..waiting import until
from . import graphs
from .test_inbox import at, begin, refunds, saver
from .test_inbox_widget import ALL, View

__all__ = ["saver"]


def look(inbox: hitl.Inbox) -> News:
    return inbox._listing.driver.run(inbox._listing.look())


def test_what_comes_and_goes_is_news_and_the_list_stays_as_it_is(saver: Any) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 3)
    inbox = hitl.inbox(graph)
    assert not look(inbox)  # nobody has asked for the list
    assert len(list(inbox)) == 3
    assert not look(inbox)
    begin(graph, 2, start=3)
    assert look(inbox) == News(fresh=2)
    graph.invoke(Command(resume=True), at("order 0"))  # asks something else
    assert look(inbox) == News(fresh=3)
    for answer in (True, 1):
        graph.invoke(Command(resume=answer), at("order 1"))  # finishes
    assert look(inbox) == News(fresh=3, gone=1)
    assert [thread.thread_id for thread in inbox] == ["order 2", "order 1", "order 0"]
    inbox.refresh()
    assert len(inbox) == 4
    assert not look(inbox)


def test_threads_of_another_graph_and_those_that_run_are_no_news(saver: Any) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 1)
    inbox = hitl.inbox(graph)
    assert len(inbox) == 1
    graphs.three_questions(checkpointer=saver).invoke({"request": "r"}, at("another"))
    graphs.chain(graphs.Log, {"one": lambda _: {"log": [1]}}, checkpointer=saver).invoke({"log": []}, at("finished"))
    assert not look(inbox)


def asked(inbox: hitl.Inbox, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """How often all threads are asked for from now on."""
    source, times = inbox._listing.source, list[Any]()
    heads = source.heads  # type: ignore[union-attr]
    monkeypatch.setattr(source, "heads", lambda: times.append(None) or heads())
    return times


def test_where_nothing_was_saved_the_threads_are_not_gone_through(saver: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = refunds(checkpointer=saver)
    begin(graph, 2)
    if isinstance(saver, SqliteSaver) and (file := saver.conn.execute("PRAGMA database_list").fetchone()[2]):
        for path in (file, f"{file}-wal"):  # as if it had been a while ago
            if Path(path).exists():
                os.utime(path, (1_700_000_000, 1_700_000_000))
    inbox = hitl.inbox(graph)
    assert len(inbox) == 2
    times = asked(inbox, monkeypatch)
    for _ in range(5):
        assert not look(inbox)
    assert times == []
    begin(graph, 1, start=2)
    assert look(inbox) == News(fresh=1)
    assert len(times) == 1


def test_a_checkpointer_that_cannot_tell_is_asked_for_its_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = refunds(checkpointer=InMemorySaver())
    begin(graph, 1)
    inbox = hitl.inbox(graph)
    assert len(inbox) == 1

    async def nothing() -> None: ...

    monkeypatch.setattr(inbox._listing.source, "mark", nothing)
    times = asked(inbox, monkeypatch)
    assert not look(inbox)
    begin(graph, 1, start=1)
    assert look(inbox) == News(fresh=1)
    assert len(times) == 2


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_what_is_no_number_of_seconds_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="refresh="):
        hitl.inbox(refunds(checkpointer=InMemorySaver()), refresh=seconds)


# ---------------------------------------------------------------------- in the view


@pytest.fixture
def graph() -> Any:
    graph = refunds(checkpointer=InMemorySaver())
    begin(graph, 3)
    return graph


@pytest.fixture
def view(graph: Any, monkeypatch: pytest.MonkeyPatch) -> View:
    view = View(hitl.inbox(graph, refresh=0.01), monkeypatch)
    until(lambda: view.inbox._listing.is_there, "it was never listed")
    return view


def news(view: View, client: str = "c1", *, idle: bool) -> Any:
    answer = view.ask("news", client=client, idle=idle)
    return TypeAdapter(protocol.NewsAnswer).validate_python(answer, strict=True)


def total(view: View) -> int:
    return view.rows()["total"]


def test_where_somebody_is_at_the_list_it_says_what_is_new_and_stays(view: View, graph: Any) -> None:
    assert view.widget.inbox["refresh"] == 0.01
    begin(graph, 2, start=3)
    epoch = view.widget.inbox["epoch"]
    news(view, idle=False)
    until(lambda: view.widget.inbox["fresh"] == 2, "it says nothing of them")
    assert (view.widget.inbox["epoch"], total(view)) == (epoch, 3)
    view.send("refresh")
    until(lambda: view.widget.inbox["total"] == 5, "it is not made anew")
    assert (view.widget.inbox["fresh"], view.widget.inbox["left"]) == (0, 0)


def test_where_nobody_is_at_it_the_list_becomes_what_waits(view: View, graph: Any) -> None:
    begin(graph, 2, start=3)
    news(view, idle=True)
    until(lambda: view.widget.inbox["total"] == 5, "it is not made anew")
    assert view.widget.inbox["fresh"] == 0
    assert total(view) == 5


def test_a_view_that_somebody_is_at_keeps_the_list_for_all_views(graph: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # One that has not asked for three times that long is closed, or not seen.
    view = View(hitl.inbox(graph, refresh=60.0), monkeypatch)
    until(lambda: view.inbox._listing.is_there, "it was never listed")
    begin(graph, 1, start=3)
    news(view, "one", idle=False)
    news(view, "other", idle=True)
    assert total(view) == 3


def test_it_is_asked_again_later_where_looking_takes_long(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    until(lambda: news(view, idle=True)["after"] < 1)
    heads = view.inbox._listing.source.heads  # type: ignore[union-attr]

    async def slow() -> Any:
        threading.Event().wait(0.05)
        return await heads()

    async def nothing() -> None: ...

    monkeypatch.setattr(view.inbox._listing.source, "heads", slow)
    monkeypatch.setattr(view.inbox._listing.source, "mark", nothing)
    assert news(view, idle=True)["after"] > 2


def test_but_not_where_it_took_long_to_fail(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    until(lambda: news(view, idle=True)["after"] < 1)
    source = view.inbox._listing.source
    assert source is not None
    heads, mark = source.heads, source.mark

    async def fails() -> Any:
        threading.Event().wait(0.05)
        raise ConnectionError("the server is down")

    monkeypatch.setattr(source, "heads", fails)
    monkeypatch.setattr(source, "mark", fails)
    view.inbox.refresh()
    until(lambda: view.widget.inbox["error"] is not None, "it was read")
    view.send("news", id=78, idle=True)
    until(lambda: any(one.get("id") == 78 for one in view.told), "nothing was told")
    monkeypatch.setattr(source, "heads", heads)
    monkeypatch.setattr(source, "mark", mark)
    assert view.widget._news._after < 1
    assert news(view, idle=True)["after"] < 1


def test_a_failure_says_nothing_on_the_list_and_is_over_the_next_time(
    view: View, graph: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(view.inbox._listing.source, "mark", lambda: 1 / 0)
        view.send("news", id=77, idle=True)
        said = until(lambda: next((one for one in view.told if one.get("id") == 77), None), "nothing was told")
        assert "ZeroDivisionError" in said["error"]
    assert view.widget.inbox["error"] is None
    begin(graph, 1, start=3)
    news(view, idle=True)
    until(lambda: view.widget.inbox["total"] == 4, "it never looked again")


def test_nothing_is_left_of_an_inbox_that_is_closed(graph: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(threading.enumerate())
    view = View(hitl.inbox(graph, refresh=0.01), monkeypatch)
    news(view, idle=True)
    view.widget.close()
    gone = weakref.ref(view.widget)
    monkeypatch.undo()  # it holds the widget
    del view
    until(lambda: gc.collect() >= 0 and gone() is None, "something holds the widget")
    until(lambda: set(threading.enumerate()) <= before, f"threads are left: {threading.enumerate()}")


# ---------------------------------------------------------------------- without a kernel


def saved(view: View, count: int) -> Any:
    rows = until(lambda: len(view.widget.rows) == count and view.widget.rows, f"saved: {view.widget.rows}")
    return TypeAdapter(list[protocol.InboxRow]).validate_python(rows, strict=True)


def test_a_saved_notebook_has_the_first_rows(view: View, graph: Any) -> None:
    assert [row["thread"] for row in saved(view, 3)] == ["order 2", "order 1", "order 0"]
    assert view.widget.get_state()["rows"] == view.widget.rows
    begin(graph, 1, start=3)
    news(view, idle=True)
    assert saved(view, 4)[0]["questions"][0]["text"] == "Refund order 3?"


def test_of_many_threads_and_long_questions_a_saved_notebook_has_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = {"ask": graphs.asks("What? " * 10_000)}
    graph = graphs.chain(graphs.Log, nodes, checkpointer=InMemorySaver())
    for number in range(40):
        graph.invoke({"log": []}, at(f"t{number}"))
    view = View(hitl.inbox(graph), monkeypatch)
    rows = saved(view, 25)
    assert len(json.dumps(rows)) < 20_000
    assert view.widget.inbox["total"] == 40


def test_a_question_that_quotes_a_secret_is_saved_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = {
        "key": lambda _: {"log": [hitl.ask("API key?", SecretStr).get_secret_value()]},
        "check": lambda state: {"log": [hitl.ask(f"Is {state['log'][0]} right?")]},
    }
    graph = graphs.chain(graphs.Log, nodes, checkpointer=InMemorySaver())
    graph.invoke({"log": []}, at("by hand"))
    graph.invoke(Command(resume="sk-hunter2-hunter2"), at("by hand"))
    session = hitl.run(graph, {"log": []}, thread_id="by session")
    session.answer("sk-secret2-secret2")
    assert session._run.at_rest.wait(60)
    view = View(hitl.inbox(graph), monkeypatch)
    assert [row["questions"][0]["text"] for row in saved(view, 2)] == ["Is •••••• right?"] * 2
    live = view.ask("rows", query=ALL, first=0, count=50)["rows"]
    assert [row["questions"][0]["text"] for row in live] == ["Is •••••• right?"] * 2
    view.send("choose", choice=1, threads=["by hand", "by session"], same=live[0]["questions"][0]["same"])
    until(lambda: view.widget.cards, "they were not chosen")
    assert "Is •••••• right?" in json.dumps(view.widget.cards, ensure_ascii=False)
    assert "2 × check: Is •••••• right?" in repr(view.inbox)
    seen = json.dumps([view.widget.get_state(), view.told], default=str) + repr(view.inbox) + view.inbox._repr_html_()
    assert "hunter2" not in seen
    assert "secret2" not in seen
    # From code they are what was asked.
    assert {text for thread in view.inbox for text in thread.questions} == {
        "Is sk-hunter2-hunter2 right?",
        "Is sk-secret2-secret2 right?",
    }


def test_what_a_question_may_quote_is_not_shown_before_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = {
        "key": lambda _: {"log": [hitl.ask("API key?", SecretStr).get_secret_value()]},
        "check": lambda state: {"log": [hitl.ask(f"Is {state['log'][0]} right?")]},
    }
    graph = graphs.chain(graphs.Log, nodes, checkpointer=InMemorySaver())
    for number in range(3):
        graph.invoke({"log": []}, at(f"t{number}"))
        graph.invoke(Command(resume="sk-hunter2-hunter2"), at(f"t{number}"))
    may_go = threading.Event()
    monkeypatch.setattr(inbox_widget.SavedRows, "read", lambda *_: _until(may_go))
    view = View(hitl.inbox(graph), monkeypatch, patience=0.0)
    know = view.inbox._listing.quoted.know

    async def later(threads: Any, within: float | None = None) -> bool:
        if within is None:
            await _until(may_go)
        return await know(threads, within)

    monkeypatch.setattr(view.inbox._listing.quoted, "know", later)

    def texts() -> set[str]:
        rows = view.ask("rows", query=ALL, first=0, count=50)["rows"]
        return {row["questions"][0]["text"] for row in rows}

    assert texts() == {"…"}
    epoch = view.widget.inbox["epoch"]
    may_go.set()
    # The view is told to ask anew.
    until(lambda: view.widget.inbox["epoch"] > epoch, "the list stays as it is")
    assert texts() == {"Is •••••• right?"}


async def _until(event: threading.Event) -> list[Any]:
    assert event.wait(60)  # a thread's own: this graph has no loop
    return []


def test_of_a_thread_whose_past_cannot_be_read_no_question_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("Go?")}, checkpointer=InMemorySaver())
    graph.invoke({"log": []}, at("t"))

    async def fails(*_: Any) -> Any:
        raise OSError("no such disk")

    monkeypatch.setattr(ThreadDriver, "asked_so_far", fails)
    view = View(hitl.inbox(graph), monkeypatch)
    [row] = view.ask("rows", query=ALL, first=0, count=50)["rows"]
    assert row["questions"][0]["text"] == "…"


def test_a_list_that_could_not_be_read_is_there_again_once_what_keeps_it_is(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as down:

        async def fails() -> Any:
            raise OSError("no connection")

        down.setattr(view.inbox._listing.source, "heads", fails)
        view.send("refresh")
        until(lambda: view.widget.inbox["status"] == "failed", lambda: view.widget.inbox)
        news(view, idle=False)
        assert "no connection" in view.widget.inbox["error"]
    # Whoever is at the list: there is none.
    news(view, idle=False)
    until(lambda: view.widget.inbox["status"] == "ready", lambda: view.widget.inbox)
    assert (view.widget.inbox["error"], view.widget.inbox["total"], total(view)) == (None, 3, 3)
