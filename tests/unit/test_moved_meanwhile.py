"""A thread that moves while it is read, as a server's does: what is shown is how it stands, not how it stood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command, StateSnapshot

import hitl_widgets as hitl
from hitl_widgets.driver import Driver
from hitl_widgets.running.picked_up import READ_AGAIN, read_thread

from ..waiting import at_rest
from . import graphs
from .test_inbox import at


class Moving:
    """A driver as it is asked one thing after another while somebody else goes on.

    Args:
        driver: the real one.
        goes_on: called between two looks at the thread.
    """

    def __init__(self, driver: Driver, goes_on: Callable[[], object], *, is_served: bool = True) -> None:
        self._driver = driver
        self._goes_on = goes_on
        self.is_served = is_served
        self.looks = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    async def snapshot(self) -> StateSnapshot:
        self.looks += 1
        snapshot = await self._driver.snapshot()
        self._goes_on()
        return snapshot


@pytest.fixture
def graph() -> Any:
    nodes = {f"ask_{at}": graphs.asks(f"Question {at}?") for at in range(10)}
    return graphs.chain(graphs.Log, nodes, checkpointer=InMemorySaver())


def read(graph: Any, moves: int, *, is_served: bool = True) -> tuple[int, list[str], tuple[str, ...]]:
    """What is found of a thread that is answered so many times while it is read, in how many looks."""
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    left = moves

    def goes_on() -> None:
        nonlocal left
        if left:
            left -= 1
            graph.invoke(Command(resume="yes"), at("t"))

    run = session._run
    driver, run.driver = run.driver, cast("Any", Moving(run.driver, goes_on, is_served=is_served))
    moving: Any = run.driver
    try:
        snapshot, found = driver.run(read_thread(run))
    finally:
        run.driver = driver
    session.close()
    return moving.looks, [one.request.node for one in found.open], snapshot.next


@pytest.mark.parametrize("moves", [0, 1, 3])
def test_a_question_that_was_answered_while_the_thread_was_read_is_not_taken_for_an_open_one(
    graph: Any, moves: int
) -> None:
    looks, asked, stands = read(graph, moves)
    assert asked == [f"ask_{moves}"]
    assert stands == (f"ask_{moves}",)
    assert looks == moves + 2  # until it stands where it stood before


def test_a_thread_that_never_stands_still_is_read_a_few_times_and_asks_nothing_that_was_answered(graph: Any) -> None:
    looks, asked, stands = read(graph, 9)
    assert looks == READ_AGAIN + 1
    assert stands == (f"ask_{READ_AGAIN}",)
    assert asked == []  # that was answered while it was looked at


def test_a_thread_of_this_kernel_is_read_once(graph: Any) -> None:
    assert read(graph, 0, is_served=False)[0] == 1
