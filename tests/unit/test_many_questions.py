"""A thread that waits for many answers at once is picked up in a moment: its checkpoint has what all of them wrote."""

from __future__ import annotations

from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Send

import hitl_widgets as hitl

from ..waiting import at_rest
from ..written import write_answer
from . import graphs

MANY = 60


class Order(TypedDict):
    number: int


def graph(saver: InMemorySaver) -> Any:
    builder = StateGraph(graphs.Log)
    builder.add_node("ask", lambda order: {"log": [hitl.ask(f"Refund order {order['number']}?", bool)]})
    builder.add_conditional_edges(START, lambda _: [Send("ask", Order(number=at)) for at in range(MANY)], ["ask"])
    return builder.compile(checkpointer=saver)


class Counting(InMemorySaver):
    """A checkpointer that says how often a checkpoint was read."""

    read = 0

    def get_tuple(self, config: Any) -> Any:
        self.read += 1
        return super().get_tuple(config)


@pytest.fixture
def saver() -> Counting:
    saver = Counting()
    at_rest(hitl.run(graph(saver), {"log": []}, thread_id="t"))
    saver.read = 0
    return saver


def test_it_is_not_read_anew_for_each_question(saver: Counting) -> None:
    session = at_rest(hitl.attach(graph(saver), "t"))
    assert len(session.requests) == MANY
    assert saver.read < MANY / 2  # a handful, whatever sessions of before look again meanwhile


def test_nor_for_each_answer_that_a_kernel_has_left_there(saver: Counting) -> None:
    left = at_rest(hitl.attach(graph(saver), "t"))._run
    for pending in left.pending:
        assert pending.asked.address is not None
        left.driver.run(write_answer(left.driver, pending.asked.address, True))
    saver.read = 0
    session = hitl.attach(graph(saver), "t")
    assert session.wait(60) == {"log": [True] * MANY}
    assert saver.read < MANY / 2  # a handful, whatever sessions of before look again meanwhile
