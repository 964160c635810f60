"""An async graph's tasks that LangGraph cancels when another one of their step fails: one has failed, and it is named."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Send

import hitl_widgets as hitl
from hitl_widgets.driver.channels import ERROR
from hitl_widgets.running.following.records import NodeRecord

from . import graphs
from .siblings import aonce_saved

FAILS, COUNT = 5, 8
"""The task that fails is not the first: those before and after it are cancelled."""


class Order(TypedDict):
    number: int


class Shop:
    """Works on orders, of which one fails while all but the first are still worked on; once it is mended, none does."""

    def __init__(self, saver: InMemorySaver, *, nested: bool) -> None:
        self.is_broken = True
        self.at_work: list[int] = []
        self.all_work = asyncio.Event()
        work = StateGraph(graphs.Log)
        work.add_node("work", self.work)
        work.add_conditional_edges(START, lambda _: [Send("work", Order(number=at)) for at in range(COUNT)], ["work"])
        if nested:
            outer = StateGraph(graphs.Log)
            outer.add_node("shop", work.compile())
            work = outer.add_edge(START, "shop")
        self.graph: Any = work.compile(checkpointer=saver)

    async def work(self, order: Order) -> graphs.Log:
        number = order["number"]
        if number == 0:
            return {"log": [0]}
        if self.is_broken:
            self.at_work.append(number)
            if len(self.at_work) == COUNT - 1:
                self.all_work.set()
            await self.all_work.wait()
            if number == FAILS:
                await aonce_saved("log")
                raise ValueError(f"no such order: {number}")
            await asyncio.Event().wait()
        return {"log": [number]}


def worked(session: hitl.Session, *, nested: bool) -> NodeRecord:
    return session._run.state.nodes[("shop", "work") if nested else ("work",)]


@pytest.mark.parametrize("nested", [False, True])
def test_the_one_that_failed_is_told_and_all_but_what_is_done_runs_again(*, nested: bool) -> None:
    shop = Shop(InMemorySaver(), nested=nested)
    session = hitl.run(shop.graph, {"log": []}, thread_id="t")
    with pytest.raises(ValueError, match="no such order: 5"):
        session.wait(60)
    record = worked(session, nested=nested)
    assert (record.status, record.failed, record.started, record.finished) == ("failed", 1, COUNT, 1)
    assert record.error == "ValueError: no such order: 5"
    tasks = [task for step in session._run.state.steps for task in step.tasks if task.node[-1] == "work"]
    assert sorted(task.status for task in tasks) == ["done", "failed", *["idle"] * (COUNT - 2)]
    assert {task.error for task in tasks if task.status == "idle"} == {
        "Cancelled, as another task of its step had failed."
    }
    assert "no such order: 5" in str(session.history[-1].error)
    told = [str(task) for step in session.history for task in step.tasks if task.node == "work"]
    assert nested or sorted(told) == [
        "<Task work: failed: ValueError('no such order: 5')>",
        *["<Task work: has not finished>"] * (COUNT - 2),
        "<Task work: wrote log: [0]>",
    ]

    shop.is_broken = False
    session.retry()
    assert sorted(session.wait(60)["log"]) == list(range(COUNT))
    record = worked(session, nested=nested)
    assert (record.status, record.failed, record.error) == ("done", 0, None)
    assert not [task for step in session._run.state.steps for task in step.tasks if task.error is not None]


def test_what_was_cancelled_here_and_done_elsewhere_is_done() -> None:
    session = hitl.run(Shop(InMemorySaver(), nested=False).graph, {"log": []})
    with pytest.raises(ValueError, match="no such order: 5"):
        session.wait(60)
    state = session._run.state
    tasks = [task for step in state.steps for task in step.tasks]
    state.end_elsewhere((), {task.id for task in tasks})
    assert {(task.status, task.error) for task in tasks} == {("done", None)}


def test_a_task_that_is_cancelled_beside_others_that_go_well_after_a_retry_has_failed() -> None:
    class Broken:
        tries = 0

    async def first(_: graphs.Log) -> graphs.Log:
        Broken.tries += 1
        if Broken.tries == 1:
            raise ValueError("broken")
        return {"log": ["first"]}

    async def second(_: graphs.Log) -> graphs.Log:
        if Broken.tries == 1:
            await asyncio.Event().wait()
        raise asyncio.CancelledError

    builder = StateGraph(graphs.Log)
    for name, node in (("first", first), ("second", second)):
        builder.add_node(name, node)
        builder.add_edge(START, name)
    session = hitl.run(builder.compile(checkpointer=InMemorySaver()), {"log": []})
    with pytest.raises(ValueError, match="broken"):
        session.wait(60)
    assert session._run.state.nodes[("second",)].status == "idle"
    session.retry()
    with pytest.raises(BaseException):  # noqa: B017
        session.wait(60)
    assert session._run.state.nodes[("second",)].status == "failed"


@pytest.mark.parametrize("nested", [False, True])
def test_it_is_told_of_a_thread_that_an_earlier_kernel_has_left_there_too(*, nested: bool) -> None:
    saver = InMemorySaver()
    first = hitl.run(Shop(saver, nested=nested).graph, {"log": []}, thread_id="t")
    with pytest.raises(ValueError, match="no such order: 5"):
        first.wait(60)
    # Sooner or later LangGraph has saved this, unless the process ended before.
    left = first._run.driver.graph.get_state({"configurable": {"thread_id": "t"}})
    for task in left.tasks:
        if task.result is None and not task.error:
            saver.put_writes(left.config, [(ERROR, asyncio.CancelledError())], task.id)
    shop = Shop(saver, nested=nested)
    session = hitl.attach(shop.graph, "t")
    with pytest.raises(RuntimeError, match="no such order: 5"):
        session.wait(60)
    record = worked(session, nested=nested)
    assert (record.status, record.failed, record.started) == ("failed", 1, COUNT)
    assert "no such order: 5" in str(record.error)
    shop.is_broken = False
    session.retry()
    assert sorted(session.wait(60)["log"]) == list(range(COUNT))
    record = worked(session, nested=nested)
    assert (record.status, record.failed, record.error) == ("done", 0, None)


def test_a_task_that_was_cancelled_by_itself_has_failed() -> None:
    async def give_up(_: graphs.Log) -> graphs.Log:
        raise asyncio.CancelledError

    builder = StateGraph(graphs.Log)
    builder.add_node("give_up", give_up)
    builder.add_edge(START, "give_up")
    session = hitl.run(builder.compile(), {"log": []})
    with pytest.raises(BaseException):  # noqa: B017
        session.wait(60)
    assert session._run.state.nodes[("give_up",)].status == "failed"
