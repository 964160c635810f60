"""The names that LangGraph keeps to itself, and that its threads have."""

from __future__ import annotations

import pytest
from langgraph._internal import _constants
from langgraph.graph import END, START, state

from hitl_widgets.driver import channels

OURS = {
    "INTERRUPT": channels.INTERRUPT,
    "RESUME": channels.RESUME,
    "ERROR": channels.ERROR,
    "ERROR_SOURCE_NODE": channels.HANDLED,
    "RETURN": channels.RETURN,
    "INPUT": channels.INPUT,
    "PREVIOUS": channels.PREVIOUS,
    "TASKS": channels.SENT,
    "NO_WRITES": channels.NO_WRITES,
    "PUSH": channels.PUSH,
    "PULL": channels.PULL,
    "NULL_TASK_ID": channels.NO_TASK,
}


@pytest.mark.parametrize("name", OURS)
def test_langgraph_still_calls_it_that(name: str) -> None:
    assert getattr(_constants, name) == OURS[name]


def test_and_the_channels_of_its_graphs() -> None:
    assert (channels.START, channels.END) == (START, END)
    assert f"{channels.LEADS_TO}{{}}" == state._CHANNEL_BRANCH_TO


def test_and_that_of_a_join() -> None:
    builder = (
        state.StateGraph(dict)
        .add_node("a", lambda _: {})
        .add_node("b", lambda _: {})
        .add_edge(START, "a")
        .add_edge(["a"], "b")
    )

    assert f"{channels.JOIN}a:b" in builder.compile().channels
