"""Where nobody can click, what was given beforehand answers in a fork as it did before: from its place on, for it alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langgraph.graph import END, START, StateGraph

import hitl_widgets as hitl

from . import graphs

ROUNDS = ["one", "two", "three", "enough"]


def asking(state: Any) -> dict[str, Any]:
    return {"log": [hitl.ask("And then?", str, key="more")]}


def rounds() -> Any:
    """Asks until it is told that it is enough, each time as another step."""
    builder = StateGraph(graphs.Log).add_node("ask", asking).add_edge(START, "ask")
    builder.add_conditional_edges("ask", lambda state: END if state["log"][-1] == "enough" else "ask", ["ask", END])
    return builder.compile()


def at_once() -> Any:
    """The same in one node, whose questions are all of one interrupt."""

    def ask(state: Any) -> dict[str, Any]:
        log: list[str] = []
        while log[-1:] != ["enough"]:
            log += asking(state)["log"]
        return {"log": log}

    return graphs.chain(graphs.Log, {"ask": ask})


def ran(graph: Any, answers: Any) -> hitl.Session:
    session = hitl.run(graph, {"log": []}, unattended=answers)
    assert session.wait(60) == {"log": ROUNDS}
    return session


@pytest.fixture(params=[rounds, at_once])
def graph(request: pytest.FixtureRequest) -> Any:
    return request.param()


@pytest.fixture(params=["each", "recording"])
def answers(request: pytest.FixtureRequest, graph: Any, tmp_path: Path) -> Any:
    several = {"more": hitl.each(ROUNDS)}
    if request.param == "each":
        return several
    ran(graph, several).decisions.to_json(tmp_path / "rounds.json")
    return tmp_path / "rounds.json"


def test_the_same_input_once_more_is_answered_once_more(graph: Any, answers: Any) -> None:
    session = ran(graph, answers)
    assert session.restart().wait(60) == {"log": ROUNDS}
    assert session.restart().restart().wait(60) == {"log": ROUNDS}


def test_a_fork_is_given_what_was_given_after_its_place(graph: Any, answers: Any) -> None:
    session = ran(graph, answers)
    assert session.fork(session.decisions[2]).wait(60) == {"log": ROUNDS}
    assert session.fork(session.decisions[0]).wait(60) == {"log": ROUNDS}


def test_what_is_answered_differently_is_not_given_to_the_next_question(graph: Any, answers: Any) -> None:
    session = ran(graph, answers)
    assert session.fork(session.decisions[1], answer="zwei").wait(60) == {"log": ["one", "zwei", "three", "enough"]}
    assert session.fork(0, answer="eins").wait(60) == {"log": ["eins", "two", "three", "enough"]}


def test_a_fork_of_a_fork_goes_by_what_both_took_over(graph: Any, answers: Any) -> None:
    session = ran(graph, answers)
    fork = session.fork(session.decisions[1])
    assert fork.wait(60) == {"log": ROUNDS}
    assert fork.fork(fork.decisions[2]).wait(60) == {"log": ROUNDS}
    assert fork.fork(fork.decisions[0]).wait(60) == {"log": ROUNDS}


def test_of_several_that_are_tried_none_takes_what_is_for_another(graph: Any, answers: Any) -> None:
    session = ran(graph, answers)
    tried = session.what_if(session.decisions[1], ["a", "b", "c"])
    assert [fork.values for fork in tried] == [{"log": ["one", other, "three", "enough"]} for other in "abc"]


def test_of_nodes_side_by_side_each_is_given_its_own_again() -> None:
    def asking_of(city: str) -> Any:
        return lambda state: {"log": [hitl.ask(f"{city}?", str, key=city)]}

    nodes = {city: asking_of(city) for city in ("Oslo", "Rome")}
    given = {city: hitl.each([f"{city} 1"]) for city in nodes}
    session = hitl.run(graphs.fan_out(graphs.Log, nodes, asking), {}, unattended={**given, "more": hitl.each(["end"])})
    assert session.wait(60) == {"log": ["Oslo 1", "Rome 1", "end"]}
    assert session.fork(0, answer={"Oslo": "fjord"}).wait(60) == {"log": ["fjord", "Rome 1", "end"]}
    [last] = [one for one in session.decisions if one.key == "Oslo"]
    assert session.fork(last).wait(60) == {"log": ["Oslo 1", "Rome 1", "end"]}
