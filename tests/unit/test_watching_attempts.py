"""A task that is tried again says how often and why; one that failed keeps its exception."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.types import RetryPolicy

import hitl_widgets as hitl
from hitl_widgets.running.following.state import RunState
from hitl_widgets.watching import watched

from ..waiting import until
from . import graphs
from .test_watching import MANY, Part, alone, many, stand_in, tasks

AT_ONCE = RetryPolicy(initial_interval=0.001, jitter=False, max_attempts=3)


@pytest.fixture(autouse=True)
def _watched() -> Iterator[None]:
    with watched():
        yield


@pytest.mark.parametrize("is_async", [False, True])
def test_a_node_that_is_tried_again_says_how_often_and_why(is_async: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "stdout")
    failures = [ConnectionError("first"), ConnectionError("second")]
    views: list[Any] = []

    def work(state: Any) -> dict[str, Any]:
        print("trying")
        if failures:
            raise failures.pop(0)
        views.append(session._display.drawn.nodes(session._run.state)["work"])
        return {"log": ["done"]}

    async def work_async(state: Any) -> dict[str, Any]:
        return work(state)

    session: Any = None
    graph = alone(graphs.asks("go?"), "ask")
    node = work_async if is_async else work
    builder = StateGraph(graphs.Log).add_node("ask", graphs.asks("go?")).add_node("work", node, retry_policy=AT_ONCE)
    graph = builder.add_edge(START, "ask").add_edge("ask", "work").compile()
    session = hitl.run(graph, {"log": []})
    session.answer("go")
    session.wait(60)
    (record,) = tasks(session, "work")
    assert (record.attempts, record.failures) == (3, ("ConnectionError: first", "ConnectionError: second"))
    assert record.said is not None
    assert [chunk.attempt for chunk in record.said.chunks] == [1, 2, 3]
    view = session._display.drawn.nodes(session._run.state)["work"]
    assert view == {"status": "done", "runs": 1, "retried": 2, "took": view["took"]}


def test_a_running_node_says_which_attempt_it_is_at() -> None:
    begun, may_end = threading.Event(), threading.Event()
    failures = [ConnectionError("first")]

    def work(state: Any) -> dict[str, Any]:
        if failures:
            raise failures.pop()
        begun.set()
        assert may_end.wait(60)
        return {}

    session = hitl.run(alone(work, retry_policy=AT_ONCE), {})
    assert begun.wait(60)
    until(lambda: session._run.state.nodes["work",].retried == 1)
    view = session._display.drawn.nodes(session._run.state)["work"]
    assert (view["status"], view["attempt"], view["since"][-1]) == ("running", 2, "Z")
    may_end.set()
    session.wait(60)
    assert "attempt" not in session._display.drawn.nodes(session._run.state)["work"]


def test_fifty_tasks_that_are_tried_again_are_counted_apart() -> None:
    lock, tried = threading.Lock(), set[int]()

    def work(state: Part) -> dict[str, Any]:
        with lock:
            fails = state["number"] % 2 == 0 and state["number"] not in tried
            tried.add(state["number"])
        if fails:
            raise ConnectionError(f"of {state['number']}")
        return {"log": [state["number"]]}

    session = hitl.run(many(work, retry_policy=AT_ONCE), {"log": []})
    session.wait(60)
    records = tasks(session, "work")
    assert sorted(record.failures for record in records if record.failures) == sorted(
        (f"ConnectionError: of {number}",) for number in range(0, MANY, 2)
    )
    assert [record.attempts for record in records].count(2) == MANY // 2


def test_tasks_of_the_functional_api_and_nodes_around_nested_graphs_are_tried_again_too() -> None:
    failures = [ConnectionError("the task"), ConnectionError("inside")]

    @task(retry_policy=AT_ONCE)
    def part(number: int) -> int:
        if len(failures) == 2:
            raise failures.pop(0)
        return number

    def inside(state: Any) -> dict[str, Any]:
        if failures:
            raise failures.pop(0)
        return {}

    @entrypoint()
    def flow(count: int) -> int:
        return part(count).result()

    session = hitl.run(flow, 3)
    session.wait(60)
    assert [(one.attempts, one.failures) for one in tasks(session, "flow", "part")] == [
        (2, ("ConnectionError: the task",))
    ]
    inner = alone(inside, "inside")
    session = hitl.run(alone(lambda state: inner.invoke({"log": []}), "outer", retry_policy=AT_ONCE), {})
    session.wait(60)
    assert [(one.attempts, one.failures) for one in tasks(session, "outer")] == [(2, ("ConnectionError: inside",))]


def test_an_error_that_a_node_has_caught_is_not_why_it_is_tried_again() -> None:
    failures = [ConnectionError("its own")]
    inner = alone(lambda state: 1 / 0, "inside")

    def outer(state: Any) -> dict[str, Any]:
        with pytest.raises(ZeroDivisionError):
            inner.invoke({"log": []})
        if failures:
            raise failures.pop()
        return {}

    session = hitl.run(alone(outer, "outer", retry_policy=AT_ONCE), {})
    session.wait(60)
    assert [one.failures for one in tasks(session, "outer")] == [("ConnectionError: its own",)]


def test_a_failed_task_keeps_its_exception_until_it_runs_again() -> None:
    session = hitl.run(graphs.fails_once(), {"log": []})
    session.answer("go")
    assert session._run.ended.wait(60)
    (record,) = tasks(session, "work")
    assert record.exception is session.error
    assert isinstance(record.exception, ValueError)
    session.retry()
    session.wait(60)
    assert (record.status, record.exception, record.error) == ("done", None, None)
    assert record.failures == ("ValueError: the printer is on fire",)


def test_the_exception_of_a_task_is_let_go_of_when_its_step_is_left() -> None:
    state = RunState()
    error = ValueError("no")
    for part in (
        {"id": "a", "name": "bad", "triggers": ()},
        {"id": "b", "name": "good", "triggers": ()},
        {"id": "a", "name": "bad", "error": error, "interrupts": []},
        {"id": "b", "name": "good", "error": None, "interrupts": []},
    ):
        state.apply({"type": "tasks", "ns": (), "data": part})
    failed = state.current("a")
    assert failed is not None
    assert failed.exception is error
    state.apply({"type": "tasks", "ns": (), "data": {"id": "c", "name": "next", "triggers": ()}})
    assert failed.exception is None
