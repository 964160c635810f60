"""One answer, once: two sessions, two kernels, a double click, a thread that others change, and what outlives a kernel."""

from __future__ import annotations

import asyncio
import operator
import sqlite3
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.base import CheckpointTuple, empty_checkpoint
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt

import hitl_widgets as hitl
from hitl_widgets.driver.answers.answering import RESUME
from hitl_widgets.driver.answers.claims import CLAIM, RELEASED, Claim, claim_of, claims_in, times_taken_back
from hitl_widgets.running.others import turns

from ..figures.recorded import Figure
from ..waiting import at_rest, until
from ..written import write_answer
from . import graphs
from .gate import Gate
from .test_widget import Browser


@pytest.fixture(params=["memory", "sqlite"])
def saver(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "memory":
        return InMemorySaver()
    return SqliteSaver(sqlite3.connect(tmp_path / "runs.sqlite", check_same_thread=False))


def settled(session: hitl.Session) -> hitl.Session:
    until(lambda: session._run.at_rest.is_set() and session.status != "running", "it does not come to rest")
    return session


def keys(session: hitl.Session) -> list[str]:
    return [request.key for request in session.requests]


def two_questions(saver: Any) -> Any:
    return graphs.chain(graphs.Log, {"first": graphs.asks("?"), "second": graphs.asks("?")}, checkpointer=saver)


# ---------------------------------------------------------------- two sessions on one thread


def test_the_second_answer_is_told_who_was_first(saver: Any) -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("?")}, checkpointer=saver)
    one = at_rest(hitl.run(graph, {}, thread_id="t"))
    other = at_rest(hitl.attach(graph, "t"))
    [pending] = other._run.pending
    one.answer("a")
    with pytest.raises(hitl.StaleAnswerError, match=r"answered already(, in another session \(by code, at )?"):
        other._run.driver.run(other._run.answer(pending, lambda control: control.accept("b"), by="code"))
    assert one.wait(60) == {"log": ["a"]}


class TwoAtOnce(JsonPlusSerializer):
    """Of two who claim, both have looked by the time that the first one writes, if both may."""

    def __init__(self) -> None:
        super().__init__()
        self._looked = threading.Barrier(2)

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        if isinstance(obj, dict) and "mark" in obj:
            with suppress(threading.BrokenBarrierError):
                self._looked.wait(0.5)
        return super().dumps_typed(obj)


def test_async_sessions_that_answer_at_once_have_a_loop_each_in_a_script_and_one_wins() -> None:
    async def ask(_: Any) -> dict[str, Any]:
        return {"log": [interrupt("?")]}

    graph = graphs.chain(graphs.Log, {"ask": ask}, checkpointer=InMemorySaver(serde=TwoAtOnce()))
    sessions = [at_rest(hitl.run(graph, {"log": []}, thread_id="t")), at_rest(hitl.attach(graph, "t"))]
    won: list[int] = []

    def answer(at: int) -> None:
        with suppress(hitl.StaleAnswerError):
            sessions[at].answer(at)
            won.append(at)

    threads = [threading.Thread(target=answer, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [session.wait(60) for session in sessions] == 2 * [{"log": won}]


class Hanging(InMemorySaver):
    """A checkpointer whose database has stopped answering, once it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.hangs, self.reached, self.goes_on = False, threading.Event(), threading.Event()

    def put_writes(self, *given: Any, **options: Any) -> Any:
        if self.hangs:
            self.reached.set()
            assert self.goes_on.wait(60)
        return super().put_writes(*given, **options)


def test_a_checkpointer_that_hangs_holds_no_answer_to_another_thread() -> None:
    def asks(saver: Any) -> hitl.Session:
        graph = graphs.chain(graphs.Log, {"ask": graphs.asks("?")}, checkpointer=saver)
        return at_rest(hitl.run(graph, {}, thread_id="t"))

    session, other = asks(saver := Hanging()), asks(InMemorySaver())
    saver.hangs = True
    answering = threading.Thread(target=session.answer, args=("a",))
    answering.start()
    assert saver.reached.wait(60)
    other.answer("b")
    assert other.wait(60) == {"log": ["b"]}
    saver.goes_on.set()
    answering.join(60)
    assert session.wait(60) == {"log": ["a"]}


def test_of_many_sessions_that_answer_at_once_one_wins_and_the_node_runs_once(saver: Any, figure: Figure) -> None:
    runs: list[Any] = []

    def ask(state: Any) -> dict[str, Any]:
        answer = interrupt("?")
        runs.append(answer)
        return {"log": [answer]}

    for round in range(5):
        runs.clear()
        graph = graphs.chain(graphs.Log, {"ask": ask}, checkpointer=saver)
        sessions = [at_rest(hitl.run(graph, {}, thread_id=f"t{round}"))]
        sessions += [at_rest(hitl.attach(graph, f"t{round}")) for _ in range(5)]
        won: list[int] = []
        ready = threading.Barrier(len(sessions))

        def answer(at: int, session: hitl.Session, ready: threading.Barrier = ready, won: list[int] = won) -> None:
            [pending] = session._run.pending
            ready.wait(60)
            try:
                session._run.driver.run(session._run.answer(pending, lambda control: control.accept(at), by="code"))
            except hitl.StaleAnswerError:
                return
            won.append(at)

        threads = [threading.Thread(target=answer, args=at) for at in enumerate(sessions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        for session in sessions:
            until(
                lambda session=session: session.status == "finished",
                f"not every session has seen the end: {sessions}, {[one.notices for one in sessions]}",
            )
            assert session.values["log"] == won == runs
            assert [one.value for one in session.decisions] == won
        figure(
            "Sessions on one thread answer its question at the same moment, in memory and in a SQLite file",
            {"questions": 1, "answers": len(sessions)},
            {"taken": len(won), "nodes run twice": len(runs) - len(set(runs))},
        )


def test_another_session_sees_the_next_question_without_a_click(saver: Any) -> None:
    graph = two_questions(saver)
    one = at_rest(hitl.run(graph, {}, thread_id="t"))
    other = at_rest(hitl.attach(graph, "t"))
    one.answer("a")
    until(lambda: keys(other) == ["second"], "the other session did not see it")
    assert [decision.value for decision in other.decisions] == ["a"]
    other.answer("b")
    until(lambda: one.status == "finished", lambda: f"the first one did not see it: {one} {one.notices} {other}")
    assert one.values["log"] == ["a", "b"]


def test_the_graph_and_the_steps_of_another_session_are_where_the_thread_is(saver: Any) -> None:
    nodes = {name: hitl.ask_node(name, f"{name}?") for name in ("a", "c")}

    class Keys(TypedDict, total=False):
        a: str
        b: str
        c: str

    graph = graphs.chain(Keys, {"a": nodes["a"], "b": lambda _: {"b": "done"}, "c": nodes["c"]}, checkpointer=saver)
    one = at_rest(hitl.run(graph, {}, thread_id="t"))
    other = at_rest(hitl.attach(graph, "t"))
    other.answer("x")
    until(lambda: [asked.key for asked in one.requests] == ["c"], "the first session did not see it")
    widget = one._display.widget
    until(lambda: widget.nodes["a"]["status"] == "done", "it waits for what was answered")
    assert widget.nodes["c"]["status"] == "waiting"
    rows = [
        (row.get("step"), row["status"], row["nodes"][0]["name"]) for row in widget.timeline["latest"] if "nodes" in row
    ]
    assert rows == [(0, "done", "a"), (2, "waiting", "c")]
    # What was answered is read once the other session is through, which may be a moment later.
    kinds = ["step", "decision", "step"]
    until(lambda: [row["kind"] for row in widget.timeline["latest"]] == kinds, lambda: widget.timeline["latest"])
    one.answer("y")
    until(lambda: other.status == "finished", "the other session did not see it")
    until(lambda: other._display.widget.nodes["c"]["status"] == "done", "it waits for what was answered")


def test_two_sessions_that_answer_siblings_run_each_node_once(saver: Any) -> None:
    done, gate, busy = Counter[str](), threading.Event(), threading.Event()

    def asks(name: str) -> Any:
        def node(state: Any) -> dict[str, Any]:
            answer = interrupt(f"{name}?")
            busy.set()
            gate.wait(60)
            done[name] += 1
            return {"log": [answer]}

        return node

    graph = graphs.fan_out(graphs.Log, {name: asks(name) for name in "ab"}, lambda state: {}, checkpointer=saver)
    one = at_rest(hitl.run(graph, {}, thread_id="t"))
    other = at_rest(hitl.attach(graph, "t"))
    one.answer("a", to="a")
    assert busy.wait(60)
    other.answer("b", to="b")
    gate.set()
    for session in (one, other):
        until(lambda session=session: session.status == "finished", "they do not finish")
        assert sorted(session.values["log"]) == ["a", "b"]
    assert done == {"a": 1, "b": 1}


def test_attaching_while_another_session_is_at_work_runs_nothing_twice(tmp_path: Path) -> None:
    runs, gate, busy = list[int](), threading.Event(), threading.Event()

    def works(state: Any) -> dict[str, Any]:
        runs.append(1)
        busy.set()
        gate.wait(60)
        return {"log": ["worked"]}

    def graph() -> Any:
        return graphs.chain(graphs.Log, {"works": works, "ask": graphs.asks("?")})

    save = tmp_path / "runs.sqlite"
    one = hitl.run(graph(), {"log": []}, thread_id="t", save=save)
    assert busy.wait(60)
    # Each has a checkpointer of its own, of one file.
    other = hitl.attach(graph(), "t", save=save)
    again = hitl.run(graph(), {"log": ["again"]}, thread_id="t", save=save)
    gate.set()
    for session in (one, other, again):
        until(lambda session=session: keys(session) == ["ask"], "not every session asks")
    assert len(runs) == 1
    other.answer("x")
    for session in (one, other, again):
        until(lambda session=session: session.status == "finished", "they do not finish")
        assert session.values["log"] == ["worked", "x"]


def test_only_one_session_goes_on_from_a_breakpoint() -> None:
    runs: list[int] = []
    graph = graphs.chain(
        graphs.Log, {"pay": lambda state: runs.append(1)}, checkpointer=InMemorySaver(), interrupt_before=["pay"]
    )
    one = at_rest(hitl.run(graph, {}, thread_id="t"))
    other = at_rest(hitl.attach(graph, "t"))
    [pending] = other._run.pending
    one.answer(True)
    one.wait(60)
    with pytest.raises(hitl.StaleAnswerError):
        other._run.driver.run(other._run.answer(pending, lambda control: control.accept(True), by="code"))
    assert len(runs) == 1


def test_a_double_click_answers_once_and_says_nothing_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    session = at_rest(hitl.run(two_questions(InMemorySaver()), {}))
    browser = Browser(session, monkeypatch)
    request = session.requests[0].id
    browser.answer(request, "a")
    browser.answer(request, "b")
    until(lambda: keys(session) == ["second"], "it does not go on")
    assert session.values["log"] in (["a"], ["b"])  # each click has a thread of its own
    until(lambda: browser.told, "the second click is told nothing")
    [refused] = browser.told
    assert (refused["type"], refused["request"]) == ("refused", request)
    assert "answered" in refused["message"]


def test_an_answer_to_a_question_that_never_was_is_refused_on_its_card(monkeypatch: pytest.MonkeyPatch) -> None:
    session = at_rest(hitl.run(two_questions(InMemorySaver()), {}))
    browser = Browser(session, monkeypatch)
    browser.answer("0" * 32, "a")
    until(lambda: browser.told, "it is told nothing")
    assert browser.told[0]["request"] == "0" * 32
    assert "no longer open" in browser.told[0]["message"]
    assert keys(session) == ["first"]


# ---------------------------------------------------------------- a thread that somebody else changes


def test_an_answer_to_a_thread_that_code_has_changed_is_refused_and_shows_what_it_asks_now(saver: Any) -> None:
    graph = two_questions(saver)
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    config = {"configurable": {"thread_id": "t"}}
    graph.update_state(config, {"log": ["by hand"]}, as_node="first")
    with pytest.raises(hitl.StaleAnswerError, match="somebody else has changed it"):
        session.answer("a")
    until(lambda: keys(session) != ["first"], "it does not look again")
    graph.invoke(None, config)
    attached = at_rest(hitl.attach(graph, "t"))
    attached.answer("b", to="second")
    assert attached.wait(60)["log"] == ["by hand", "b"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda graph, config: graph.checkpointer.delete_thread("t"), "somebody else has deleted it"),
        (
            lambda graph, config: graph.update_state(config, {"log": ["by hand"]}, as_node="first"),
            "Somebody else has changed the state of this thread",
        ),
        (
            lambda graph, config: [graph.invoke(Command(resume="by hand"), config) for _ in range(2)],
            "What came of it is shown",
        ),
    ],
    ids=["deleted", "changed", "finished"],
)
def test_who_answers_too_late_is_told_what_has_become_of_the_thread(saver: Any, change: Any, said: str) -> None:
    graph = two_questions(saver)
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    change(graph, {"configurable": {"thread_id": "t"}})
    with pytest.raises(hitl.StaleAnswerError):
        session.answer("a")
    until(lambda: session.status != "waiting", "it does not look again")
    assert any(said in notice for notice in session.notices), session.notices


def test_an_answer_that_langgraph_was_given_elsewhere_is_not_given_twice(saver: Any) -> None:
    graph = two_questions(saver)
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    graph.invoke(Command(resume={session.requests[0].id: "by hand"}), {"configurable": {"thread_id": "t"}})
    with pytest.raises(hitl.StaleAnswerError):
        session.answer("a")
    until(lambda: keys(session) == ["second"], "it does not catch up")
    assert any("Somebody else has gone on" in notice for notice in session._run.notices)
    session.answer("b")
    assert session.wait(60)["log"] == ["by hand", "b"]


def test_a_thread_before_a_node_that_the_graph_has_no_more_says_so() -> None:
    saver = InMemorySaver()
    at_rest(hitl.run(two_questions(saver), {}, thread_id="t"))
    other = graphs.chain(graphs.Log, {"renamed": graphs.asks("?"), "second": graphs.asks("?")}, checkpointer=saver)
    session = at_rest(hitl.attach(other, "t"))
    assert session.status == "failed"
    with pytest.raises(hitl.HitlError, match=r"no node 'first' any more.*It has 'renamed', 'second'"):
        session.wait(60)
    back = at_rest(hitl.attach(two_questions(saver), "t"))
    back.answer("a")
    at_rest(back).answer("b")
    assert back.wait(60)["log"] == ["a", "b"]


# ---------------------------------------------------------------- a cell that is run again


def test_run_does_not_start_a_thread_over_that_was_at_work_when_it_was_called(saver: Any) -> None:
    """As a cell that is run twice does, or a second kernel: the graph has done what it was to do."""
    gate, runs = Gate(), list[str]()

    def works(state: Any) -> dict[str, Any]:
        runs.append("works")
        return gate(state)

    graph = graphs.chain(graphs.Log, {"works": works}, checkpointer=saver)
    first = hitl.run(graph, {"log": ["in"]}, thread_id="t")
    assert gate.reached.wait(60)
    again = hitl.run(graph, {"log": ["in"]}, thread_id="t")
    until(lambda: again._run.beginning.while_at_work is not None, "it does not wait")
    gate.open.set()
    assert first.wait(60) == again.wait(60) == {"log": ["in", "worked"]}
    said = "This thread was at work already: what came of it is shown, and the new input was not used."
    assert (runs, again._run.notices[-1]) == (["works"], said)


def test_run_begins_once_more_where_somebody_has_only_looked_at_a_finished_thread(saver: Any) -> None:
    graph = graphs.chain(graphs.Log, {"works": lambda _: {"log": ["worked"]}}, checkpointer=saver)
    first = hitl.run(graph, {"log": ["in"]}, thread_id="t")
    first.wait(60)
    _, held = first._run.driver.run(turns.take(first._run))
    again = hitl.run(graph, {"log": ["more"]}, thread_id="t")
    until(lambda: again._run.beginning.while_at_work is not None, "it does not wait")
    turns.give_back(held)
    assert again.wait(60) == {"log": ["in", "worked", "more", "worked"]}


def test_run_does_not_start_a_thread_over_that_was_stopped_on_its_way(saver: Any) -> None:
    reached, gate, runs = threading.Event(), threading.Event(), list[str]()

    def works(state: Any) -> dict[str, Any]:
        runs.append("works")
        reached.set()
        gate.wait(60)
        return {"log": ["worked"]}

    graph = graphs.chain(graphs.Log, {"works": works, "ask": graphs.asks("?")}, checkpointer=saver)
    first = hitl.run(graph, {"log": ["in"]}, thread_id="t")
    assert reached.wait(60)
    first.stop()
    gate.set()
    assert at_rest(first).status == "stopped"
    again = at_rest(hitl.run(graph, {"log": ["in"]}, thread_id="t"))
    assert any("was at work already" in notice for notice in again._run.notices)
    again.answer("x")
    assert again.wait(60)["log"] == ["in", "worked", "x"]
    assert runs == ["works"]


def test_run_does_not_start_a_failed_thread_over() -> None:
    graph = graphs.fails_once(checkpointer=InMemorySaver())
    first = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    first.answer("go")
    until(lambda: first.status == "failed", "it does not fail")
    again = at_rest(hitl.run(graph, {"log": ["over"]}, thread_id="t"))
    assert again.status == "failed"
    assert any("had failed already" in notice for notice in again._run.notices)
    again.retry()
    assert again.wait(60)["log"] == ["go", "worked"]


def test_a_thread_that_finished_takes_a_new_input(saver: Any) -> None:
    graph = graphs.chain(graphs.Log, {"work": lambda state: {"log": ["done"]}}, checkpointer=saver)
    assert hitl.run(graph, {"log": ["one"]}, thread_id="t").wait(60)["log"] == ["one", "done"]
    assert hitl.run(graph, {"log": ["two"]}, thread_id="t").wait(60)["log"] == ["one", "done", "two", "done"]


# ---------------------------------------------------------------- what outlives a kernel


def test_another_kernel_shows_the_same_decisions_with_their_times(saver: Any) -> None:
    registry = hitl.controls.copy()
    registry.register(when=lambda request: request.node == "approved")(
        lambda request: hitl.Control.approval(reason="optional")
    )
    nodes = {
        "approved": graphs.asks("Ok?"),
        "pin": graphs.asks("PIN?", schema={"type": "string", "format": "password"}),
    }
    graph = graphs.chain(graphs.Log, {**nodes, "last": graphs.asks("?")}, checkpointer=saver)
    first = at_rest(hitl.run(graph, {}, thread_id="t", controls=registry))
    first.answer(True, reason="tested")
    at_rest(first).answer("1234")
    at_rest(first)
    attached = at_rest(hitl.attach(graph, "t", controls=registry))
    assert list(attached.decisions) == list(first.decisions)
    assert [(one.key, one.value, one.by, one.reason) for one in attached.decisions] == [
        ("approved", True, "code", "tested"),
        ("pin", None, "code", None),
    ]
    assert attached._run.secrets.mask("it is 1234") != "it is 1234"
    attached.answer("x")
    attached.wait(60)
    assert [one.key for one in attached.decisions] == ["approved", "pin", "last"]


def test_another_kernel_of_an_async_graph_shows_the_decisions_too() -> None:
    async def ask(state: Any) -> dict[str, Any]:
        return {"log": [interrupt("a?"), interrupt("b?")]}

    graph = graphs.chain(graphs.Log, {"ask": ask}, checkpointer=InMemorySaver())

    async def main() -> list[Any]:
        session = hitl.run(graph, {}, thread_id="t")
        await session.aanswer("a")
        await asyncio.to_thread(settled, session)
        attached = hitl.attach(graph, "t")
        await asyncio.to_thread(settled, attached)
        before = [one.value for one in attached.decisions]
        await attached.aanswer("b")
        await attached
        return [before, [one.value for one in attached.decisions]]

    assert asyncio.run(main()) == [["a"], ["a", "b"]]


def test_an_answer_that_a_siblings_work_wrote_over_is_still_there_after_a_kill(saver: Any) -> None:
    graph = graphs.fan_out(
        graphs.Log, {"twice": graphs.asks_twice, "once": graphs.asks("?")}, lambda state: {}, checkpointer=saver
    )
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    session.answer("1", to="twice")
    at_rest(session)
    [pending] = [one for one in session._run.pending if one.request.node == "twice"]
    driver = session._run.driver
    written = driver.run(write_answer(driver, pending.asked.address, "2"))
    # What LangGraph does while it works on the answer of "once" (1.2.24); then the kernel is killed.
    driver.run(driver.put_writes(written.config, [(RESUME, written.answers[:1])], written.task_id))
    attached = hitl.attach(graph, "t")
    until(lambda: keys(attached) == ["once"], "it is asked for again")
    attached.answer("x")
    assert sorted(attached.wait(60)["log"]) == ["1", "2", "x"]


def test_an_answer_that_goes_by_id_is_still_there_after_a_kill(saver: Any) -> None:
    def builds(state: Any) -> dict[str, Any]:
        inner = graphs.chain(graphs.Log, {"deep": graphs.asks_twice})
        return {"log": inner.invoke({"log": []})["log"]}

    graph = graphs.chain(graphs.Log, {"outer": builds}, checkpointer=saver)
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    [pending] = session._run.pending
    driver = session._run.driver
    assert driver.run(write_answer(driver, pending.asked.address, "one")) is None
    # The kernel is killed before the node has done anything with it.
    attached = hitl.attach(graph, "t")
    until(lambda: [one.payload for one in attached.requests] == ["second"], "it is asked for again")
    attached.answer("two")
    assert attached.wait(60)["log"] == ["one", "two"]


def test_a_breakpoint_that_somebody_let_go_on_is_passed_after_a_kill(saver: Any) -> None:
    graph = graphs.chain(graphs.Log, {"a": lambda state: {"log": ["a"]}}, checkpointer=saver, interrupt_before=["a"])
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    [pending] = session._run.pending
    driver = session._run.driver
    driver.run(driver.pass_breakpoint(pending.request.payload.config, {}))
    assert hitl.attach(graph, "t").wait(60) == {"log": ["a"]}


def test_an_answer_that_the_graph_refuses_can_be_given_anew_and_is_no_decision(saver: Any) -> None:
    graph = graphs.chain(graphs.Log, {"typed": graphs.asks("how much?", schema=graphs.Amount)}, checkpointer=saver)
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    for value in (13, 13, 12):
        session.answer({"value": value})
        settled(session)
    assert session.wait(60)["log"] == [graphs.Amount(value=12)]
    driver = session._run.driver

    async def asked() -> list[Any]:
        return [write async for asking in driver.asked_in_the_past() for write in asking]

    holding, ended = claims_in(driver.run(asked()))
    assert (len(holding), len(ended)) == (1, 2)
    assert len(hitl.attach(graph, "t").decisions) == 1


def test_a_node_that_fails_after_its_answer_keeps_it_for_the_retry_of_another_kernel(saver: Any) -> None:
    failures, got = [ValueError("no network")], list[Any]()

    def pays(state: Any) -> dict[str, Any]:
        got.append(interrupt("pay?"))
        if failures:
            raise failures.pop()
        return {"log": [got[-1]]}

    graph = graphs.chain(graphs.Log, {"pays": pays}, checkpointer=saver)
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    session.answer("yes")
    until(lambda: session.status == "failed", "it does not fail")
    assert session.requests == ()
    attached = hitl.attach(graph, "t")
    settled(attached)
    if attached.status == "failed":
        attached.retry()
    assert attached.wait(60)["log"] == ["yes"]
    assert got == ["yes", "yes"]


class Numbers(TypedDict, total=False):
    log: Annotated[list[Any], operator.add]


def test_the_forks_of_an_answered_question_ask_it_again(saver: Any) -> None:
    session = at_rest(hitl.run(two_questions(saver), {}, thread_id="t"))
    session.answer("a")
    at_rest(session).answer("b")
    session.wait(60)
    fork = at_rest(session.fork(session.decisions[0]))
    assert keys(fork) == ["first"]
    fork.answer("other")
    assert keys(at_rest(fork)) == ["second"]
    fork.answer("end")
    assert fork.wait(60)["log"] == ["other", "end"]


# ---------------------------------------------------------------- policies that never return


@pytest.mark.parametrize("on_loop", [False, True])
def test_a_policy_that_never_returns_holds_up_neither_a_stop_nor_a_person(on_loop: bool) -> None:
    asked, never = threading.Event(), threading.Event()

    def hangs(request: hitl.Request) -> Any:
        asked.set()
        never.wait(60)
        return hitl.NO_ANSWER

    async def ask_async(state: Any) -> dict[str, Any]:
        return {"log": [interrupt("?")]}

    node = ask_async if on_loop else graphs.asks("?")
    builder = StateGraph(Numbers)
    builder.add_node("ask", node)
    builder.add_edge(START, "ask")
    try:
        stopped = hitl.run(builder.compile(), {}, policies=[hitl.policy(answer=hangs, name="slow")])
        assert asked.wait(60)
        stopped.stop()
        assert at_rest(stopped).status == "stopped"
        asked.clear()
        answered = hitl.run(builder.compile(), {}, policies=[hitl.policy(answer=hangs, name="slow")])
        assert asked.wait(60)
        answered.answer("by a person")
        assert answered.wait(60) == {"log": ["by a person"]}
    finally:
        never.set()


def test_who_has_answered_a_question_is_told_without_reading_the_answers_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    claims = [Claim(str(at), "yes", "a", mark=f"a:{at}") for at in range(12)]
    writes: list[Any] = [(one.place, CLAIM, one.as_data()) for one in claims] + [(claims[4].end, RELEASED, "a:4")]
    checkpoint = CheckpointTuple({}, empty_checkpoint(), {}, None, writes)
    read: list[str] = []
    of = Claim.of
    monkeypatch.setattr(Claim, "of", lambda data: read.append(data["interrupt"]) or of(data))
    assert (claim_of(checkpoint, "7"), claim_of(checkpoint, "4"), claim_of(checkpoint, "x")) == (claims[7], None, None)
    assert (times_taken_back(checkpoint, "4"), times_taken_back(checkpoint, "7")) == (1, 0)
    assert read == ["7", "4", "4", "7"]
