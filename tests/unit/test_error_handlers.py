"""Error handlers (`add_node(..., error_handler=...)`): what they ask is answered, and what they do is seen."""

from __future__ import annotations

import operator
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import NodeError
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, Send, interrupt

import hitl_widgets as hitl
from hitl_widgets.graph.topology import topology_of
from hitl_widgets.thread.earlier import earlier_steps
from hitl_widgets.thread.inside import steps_inside
from hitl_widgets.watching import watched

HANDLER = "__error_handler__pay"


class State(TypedDict, total=False):
    order: int
    log: Annotated[list[str], operator.add]


PAID: list[int] = []
"""The orders that were tried to be paid."""


def pay(state: State) -> State:
    PAID.append(state.get("order", 0))
    raise ConnectionError(f"card of order {state.get('order', 0)} declined")


async def apay(state: State) -> State:
    return pay(state)


def settle(state: State, error: NodeError) -> Any:
    answer = interrupt(f"Order {state.get('order', 0)}: {error.node} failed. What now?")
    return Command(update={"log": [answer]}, goto="report")


def note(word: str) -> Any:
    return lambda state: {"log": [word]}


def shop(node: Any = pay, handler: Any = settle) -> StateGraph[Any, Any, Any, Any]:
    builder = StateGraph(State)
    builder.add_node("reserve", note("reserved"))
    builder.add_node("pay", node, error_handler=handler)
    builder.add_node("ship", note("shipped"))
    builder.add_node("report", note("reported"))
    builder.add_edge(START, "reserve").add_edge("reserve", "pay").add_edge("pay", "ship").add_edge("ship", END)
    return builder.add_edge("report", END)


def statuses(session: hitl.Session) -> dict[str, str]:
    with session._run.lock:
        return {"/".join(path): record.status for path, record in session._run.state.nodes.items()}


def followed(session: hitl.Session) -> set[tuple[str, str]]:
    with session._run.lock:
        return {(source[-1], target[-1]) for source, target in session._run.state.followed}


def at_rest(session: hitl.Session) -> hitl.Session:
    assert session._run.at_rest.wait(60)
    return session


@pytest.mark.parametrize("node", [pay, apay], ids=["sync", "async"])
def test_what_it_prints_is_its_own(node: Any) -> None:
    def handle(_: State) -> Any:
        print("before")
        answer = interrupt("What now?")
        print("after")
        return {"log": [answer]}

    with watched():
        session = hitl.run(shop(node, handle).compile(), {})
    at_rest(session).answer("refund")
    session.wait(60)
    printed = {task.node: (task.printed, task.attempts) for step in session.history for task in step.tasks}
    assert printed == {"reserve": ("", 1), "pay": ("", 1), HANDLER: ("before\nbefore\nafter\n", 1)}


@pytest.mark.parametrize("node", [pay, apay], ids=["sync", "async"])
def test_what_an_error_handler_asks_is_asked_and_answered(node: Any) -> None:
    session = at_rest(hitl.run(shop(node).compile(), {}))
    assert [request.payload for request in session.requests] == ["Order 0: pay failed. What now?"]
    assert statuses(session)["pay"] == "failed"
    assert statuses(session)[HANDLER] == "waiting"
    session.answer("refund")
    assert session.wait(60)["log"] == ["reserved", "refund", "reported"]
    assert [step.nodes for step in session.history] == [("reserve",), ("pay", HANDLER), ("report",)]


def test_what_it_does_is_seen_and_what_followed_it() -> None:
    session = hitl.run(shop(handler=lambda _: Command(update={"log": ["settled"]}, goto="report")).compile(), {})
    session.wait(60)
    assert statuses(session) == {
        **dict.fromkeys(("__start__", "reserve", HANDLER, "report", "__end__"), "done"),
        "pay": "failed",
    }
    assert followed(session) == {
        ("__start__", "reserve"), ("reserve", "pay"), ("pay", HANDLER), (HANDLER, "report"), ("report", "__end__"),
    }  # fmt: skip
    tasks = {task.node: task for step in session.history for task in step.tasks}
    assert tasks[HANDLER].wrote == {"log": ["settled"]}
    assert tasks["pay"].error == "ConnectionError('card of order 0 declined')"


def test_its_question_is_there_after_a_restart(tmp_path: Path) -> None:
    save = tmp_path / "runs.sqlite"
    at_rest(hitl.run(shop().compile(), {}, thread_id="t", save=save)).close()
    session = at_rest(hitl.attach(shop().compile(), "t", save=save))
    assert session.status == "waiting"
    assert (statuses(session)["pay"], statuses(session)[HANDLER]) == ("failed", "waiting")
    session.answer("refund")
    assert session.wait(60)["log"] == ["reserved", "refund", "reported"]
    assert (statuses(session)["pay"], statuses(session)[HANDLER]) == ("failed", "done")
    again = at_rest(hitl.attach(shop().compile(), "t", save=save))
    assert [(one.node, one.value) for one in again.decisions] == [(HANDLER, "refund")]
    assert again.status == "finished"
    earlier = again._run.driver.run(earlier_steps(again._run.driver))
    assert {task.node[-1]: task.status for step in earlier.newest_first for task in step.tasks} == {
        **dict.fromkeys(("reserve", HANDLER, "report"), "done"),
        "pay": "failed",
    }


def test_several_ask_side_by_side_and_each_gets_its_own_answer() -> None:
    builder = StateGraph(State).add_node("pay", pay, error_handler=lambda state: {"log": [settled(state)]})
    builder.add_conditional_edges(START, lambda _: [Send("pay", {"order": number}) for number in range(3)], ["pay"])
    session = at_rest(hitl.run(builder.compile(), {}))
    assert len(session.requests) == 3
    for request in session.requests[::-1]:
        session.answer(f"{request.payload} yes", to=request.id)
        at_rest(session)
    assert session.wait(60)["log"] == [f"Order {number}? yes" for number in range(3)]


def settled(state: State) -> str:
    return interrupt(f"Order {state.get('order')}?")


def test_in_a_nested_graph_too() -> None:
    outer = StateGraph(State).add_node("sale", shop().compile()).add_node("close", note("closed"))
    session = at_rest(hitl.run(outer.add_edge(START, "sale").add_edge("sale", "close").compile(), {}))
    [request] = session.requests
    assert request.path == ("sale", HANDLER)
    assert statuses(session)[f"sale/{HANDLER}"] == "waiting"
    session.answer("refund")
    assert session.wait(60)["log"] == ["reserved", "refund", "reported", "closed"]
    assert statuses(session)[f"sale/{HANDLER}"] == "done"
    driver = session._run.driver
    [inside] = driver.run(steps_inside(driver)).values()
    assert [{task.node[-1]: task.status for task in step.tasks} for step in inside] == [
        {"reserve": "done"}, {"pay": "failed", HANDLER: "done"}, {"report": "done"},
    ]  # fmt: skip
    assert [step.nodes for step in session.history[0].inside] == [("reserve",), ("pay", HANDLER), ("report",)]


def test_one_that_asks_twice_gets_both_answers() -> None:
    def twice(_: State) -> State:
        return {"log": [interrupt("First?"), interrupt("Second?")]}

    session = at_rest(hitl.run(shop(handler=twice).compile(), {}))
    session.answer("a")
    at_rest(session)
    assert [request.payload for request in session.requests] == ["Second?"]
    session.answer("b")
    assert session.wait(60)["log"] == ["reserved", "a", "b"]


def test_one_that_fails_itself_fails_the_run_and_is_tried_again() -> None:
    works: list[bool] = []

    def flaky(_: State) -> State:
        if not works:
            raise ValueError("no refund")
        return {"log": ["refunded"]}

    session = at_rest(hitl.run(shop(handler=flaky).compile(), {}))
    assert session.status == "failed"
    assert session._run.failed_node == HANDLER
    works.append(True)
    session.retry()
    assert session.wait(60)["log"] == ["reserved", "refunded"]
    assert statuses(session)[HANDLER] == "done"


def test_one_that_was_cut_off_runs_again_and_not_what_had_failed() -> None:
    saver = InMemorySaver()
    shop().compile(checkpointer=saver).invoke({}, {"configurable": {"thread_id": "t"}})
    for writes in saver.writes.values():  # as if the kernel had been killed before it asked
        for place in [place for place, (_, channel, *_) in writes.items() if channel == "__interrupt__"]:
            del writes[place]
    graph = shop(handler=lambda _: {"log": ["refunded"]}).compile(checkpointer=saver)
    PAID.clear()
    session = hitl.attach(graph, "t")
    assert session.wait(60)["log"] == ["reserved", "refunded"]
    assert PAID == []
    assert (statuses(session)["pay"], statuses(session)[HANDLER]) == ("failed", "done")


def test_one_for_all_nodes_asks_too() -> None:
    builder = shop(handler=None).set_node_defaults(error_handler=lambda state: {"log": [settled(state)]})
    session = at_rest(hitl.run(builder.compile(), {"order": 7}))
    assert [request.payload for request in session.requests] == ["Order 7?"]
    session.answer("yes")
    assert session.wait(60)["log"] == ["reserved", "yes"]


def test_a_later_failure_is_said_to_be_the_later_nodes() -> None:
    def fail(_: State) -> State:
        raise ValueError("no paper")

    builder = shop(handler=lambda _: Command(goto="print")).add_node("print", fail)
    session = at_rest(hitl.run(builder.compile(), {}))
    assert session._run.failed_node == "print"


def test_it_is_answered_differently_in_a_fork() -> None:
    session = at_rest(hitl.run(shop().compile(), {}))
    session.answer("refund")
    session.wait(60)
    PAID.clear()
    fork = session.fork(session.decisions[0], answer="wait")
    assert fork.wait(60)["log"] == ["reserved", "wait", "reported"]
    assert session.values["log"] == ["reserved", "refund", "reported"]
    assert PAID == []  # what has failed before does not run again


def test_no_breakpoint_is_offered_at_one_as_langgraph_stops_at_none() -> None:
    session = hitl.run(shop().compile(), {}, interrupt_before="*")
    assert not session._run.breakpoints.can_stop_at((HANDLER,))
    assert session._run.breakpoints.can_stop_at(("pay",))


def test_it_is_drawn_beside_the_node_that_it_is_for() -> None:
    edges = {(edge.source, edge.target, edge.label) for edge in topology_of(shop().compile()).edges}
    assert ("pay", HANDLER, "error") in edges
