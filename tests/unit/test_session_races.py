"""Answers that meet each other, a stop, a failure, another session, or a kernel that went away."""

from __future__ import annotations

import asyncio
import json
import operator
import threading
from contextlib import nullcontext
from dataclasses import replace
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt
from pydantic import BaseModel, Field

import hitl_widgets as hitl
from hitl_widgets.running.others import elsewhere, turns
from hitl_widgets.running.others.catching_up import begin_to_catch_up
from hitl_widgets.running.recorded import record_of

from ..waiting import PATIENCE, at_rest, ends, threads, until
from ..written import write_answer
from . import graphs
from .gate import Gate
from .siblings import once_saved


def test_four_threads_answer_four_nodes_that_ask_twice_each_and_no_answer_is_asked_for_again() -> None:
    def asks_twice(name: str) -> Any:
        return lambda state: {"log": [[interrupt(f"{name}1"), interrupt(f"{name}2")]]}

    for _ in range(5):
        graph = graphs.fan_out(graphs.Log, {name: asks_twice(name) for name in "abcd"}, lambda state: {})
        session = at_rest(hitl.run(graph, {"log": []}))

        def answer(name: str, session: hitl.Session = session) -> None:
            session.answer(f"{name}1", to=name)
            session.answer(f"{name}2", to=name)

        threads = [threading.Thread(target=answer, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(session.wait(60)["log"]) == [[f"{name}1", f"{name}2"] for name in "abcd"]
        assert len(session.decisions) == 8


def test_of_two_sessions_on_one_thread_the_second_answer_does_not_fill_the_next_question() -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks_twice}, checkpointer=InMemorySaver())
    first = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    second = at_rest(hitl.attach(graph, "t"))
    first.answer("alice")
    with pytest.raises(hitl.StaleAnswerError):
        second.answer("bob")
    at_rest(first)
    first.answer("approved by alice")
    assert first.wait(60) == {"log": ["alice", "approved by alice"]}


def test_a_graph_that_a_nodes_own_code_builds_and_runs_gets_its_answers() -> None:
    def builds(state: Any) -> dict[str, Any]:
        inner = graphs.chain(graphs.Log, {"deep": graphs.asks_twice})
        return {"log": inner.invoke({"log": []})["log"]}

    session = hitl.run(graphs.chain(graphs.Log, {"outer": builds}), {"log": []})
    session.answer("one")
    session.answer("two")
    assert session.wait(60) == {"log": ["one", "two"]}


def test_a_graph_that_a_node_runs_without_saving_each_step_is_asked_nothing_once_its_node_is_done() -> None:
    inner = graphs.chain(graphs.Log, {"ask": graphs.asks("first?"), "then": graphs.asks("then?")})

    def outer(state: Any) -> dict[str, Any]:
        return {"log": inner.invoke({"log": []}, durability="exit")["log"]}

    nodes = {"outer": outer, "beside": graphs.asks("beside?")}
    graph = graphs.fan_out(graphs.Log, nodes, lambda state: {}, checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    session.answer("1", to="ask")
    at_rest(session)
    session.answer("2", to="then")
    assert [one.payload for one in at_rest(session).requests] == ["beside?"]
    attached = at_rest(hitl.attach(graph, "t"))
    assert [one.payload for one in attached.requests] == ["beside?"]
    attached.answer("3")
    assert sorted(attached.wait(60)["log"]) == ["1", "2", "3"]
    assert len(attached.decisions) == 3


def test_stopping_in_the_last_node_does_not_run_the_graph_again() -> None:
    reached, gate, runs = threading.Event(), threading.Event(), list[int]()

    def pays(state: Any) -> dict[str, Any]:
        runs.append(1)
        reached.set()
        gate.wait(60)
        return {"log": ["paid"]}

    session = hitl.run(graphs.chain(graphs.Log, {"pays": pays}), {"log": []})
    assert reached.wait(60)
    session.stop()
    gate.set()
    at_rest(session)
    assert session.status == "finished"
    with pytest.raises(hitl.AnswerError):
        session.retry()
    assert len(runs) == 1


def test_run_on_a_thread_that_waits_picks_it_up_and_says_so() -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("?")}, checkpointer=InMemorySaver())
    at_rest(hitl.run(graph, {"log": ["first"]}, thread_id="t"))
    again = at_rest(hitl.run(graph, {"log": ["second"]}, thread_id="t"))
    assert any("waiting already" in notice for notice in again._run.notices)
    again.answer("x")
    assert again.wait(60) == {"log": ["first", "x"]}


def test_attaching_does_not_run_the_asking_node_again() -> None:
    runs: list[int] = []

    def ask(state: Any) -> dict[str, Any]:
        runs.append(1)
        return {"log": [interrupt("?")]}

    graph = graphs.chain(graphs.Log, {"sub": graphs.chain(graphs.Log, {"ask": ask})}, checkpointer=InMemorySaver())
    at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    attached = at_rest(hitl.attach(graph, "t"))
    assert len(runs) == 1
    assert attached._display is not None
    drawn = attached._display.drawn.nodes(attached._run.state)
    assert {node: view["status"] for node, view in drawn.items()} == {
        "__start__": "done",
        "sub": "waiting",
        "sub:ask": "waiting",
    }
    attached.answer("x")
    assert attached.wait(60) == {"log": ["x"]}
    view = attached._display.drawn.nodes(attached._run.state)["sub:ask"]
    assert (view["status"], view["runs"]) == ("done", 1)


def test_an_answer_that_is_in_the_thread_goes_on_by_itself_when_attached() -> None:
    saver = InMemorySaver()
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("?")}, checkpointer=saver)
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    (pending,) = session._run.pending
    assert pending.asked.address is not None
    # What `answer` writes before it returns; then the kernel is killed.
    session._run.driver.run(write_answer(session._run.driver, pending.asked.address, "kept"))
    assert hitl.attach(graph, "t").wait(60) == {"log": ["kept"]}


def test_a_thread_that_never_started_is_idle_when_attached() -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("?")}, checkpointer=InMemorySaver())
    session = at_rest(hitl.attach(graph, "nobody"))
    assert session.status == "idle"
    said = (
        "Nothing had run on this thread when it was attached: look at its name and at where it is saved, or begin it with "
        "hitl.run."
    )
    assert said in session.notices
    at_rest(hitl.run(graph, {"log": []}, thread_id="somebody"))
    assert said not in at_rest(hitl.attach(graph, "somebody")).notices
    with pytest.raises(hitl.SessionStoppedError, match=r"hitl\.run\(graph, input, thread_id='nobody'\)"):
        session.wait(60)


def test_a_failed_thread_is_failed_when_attached_and_runs_only_when_retried() -> None:
    runs: list[int] = []

    def charge(state: Any) -> dict[str, Any]:
        runs.append(1)
        raise ValueError("declined")

    graph = graphs.chain(graphs.Log, {"charge": charge}, checkpointer=InMemorySaver())
    at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    attached = at_rest(hitl.attach(graph, "t"))
    assert (attached.status, len(runs)) == ("failed", 1)
    assert "declined" in str(attached.error)
    assert attached._display is not None
    assert attached._display.drawn.nodes(attached._run.state)["charge"]["status"] == "failed"
    attached.retry()
    at_rest(attached)
    assert len(runs) == 2


def test_a_refused_answer_that_was_in_the_thread_opens_its_question_again_when_attached() -> None:
    saver = InMemorySaver()
    graph = graphs.chain(graphs.Log, {"typed": graphs.asks("how much?", schema=graphs.Amount)}, checkpointer=saver)
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    (pending,) = session._run.pending
    assert pending.asked.address is not None
    session._run.driver.run(write_answer(session._run.driver, pending.asked.address, {"value": 13}))
    attached = at_rest(hitl.attach(graph, "t"))
    assert attached.status == "waiting"
    attached.answer({"value": 12})
    assert attached.wait(60) == {"log": [graphs.Amount(value=12)]}


def test_sent_tasks_that_ask_keep_their_keys_and_get_their_own_answers() -> None:
    class State(TypedDict, total=False):
        log: Annotated[list[Any], operator.add]

    builder = StateGraph(State)
    builder.add_node("ask", lambda state: {"log": [[state["n"], interrupt(f"q{state['n']}")]]})
    builder.add_conditional_edges(START, lambda state: [Send("ask", {"n": n}) for n in range(3)], ["ask"])
    session = at_rest(hitl.run(builder.compile(), {"log": []}))
    questions = {request.key: request.payload for request in session.requests}
    assert set(questions) == {"ask", "ask#2", "ask#3"}
    session.answer(f"to {questions['ask']}", to="ask")
    at_rest(session)
    assert {request.key: request.payload for request in session.requests} == {
        key: question for key, question in questions.items() if key != "ask"
    }
    session.answer(f"to {questions['ask#3']}", to="ask#3")
    session.answer(f"to {questions['ask#2']}", to="ask#2")
    assert sorted(session.wait(60)["log"]) == [[n, f"to q{n}"] for n in range(3)]


def test_a_recorded_answer_is_for_its_own_question_only(tmp_path: Any) -> None:
    def ask(state: Any) -> dict[str, Any]:
        return {"log": [hitl.ask("name?"), hitl.ask("delete everything?", key="danger")]}

    graph = graphs.chain(graphs.Log, {"ask": ask})
    session = hitl.run(graph, {"log": []})
    session.answer("ada")
    at_rest(session)
    session.decisions.to_json(tmp_path / "answers.json")
    replayed = hitl.run(graph, {"log": []}, unattended=tmp_path / "answers.json")
    with pytest.raises(hitl.UnansweredError, match="delete everything"):
        replayed.wait(60)


def test_a_reason_is_replayed_with_its_answer(tmp_path: Any) -> None:
    registry = hitl.controls.copy()

    @registry.register(when=lambda request: True)
    def why(request: hitl.Request) -> hitl.Control:
        return hitl.Control.approval(reason="required")

    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("ship it?")})
    session = hitl.run(graph, {"log": []}, controls=registry)
    with pytest.raises(hitl.InvalidAnswerError):
        session.answer(True)
    session.answer(True, reason="tested")
    session.wait(60)
    session.decisions.to_json(tmp_path / "answers.json")
    code = eval(f"dict({session.decisions.to_code()})", {"hitl": hitl})["unattended"]
    for unattended in (tmp_path / "answers.json", code):
        replayed = hitl.run(graph, {"log": []}, controls=registry, unattended=unattended)
        assert replayed.wait(60) == {"log": [True]}
        assert replayed.decisions[0].reason == "tested"


def test_a_view_that_raises_does_not_touch_the_run() -> None:
    def broken() -> None:
        raise RuntimeError("the view broke")

    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), {"log": []}))
    session._run.listeners.append(broken)
    session.answer("x")
    assert session.wait(60) == {"log": ["x"]}
    assert session._run.broken_listeners > 0


@pytest.mark.parametrize("payload", [{"type": ["a"]}, {"type": "hitl.ask_node", "key": ["x"]}, {"type": "hitl.ask"}])
def test_a_payload_that_looks_like_ours_and_is_not_can_still_be_answered(payload: Any) -> None:
    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks(payload)}), {"log": []})
    session.answer("x")
    assert session.wait(60) == {"log": ["x"]}


def test_no_at_a_breakpoint_stops_an_unattended_run() -> None:
    graph = graphs.chain(graphs.Log, {"a": lambda state: {}, "b": lambda state: {}}, interrupt_before=["b"])
    with pytest.raises(hitl.SessionStoppedError):
        hitl.run(graph, {"log": []}, unattended={"b": False}).wait(60)


def test_a_secret_is_in_no_message_that_refuses_it() -> None:
    registry = hitl.controls.copy()

    @registry.register(when=lambda request: True)
    def secret(request: hitl.Request) -> hitl.Control:
        return replace(hitl.Control.text(format="password"), parse=int)

    session = hitl.run(graphs.chain(graphs.Log, {"key": graphs.asks("PIN?")}), {"log": []}, controls=registry)
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        session.answer("s3cr3t")
    assert "s3cr3t" not in str(refused.value)
    assert "s3cr3t" not in json.dumps(session._run.pending[0].field_errors)


def test_what_the_checkpointer_cannot_save_is_refused_and_can_be_mended() -> None:
    # What a session keeps in memory by itself holds anything.
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks({"any": "thing"})})
    session = hitl.run(graph, {"log": []}, save=InMemorySaver())
    with pytest.raises(hitl.InvalidAnswerError, match="cannot save"):
        session.answer(object())
    session.answer("x")
    assert session.wait(60) == {"log": ["x"]}


@pytest.mark.parametrize("again", ["one", "two"])
def test_a_cancelled_answer_that_was_saved_counts_and_is_gone_on_with(again: str) -> None:
    async def ask_async(state: Any) -> dict[str, Any]:
        return {"log": [interrupt("first"), interrupt("second")]}

    async def main() -> Any:
        session = hitl.run(graphs.chain(graphs.Log, {"ask": ask_async}), {"log": []})
        await session.aanswer("zero")
        run = session._run
        while not run.at_rest.is_set():
            await asyncio.to_thread(run.at_rest.wait, 60)
        (pending,) = run.pending
        assert pending.asked.address is not None
        # Cut off between the write and its acknowledgement.
        pending.answer = "one"
        record = record_of(pending.decision("code", None), "one")
        await write_answer(run.driver, pending.asked.address, "one", record)
        with (
            nullcontext()
            if again == "one"
            else pytest.raises(hitl.StaleAnswerError, match="“one”, was saved after all")
        ):
            await session.aanswer(again)
        return await session

    assert asyncio.run(main()) == {"log": ["zero", "one"]}


@pytest.mark.parametrize("is_seen", [True, False], ids=["another session", "another kernel"])
def test_an_answer_that_another_session_s_work_writes_over_is_not_asked_for_again(
    is_seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LangGraph saves what a task had been answered as its graph began, once it asks again (1.2.24)."""
    gate = Gate()

    def a(state: Any) -> dict[str, Any]:
        said = [interrupt("a0?")]
        if answered:
            gate(state)
        return {"log": [*said, interrupt("a1?")]}

    answered: list[str] = []
    graph = graphs.fan_out(graphs.Log, {"a": a, "b": graphs.asks("b?")}, lambda _: {}, checkpointer=InMemorySaver())
    one = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    one.answer("first", to="a")
    at_rest(one)
    other = at_rest(hitl.attach(graph, "t"))
    answered.append("b?")
    one.answer("b", to="b")
    assert gate.reached.wait(60)
    run, goes_on = other._run, other._run.set_going

    def late(step: Any) -> None:
        gate.open.set()
        until(lambda: not turns.is_taken_here(run), "the other one does not end")
        goes_on(step)

    monkeypatch.setattr(run, "set_going", late)
    if not is_seen:
        monkeypatch.setattr(turns, "passes", lambda _: {})
        monkeypatch.setattr(turns, "is_seen_taken", lambda _: False)
    until(lambda: "a1?" in [request.payload for request in other.requests], "it is not asked beside that")
    other.answer("second", to=next(one for one in other.requests if one.payload == "a1?"))
    assert sorted(other.wait(60)["log"]) == ["b", "first", "second"]


def test_async_runs_in_a_script_leave_no_loop_thread_behind() -> None:
    async def quick(state: Any) -> dict[str, Any]:
        return {"log": ["x"]}

    before = threading.enumerate()
    for _ in range(3):
        session = hitl.run(graphs.chain(graphs.Log, {"quick": quick}), {"log": []})
        assert session.wait(60) == {"log": ["x"]}
        assert session.values == {"log": ["x"]}
    for thread in threading.enumerate():
        if thread.name == "hitl-loop" and thread not in before:
            thread.join(60)
            assert not thread.is_alive()


def test_a_waiting_run_holds_no_thread() -> None:
    at_rest(hitl.run(graphs.three_questions(), {}))
    for thread in threading.enumerate():
        if thread.name == "hitl-session":
            thread.join(60)
            assert not thread.is_alive()


def test_a_session_whose_question_was_answered_by_another_catches_up() -> None:
    saver = InMemorySaver()
    graph = graphs.chain(graphs.Log, {"first": graphs.asks("?"), "second": graphs.asks("?")}, checkpointer=saver)
    one = at_rest(hitl.run(graph, {}, thread_id="t"))
    other = at_rest(hitl.attach(graph, "t"))
    one.answer("a")
    at_rest(one)
    with pytest.raises(hitl.StaleAnswerError):
        other.answer("b", to="first")
    until(lambda: [request.key for request in other.requests] == ["second"], "the other session did not catch up")
    one.answer("c")
    assert one.wait(60)["log"] == ["a", "c"]
    with pytest.raises(hitl.StaleAnswerError):
        other.answer("d", to="second")
    assert other.wait(60)["log"] == ["a", "c"]


@pytest.mark.parametrize("tries", [False, True])
def test_who_waits_unattended_is_not_told_of_a_question_that_another_session_has_just_answered(
    monkeypatch: pytest.MonkeyPatch, *, tries: bool
) -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("?")}, checkpointer=InMemorySaver())
    one = at_rest(hitl.run(graph, {}, thread_id="t"))
    other = at_rest(hitl.attach(graph, "t"))
    may_look, look = threading.Event(), elsewhere._look

    async def held(run: Any) -> Any:
        assert may_look.wait(PATIENCE)  # a thread's own: this graph has no loop
        return await look(run)

    monkeypatch.setattr(elsewhere, "_look", held)
    one.answer("a")
    assert one.wait(PATIENCE)["log"] == ["a"]
    if tries:
        with pytest.raises(hitl.StaleAnswerError):
            other.answer("b")
    with pytest.raises(TimeoutError):
        other.wait(0.05)
    may_look.set()
    assert other.wait(PATIENCE)["log"] == ["a"]


def test_a_question_that_is_shown_is_not_taken_back_by_a_look_that_began_before_it_was_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    works = Gate()
    nodes = {"first": graphs.asks("?"), "works": works, "second": graphs.asks("?")}
    graph = graphs.chain(graphs.Log, nodes, checkpointer=InMemorySaver())
    one = at_rest(hitl.run(graph, {}, thread_id="t"))
    other = at_rest(hitl.attach(graph, "t"))
    has_looked, may_go_on, look = threading.Event(), threading.Event(), elsewhere._look

    async def held(run: Any) -> Any:
        found = await look(run)
        has_looked.set()
        assert may_go_on.wait(PATIENCE)  # a thread's own: this graph has no loop
        return found

    monkeypatch.setattr(elsewhere, "_look", held)
    one.answer("a")
    assert works.reached.wait(PATIENCE)
    assert has_looked.wait(PATIENCE)
    monkeypatch.setattr(elsewhere, "_look", look)
    said: list[Any] = []
    other._run.listeners.append(lambda: said.append((other.status, [request.key for request in other.requests])))
    works.open.set()
    until(lambda: other._run.others.looks_again or said, "it is not told that the first session is at rest")
    may_go_on.set()
    shown = ("waiting", ["second"])
    until(lambda: shown in said, lambda: f"it is not shown: {said}")
    assert ends(lambda: threads() == [])
    assert all(now == shown for now in said[said.index(shown) :]), said
    other.answer("b")
    until(lambda: one.status == "finished", lambda: f"{one} {one.notices}")
    assert one.wait(PATIENCE)["log"] == ["a", "worked", "b"]


def test_what_a_session_has_come_to_is_not_taken_back_by_a_look_that_began_before_it_went_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    works = Gate()
    nodes = {"first": graphs.asks("?"), "works": works, "second": graphs.asks("?")}
    session = at_rest(hitl.run(graphs.chain(graphs.Log, nodes, checkpointer=InMemorySaver()), {}, thread_id="t"))
    begins, may_look, has_looked, may_go_on = (threading.Event() for _ in range(4))
    look = elsewhere._look

    async def held(run: Any) -> Any:
        begins.set()
        assert may_look.wait(PATIENCE)  # a thread's own: this graph has no loop
        found = await look(run)
        has_looked.set()
        assert may_go_on.wait(PATIENCE)
        return found

    monkeypatch.setattr(elsewhere, "_look", held)
    begin_to_catch_up(session._run)
    assert begins.wait(PATIENCE)
    session.answer("a")
    assert works.reached.wait(PATIENCE)
    may_look.set()
    assert has_looked.wait(PATIENCE)
    works.open.set()
    assert [request.key for request in at_rest(session).requests] == ["second"]
    may_go_on.set()
    assert ends(lambda: threads() == [])
    assert (session.status, [request.key for request in session.requests]) == ("waiting", ["second"])
    session.answer("b")
    assert session.wait(PATIENCE)["log"] == ["a", "worked", "b"]


def test_answering_beside_a_failed_node_does_not_run_that_node_again() -> None:
    runs: list[int] = []

    def charge(state: Any) -> None:
        runs.append(1)
        if len(runs) == 1:
            once_saved("__interrupt__")
            raise RuntimeError("no network")

    graph = graphs.fan_out(graphs.Log, {"ask": graphs.asks("?"), "charge": charge}, join=lambda state: None)
    session = at_rest(hitl.run(graph, {}))
    assert session.status == "failed"
    session.answer("yes")
    assert (session.status, len(runs)) == ("failed", 1)
    session.retry()
    assert session.wait(60)["log"] == ["yes"]
    assert len(runs) == 2


def test_a_stop_while_answers_are_looked_up_is_not_lost() -> None:
    session: Any = None
    started = threading.Event()

    def look_up(request: hitl.Request) -> Any:
        started.wait(60)
        session.stop()
        return hitl.NO_ANSWER

    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), {}, unattended=look_up)
    started.set()
    assert at_rest(session).status == "stopped"


def test_a_thread_is_named_by_the_config_too() -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("?")})
    config: Any = {"configurable": {"thread_id": "mine"}}
    assert hitl.run(graph, {}, config=config).thread_id == "mine"
    with pytest.raises(ValueError, match="'yours', but the config says 'mine'"):
        hitl.run(graph, {}, config=config, thread_id="yours")


async def in_a_running_loop(session: hitl.Session) -> Any:
    return session.values


def test_an_async_graph_that_ran_without_a_loop_can_be_looked_at_in_one() -> None:
    async def work(state: Any) -> dict[str, Any]:
        return {"log": ["done"]}

    session = hitl.run(graphs.chain(graphs.Log, {"work": work}), {})
    session.wait(60)
    assert asyncio.run(in_a_running_loop(session))["log"] == ["done"]


class Budget(BaseModel):
    budget: float = Field(0.0, ge=0)


def test_the_constraints_of_a_pydantic_state_are_the_questions_own() -> None:
    session = at_rest(hitl.run(graphs.chain(Budget, {"ask": hitl.ask_node("budget", "?")}), {}))
    with pytest.raises(hitl.InvalidAnswerError, match=r"0 or more|at least 0"):
        session.answer(-1)
    session.answer(2)
    assert session.wait(60)["budget"] == 2


def test_a_node_that_asks_for_a_key_that_the_state_does_not_have_fails_with_the_keys_that_it_has() -> None:
    session = at_rest(hitl.run(graphs.chain(graphs.Order, {"ask": hitl.ask_node("budgt", "?")}), {}))
    assert session.status == "failed"
    assert "'budgt', which is not a key of the graph's state; it has: address, approved, budget" in str(session.error)
