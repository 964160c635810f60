"""What is said of two runs that stand beside each other."""

from __future__ import annotations

import operator
from typing import Annotated, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import Send

import hitl_widgets as hitl


class Notes(TypedDict, total=False):
    notes: Annotated[list[int], operator.add]


def fan_out(count: int) -> hitl.Session:
    builder = StateGraph(Notes)
    builder.add_node("read", lambda one: {"notes": [one["number"]]})
    builder.add_conditional_edges(START, lambda _: [Send("read", {"number": n}) for n in range(count)], ["read"])
    session = hitl.run(builder.compile(), {})
    session.wait(60)
    return session


def test_of_a_node_that_ran_many_times_in_a_step_the_first_outcomes_are_told() -> None:
    session, other = fan_out(5), fan_out(2)
    [(_, ours, theirs, mark)] = session.compare(other).rows()
    assert ours == "read ×5: wrote notes: [0]; wrote notes: [1]; wrote notes: [2]; and 2 more"
    assert theirs == "read ×2: wrote notes: [0]; wrote notes: [1]"
    assert mark == "← they part here"
