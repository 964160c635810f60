"""A session, from start to end, on real graphs: what people see of it from code."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import operator
import sqlite3
import threading
import traceback
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.func import entrypoint, task
from langgraph.types import Command, interrupt

import hitl_widgets as hitl

from . import graphs


def at_rest(session: hitl.Session, *, timeout: float = 10) -> hitl.Session:
    assert session._run.at_rest.wait(timeout), f"still {session.status} after {timeout} s"
    return session


def test_run_returns_before_the_graph_has_done_anything() -> None:
    gate = threading.Event()

    def slow(state: Any) -> dict[str, Any]:
        gate.wait(10)
        return {"log": ["slow"]}

    session = hitl.run(graphs.chain(graphs.Log, {"slow": slow}), {"log": []})
    assert session.status == "running"
    gate.set()
    assert session.wait(10) == {"log": ["slow"]}
    assert session.status == "finished"


def test_three_questions_are_answered_one_after_the_other() -> None:
    session = hitl.run(graphs.three_questions(), {"request": "refund"})
    session.answer(True)
    session.answer("12 Main St")
    session.answer(250)
    assert session.wait(10) == {"request": "refund", "approved": True, "address": "12 Main St", "budget": 250.0}
    assert [decision.key for decision in session.decisions] == ["approved", "address", "budget"]
    assert session.requests == ()


def test_each_answer_is_typed_by_its_state_key() -> None:
    session = hitl.run(graphs.three_questions(), {})
    at_rest(session)
    with pytest.raises(hitl.InvalidAnswerError):
        session.answer("perhaps")
    assert [request.key for request in session.requests] == ["approved"]
    session.answer(False)
    session.answer("x")
    session.answer(3)
    assert session.wait(10)["budget"] == 3.0


@pytest.mark.parametrize("order", [("once", "twice", "typed"), ("typed", "once", "twice"), ("twice", "typed", "once")])
def test_parallel_requests_are_answered_in_any_order(order: tuple[str, ...]) -> None:
    session = hitl.run(graphs.parallel(), {"log": []})
    at_rest(session)
    assert {request.key for request in session.requests} == {"once", "twice", "typed"}
    for key in order:
        session.answer({"value": 7} if key == "typed" else key, to=key)
    session.answer("again", to="twice")
    log = session.wait(10)["log"]
    assert log == ["once", "twice", "again", graphs.Amount(value=7)] or len(log) == 4
    assert "once" in log
    assert log.index("again") == log.index("twice") + 1


def test_a_node_that_asks_twice_gets_its_answers_in_order() -> None:
    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks_twice}), {"log": []})
    session.answer("one")
    session.answer("two")
    assert session.wait(10) == {"log": ["one", "two"]}


def test_an_interrupt_in_a_nested_graph_names_the_whole_path() -> None:
    session = hitl.run(graphs.nested(), {"log": []})
    at_rest(session)
    (request,) = session.requests
    assert request.path == ("outer", "inner", "ask")
    session.answer("yes", to="outer/inner/ask")
    assert session.wait(10)["log"] == ["yes"]


@pytest.mark.parametrize("value", [None, {}, False, 0, "", []])
def test_falsy_answers_arrive_as_they_are(value: Any) -> None:
    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks({"anything": "goes"})}), {"log": []})
    session.answer(value)
    assert session.wait(10) == {"log": [value]}


def test_an_answer_is_in_the_thread_before_its_node_has_finished() -> None:
    gate, reached = threading.Event(), threading.Event()

    def slow_after_asking(state: Any) -> dict[str, Any]:
        answer = interrupt("go?")
        reached.set()
        gate.wait(10)
        return {"log": [answer]}

    saver = InMemorySaver()
    graph = graphs.chain(graphs.Log, {"ask": slow_after_asking}, checkpointer=saver)
    session = hitl.run(graph, {"log": []}, thread_id="t")
    session.answer("kept")
    assert reached.wait(10)
    writes = saver.get_tuple({"configurable": {"thread_id": "t"}}).pending_writes
    assert ("__resume__", ["kept"]) in [(channel, value) for _, channel, value in writes]
    gate.set()
    assert session.wait(10) == {"log": ["kept"]}


def test_a_sibling_can_be_answered_while_the_graph_works_on_another_answer() -> None:
    gate, reached = threading.Event(), threading.Event()

    def slow(state: Any) -> dict[str, Any]:
        answer = interrupt("slow?")
        reached.set()
        gate.wait(10)
        return {"log": [answer]}

    session = hitl.run(graphs.fan_out(graphs.Log, {"slow": slow, "fast": graphs.asks("fast?")}, lambda s: {}), {})
    at_rest(session)
    session.answer("a", to="slow")
    assert reached.wait(10)
    session.answer("b", to="fast")  # returns although "slow" still runs
    assert session.status == "running"
    gate.set()
    assert sorted(session.wait(10)["log"]) == ["a", "b"]


def test_functional_api_tasks_get_their_own_answers() -> None:
    @task
    def confirm(what: str) -> Any:
        return interrupt(f"really {what}?")

    @entrypoint(checkpointer=InMemorySaver())
    def flow(what: str) -> Any:
        return [confirm(what).result(), interrupt("and now?")]

    session = hitl.run(flow, "go")
    session.answer("task")
    session.answer("flow")
    assert session.wait(10) == ["task", "flow"]


# ---------------------------------------------------------------- refusals


def test_a_value_that_only_the_graphs_own_type_refuses_opens_the_question_again() -> None:
    graph = graphs.chain(graphs.Log, {"typed": graphs.asks("how much?", schema=graphs.Amount)})
    session = hitl.run(graph, {"log": []})
    session.answer({"value": 13})
    at_rest(session)
    assert session.status == "waiting"
    (pending,) = session._run.pending
    assert "thirteen is unlucky" in " ".join(pending.field_errors.values())
    assert len(session.decisions) == 0
    session.answer({"value": 12})
    assert session.wait(10)["log"] == [graphs.Amount(value=12)]


def test_a_refused_answer_leaves_its_siblings_answers_alone() -> None:
    session = hitl.run(graphs.parallel(), {"log": []})
    at_rest(session)
    session.answer({"value": 13}, to="typed")
    session.answer("o", to="once")
    at_rest(session)
    assert {request.key for request in session.requests} >= {"typed"}
    for answer, key in (({"value": 1}, "typed"), ("t1", "twice"), ("t2", "twice")):
        session.answer(answer, to=key)
    assert len(session.wait(10)["log"]) == 4


def test_the_message_says_what_is_pending_and_who_asked() -> None:
    session = hitl.run(graphs.parallel(), {"log": []})
    at_rest(session)
    with pytest.raises(hitl.UnknownRequestError, match=r"'adress'; pending: 'once' \(asked by once\)"):
        session.answer("x", to="adress")
    with pytest.raises(hitl.AmbiguousAnswerError, match="say which with to="):
        session.answer("x")


def test_an_answer_to_a_finished_session_is_stale() -> None:
    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), {})
    session.answer("x")
    session.wait(10)
    with pytest.raises(hitl.StaleAnswerError, match="finished"):
        session.answer("y")


def test_of_two_answers_at_once_the_first_wins() -> None:
    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), {"log": []}))
    outcomes: list[Any] = []
    barrier = threading.Barrier(8)

    def answer(value: int) -> None:
        barrier.wait()
        try:
            session.answer(value, to="ask")
            outcomes.append(value)
        except hitl.StaleAnswerError:
            outcomes.append(None)

    threads = [threading.Thread(target=answer, args=(value,)) for value in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [value for value in outcomes if value is not None]
    assert session.wait(10) == {"log": [winner]}


def test_an_exception_in_a_controls_own_parse_refuses_the_value_only() -> None:
    registry = hitl.controls.copy()

    @registry.register(when=lambda request: request.node == "ask")
    def broken(request: hitl.Request) -> hitl.Control:
        def parse(value: Any) -> Any:
            if value == "bad":
                raise RuntimeError("my parser broke")
            return value.upper()

        return dataclasses.replace(hitl.Control.text(), parse=parse)

    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), {"log": []}, controls=registry)
    with pytest.raises(hitl.InvalidAnswerError, match="my parser broke"):
        session.answer("bad")
    session.answer("good")
    assert session.wait(10) == {"log": ["GOOD"]}


# ---------------------------------------------------------------- failing, stopping


def test_a_node_that_raises_fails_the_session_with_its_own_traceback() -> None:
    session = hitl.run(graphs.fails_once(), {"log": []})
    session.answer("go")
    with pytest.raises(ValueError, match="on fire") as raised:
        session.wait(10)
    assert session.status == "failed"
    assert session.error is raised.value
    assert "in work" in "".join(traceback.format_exception(raised.value))
    assert session._run.failed_node == "work"
    depth = len(traceback.extract_tb(raised.value.__traceback__))
    with pytest.raises(ValueError, match="on fire") as again:
        session.wait(10)
    assert len(traceback.extract_tb(again.value.__traceback__)) == depth


def test_retry_goes_on_from_the_last_checkpoint_and_asks_nothing_twice() -> None:
    session = hitl.run(graphs.fails_once(), {"log": []})
    session.answer("go")
    with pytest.raises(ValueError, match="on fire"):
        session.wait(10)
    session.retry()
    assert session.wait(10) == {"log": ["go", "worked"]}
    assert session.error is None


def test_a_node_that_fails_after_its_answer_keeps_the_answer() -> None:
    failures = [ValueError("not yet")]

    def ask_then_fail(state: Any) -> dict[str, Any]:
        answer = interrupt("go?")
        if failures:
            raise failures.pop()
        return {"log": [answer]}

    session = hitl.run(graphs.chain(graphs.Log, {"ask": ask_then_fail}), {"log": []})
    session.answer("kept")
    with pytest.raises(ValueError, match="not yet"):
        session.wait(10)
    session.retry()
    assert session.wait(10) == {"log": ["kept"]}
    assert len(session.decisions) == 1


def test_only_a_failed_or_stopped_session_can_be_retried() -> None:
    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), {}))
    with pytest.raises(hitl.AnswerError, match="waiting"):
        session.retry()


def test_an_input_that_the_graph_refuses_fails_and_can_be_seen() -> None:
    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), "not a dict")
    with pytest.raises(Exception, match="dict"):
        session.wait(10)
    assert session.status == "failed"


def test_stop_takes_effect_at_the_next_step_and_retry_goes_on() -> None:
    reached, gate, ran = threading.Event(), threading.Event(), list[str]()

    def first(state: Any) -> dict[str, Any]:
        reached.set()
        gate.wait(10)
        return {"log": ["first"]}

    def second(state: Any) -> dict[str, Any]:
        ran.append("second")
        return {"log": ["second"]}

    session = hitl.run(graphs.chain(graphs.Log, {"first": first, "second": second}), {"log": []})
    assert reached.wait(10)
    session.stop()
    gate.set()
    at_rest(session)
    assert (session.status, ran) == ("stopped", [])
    with pytest.raises(hitl.SessionStoppedError, match="retry"):
        session.wait(10)
    session.retry()
    assert session.wait(10) == {"log": ["first", "second"]}


def test_stop_while_waiting_is_at_once_and_the_thread_can_be_attached_again() -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("?")}, checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    session.stop()
    assert session.status == "stopped"
    again = at_rest(hitl.attach(graph, "t"))
    assert [request.key for request in again.requests] == ["ask"]
    again.answer("later")
    assert again.wait(10) == {"log": ["later"]}


def test_a_static_breakpoint_is_a_request_to_go_on() -> None:
    graph = graphs.chain(
        graphs.Log,
        {"first": lambda state: {"log": [1]}, "second": lambda state: {"log": [2]}},
        interrupt_before=["second"],
    )
    session = at_rest(hitl.run(graph, {"log": []}))
    (request,) = session.requests
    assert (request.kind, request.node) == ("breakpoint", "second")
    session.answer(True)
    assert session.wait(10) == {"log": [1, 2]}


# ---------------------------------------------------------------- saving


def test_without_a_checkpointer_the_session_says_that_answers_wont_survive() -> None:
    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), {})
    assert any("won't survive the kernel" in notice for notice in session._run.notices)


def test_save_keeps_the_thread_in_a_file(tmp_path: Any) -> None:
    graph = graphs.three_questions()
    session = hitl.run(graph, {"request": "r"}, thread_id="t", save=tmp_path / "runs.sqlite")
    session.answer(True)
    at_rest(session)
    assert session._run.notices == []
    again = at_rest(hitl.attach(graph, "t", save=tmp_path / "runs.sqlite"))
    assert [request.key for request in again.requests] == ["address"]
    again.answer("there")
    again.answer(1)
    assert again.wait(10)["approved"] is True


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Any) -> None:
    with pytest.raises(hitl.HitlError, match=r"no-such-folder.*cannot be opened"):
        hitl.run(graphs.three_questions(), {}, save=tmp_path / "no-such-folder" / "runs.sqlite")


def test_the_connection_of_save_is_closed_with_its_session(tmp_path: Any) -> None:
    session = hitl.run(graphs.three_questions(), {"request": "r"}, save=tmp_path / "runs.sqlite")
    at_rest(session)
    connection = session._run.driver.checkpointer.conn  # type: ignore[attr-defined]
    connection.execute("select 1")
    del session
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("select 1")


def test_what_is_not_a_compiled_graph_is_refused_with_the_way_out() -> None:
    from langgraph.graph import StateGraph

    with pytest.raises(TypeError, match="compile"):
        hitl.run(StateGraph(graphs.Log), {})
    with pytest.raises(TypeError, match="path or a checkpointer"):
        hitl.run(graphs.three_questions(), {}, save=3)  # type: ignore[arg-type]


# ---------------------------------------------------------------- async graphs


async def asks_async(state: Any) -> dict[str, Any]:
    await asyncio.sleep(0)
    return {"log": [interrupt("async?")]}


def test_an_async_graph_runs_on_the_callers_loop() -> None:
    loops: list[Any] = []

    async def node(state: Any) -> dict[str, Any]:
        loops.append(asyncio.get_running_loop())
        return {"log": [interrupt("async?")]}

    async def main() -> Any:
        session = hitl.run(graphs.chain(graphs.Log, {"ask": node}), {"log": []})
        await session.aanswer("yes")
        values = await session
        assert loops[-1] is asyncio.get_running_loop()
        return values

    assert asyncio.run(main()) == {"log": ["yes"]}


def test_an_async_checkpointer_keeps_the_thread(tmp_path: Any) -> None:
    async def main() -> None:
        async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "a.sqlite")) as saver:
            graph = graphs.chain(graphs.Log, {"sync": graphs.asks("sync node?")}, checkpointer=saver)
            session = hitl.run(graph, {"log": []}, thread_id="t")
            await session.aanswer("kept")
            assert await session == {"log": ["kept"]}
            assert session.values == {"log": ["kept"]}

    asyncio.run(main())


def test_waiting_without_await_on_the_graphs_own_loop_says_what_to_write() -> None:
    async def main() -> None:
        session = hitl.run(graphs.chain(graphs.Log, {"ask": asks_async}), {"log": []})
        with pytest.raises(hitl.CannotWaitError, match="await session"):
            session.wait()
        with pytest.raises(hitl.CannotWaitError, match="aanswer"):
            session.answer("x")
        await session.aanswer("x")
        await session

    asyncio.run(main())


def test_an_async_graph_in_a_script_without_a_loop_can_be_waited_for() -> None:
    session = hitl.run(graphs.chain(graphs.Log, {"ask": asks_async}), {"log": []})
    session.answer("yes")
    assert session.wait(10) == {"log": ["yes"]}


def test_a_sync_graph_can_be_awaited() -> None:
    async def main() -> Any:
        return await hitl.run(graphs.three_questions(), {}, unattended={"approved": True, "address": "", "budget": 0})

    assert asyncio.run(main()) == {"approved": True, "address": "", "budget": 0.0}


# ---------------------------------------------------------------- unattended


def test_unattended_answers_by_key_and_by_node() -> None:
    session = hitl.run(
        graphs.three_questions(), {}, unattended={"approved": True, "ask_address": "12 Main St", "budget": 5}
    )
    assert session.wait(10) == {"approved": True, "address": "12 Main St", "budget": 5.0}
    assert {decision.by for decision in session.decisions} == {"unattended"}


def test_what_is_not_answered_is_listed_with_the_code_that_would_answer_it() -> None:
    session = hitl.run(graphs.three_questions(), {}, unattended={"approved": True})
    with pytest.raises(hitl.UnansweredError, match=r"What's your address\?") as raised:
        session.wait(10)
    assert "unattended={'address': ...}" in str(raised.value)
    assert session.status == "waiting"
    session.answer("still possible")


def test_an_unattended_answer_that_does_not_fit_is_named_and_not_sent() -> None:
    session = hitl.run(graphs.three_questions(), {}, unattended={"approved": "maybe"})
    with pytest.raises(hitl.UnansweredError, match="refused"):
        session.wait(10)
    assert len(session.decisions) == 0


def test_each_answers_repeats_in_order_and_then_no_more() -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks_twice})
    assert hitl.run(graph, {"log": []}, unattended={"ask": hitl.each([1, 2])}).wait(10) == {"log": [1, 2]}
    with pytest.raises(hitl.UnansweredError, match="second"):
        hitl.run(graph, {"log": []}, unattended={"ask": hitl.each([1])}).wait(10)


def test_why_there_was_no_answer_is_said() -> None:
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("?"), "again": graphs.asks("??")})
    session = hitl.run(graph, {}, unattended={"ask": "a", "again": hitl.each([])})
    with pytest.raises(hitl.UnansweredError, match=r"The 0 answers of each\(\[...\]\) for 'again' were all given"):
        session.wait(10)


def test_a_function_of_the_request_answers() -> None:
    session = hitl.run(
        graphs.parallel(),
        {"log": []},
        unattended=lambda request: {"value": 2} if request.key == "typed" else request.payload,
    )
    assert set(map(str, session.wait(10)["log"])) == {"once?", "first", "second", str(graphs.Amount(value=2))}


def test_a_function_that_raises_fails_the_session_and_is_seen() -> None:
    def broken(request: hitl.Request) -> Any:
        raise LookupError("no such answer")

    with pytest.raises(LookupError, match="no such answer"):
        hitl.run(graphs.three_questions(), {}, unattended=broken).wait(10)


def test_a_recording_replays_the_same_run(tmp_path: Any) -> None:
    first = hitl.run(graphs.parallel(), {"log": []})
    at_rest(first)
    for key, value in (("once", None), ("twice", {"a": [1, 2.5]}), ("typed", {"value": 4}), ("twice", "Zoë")):
        first.answer(value, to=key)
    expected = first.wait(10)
    first.decisions.to_json(tmp_path / "answers.json")
    assert hitl.run(graphs.parallel(), {"log": []}, unattended=tmp_path / "answers.json").wait(10) == expected
    replayed = eval(f"dict({first.decisions.to_code()})", {"hitl": hitl})["unattended"]
    assert hitl.run(graphs.parallel(), {"log": []}, unattended=replayed).wait(10) == expected


def test_defaults_answer_where_there_are_any() -> None:
    class Plan(TypedDict, total=False):
        budget: float
        notes: Annotated[list[str], operator.add]

    graph = graphs.chain(Plan, {"ask_budget": hitl.ask_node("budget", "Budget?", default=100)})
    assert hitl.run(graph, {}, unattended=hitl.defaults).wait(10) == {"budget": 100.0, "notes": []}


def test_attended_sessions_do_not_use_unattended_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "0")
    session = at_rest(hitl.run(graphs.three_questions(), {}, unattended=hitl.defaults))
    assert session.status == "waiting"
    with pytest.raises(TimeoutError, match="waiting"):
        session.wait(0.05)


# ---------------------------------------------------------------- the same as by hand


def test_the_final_state_equals_that_of_the_graph_driven_by_hand() -> None:
    graph = graphs.three_questions(checkpointer=InMemorySaver())
    config = {"configurable": {"thread_id": "by hand"}}
    for step in ({"request": "r"}, Command(resume=True), Command(resume="12 Main St"), Command(resume=250.0)):
        graph.invoke(step, config)
    by_hand = graph.get_state(config).values
    session = hitl.run(graph, {"request": "r"}, unattended={"approved": True, "address": "12 Main St", "budget": 250})
    assert session.wait(10) == by_hand
