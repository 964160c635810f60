"""A session that is shown and at rest notices what others do to its thread, and says so."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt

import hitl_widgets as hitl
from hitl_widgets.driver.marks import mark_of
from hitl_widgets.running.others import meanwhile, noticing, turns
from hitl_widgets.view.reading_past import ReadingPast

from ..waiting import at_rest, ends, threads, until
from ..written import write_answer
from . import graphs
from .gate import Gate
from .test_widget import Browser

AT: Any = {"configurable": {"thread_id": "t"}}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks come twenty times as often."""
    monkeypatch.setattr(noticing, "EVERY", 0.05)
    monkeypatch.setattr(noticing, "SLOWLY", 0.1)
    monkeypatch.setattr(noticing, "SLOWEST", 1.0)


@pytest.fixture(params=["memory", "sqlite", "elsewhere"])
def saver(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    if request.param == "memory":
        return InMemorySaver()
    if request.param == "sqlite":
        return SqliteSaver(sqlite3.connect(tmp_path / "runs.sqlite", check_same_thread=False))

    async def none(driver: Any) -> None: ...

    monkeypatch.setattr(noticing, "mark_of", none)
    return InMemorySaver()


Show = Callable[[hitl.Session], Browser]


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Show:
    def shown(session: hitl.Session) -> Browser:
        browser = Browser(session, monkeypatch)
        browser.send({"type": "hello", "client": "c1", "seq": 0})
        return browser

    return shown


class Keys(TypedDict, total=False):
    a: str
    b: str
    c: str


def questions(saver: Any) -> Any:
    """Two questions, and a node between them that asks nothing."""
    nodes = {name: hitl.ask_node(name, f"{name}?") for name in "ac"}
    return graphs.chain(Keys, {"a": nodes["a"], "b": lambda _: {"b": "packed"}, "c": nodes["c"]}, checkpointer=saver)


def open_cards(browser: Browser) -> list[str]:
    return [card["key"] for card in browser.widget.cards if card["status"] == "open"]


def closed_cards(browser: Browser) -> dict[str, str]:
    return {card["key"]: card["closed"] for card in browser.widget.cards if "closed" in card}


def says(browser: Browser, words: str) -> bool:
    return any(words in notice for notice in browser.widget.run["notices"])


# ---------------------------------------------------------------- answered, changed, finished elsewhere


def test_an_answer_that_was_given_by_hand_is_seen_without_a_click(saver: Any, show: Show) -> None:
    graph = questions(saver)
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    browser = show(session)
    assert open_cards(browser) == ["a"]
    graph.invoke(Command(resume="by hand"), AT)
    until(lambda: open_cards(browser) == ["c"], "the next question is not shown")
    assert "not asked any more" in closed_cards(browser)["a"]
    assert says(browser, "Somebody else has gone on with this thread.")
    assert session.values == {"a": "by hand", "b": "packed"}
    assert [request.key for request in session.requests] == ["c"]
    session.answer("mine")
    assert session.wait(60)["c"] == "mine"
    until(lambda: browser.widget.cards == [], "the closed card stays for ever")
    assert not says(browser, "Somebody else")


def test_what_ran_elsewhere_is_in_the_graph_and_in_the_timeline(saver: Any, show: Show) -> None:
    graph = questions(saver)
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    browser = show(session)
    graph.invoke(Command(resume="by hand"), AT)
    until(lambda: open_cards(browser) == ["c"], "the next question is not shown")
    statuses = {name: node["status"] for name, node in browser.widget.nodes.items() if name in "abc"}
    assert statuses == {"a": "done", "b": "done", "c": "waiting"}
    assert browser.widget.nodes["b"]["runs"] == 1
    assert "took" not in browser.widget.nodes["b"]
    looked_at = looked(browser, session._run.state.nodes["b",].latest.id)  # type: ignore[union-attr]
    assert "packed" in str(looked_at)
    assert rows(browser) == [(0, "done", "a"), (1, "done", "b"), (2, "waiting", "c")]
    drawn = {edge["id"]: (edge["source"], edge["target"]) for edge in browser.widget.graph["edges"]}
    taken = {drawn[id] for id, count in browser.widget.edges.items() if count == 1}
    assert taken >= {("a", "b"), ("b", "c")}
    session.answer("mine", to=session.requests[0].id)
    session.wait(60)
    until(lambda: browser.widget.run["status"] == "finished", "it does not finish")
    assert rows(browser) == [(0, "done", "a"), (1, "done", "b"), (2, "done", "c")]
    assert [step.index for step in session.history] == [0, 1, 2]


def looked(browser: Browser, task: str) -> Any:
    browser.send({"type": "look", "client": "c1", "id": 7, "at": {"kind": "task", "task": task}})
    told = until(lambda: [one for one in browser.told if one.get("id") == 7], "nothing is told of it")
    return told[0]["data"]


def rows(browser: Browser) -> list[Any]:
    latest = browser.widget.timeline["latest"]
    return [(row["step"], row["status"], row["nodes"][0]["name"]) for row in latest if row["kind"] == "step"]


def test_a_thread_that_others_have_finished_is_finished(saver: Any, show: Show) -> None:
    graph = questions(saver)
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    browser = show(session)
    graph.invoke(Command(resume="1"), AT)
    graph.invoke(Command(resume="2"), AT)
    until(lambda: browser.widget.run["status"] == "finished", "it still waits")
    assert session.wait(60) == {"a": "1", "b": "packed", "c": "2"}
    assert [row[2] for row in rows(browser)] == ["a", "b", "c"]
    assert open_cards(browser) == []


def test_a_state_that_was_changed_by_hand_is_told_and_goes_on_from_there(saver: Any, show: Show) -> None:
    graph = questions(saver)
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    browser = show(session)
    graph.update_state(AT, {"a": "by hand"}, as_node="a")
    until(lambda: says(browser, "Somebody else has changed the state of this thread"), "nothing is said")
    assert closed_cards(browser).keys() == {"a"}
    assert (browser.widget.run["status"], browser.widget.run["can_retry"]) == ("stopped", True)
    assert session.values == {"a": "by hand"}
    assert browser.widget.nodes["b"]["status"] == "next"
    browser.send({"type": "retry", "client": "c1"})
    until(lambda: open_cards(browser) == ["c"], "it does not go on")
    assert rows(browser)[-1] == (2, "waiting", "c")


def test_the_step_that_others_changed_the_state_before_has_a_row_that_says_so(saver: Any, show: Show) -> None:
    graph = questions(saver)
    session = at_rest(hitl.run(graph, {}, thread_id="t", interrupt_before=["b"]))
    browser = show(session)
    session.answer("x")
    at_rest(session)
    graph.update_state(AT, {"a": "changed"})
    graph.invoke(None, AT)

    def steps() -> list[tuple[int | None, list[str]]]:
        rows: Any = browser.widget.timeline["latest"]
        found = [row for row in rows if row["kind"] == "step"]
        return [(row["step"], [count["name"] for count in row["nodes"]]) for row in found]

    until(lambda: open_cards(browser) == ["c"], "it was not noticed")
    assert steps() == [(0, ["a"]), (1, []), (2, ["b"]), (3, ["c"])]
    assert [step.passed_over for step in session.history] == [False, True, False, False]


def test_a_finished_session_sees_that_others_go_on_with_its_thread(saver: Any, show: Show) -> None:
    graph = questions(saver)
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    for answer in "12":
        session.answer(answer)
        at_rest(session)
    session.wait(60)
    browser = show(session)
    graph.invoke({}, AT)
    until(lambda: open_cards(browser) == ["a"], "the question is not shown")
    assert browser.widget.run["status"] == "waiting"
    assert browser.widget.nodes["b"]["runs"] == 1
    assert [row[2] for row in rows(browser)] == ["a", "b", "c", "a"]
    assert [step.index for step in session.history] == [row[0] for row in rows(browser)]
    session.answer("again", to=session.requests[0].id)
    at_rest(session)
    until(lambda: open_cards(browser) == ["c"], "it does not go on")


def test_a_failed_session_sees_that_others_have_mended_it(saver: Any, show: Show) -> None:
    graph = graphs.fails_once(checkpointer=saver)
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t", unattended={"ask": "go"}))
    until(lambda: session.status == "failed", "it does not fail")
    browser = show(session)
    until(lambda: browser.widget.nodes["work"]["status"] == "failed", "it is not shown as failed")
    graph.invoke(None, AT)
    until(lambda: browser.widget.run["status"] == "finished", "it still says that it failed")
    assert browser.widget.run["error"] is None
    assert browser.widget.nodes["work"]["status"] == "done"
    assert session.wait(60)["log"] == ["go", "worked"]


def test_what_others_have_failed_with_is_said(saver: Any, show: Show) -> None:
    failing = graphs.fails_once(checkpointer=saver)
    session = at_rest(hitl.run(failing, {"log": []}, thread_id="t"))
    browser = show(session)
    with pytest.raises(ValueError, match="printer"):
        failing.invoke(Command(resume="go"), AT)
    until(lambda: browser.widget.run["status"] == "failed", "it is not said")
    until(lambda: "the printer is on fire" in browser.widget.run["error"]["message"], "what it was is not said")
    assert browser.widget.nodes["work"]["status"] == "failed"
    session.retry()
    assert session.wait(60)["log"] == ["go", "worked"]


def test_a_session_that_has_not_begun_sees_that_others_have(saver: Any, show: Show) -> None:
    graph, thread = questions(saver), f"of {id(saver)}"  # no other test's, whose session may still be there
    session = at_rest(hitl.attach(graph, thread))
    browser = show(session)
    assert session.status == "idle"
    graph.invoke({}, {"configurable": {"thread_id": thread}})
    until(lambda: open_cards(browser) == ["a"], "the question is not shown")
    assert rows(browser) == [(0, "waiting", "a")]


def test_the_answer_of_another_session_is_on_the_closed_card_with_who_gave_it(tmp_path: Path, show: Show) -> None:
    path = tmp_path / "runs.sqlite"

    def graph() -> Any:  # each kernel has a connection of its own
        return questions(SqliteSaver(sqlite3.connect(path, check_same_thread=False)))

    session = at_rest(hitl.run(graph(), {}, thread_id="t"))
    browser = show(session)
    other = at_rest(hitl.attach(graph(), "t"))
    other._run.driver.locks = None  # as of another kernel, which nobody here knows
    other.answer("theirs")
    until(lambda: open_cards(browser) == ["c"], "the next question is not shown")
    assert "Answered in another session (by code, at " in closed_cards(browser)["a"]
    assert closed_cards(browser)["a"].endswith("UTC): theirs")
    assert [decision.value for decision in session.decisions] == ["theirs"]


def test_who_has_answered_is_said_though_their_kernel_was_still_at_work_as_that_was_seen(
    tmp_path: Path, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "runs.sqlite"

    def graph() -> Any:
        return questions(SqliteSaver(sqlite3.connect(path, check_same_thread=False)))

    session = at_rest(hitl.run(graph(), {}, thread_id="t"))
    other = at_rest(hitl.attach(graph(), "t"))
    other._run.driver.locks = None  # as of another kernel, which nobody here knows
    other.answer("theirs")
    at_rest(other)
    # What was given is not read beside one that works, but by the view, which may come to that once the card is closed.
    monkeypatch.setattr(turns, "is_seen_taken", lambda run: run is session._run)
    read = ReadingPast._read

    async def reads_later(reading: ReadingPast) -> None:
        until(lambda: session._run.others.closed, "no card is closed")  # its own thread: this graph has no loop
        await read(reading)

    monkeypatch.setattr(ReadingPast, "_read", reads_later)
    browser = show(session)
    until(lambda: open_cards(browser) == ["c"], "the next question is not shown")
    until(lambda: closed_cards(browser)["a"].endswith("UTC): theirs"), lambda: str(closed_cards(browser)))


def test_a_secret_that_was_given_elsewhere_is_not_on_the_closed_card(saver: Any, show: Show) -> None:
    graph = graphs.chain(
        graphs.Log,
        {"pin": graphs.asks("PIN?", schema={"type": "string", "format": "password"}), "last": graphs.asks("?")},
        checkpointer=saver,
    )
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    browser = show(session)
    graph.invoke(Command(resume="1234"), AT)
    until(lambda: open_cards(browser) == ["last"], "the next question is not shown")
    assert "1234" not in str(browser.widget.get_state())


def test_a_sibling_that_was_answered_elsewhere_is_closed_and_the_other_stays_as_it_is(saver: Any, show: Show) -> None:
    graph = graphs.fan_out(
        graphs.Log, {name: graphs.asks(f"{name}?") for name in "ab"}, lambda state: {}, checkpointer=saver
    )
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    browser = show(session)
    kept = browser.card("b")
    [first] = [request for request in session.requests if request.key == "a"]
    graph.invoke(Command(resume={first.id: "by hand"}), AT)
    until(lambda: open_cards(browser) == ["b"], "the answered one is still open")
    assert closed_cards(browser).keys() == {"a"}
    assert browser.card("b") == kept
    browser.answer(kept["request"], "mine")
    assert sorted(session.wait(60)["log"]) == ["by hand", "mine"]


def test_a_thread_that_was_deleted_is_said_to_be_gone(saver: Any, show: Show) -> None:
    session = at_rest(hitl.run(questions(saver), {}, thread_id="t"))
    browser = show(session)
    saver.delete_thread("t")
    until(lambda: says(browser, "not there any more"), "nothing is said")
    assert open_cards(browser) == []
    assert browser.widget.run["status"] == "stopped"
    # Nobody has answered it.
    assert status(browser, "a") == "idle"
    assert rows(browser) == [(0, "idle", "a")]


@pytest.mark.parametrize("asked_again", [False, True])
def test_a_question_that_the_thread_was_rewound_before_is_not_said_to_be_done(
    saver: Any, show: Show, *, asked_again: bool
) -> None:
    graph = questions(saver)
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    first = graph.get_state(AT).config
    session.answer("x")
    at_rest(session)
    browser = show(session)
    assert status(browser, "c") == "waiting"
    graph.update_state(first, {}, as_node=START)
    if asked_again:
        graph.invoke(None, AT)
    until(lambda: says(browser, "Somebody else has"), "nothing is said")
    until(lambda: open_cards(browser) == (["a"] if asked_again else []), "what it asks now is not shown")
    assert [status(browser, node) for node in "bc"] == ["done", "idle"]
    assert (2, "idle", "c") in rows(browser)
    assert "not asked any more" in closed_cards(browser)["c"]


def test_where_older_checkpoints_are_not_kept_what_was_answered_elsewhere_is_done(show: Show) -> None:
    class Latest(InMemorySaver):
        def put(self, *args: Any, **kwargs: Any) -> Any:
            config = super().put(*args, **kwargs)
            for saved in self.storage["t"].values():
                for id in sorted(saved)[:-1]:
                    del saved[id]
            return config

    graph = questions(Latest())
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    browser = show(session)
    graph.invoke(Command(resume="by hand"), AT)
    until(lambda: open_cards(browser) == ["c"], "the next question is not shown")
    assert [status(browser, node) for node in "ac"] == ["done", "waiting"]


def test_a_thread_that_has_gone_on_for_long_is_shown_where_it_stands(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meanwhile, "MOST", 5)
    builder = StateGraph(graphs.Log)
    builder.add_node("ask", graphs.asks("?"))
    builder.add_node("loop", lambda state: {"log": ["again"]})
    builder.add_node("last", graphs.asks("!"))
    builder.add_edge(START, "ask")
    builder.add_edge("ask", "loop")
    builder.add_conditional_edges("loop", lambda state: "loop" if len(state["log"]) < 12 else "last", ["loop", "last"])
    graph = builder.compile(checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    graph.invoke(Command(resume="x"), AT)
    browser = show(session)  # only now: who looks in the midst of it sees each of its steps
    until(lambda: open_cards(browser) == ["last"], "the question is not shown")
    assert [status(browser, name) for name in ("ask", "last")] == ["done", "waiting"]
    assert rows(browser) == [(0, "done", "ask"), (12, "waiting", "last")]
    assert session.history[-1].index == 12


# ---------------------------------------------------------------- others at work


def test_while_others_are_at_work_the_view_says_so_and_shows_what_comes_of_it(saver: Any, show: Show) -> None:
    works = Gate()
    graph = graphs.chain(
        graphs.Log, {"ask": graphs.asks("?"), "works": works, "last": graphs.asks("!")}, checkpointer=saver
    )
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    browser = show(session)
    elsewhere = threading.Thread(target=graph.invoke, args=(Command(resume="x"), AT))
    elsewhere.start()
    try:
        assert works.reached.wait(60)
        until(lambda: says(browser, "Somebody else is at work on this thread"), "nothing is said")
        assert browser.widget.run["status"] == "running"
        assert [status(browser, name) for name in ("ask", "works", "last")] == ["done", "next", "idle"]
        assert not session._run.ended.is_set(), "who waits for it would be told that it was stopped"
    finally:
        works.open.set()
        elsewhere.join(60)
    until(lambda: open_cards(browser) == ["last"], "what came of it is not shown")
    assert not says(browser, "at work on this thread")
    assert [status(browser, name) for name in ("ask", "works", "last")] == ["done", "done", "waiting"]
    assert rows(browser) == [(0, "done", "ask"), (1, "done", "works"), (2, "waiting", "last")]
    session.answer("y", to=session.requests[0].id)
    assert session.wait(60)["log"] == ["x", "worked", "y"]


class Works:
    """A node that asks, works on the answer until it is let go on, and may ask once more."""

    def __init__(self, *, again: bool = False) -> None:
        self._again = again
        self.gate = Gate()

    def __call__(self, state: Any) -> Any:
        answers = [interrupt("Go on?")]
        self.gate(state)
        if self._again:
            answers.append(interrupt("And now?"))
        return {"log": answers}


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("nested", [False, True])
def test_a_node_that_was_resumed_by_hand_does_not_look_waiting_while_it_works(
    saver: Any, show: Show, *, again: bool, nested: bool
) -> None:
    works = Works(again=again)
    inner = graphs.chain(graphs.Log, {"works": works}, checkpointer=None) if nested else works
    graph = graphs.chain(graphs.Log, {"outer" if nested else "works": inner}, checkpointer=saver)
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    browser = show(session)
    node = "outer" if nested else "works"
    elsewhere = threading.Thread(target=graph.invoke, args=(Command(resume="x"), AT))
    elsewhere.start()
    try:
        assert works.gate.reached.wait(60)
        until(lambda: says(browser, "Somebody else is at work on this thread"), "nothing is said")
        assert open_cards(browser) == []
        assert (browser.widget.run["status"], status(browser, node)) == ("running", "next")
    finally:
        works.gate.open.set()
        elsewhere.join(60)
    if again:
        until(lambda: open_cards(browser), "what it asks now is not shown")
        assert (browser.widget.run["status"], status(browser, node)) == ("waiting", "waiting")
        assert browser.widget.cards[-1]["question"] == "And now?"
        session.answer("y", to=session.requests[0].id)
        assert session.wait(60)["log"] == ["x", "y"]
    else:
        until(lambda: browser.widget.run["status"] == "finished", "what came of it is not shown")
        assert status(browser, node) == "done"


def test_what_was_left_in_the_midst_of_that_goes_on_with_the_answer_once_somebody_says_so(
    saver: Any, show: Show
) -> None:
    dies = iter([True])

    def node(_: Any) -> Any:
        answer = interrupt("Go on?")
        if next(dies, False):
            raise KeyboardInterrupt  # nothing is saved then, as where a kernel is killed
        return {"log": [answer]}

    graph = graphs.chain(graphs.Log, {"node": node}, checkpointer=saver)
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    browser = show(session)
    with pytest.raises(KeyboardInterrupt):
        graph.invoke(Command(resume="x"), AT)
    until(lambda: says(browser, "or has left it in the middle of a step"), "nothing is said")
    browser.send({"type": "stop", "client": "c1"})
    until(lambda: browser.widget.run["status"] == "stopped", "it does not stop")
    session.retry()
    assert session.wait(60)["log"] == ["x"]


def test_one_that_was_resumed_by_the_questions_id_looks_waiting_until_it_ends(saver: Any, show: Show) -> None:
    # Of that the thread says nothing (`thread/by_hand.py`).
    works = Works()
    graph = graphs.chain(graphs.Log, {"works": works}, checkpointer=saver)
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    before = [(one.config, one.pending_writes) for one in saver.list(AT)]
    browser = show(session)
    by_id = Command(resume={session.requests[0].id: "x"})
    elsewhere = threading.Thread(target=graph.invoke, args=(by_id, AT))
    elsewhere.start()
    try:
        assert works.gate.reached.wait(60)
        assert [(one.config, one.pending_writes) for one in saver.list(AT)] == before
        assert open_cards(browser) == ["works"]
    finally:
        works.gate.open.set()
        elsewhere.join(60)
    until(lambda: browser.widget.run["status"] == "finished", "what came of it is not shown")
    assert session.values["log"] == ["x"]


def test_who_waits_for_others_can_stop_that(show: Show) -> None:
    works = Gate()
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("?"), "works": works}, checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    browser = show(session)
    elsewhere = threading.Thread(target=graph.invoke, args=(Command(resume="x"), AT))
    elsewhere.start()
    try:
        assert works.reached.wait(60)
        until(lambda: browser.widget.run["status"] == "running", "it is not seen")
        browser.send({"type": "stop", "client": "c1"})
        until(lambda: browser.widget.run["status"] == "stopped", "it does not stop")
    finally:
        works.open.set()
        elsewhere.join(60)
    until(lambda: browser.widget.run["status"] == "finished", "what came of it is not shown")


# ---------------------------------------------------------------- nested graphs


def test_what_nested_graphs_did_elsewhere_is_shown(saver: Any, show: Show) -> None:
    inner = graphs.chain(
        graphs.Log, {"ask": graphs.asks("deep?"), "work": lambda _: {"log": ["worked"]}, "check": graphs.asks("ok?")}
    )
    graph = graphs.chain(graphs.Log, {"sub": inner, "last": graphs.asks("?")}, checkpointer=saver)
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    browser = show(session)
    graph.invoke(Command(resume="x"), AT)
    until(lambda: open_cards(browser) == ["check"], "the next question is not shown")

    def says_of(**nodes: str) -> None:
        expected = {
            f"sub:{node}" if node in {"ask", "work", "check"} else node: is_now for node, is_now in nodes.items()
        }
        until(lambda: {node: status(browser, node) for node in expected} == expected, lambda: f"{browser.widget.nodes}")

    says_of(sub="waiting", ask="done", work="done", check="waiting")
    graph.invoke(Command(resume="y"), AT)
    until(lambda: open_cards(browser) == ["last"], "the next question is not shown")
    says_of(sub="done", ask="done", work="done", check="done", last="waiting")


def status(browser: Browser, node: str) -> str:
    return browser.widget.nodes.get(node, {"status": "idle"})["status"]


# ---------------------------------------------------------------- async graphs


@pytest.mark.parametrize("kept", ["memory", "file"])
def test_an_async_session_notices_on_its_own_loop(kept: str, tmp_path: Path, show: Show) -> None:
    loops: list[Any] = []

    async def ask(state: Any) -> dict[str, Any]:
        return {"log": [interrupt("?")]}

    async def main() -> None:
        async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "runs.sqlite")) as file:
            graph = graphs.chain(
                graphs.Log, {"first": ask, "second": ask}, checkpointer=file if kept == "file" else InMemorySaver()
            )
            session = hitl.run(graph, {"log": []}, thread_id="t")
            await asyncio.to_thread(at_rest, session)
            snapshot = session._run.driver.snapshot
            session._run.driver.snapshot = lambda: loops.append(asyncio.get_running_loop()) or snapshot()  # type: ignore[method-assign]
            browser = show(session)
            await graph.ainvoke(Command(resume="by hand"), AT)
            await asyncio.to_thread(until, lambda: open_cards(browser) == ["second"], "it is not seen")
            assert loops
            assert set(loops) == {asyncio.get_running_loop()}
            await session.aanswer("mine", to=session.requests[0].id)
            assert (await session)["log"] == ["by hand", "mine"]
            session.close()

    asyncio.run(main())
    assert ends(lambda: threads() == [])


# ---------------------------------------------------------------- what it costs, and what is left of it


def test_a_session_that_stands_still_is_not_read(saver: Any, show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = questions(saver)
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    read = threading.Event()
    looks = 0
    look = noticing.look_elsewhere

    async def counted(run: Any) -> bool:
        nonlocal looks
        looks += 1
        has_looked = await look(run)
        read.set()
        return has_looked

    monkeypatch.setattr(noticing, "look_elsewhere", counted)
    browser = show(session)
    assert read.wait(60)
    shown = browser.widget.run["seq"]
    graph.get_state(AT)
    if session._display.widget._noticing._has_mark:  # type: ignore[union-attr]
        marks = session._display.widget._noticing._mark  # type: ignore[union-attr]
        assert marks() == marks()
        assert looks == 1
    assert browser.widget.run["seq"] == shown, "it is drawn anew though nothing has changed"
    assert browser.widget.run["notices"] == session._run.notices
    assert not says(browser, "Somebody else")


@pytest.mark.parametrize("kept", ["memory", "file"])
def test_the_mark_of_a_thread_is_another_once_it_was_changed_and_only_then(kept: str, tmp_path: Path) -> None:
    saver: Any = InMemorySaver()
    if kept == "file":
        saver = SqliteSaver(sqlite3.connect(tmp_path / "runs.sqlite", check_same_thread=False))
    graph = questions(saver)
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    driver = session._run.driver
    mark = driver.run(mark_of(driver))
    seen = [mark()]
    graph.invoke({}, {"configurable": {"thread_id": "another"}})
    assert mark() == seen[-1]
    address = session._run.pending[0].asked.address
    assert address is not None
    driver.run(write_answer(driver, address, "x"))  # its node has not taken it
    seen.append(mark())
    graph.invoke(None, AT)
    seen.append(mark())
    graph.update_state(AT, {"b": "other"}, as_node="b")
    seen.append(mark())
    saver.delete_thread("t")
    seen.append(mark())
    assert all(one != other for at, one in enumerate(seen) for other in seen[:at])
    assert mark() == seen[-1]


def test_a_session_that_is_not_shown_is_not_looked_after(show: Show) -> None:
    graph = questions(InMemorySaver())
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    graph.invoke(Command(resume="by hand"), AT)
    assert [request.key for request in session.requests] == ["a"]
    assert ends(lambda: threads() == [])


def test_nobody_looks_once_the_view_is_gone_and_looks_again_when_it_is_back(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "GONE", 0.2)
    graph = questions(InMemorySaver())
    browser = show(at_rest(hitl.run(graph, {}, thread_id="t")))
    assert ends(lambda: threads() == []), "it looks for nobody"
    graph.invoke(Command(resume="by hand"), AT)
    assert open_cards(browser) == ["a"]
    hello = {"type": "hello", "client": "c1", "seq": 0}
    # As a browser says it again: on a busy machine the view is gone once more before anybody has looked.
    until(lambda: browser.send(hello) or open_cards(browser) == ["c"], "it does not look again")


def test_a_closed_session_leaves_no_thread_that_looks() -> None:
    session = at_rest(hitl.run(questions(InMemorySaver()), {}, thread_id="t"))
    session._display.widget._handle_custom_msg({"type": "hello", "client": "c1", "seq": 0}, [])  # type: ignore[union-attr]
    until(lambda: "hitl-looks" in threads(), "nobody looks")
    session.close()
    assert ends(lambda: threads() == [])
    gone = weakref.ref(session._run)
    del session
    assert ends(lambda: gone() is None)


def test_what_looks_holds_no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    session = at_rest(hitl.run(questions(InMemorySaver()), {}, thread_id="t"))
    looking = noticing.Noticing(session._run)
    looking.there()
    until(lambda: "hitl-looks" in threads(), "nobody looks")
    gone = weakref.ref(session._run)
    del session, looking
    gc.collect()
    assert ends(lambda: gone() is None and threads() == [])


def test_a_graph_that_has_lost_the_node_by_the_time_others_have_gone_on_says_so(show: Show) -> None:
    saver = InMemorySaver()
    session = at_rest(hitl.run(questions(saver), {}, thread_id="t"))
    browser = show(session)
    nodes = {name: hitl.ask_node(name, f"{name}?") for name in "ac"}
    newer = graphs.chain(Keys, {"a": nodes["a"], "renamed": hitl.ask_node("b", "b?")}, checkpointer=saver)
    newer.invoke(Command(resume="x"), AT)
    until(lambda: browser.widget.run["status"] == "failed", "it is not said")
    until(lambda: "it has no node 'renamed' any more" in browser.widget.run["error"]["message"], "why is not said")


# ---------------------------------------------------------------- nodes that no longer exist


@pytest.mark.parametrize("depth", [1, 2])
def test_a_nested_node_that_the_graph_has_no_more_is_said_as_one_of_the_outermost_is(saver: Any, depth: int) -> None:
    def built(name: str) -> Any:
        graph = graphs.chain(graphs.Log, {name: graphs.asks("?"), "after": lambda _: {}})
        for _ in range(depth - 1):
            graph = graphs.chain(graphs.Log, {"mid": graph})
        return graphs.chain(graphs.Log, {"sub": graph}, checkpointer=saver)

    at_rest(hitl.run(built("ask"), {"log": []}, thread_id="t"))
    session = at_rest(hitl.attach(built("renamed"), "t"))
    place = "sub/mid/" if depth == 2 else "sub/"
    with pytest.raises(hitl.HitlError, match=rf"no node '{place}ask' any more.*It has '{place}renamed'"):
        session.wait(60)
    back = at_rest(hitl.attach(built("ask"), "t"))
    back.answer("a")
    assert back.wait(60)["log"] == ["a"]


def edges(browser: Browser) -> dict[str, int]:
    return dict(browser.widget.edges)


def test_a_thread_that_others_have_begun_again_lights_the_same_edges_for_who_picks_it_up(
    saver: Any, show: Show
) -> None:
    graph = questions(saver)
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    browser = show(session)
    graph.invoke(Command(resume="1"), AT)
    graph.invoke(Command(resume="2"), AT)
    graph.invoke({}, AT)
    # Once more from its start: the way to the end was taken once, and the one from the start twice.
    taken = {"__start__->a": 2, "a->b": 1, "b->c": 1, "c->__end__": 1}
    until(lambda: edges(browser) == taken, lambda: edges(browser))
    attached = show(at_rest(hitl.attach(graph, "t")))
    until(lambda: edges(attached) == taken, lambda: edges(attached))


@pytest.mark.parametrize("begins", [False, True])
def test_a_step_that_is_seen_before_it_has_asked_lights_what_led_to_it(saver: Any, show: Show, *, begins: bool) -> None:
    gate = Gate()
    nodes: dict[str, Any] = {"a": hitl.ask_node("a", "a?"), "b": lambda _: gate({}) and {"b": interrupt("b?")}}
    if begins:
        nodes = {"b": nodes["b"]}
    graph = graphs.chain(Keys, nodes, checkpointer=saver)
    gate.open.set()
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    browser = show(session)
    if begins:
        session.answer("1")
        session.wait(60)
        until(lambda: browser.widget.run["status"] == "finished", "it does not finish")
    gate.open.clear()
    gate.reached.clear()
    by_hand = threading.Thread(target=graph.invoke, args=({} if begins else Command(resume="1"), AT))
    by_hand.start()
    assert gate.reached.wait(60)
    until(lambda: says(browser, "Somebody else is at work"), "it is not seen")
    gate.open.set()
    by_hand.join(60)
    until(lambda: open_cards(browser) == ["b"], "the question is not shown")
    again = {"__start__->b": 2, "b->__end__": 1}
    taken = again if begins else {"__start__->a": 1, "a->b": 1}
    until(lambda: edges(browser) == taken, lambda: edges(browser))
