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
    session.wait(10)
    return session


def test_of_a_node_that_ran_many_times_in_a_step_the_first_outcomes_are_told() -> None:
    session, other = fan_out(5), fan_out(2)
    [(_, ours, theirs, mark)] = session.compare(other).rows()
    assert ours == "read ×5: wrote notes: [0]; wrote notes: [1]; wrote notes: [2]; and 2 more"
    assert theirs == "read ×2: wrote notes: [0]; wrote notes: [1]"
    assert mark == "← they part here"


def test_a_step_that_never_ran_stands_beside_nothing_and_what_ran_instead_beside_its_like() -> None:
    builder = StateGraph(Notes)
    for number, name in enumerate(("plan", "write")):
        builder.add_node(name, lambda _, number=number: {"notes": [number]})
    builder.add_edge(START, "plan")
    builder.add_edge("plan", "write")
    session = hitl.run(builder.compile(), {})
    session.wait(10)
    fork = session.fork(1, update={"notes": [7]})
    fork.wait(10)
    assert list(session.compare(fork).rows()) == [
        ("0", "plan: wrote notes: [0]", "plan: wrote notes: [0]", ""),
        ("1", "", "write: did not run: the state was changed first", "← they part here"),
        ("1", "write: wrote notes: [1]", "write: wrote notes: [1]", "≠"),
    ]
