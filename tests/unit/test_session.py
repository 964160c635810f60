"""A session, from start to end, on real graphs: what people see of it from code."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from typing import Any
from uuid import UUID

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.func import entrypoint, task
from langgraph.types import Command, interrupt

import hitl_widgets as hitl

from ..waiting import at_rest
from . import graphs


def test_run_returns_before_the_graph_has_done_anything() -> None:
    gate = threading.Event()

    def slow(state: Any) -> dict[str, Any]:
        gate.wait(60)
        return {"log": ["slow"]}

    session = hitl.run(graphs.chain(graphs.Log, {"slow": slow}), {"log": []})
    assert session.status == "running"
    gate.set()
    assert session.wait(60) == {"log": ["slow"]}
    assert session.status == "finished"


def test_three_questions_are_answered_one_after_the_other() -> None:
    session = hitl.run(graphs.three_questions(), {"request": "refund"})
    session.answer(True)
    session.answer("12 Main St")
    session.answer(250)
    assert session.wait(60) == {"request": "refund", "approved": True, "address": "12 Main St", "budget": 250.0}
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
    assert session.wait(60)["budget"] == 3.0


@pytest.mark.parametrize("order", [("once", "twice", "typed"), ("typed", "once", "twice"), ("twice", "typed", "once")])
def test_parallel_requests_are_answered_in_any_order(order: tuple[str, ...]) -> None:
    session = hitl.run(graphs.parallel(), {"log": []})
    at_rest(session)
    assert {request.key for request in session.requests} == {"once", "twice", "typed"}
    for key in order:
        session.answer({"value": 7} if key == "typed" else key, to=key)
    session.answer("again", to="twice")
    log = session.wait(60)["log"]
    assert log == ["once", "twice", "again", graphs.Amount(value=7)] or len(log) == 4
    assert "once" in log
    assert log.index("again") == log.index("twice") + 1


def test_a_node_that_asks_twice_gets_its_answers_in_order() -> None:
    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks_twice}), {"log": []})
    session.answer("one")
    session.answer("two")
    assert session.wait(60) == {"log": ["one", "two"]}


def test_an_interrupt_in_a_nested_graph_names_the_whole_path() -> None:
    session = hitl.run(graphs.nested(), {"log": []})
    at_rest(session)
    (request,) = session.requests
    assert request.path == ("outer", "inner", "ask")
    session.answer("yes", to="outer/inner/ask")
    assert session.wait(60)["log"] == ["yes"]


@pytest.mark.parametrize("value", [None, {}, False, 0, "", []])
def test_falsy_answers_arrive_as_they_are(value: Any) -> None:
    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks({"anything": "goes"})}), {"log": []})
    session.answer(value)
    assert session.wait(60) == {"log": [value]}


def test_an_answer_is_in_the_thread_before_its_node_has_finished() -> None:
    gate, reached = threading.Event(), threading.Event()

    def slow_after_asking(state: Any) -> dict[str, Any]:
        answer = interrupt("go?")
        reached.set()
        gate.wait(60)
        return {"log": [answer]}

    saver = InMemorySaver()
    graph = graphs.chain(graphs.Log, {"ask": slow_after_asking}, checkpointer=saver)
    session = hitl.run(graph, {"log": []}, thread_id="t")
    session.answer("kept")
    assert reached.wait(60)
    writes = saver.get_tuple({"configurable": {"thread_id": "t"}}).pending_writes
    assert ("__resume__", ["kept"]) in [(channel, value) for _, channel, value in writes]
    gate.set()
    assert session.wait(60) == {"log": ["kept"]}


def test_a_sibling_can_be_answered_while_the_graph_works_on_another_answer() -> None:
    gate, reached = threading.Event(), threading.Event()

    def slow(state: Any) -> dict[str, Any]:
        answer = interrupt("slow?")
        reached.set()
        gate.wait(60)
        return {"log": [answer]}

    session = hitl.run(graphs.fan_out(graphs.Log, {"slow": slow, "fast": graphs.asks("fast?")}, lambda s: {}), {})
    at_rest(session)
    session.answer("a", to="slow")
    assert reached.wait(60)
    session.answer("b", to="fast")  # returns although "slow" still runs
    assert session.status == "running"
    gate.set()
    assert sorted(session.wait(60)["log"]) == ["a", "b"]


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
    assert session.wait(60) == ["task", "flow"]


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
    assert session.wait(60)["log"] == [graphs.Amount(value=12)]


def test_a_refused_answer_leaves_its_siblings_answers_alone() -> None:
    session = hitl.run(graphs.parallel(), {"log": []})
    at_rest(session)
    session.answer({"value": 13}, to="typed")
    session.answer("o", to="once")
    at_rest(session)
    assert {request.key for request in session.requests} >= {"typed"}
    for answer, key in (({"value": 1}, "typed"), ("t1", "twice"), ("t2", "twice")):
        session.answer(answer, to=key)
    assert len(session.wait(60)["log"]) == 4


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
    session.wait(60)
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
    assert session.wait(60) == {"log": [winner]}


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
    assert session.wait(60) == {"log": ["GOOD"]}


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
    assert session.wait(60) == {"log": ["yes"]}


def test_a_sync_graph_can_be_awaited() -> None:
    async def main() -> Any:
        return await hitl.run(graphs.three_questions(), {}, unattended={"approved": True, "address": "", "budget": 0})

    assert asyncio.run(main()) == {"approved": True, "address": "", "budget": 0.0}


# ---------------------------------------------------------------- the same as by hand


def test_the_final_state_equals_that_of_the_graph_driven_by_hand() -> None:
    graph = graphs.three_questions(checkpointer=InMemorySaver())
    config = {"configurable": {"thread_id": "by hand"}}
    for step in ({"request": "r"}, Command(resume=True), Command(resume="12 Main St"), Command(resume=250.0)):
        graph.invoke(step, config)
    by_hand = graph.get_state(config).values
    session = hitl.run(graph, {"request": "r"}, unattended={"approved": True, "address": "12 Main St", "budget": 250})
    assert session.wait(60) == by_hand


@pytest.mark.parametrize("name", [7, UUID("1b5fca07-4c08-4424-906a-4a7d6d0c9f10"), ""], ids=["number", "uuid", "empty"])
@pytest.mark.parametrize("where", ["memory", "sqlite"])
def test_a_thread_whose_id_is_no_text_or_an_empty_one_is_that_which_langgraph_calls_so(
    name: Any, where: str, tmp_path: Any
) -> None:
    saved = InMemorySaver() if where == "memory" else tmp_path / "runs.sqlite"
    config: Any = {"configurable": {"thread_id": name}}
    session = at_rest(hitl.run(graphs.nested(), {"log": []}, config=config, save=saved))
    assert (session.status, session.thread_id) == ("waiting", str(name))
    again = at_rest(hitl.attach(graphs.nested(), name, save=saved))
    assert [one.id for one in again.requests] == [one.id for one in session.requests]
    again.answer("here")
    assert again.wait(60) == session.wait(60) == {"log": ["here"]}
    with pytest.raises(ValueError, match="give one of them"):
        hitl.run(graphs.nested(), {"log": []}, thread_id="another", config=config)


@pytest.mark.parametrize("begins", [hitl.run, hitl.attach])
def test_the_config_of_a_nested_graph_s_state_is_taken_for_the_thread_that_it_is_in(begins: Any) -> None:
    """It names a checkpoint of that graph, where a session would see nothing of the thread."""
    saver = InMemorySaver()
    graph = graphs.nested(checkpointer=saver)
    at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    config = graph.get_state({"configurable": {"thread_id": "t"}}, subgraphs=True).tasks[0].state.config
    assert config["configurable"]["checkpoint_ns"]
    again = (
        hitl.run(graph, {"log": []}, config=config) if begins is hitl.run else hitl.attach(graph, "t", config=config)
    )
    assert [one.payload for one in at_rest(again).requests] == ["deep?"]
    again.answer("yes")
    assert again.wait(60)["log"] == ["yes"]
