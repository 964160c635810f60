"""A loop in a node says how far it is, and the node shows it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from langgraph.cache.memory import InMemoryCache
from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph
from langgraph.types import CachePolicy, Send, interrupt

import hitl_widgets as hitl
from hitl_widgets.running.following.state import RunState
from hitl_widgets.watching import watched

from ..waiting import until
from . import graphs


@pytest.fixture(autouse=True)
def _watched() -> Iterator[None]:
    with watched():
        yield


def view(session: hitl.Session, node: str = "work") -> Any:
    return session._display.drawn.nodes(session._run.state).get(node, {})


class Gate:
    """Where a node stands until the test has looked."""

    def __init__(self) -> None:
        self._reached, self._opened = threading.Semaphore(0), threading.Semaphore(0)

    def stand(self) -> None:
        self._reached.release()
        assert self._opened.acquire(timeout=60)

    def look(self) -> None:
        assert self._reached.acquire(timeout=60)

    def open(self) -> None:
        self._opened.release()


def single(node: Callable[..., Any], **options: Any) -> Any:
    return StateGraph(graphs.Log).add_node("work", node, **options).add_edge(START, "work").compile()


def test_what_a_node_writes_as_its_progress_is_shown_while_it_runs_and_gone_when_it_is_done() -> None:
    gate = Gate()

    def work(state: Any) -> dict[str, Any]:
        for chunk in ({"progress": 0.4}, {"progress": 40}, {"progress": "half"}, {"progress": True}, {"other": 1}, 0.9):
            get_stream_writer()(chunk)
        gate.stand()
        return {}

    session = hitl.run(single(work), {})
    gate.look()
    until(lambda: view(session).get("progress") == 0.4)
    gate.open()
    session.wait(60)
    assert "progress" not in view(session)
    assert "since" not in view(session)


def test_the_progress_of_parallel_tasks_is_each_ones_own_and_the_node_shows_all_of_them_together() -> None:
    gate = Gate()

    def work(state: Any) -> dict[str, Any]:
        if state["number"]:
            get_stream_writer()({"progress": state["number"] / 4})
            gate.stand()
        return {"log": [state["number"]]}

    builder = StateGraph(graphs.Log).add_node("work", work)
    builder.add_conditional_edges(START, lambda state: [Send("work", {"number": n}) for n in range(4)], ["work"])
    session = hitl.run(builder.compile(), {"log": []}, config={"max_concurrency": 8})
    for _ in range(3):
        gate.look()
    # One is done, and three are at 1/4, 2/4 and 3/4.
    until(lambda: view(session).get("progress") == (1 + 0.25 + 0.5 + 0.75) / 4)
    assert view(session)["tasks"] == {"started": 4, "running": 3, "waiting": 0, "failed": 0, "done": 1}
    shares = [task.progress for task in session._run.state.steps[0].tasks]
    assert shares == [None, 0.25, 0.5, 0.75]
    for _ in range(3):
        gate.open()
    session.wait(60)


@pytest.mark.parametrize("is_async", [False, True])
def test_a_loop_shows_how_many_of_its_items_are_done(is_async: bool) -> None:
    gate, shares = Gate(), list[float | None]()

    def work(state: Any) -> dict[str, Any]:
        for item in hitl.progress(range(4)):
            if item == 2:
                gate.stand()
        return {}

    async def work_async(state: Any) -> dict[str, Any]:
        async for item in hitl.progress(numbers(4), total=4):
            if item == 2:
                await asyncio.to_thread(gate.stand)
        return {}

    session = hitl.run(single(work_async if is_async else work), {})
    gate.look()
    # The first report comes at once, and the next a tenth of a second later: of which item is up to the machine.
    until(lambda: view(session).get("progress") in {0.0, 0.25, 0.5})
    gate.open()
    session.wait(60)
    shares = [task.progress for task in session._run.state.steps[0].tasks]
    assert shares == [1.0]


async def numbers(count: int) -> AsyncIterator[int]:
    for number in range(count):
        await asyncio.sleep(0)
        yield number


def written(node: Callable[[Any], Any]) -> list[Any]:
    """What a node writes to the custom stream."""
    return list(single(node).stream({"log": []}, stream_mode="custom"))


@pytest.fixture
def _in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is: after a tenth of a second there would be a report more."""
    monkeypatch.setattr("hitl_widgets.watching.progress.time", SimpleNamespace(monotonic=lambda: 100.0))


def test_it_writes_at_most_ten_times_a_second_and_always_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)

    def work(state: Any) -> dict[str, Any]:
        nonlocal now
        for _ in hitl.progress(range(1000)):
            now += 0.001
        return {}

    reports = written(work)
    assert len(reports) == 11
    assert reports[0] == {"progress": 0.0, "count": 0, "total": 1000}
    assert reports[-1] == {"progress": 1.0, "count": 1000, "total": 1000}
    assert [report["count"] for report in reports] == sorted({report["count"] for report in reports})


@pytest.mark.usefixtures("_in_no_time")
def test_without_a_known_length_it_says_the_count_alone() -> None:
    def work(state: Any) -> dict[str, Any]:
        return {"log": list(hitl.progress(number for number in range(3)))}

    assert written(work) == [{"count": 0}, {"count": 3}]
    session = hitl.run(single(work), {"log": []})
    assert session.wait(60)["log"] == [0, 1, 2]
    assert session._run.state.steps[0].tasks[0].progress is None


@pytest.mark.usefixtures("_in_no_time")
@pytest.mark.parametrize(("items", "total", "shares"), [([], None, [1.0]), ([1, 2, 3], 2, [0.0, 1.0])])
def test_no_items_are_all_of_them_and_more_than_said_are_not_more_than_all(
    items: list[int], total: int | None, shares: list[float]
) -> None:
    reports = written(lambda state: {"log": list(hitl.progress(items, total))})
    assert [report["progress"] for report in reports] == shares


def test_outside_of_a_graph_it_only_goes_through_the_items() -> None:
    async def collect() -> list[Any]:
        both = [number async for number in hitl.progress(numbers(2))]
        return both + [number async for number in hitl.progress([2, 3])]

    assert list(hitl.progress("ab")) == ["a", "b"]
    assert asyncio.run(collect()) == [0, 1, 2, 3]
    with pytest.raises(TypeError, match="async_generator is iterated with `async for`"):
        list(hitl.progress(numbers(2)))  # type: ignore[call-overload]


def test_a_number_is_no_items_to_go_through() -> None:
    with pytest.raises(
        TypeError, match=r"^hitl\.progress goes through items, as in hitl\.progress\(range\(20\)\), not 3\.$"
    ):
        hitl.progress(3)  # type: ignore[call-overload]


@pytest.mark.usefixtures("_in_no_time")
def test_a_loop_that_is_left_early_stays_where_it_was() -> None:
    def work(state: Any) -> dict[str, Any]:
        for item in hitl.progress(range(10)):
            if item == 5:
                break
        return {}

    assert written(work) == [{"progress": 0.0, "count": 0, "total": 10}]


def test_a_node_that_comes_from_the_cache_says_so_and_took_no_time() -> None:
    called = list[int]()

    def work(state: Any) -> dict[str, Any]:
        called.append(1)
        return {"log": ["worked"]}

    builder = StateGraph(graphs.Log).add_node("work", work, cache_policy=CachePolicy()).add_edge(START, "work")
    graph = builder.add_node("after", lambda state: {}).add_edge("work", "after").compile(cache=InMemoryCache())
    first, second = hitl.run(graph, {"amount": 1}), None
    first.wait(60)
    second = hitl.run(graph, {"amount": 1})
    assert second.wait(60) == {"amount": 1, "log": ["worked"]}
    assert called == [1]
    assert view(first) == {"status": "done", "runs": 1, "took": view(first)["took"]}
    assert view(second) == {"status": "done", "runs": 1, "cached": 1}
    (task,) = second._run.state.steps[0].tasks
    assert (task.cached, task.took) == (True, 0.0)


def test_a_node_that_comes_from_the_cache_says_so_beside_one_that_asks() -> None:
    builder = StateGraph(graphs.Log).add_node("work", lambda state: {"log": ["worked"]}, cache_policy=CachePolicy())
    builder.add_node("ask", lambda state: {"log": [interrupt("Is it good?")]}).add_node("beside", lambda state: {})
    graph = (
        builder.set_entry_point("work").set_entry_point("ask").set_entry_point("beside").compile(cache=InMemoryCache())
    )
    for cached in (False, True):
        session = hitl.run(graph, {"amount": 1})
        session._run.at_rest.wait(60)
        tasks = {task.node: task for task in session._run.state.steps[0].tasks}
        assert (tasks["work",].status, tasks["work",].cached) == ("done", cached)
        assert (tasks["beside",].status, tasks["beside",].cached) == ("done", False)
        assert (tasks["work",].took == 0.0) == cached
        session.answer("yes")
        assert sorted(session.wait(60)["log"]) == ["worked", "yes"]
        assert view(session).get("cached") == (1 if cached else None)


def test_items_of_unknown_number_are_counted_on_the_node_with_how_many_a_second() -> None:
    gate = Gate()

    def work(state: Any) -> dict[str, Any]:
        for _ in hitl.progress(number for number in range(37)):
            time.sleep(0.001)
        gate.stand()
        return {}

    session = hitl.run(single(work), {})
    gate.look()
    until(lambda: view(session).get("items", {}).get("count") == 37)
    seen = view(session)
    assert 0 < seen["items"]["rate"] <= 1000
    assert "progress" not in seen
    gate.open()
    session.wait(60)
    assert "items" not in view(session)


def test_the_items_of_parallel_tasks_are_summed_and_those_of_another_attempt_begin_anew() -> None:
    state = RunState()
    for id in "ab":
        state.apply({"type": "tasks", "ns": (), "data": {"id": id, "name": "work", "triggers": ()}})
        assert state.counted(id, 4)
    assert not state.counted("a", 4)
    session = hitl.run(single(lambda state: {}), {})
    session.wait(60)
    session._run.state = state
    assert view(session)["items"]["count"] == 8
    assert state.attempt("a", 2)
    assert view(session)["items"]["count"] == 4


def test_progress_of_a_remote_graph_is_the_tasks_where_one_runs_and_nobodys_where_several_do() -> None:
    session = hitl.run(single(lambda state: {}), {})
    session.wait(60)
    run = session._run
    assert run.watch is not None
    run.state = RunState()
    progress = {"type": "custom", "ns": (), "data": {"progress": 0.5}}
    for id, seen, share in (("a", True, 0.5), ("b", False, None)):
        run.state.apply({"type": "tasks", "ns": (), "data": {"id": id, "name": "work", "triggers": ()}})
        assert run.watch.apply(progress) is seen
        task = run.state.current(id)
        assert task is not None
        assert task.progress == share
