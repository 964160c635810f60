"""What runs is seen at once, also where as many tasks run as LangGraph's pool has threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from langgraph.graph import START, StateGraph
from langgraph.types import Send

import hitl_widgets as hitl
from hitl_widgets.watching import watched

from . import graphs
from .test_watching_attempts import until

AT_ONCE = 3
"""Threads of the pool, whatever machine this is."""


@pytest.fixture(autouse=True)
def _watched() -> Iterator[None]:
    with watched():
        yield


def fan_out(work: Any, count: int) -> Any:
    """A nested graph that is sent several times."""
    nested = StateGraph(graphs.Log).add_node("work", work).add_edge(START, "work").compile()
    builder = StateGraph(graphs.Log).add_node("part", nested)
    builder.add_conditional_edges(START, lambda _: [Send("part", {"log": []}) for _ in range(count)], ["part"])
    return builder.compile()


def test_of_nested_graphs_that_fill_the_pool_each_is_seen_while_it_runs_and_took_as_long_as_it_did() -> None:
    reached, opened = threading.Semaphore(0), threading.Event()

    def work(_state: Any) -> dict[str, Any]:
        reached.release()
        assert opened.wait(60)
        return {"log": ["worked"]}

    session = hitl.run(fan_out(work, AT_ONCE + 1), {"log": []}, config={"max_concurrency": AT_ONCE})
    for _ in range(AT_ONCE):
        assert reached.acquire(timeout=60)
    record = session._run.state.nodes["part", "work"]
    until(lambda: record.running == AT_ONCE)  # while none of them is through
    pause = threading.Event()
    pause.wait(0.2)
    opened.set()
    assert session.wait(60) == {"log": ["worked"] * (AT_ONCE + 1)}
    took = sorted(task.took for step in session._run.state.steps for task in step.tasks if task.node[-1] == "work")
    assert all(seconds >= 0.19 for seconds in took[1:])
    assert record.runs == AT_ONCE + 1


def test_what_goes_wrong_in_telling_ends_the_run_and_is_no_nodes_own(monkeypatch: pytest.MonkeyPatch) -> None:
    session = hitl.run(fan_out(graphs.asks("Well?"), 1), {"log": []})
    assert session._run.at_rest.wait(60)

    def breaks(_part: Any) -> bool:
        raise RuntimeError("our own mistake")

    monkeypatch.setattr(session._run.state, "apply", breaks)
    session.answer("yes")
    with pytest.raises(RuntimeError, match="our own mistake"):
        session.wait(60)


@pytest.mark.parametrize("is_async", [False, True], ids=["in a thread", "on a loop"])
def test_a_run_that_may_not_go_on_stops_in_a_nested_graph_too(monkeypatch: pytest.MonkeyPatch, is_async: bool) -> None:
    ran: list[str] = []

    def node(name: str) -> Any:
        def work(state: Any) -> dict[str, Any]:
            ran.append(name)
            return {"log": [name]}

        async def awork(state: Any) -> dict[str, Any]:
            return work(state)

        return awork if is_async else work

    async def loses(run: Any) -> bool:
        if "first" in ran:
            run.stop()  # as `turns.keep` does where another kernel has the lock by now
        return "first" not in ran

    monkeypatch.setattr("hitl_widgets.running.streaming.keep", loses)
    nested = graphs.chain(graphs.Log, {name: node(name) for name in ("first", *"abcdef")}, checkpointer=None)
    outer = graphs.chain(graphs.Log, {"before": node("before"), "part": nested, "after": node("after")})
    session = hitl.run(outer, {"log": []})
    assert session._run.at_rest.wait(60)
    assert session.status == "stopped"
    assert ran[:2] == ["before", "first"]
    assert len(ran) == 2 if not is_async else "f" not in ran  # a loop asks when it can
    session.close()
