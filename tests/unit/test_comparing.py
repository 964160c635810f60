"""What is said of two runs that stand beside each other."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt

import hitl_widgets as hitl


class Told(TypedDict, total=False):
    text: str


class Notes(TypedDict, total=False):
    notes: Annotated[list[int], operator.add]


class Total(TypedDict, total=False):
    said: Annotated[list[str], operator.add]


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


def test_a_step_that_never_ran_stands_beside_nothing_and_what_ran_instead_beside_its_like() -> None:
    builder = StateGraph(Notes)
    for number, name in enumerate(("plan", "write")):
        builder.add_node(name, lambda _, number=number: {"notes": [number]})
    builder.add_edge(START, "plan")
    builder.add_edge("plan", "write")
    session = hitl.run(builder.compile(), {})
    session.wait(60)
    fork = session.fork(1, update={"notes": [7]})
    fork.wait(60)
    assert list(session.compare(fork).rows()) == [
        ("0", "plan: wrote notes: [0]", "plan: wrote notes: [0]", ""),
        ("1", "", "write: did not run: the state was changed first", "← they part here"),
        ("1", "write: wrote notes: [1]", "write: wrote notes: [1], given another state", "≠"),
    ]


def nested_pair() -> hitl.Session:
    """Two graphs at once, each asks what its node's writes do not show."""

    def asking(name: str) -> Any:
        def ask(_state: Total) -> Total:
            return {"said": [f"{name}: {interrupt(name)}"]}

        inner = StateGraph(Total).add_node("ask", ask).add_edge(START, "ask").compile()

        def node(_state: Total) -> Total:
            inner.invoke({})
            return {"said": [f"{name} is done"]}

        return node

    builder = StateGraph(Total).add_node("left", asking("left")).add_node("right", asking("right"))
    builder.add_edge(START, "left").add_edge(START, "right")
    session = hitl.run(builder.compile(), {}, unattended={"left/ask": "yes", "right/ask": "yes"})
    session.wait(60)
    return session


@pytest.mark.parametrize("name", ["left", "right"])
def test_runs_that_differ_only_in_what_a_nested_graph_did_part_there(name: str) -> None:
    session = nested_pair()
    decision = next(one for one in session.decisions if one.key == f"{name}/ask")
    fork = session.fork(decision, answer="no")
    fork.wait(60)
    assert fork.values == session.values
    found = session.compare(fork)
    assert found.parts_at == 0
    assert found.inside is not None
    assert found.inside.ours is not None
    assert found.inside.ours.path == (name,)
    assert found.inside.theirs is not None
    assert found.inside.theirs.tasks[0].wrote == {"said": [f"{name}: no"]}
    assert found.differing == {}


def test_the_same_answers_make_the_same_runs_whatever_nested_graphs_did() -> None:
    session = nested_pair()
    fork = session.fork(session.decisions[1], answer="yes")
    fork.wait(60)
    assert session.compare(fork).words == "The two runs are the same so far."


def test_where_long_texts_part_what_differs_is_shown() -> None:
    class State(TypedDict, total=False):
        heard: str
        report: str
        filed: bool

    builder = StateGraph(State)
    builder.add_node("ask", hitl.ask_node("heard", "What did you hear?"))
    builder.add_node("tell", lambda state: {"report": f"{'As we all know by now. ' * 40}{state['heard']}, they say."})
    builder.add_node("file", lambda _: {"filed": True})
    builder.add_edge(START, "ask").add_edge("ask", "tell").add_edge("tell", "file")
    session = hitl.run(builder.compile(), {})
    session.answer("Rain")
    session.wait(60)
    fork = session.fork(session.decisions[0], answer="Snow")
    fork.wait(60)
    _, told, filed = (pair.words for pair in session.compare(fork).pairs)
    assert told[0].endswith("Rain, they say.")
    assert told[1].endswith("Snow, they say.")
    # It wrote the same, and is said to differ.
    assert filed == ("file: wrote filed: Yes", "file: wrote filed: Yes, given another state")


@pytest.mark.parametrize("length", [30, 100, 300])
def test_where_texts_part_the_text_of_a_comparison_shows_it_however_late(length: int) -> None:
    """A cell of the text form is short: what differs may stand beyond its end."""
    same = "word " * (length // 5)

    def write(state: Any) -> Any:
        return {"text": f"{same}{interrupt('Which end?')}"}

    builder = StateGraph(Told).add_node("write", write).add_edge(START, "write")
    first = hitl.run(builder.compile(), {})
    assert first._run.at_rest.wait(60)
    first.answer("one")
    first.wait(60)
    other = first.fork(first.decisions[0], answer="other")
    other.wait(60)
    lines = repr(first.compare(other)).splitlines()
    [step] = [line for line in lines if "they part here" in line]
    [text] = [line for line in lines if line.startswith("text")]
    for line in (step, text):
        assert "one" in line
        assert "other" in line
