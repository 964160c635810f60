"""The process has as many threads as it may have: what could not be begun with is said, and begun with later."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import hitl_widgets as hitl
from hitl_widgets.running.others import noticing
from hitl_widgets.view.coalesce import Coalesced

from ..waiting import at_rest, until
from . import graphs
from .test_inbox import at, begin
from .test_inbox_widget import ALL, View

pytestmark = pytest.mark.filterwarnings("error")

Threads = Callable[[bool], None]


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Threads:
    """Says whether there is a thread to be had for what sessions do in the background."""
    start, there = threading.Thread.start, [True]
    ours = ("hitl-session", "hitl-looks", "hitl-updates")

    def starts(thread: threading.Thread) -> None:
        if thread.name in ours and not there[0]:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", starts)
    return lambda is_so: there.__setitem__(0, is_so)


def graph(**options: Any) -> Any:
    return graphs.chain(graphs.Log, {"who": lambda _: {"log": [hitl.ask("Who?")]}}, **options)


def test_an_answer_is_taken_and_used_by_retry(threads: Threads) -> None:
    session = at_rest(hitl.run(graph(), {"log": []}))
    threads(False)
    session.answer("Ada")
    assert session.status == "failed"
    with pytest.raises(RuntimeError, match="can't start new thread"):
        session.wait(60)
    threads(True)
    session.retry()
    assert session.wait(60) == {"log": ["Ada"]}
    assert [decision.value for decision in session.decisions] == ["Ada"]


def test_a_run_that_could_not_begin_begins_with_retry(threads: Threads) -> None:
    threads(False)
    session = hitl.run(graph(), {"log": ["before"]})
    assert session.status == "failed"
    session.retry()
    assert session.status == "failed"
    threads(True)
    session.retry()
    at_rest(session).answer("Ada")
    assert session.wait(60) == {"log": ["before", "Ada"]}


def test_a_follow_up_and_a_fork_likewise(threads: Threads) -> None:
    session = hitl.run(graph(), {"log": []}, unattended={"who": "Ada"})
    session.wait(60)
    threads(False)
    session.follow_up({"log": ["more"]})
    fork = session.fork(session.decisions[0], answer="Bo")
    assert (session.status, fork.status) == ("failed", "failed")
    threads(True)
    session.retry()
    fork.retry()
    assert session.wait(60) == {"log": ["Ada", "more", "Ada"]}
    assert fork.wait(60) == {"log": ["Bo"]}


def test_a_view_shows_what_ran_before_once_that_can_be_read(threads: Threads) -> None:
    saver = InMemorySaver()
    hitl.run(graph(checkpointer=saver), {"log": []}, thread_id="t", unattended={"who": "Ada"}).wait(60)
    session = at_rest(hitl.attach(graph(checkpointer=saver), "t"))
    threads(False)
    widget: Any = session._display.widget  # type: ignore[union-attr]
    assert not session._run.past.is_known
    threads(True)
    session._run.changed()
    until(lambda: session._run.past.is_known, "what ran before is never read")
    until(lambda: widget.timeline["total"] == 2, lambda: f"it is not shown: {widget.timeline}")


def test_updates_go_on(threads: Threads) -> None:
    served: list[int] = []
    updates = Coalesced(lambda: served.append(1))
    threads(False)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        updates.request()
    threads(True)
    updates.request()
    until(lambda: served, "nothing is shown any more")


def test_what_others_do_is_noticed_again(threads: Threads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noticing, "EVERY", 0.05)
    looker = noticing._Looker()
    looked = threading.Event()

    class Wanted:
        is_wanted = True

        def look(self) -> None:
            self.is_wanted = False
            looked.set()

    wanted: Any = Wanted()
    threads(False)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        looker.add(wanted)
    threads(True)
    looker.add(wanted)
    assert looked.wait(60), "nobody looks any more"


def test_an_inbox_goes_on_once_there_is_one_and_sends_no_answer_of_before(
    threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = graph(checkpointer=InMemorySaver())
    begin(asks, 2)
    view = View(hitl.inbox(asks), monkeypatch)
    card = view.choose("order 0")
    threads(False)
    for id in range(100, 110):  # more than are told at once, for what is told later a thread is needed, too
        view.send("rows", id=id, query=ALL, first=0, count=50)
        assert "could not be read" in next(one["error"] for one in view.told if one.get("id") == id)
    view.send("answer", request=card["request"], value="too early")
    assert view.told[-1]["message"].startswith("The answer could not be sent")
    view.send("refresh")
    assert view.widget.inbox["error"] == "RuntimeError: can't start new thread"
    threads(True)
    view.send("refresh")
    until(lambda: view.widget.inbox["status"] == "ready", lambda: f"it is never listed: {view.widget.inbox}")
    assert view.rows()["total"] == 2
    card = view.choose("order 1")
    view.send("answer", request=card["request"], value="Ada")
    assert view.answered() == "Answered."
    assert asks.get_state(at("order 1")).values == {"log": ["Ada"]}
    assert asks.get_state(at("order 0")).next == ("who",)
