"""What was approved runs once, though its node runs again; and approving a result instead of a call."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import task
from langgraph.graph import START, StateGraph
from langgraph.types import Command, RetryPolicy, interrupt

import hitl_widgets as hitl
from hitl_widgets.approving import once

from ..waiting import at_rest
from . import graphs
from .test_approve import Counted, card, node_of
from .test_inbox import at


@pytest.fixture
def counted() -> Counted:
    return Counted()


# ---------------------------------------------------------------- running once


def test_what_was_approved_and_ran_does_not_run_again_for_the_next_question(counted: Counted) -> None:
    pay = hitl.approve(counted.pay)
    session = hitl.run(node_of(lambda: [pay("Ada"), pay("Ada"), hitl.ask("Anything else?")]), {"log": []})
    session.answer(True)
    session.answer(True)
    session.answer("no")
    assert session.wait(60) == {"log": [["paid 0 to Ada", "paid 0 to Ada", "no"]]}
    assert counted.ran == [("Ada", 0), ("Ada", 0)]


def test_after_a_restart_neither_the_question_nor_the_call_is_repeated(counted: Counted, tmp_path: Any) -> None:
    graph = node_of(lambda: [hitl.approve(counted.pay)("Ada"), hitl.ask("Anything else?")])
    first = hitl.run(graph, {"log": []}, thread_id="t", save=tmp_path / "runs.sqlite")
    first.answer(True)
    at_rest(first)
    once._results.clear()  # what another process would not know
    again = at_rest(hitl.attach(graph, "t", save=tmp_path / "runs.sqlite"))
    assert [request.payload["question"] for request in again.requests] == ["Anything else?"]
    again.answer("no")
    assert again.wait(60) == {"log": [["paid 0 to Ada", "no"]]}
    assert counted.ran == [("Ada", 0)]


@pytest.mark.parametrize("is_async", [False, True])
def test_after_a_restart_it_does_not_run_again_where_its_node_is_tried_again(
    counted: Counted, tmp_path: Any, *, is_async: bool
) -> None:
    """LangGraph counts the tasks of a node on from one try to the next, and finds nothing of what was saved (1.2.24)."""
    fails = iter([True])

    async def apay(to: str) -> str:
        return counted.pay(to)

    def may_fail() -> None:
        if next(fails, False):
            raise OSError("no network")

    def node(state: Any) -> Any:
        paid = [hitl.approve(counted.pay)("Ada"), hitl.approve(counted.pay)("Bob")]
        may_fail()
        return {"log": paid}

    async def anode(state: Any) -> Any:
        paid = [await hitl.approve(apay)("Ada"), await hitl.approve(apay)("Bob")]
        may_fail()
        return {"log": paid}

    again = RetryPolicy(max_attempts=2, initial_interval=0.001, jitter=False, retry_on=OSError)
    builder = StateGraph(graphs.Log).add_node("node", anode if is_async else node, retry_policy=again)
    graph: Any = builder.add_edge(START, "node").compile(checkpointer=InMemorySaver())
    first = hitl.run(graph, {"log": []}, thread_id="t")
    first.answer(True)
    at_rest(first)
    once._results.clear()  # what another process would not know
    later = at_rest(hitl.attach(graph, "t"))
    later.answer(True)
    assert later.wait(60) == {"log": ["paid 0 to Ada", "paid 0 to Bob"]}
    assert [to for to, _ in counted.ran] == ["Ada", "Bob"]


def test_a_result_that_cannot_be_saved_is_still_made_once(counted: Counted) -> None:
    def connect(to: str) -> Any:
        counted.ran.append(to)
        return lambda: f"connected to {to}"

    session = hitl.run(node_of(lambda: [hitl.approve(connect)("db")(), hitl.ask("Well?")]), {"log": []})
    session.answer(True)
    session.answer("yes")
    assert session.wait(60) == {"log": [["connected to db", "yes"]]}
    assert counted.ran == ["db"]


def test_an_approval_is_of_the_arguments_that_were_shown(counted: Counted) -> None:
    amounts = iter([1, 2, 2])
    session = hitl.run(node_of(lambda: hitl.approve(counted.pay)("Ada", next(amounts))), {"log": []})
    session.answer(True)
    assert ("Amount", "2") in card(session)[1]
    assert counted.ran == []
    session.answer(True)
    assert session.wait(60) == {"log": ["paid 2 to Ada"]}


def test_an_answer_finds_its_call_when_the_node_makes_its_calls_in_another_order(counted: Counted) -> None:
    orders = iter([("Ada", "Bob"), ("Bob", "Ada"), ("Bob", "Ada")])
    pay = hitl.approve(counted.pay)

    def work() -> list[str]:
        paid: list[str] = []
        for to in next(orders):
            try:
                paid.append(pay(to))
            except hitl.RejectedError as error:
                paid.append(f"{to}: {error.reason}")
        return paid

    session = hitl.run(node_of(work), {"log": []})
    assert ("To", "Ada") in card(session)[1]
    session.answer(False, reason="not her")
    assert ("To", "Bob") in card(session)[1]
    session.answer(True)
    assert session.wait(60) == {"log": [["paid 0 to Bob", "Ada: not her"]]}
    assert counted.ran == [("Bob", 0)]


def test_a_function_that_asks_by_itself_gets_its_own_answer(counted: Counted) -> None:
    def pay(to: str) -> str:
        return counted.pay(to, hitl.ask("How much?", int))

    session = hitl.run(node_of(lambda: hitl.approve(pay)("Ada")), {"log": []})
    session.answer(True)
    session.answer(7)
    assert session.wait(60) == {"log": ["paid 7 to Ada"]}
    assert counted.ran == [("Ada", 7)]


def test_a_sync_node_of_an_async_graph_saves_what_it_ran(counted: Counted) -> None:
    async def first(state: Any) -> dict[str, Any]:
        return {}

    def work(state: Any) -> dict[str, Any]:
        return {"log": [hitl.approve(counted.pay)("Ada"), hitl.ask("Anything else?")]}

    graph = graphs.chain(graphs.Log, {"first": first, "work": work}, checkpointer=InMemorySaver())

    async def main() -> Any:
        session = hitl.run(graph, {"log": []}, thread_id="t")
        await session.aanswer(True)
        while not session.requests:
            await asyncio.to_thread(session._run.at_rest.wait, 60)
        once._results.clear()
        again = hitl.attach(graph, "t")
        await again.aanswer("no")
        return await again

    assert asyncio.run(main()) == {"log": ["paid 0 to Ada", "no"]}
    assert counted.ran == [("Ada", 0)]


def test_tasks_after_it_get_their_own_answers_where_a_cell_calls_the_graph(counted: Counted) -> None:
    """There a node that runs alone runs in the thread of the kernel's loop, and beside others in one of its own."""
    asks = task(name="asks")(interrupt)

    def pays(state: Any) -> dict[str, Any]:
        paid, asked = hitl.approve(counted.pay)("Ada"), [asks("first?"), asks("then?")]
        return {"log": [paid, *(one.result() for one in asked)]}

    nodes = {"pays": pays, "beside": graphs.asks("beside?")}
    graph = graphs.fan_out(graphs.Log, nodes, lambda state: {}, checkpointer=InMemorySaver())
    given: Any = {"log": []}

    async def cell() -> list[str]:
        graph.invoke(given, at("t"))
        while asked := graph.get_state(at("t")).interrupts:
            answers = {one.id: one.value if isinstance(one.value, str) else True for one in asked}
            graph.invoke(Command(resume=answers), at("t"))
        return graph.get_state(at("t")).values["log"]

    assert sorted(asyncio.run(cell())) == ["beside?", "first?", "paid 0 to Ada", "then?"]
    assert counted.ran == [("Ada", 0)]


def test_a_function_that_failed_runs_again_on_retry_without_a_question(counted: Counted) -> None:
    failures = [ConnectionError("no network")]

    def pay(to: str) -> str:
        if failures:
            raise failures.pop()
        return counted.pay(to)

    session = hitl.run(node_of(lambda: hitl.approve(pay)("Ada")), {"log": []})
    session.answer(True)
    with pytest.raises(ConnectionError, match="no network"):
        session.wait(60)
    session.retry()
    assert session.wait(60) == {"log": ["paid 0 to Ada"]}
    assert len(session.decisions) == 1


def test_a_failure_that_the_node_takes_care_of_ends_nothing(counted: Counted) -> None:
    def pay(to: str) -> str:
        raise ConnectionError("no network")

    def work() -> str:
        try:
            return hitl.approve(pay)("Ada")
        except ConnectionError:
            return "later"

    session = hitl.run(node_of(work), {"log": []})
    session.answer(True)
    assert session.wait(60) == {"log": ["later"]}


# ---------------------------------------------------------------- after


@pytest.mark.parametrize("restarted", [False, True])
def test_after_shows_the_result_and_does_not_run_again(counted: Counted, tmp_path: Any, *, restarted: bool) -> None:
    graph = node_of(lambda: hitl.approve(counted.pay, when="after")("Ada"))
    session = hitl.run(graph, {"log": []}, thread_id="t", save=tmp_path / "runs.sqlite")
    assert card(session) == (
        "Use the result of pay?",
        [("To", "Ada"), ("Amount", "0"), ("Note", '""'), ("Result", "paid 0 to Ada")],
    )
    assert counted.ran == [("Ada", 0)]
    if restarted:
        once._results.clear()
        session = at_rest(hitl.attach(graph, "t", save=tmp_path / "runs.sqlite"))
    session.answer(True)
    assert session.wait(60) == {"log": ["paid 0 to Ada"]}
    assert counted.ran == [("Ada", 0)]


@pytest.mark.parametrize("result", [0, "", False, None, [], {}])
def test_a_falsy_result_is_shown_and_used(result: Any) -> None:
    session = hitl.run(node_of(hitl.approve(lambda: result, when="after")), {"log": []})
    assert json.loads(card(session)[1][-1][1]) == result
    session.answer(True)
    (used,) = session.wait(60)["log"]
    assert (used, type(used)) == (result, type(result))


def test_a_rejected_result_is_not_used(counted: Counted) -> None:
    session = hitl.run(node_of(lambda: hitl.approve(counted.pay, when="after")("Ada")), {"log": []})
    session.answer(False, reason="wrong person")
    with pytest.raises(hitl.RejectedError, match="wrong person"):
        session.wait(60)
    assert counted.ran == [("Ada", 0)]


@pytest.mark.parametrize("runs_in", ["sync", "async"])
def test_what_an_approved_call_asks_itself_is_asked_once_and_the_next_call_gets_its_own_answers(runs_in: str) -> None:
    paid: list[int] = []

    @hitl.approve
    def pay(amount: int) -> int:
        paid.append(hitl.ask(f"How much of {amount}?", int))
        return paid[-1]

    @hitl.approve
    async def apay(amount: int) -> int:
        paid.append(hitl.ask(f"How much of {amount}?", int))
        return paid[-1]

    def node(_state: Any) -> dict[str, Any]:
        return {"log": [pay(10), pay(20), hitl.ask("Anything else?")]}

    async def anode(_state: Any) -> dict[str, Any]:
        return {"log": [await apay(10), await apay(20), hitl.ask("Anything else?")]}

    answers = {"Run pay?": True, "Run apay?": True, "How much of 10?": 1, "How much of 20?": 2, "Anything else?": "no"}
    graph = graphs.chain(graphs.Log, {"work": node if runs_in == "sync" else anode}, checkpointer=InMemorySaver())

    async def answered() -> tuple[list[str], Any]:
        asked: list[str] = []
        session = hitl.run(graph, {"log": []})
        while session.status != "finished":
            await asyncio.to_thread(session._run.at_rest.wait, 60)
            if session.status == "finished":
                break
            [waiting] = session._run.pending
            asked.append(waiting.question.question)
            await session.aanswer(answers[asked[-1]])
        return asked, session.values["log"]

    asked, log = asyncio.run(answered())
    name = "pay" if runs_in == "sync" else "apay"
    assert asked == [
        f"Run {name}?",
        "How much of 10?",
        f"Run {name}?",
        "How much of 20?",
        "Anything else?",
    ]
    assert (log, paid) == ([1, 2, "no"], [1, 2])
