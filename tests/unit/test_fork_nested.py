"""Forks from a step of a nested graph: it goes on from there, and LangGraph's own history says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.types import StateSnapshot, interrupt

import hitl_widgets as hitl

from . import graphs
from .test_fork_moment import Ran, answered, at_rest, everything, questions


@pytest.fixture(params=["memory", "sqlite"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return InMemorySaver() if request.param == "memory" else tmp_path / "runs.sqlite"


def leaf(ran: Ran, **options: Any) -> Any:
    """Work, a question, work, a question, work."""
    nodes = {"w1": ran.node("w1"), "q1": graphs.asks("1?"), "w2": ran.node("w2"), "q2": graphs.asks("2?")}
    return graphs.chain(graphs.Log, {**nodes, "w3": ran.node("w3")}, **options)


def around(ran: Ran, nodes: dict[str, Any]) -> Any:
    return graphs.chain(graphs.Log, {"before": ran.node("before"), **nodes, "after": ran.node("after")})


def one_level(ran: Ran) -> Any:
    return around(ran, {"inner": leaf(ran)})


def two_levels(ran: Ran) -> Any:
    return around(ran, {"outer": around(ran, {"inner": leaf(ran)})})


def in_code(ran: Ran) -> Any:
    inner = leaf(ran)

    def calls(_state: Any) -> Any:
        first = interrupt("first?")
        return {"log": [first, *inner.invoke({"log": []})["log"], interrupt("last?")]}

    return around(ran, {"calls": calls})


def hidden_in_code(ran: Ran) -> Any:
    """LangGraph finds a graph in a function's own variables; not one in a list."""
    hidden = [leaf(ran)]
    return around(ran, {"calls": lambda _state: {"log": hidden[0].invoke({"log": []})["log"]}})


def twice_in_code(ran: Ran) -> Any:
    """Two graphs after each other; the second is given what the first has made."""
    one, two = leaf(ran), leaf(ran)

    def calls(_state: Any) -> Any:
        return {"log": two.invoke({"log": one.invoke({"log": ["one"]})["log"]})["log"]}

    return around(ran, {"calls": calls})


def remembering(ran: Ran) -> Any:
    return around(ran, {"inner": leaf(ran, checkpointer=True)})


def remembering_deep(ran: Ran) -> Any:
    return around(ran, {"outer": around(ran, {"inner": leaf(ran, checkpointer=True)})})


def called_by_a_task(ran: Ran) -> Any:
    inner = leaf(ran)

    @task
    def work(given: str) -> Any:
        return inner.invoke({"log": [given]})["log"]

    @task
    def count(log: list[Any]) -> int:
        ran.names.append("count")
        return len(log)

    @entrypoint(checkpointer=InMemorySaver())
    def flow(_: Any) -> Any:
        log = work("given").result()
        return {"log": [*log, count(log).result()]}

    return flow


def with_an_entrypoint_inside(ran: Ran) -> Any:
    @task
    def note(word: str) -> str:
        ran.names.append(word)
        return word

    @entrypoint()
    def flow(state: Any) -> Any:
        return {"log": [note("note").result(), interrupt("1?"), note("noted").result(), interrupt("2?")]}

    return around(ran, {"inner": flow})


CASES: dict[str, tuple[Callable[[Ran], Any], int]] = {
    "one level": (one_level, 2),
    "two levels": (two_levels, 2),
    "in a node's code": (in_code, 4),
    "in a node's code, hidden": (hidden_in_code, 2),
    "two in a node's code": (twice_in_code, 4),
    "that remembers": (remembering, 2),
    "that remembers, two levels": (remembering_deep, 2),
    "in a task": (called_by_a_task, 2),
    "an entrypoint": (with_an_entrypoint_inside, 2),
}


def finished(case: str, saved: Any, ran: Ran) -> hitl.Session:
    build, asked = CASES[case]
    graph = build(ran)
    session = answered(graph, None if graph.checkpointer else saved, *[f"a{n}" for n in range(asked)])
    assert session.status == "finished"
    return session


def nested_steps(session: hitl.Session) -> list[Any]:
    return [inside for step in session.history for inside in step.inside]


def told(session: hitl.Session) -> list[tuple[tuple[str, ...], Any, Any]]:
    """What LangGraph's checkpoints say of every nested graph, without ids and times: its place, step and state."""
    thread: Any = {"configurable": {"thread_id": session.thread_id}}
    found = [
        one for one in session._run.driver.checkpointer.list(thread) if one.config["configurable"]["checkpoint_ns"]
    ]
    return sorted(
        (
            tuple(part.split(":")[0] for part in one.config["configurable"]["checkpoint_ns"].split("|")),
            one.metadata["step"],
            str(one.checkpoint["channel_values"].get("log")),
        )
        for one in found
    )


@pytest.mark.parametrize("case", CASES)
def test_from_every_nested_step_the_same_answers_give_the_same_end_and_the_thread_stays(case: str, saved: Any) -> None:
    ran = Ran()
    session = finished(case, saved, ran)
    steps, before, have = nested_steps(session), everything(session), list(ran.names)
    assert steps
    for step in steps:
        ran.names.clear()
        since = [one for one in session.decisions if one.at >= step.at]
        fork = at_rest(session.fork(step))
        for decision in since:
            assert questions(fork) == [decision.question], (step, decision)
            fork.answer(decision.value)
            at_rest(fork)
        assert fork.status == "finished", (step, fork.status)
        assert fork.values == session.values
        assert len(ran.names) < len(have)
        # Its nested graphs went the same way, and those that were not in the copy are those of earlier steps.
        assert set(told(fork)) <= set(told(session))
    assert everything(session) == before


def langgraphs_own(session: hitl.Session) -> StateSnapshot:
    driver = session._run.driver
    return driver.graph.get_state(driver.config, subgraphs=True)


@pytest.mark.parametrize("case", ["one level", "two levels", "in a node's code", "that remembers"])
def test_the_state_of_a_nested_step_is_changed_and_the_nested_graph_goes_on_with_it(case: str, saved: Any) -> None:
    ran = Ran()
    session = finished(case, saved, ran)
    before = everything(session)
    [step] = [one for one in nested_steps(session) if one.nodes == ("w2",)]
    ran.names.clear()
    fork = at_rest(session.fork(step, update={"log": ["changed"]}))
    assert questions(fork) == ["2?"]
    assert ran.names == ["w2"]
    snapshot = langgraphs_own(fork)
    while snapshot.tasks and isinstance(snapshot.tasks[0].state, StateSnapshot):
        snapshot = snapshot.tasks[0].state
    assert (snapshot.values["log"], snapshot.next) == (["changed", "w2"], ("q2",))
    # Its reducer adds what its nodes write from there on, as before.
    driver = fork._run.driver
    place = {key: value for key, value in snapshot.config["configurable"].items() if key != "checkpoint_id"}
    history = list(driver.graph.get_state_history({"configurable": place}))
    assert [one.values["log"] for one in history][:2] == [["changed", "w2"], ["changed"]]
    fork.answer("b2")
    while fork.status != "finished":
        at_rest(fork)
        if fork.status == "waiting":
            fork.answer("end")
    assert [one for one in fork.values["log"] if one in ("w1", "a1")] == []
    assert fork.values["log"].count("changed") == 1
    assert everything(session) == before


@pytest.mark.parametrize(
    "case", ["one level", "two levels", "in a node's code", "that remembers", "two in a node's code"]
)
def test_a_nested_step_waits_with_its_state_as_a_form_and_goes_on_with_what_was_edited(case: str, saved: Any) -> None:
    ran = Ran()
    session = finished(case, saved, ran)
    before = everything(session)
    step = [one for one in nested_steps(session) if one.nodes == ("w2",)][-1]
    ran.names.clear()
    fork = at_rest(session.fork(step, pause=True))
    [request] = fork.requests
    assert (request.kind, request.path) == ("breakpoint", (*step.path, "w2"))
    view: Any = fork._run.pending[0].control.view
    assert view["kind"] == "breakpoint"
    filled = {one["name"]: one["field"].get("default_text") for one in view["field"]["fields"]}
    assert "a" in filled["log"]
    assert ran.names == []
    fork.answer({"update": {"log": ["edited"]}})
    at_rest(fork)
    assert (questions(fork), ran.names) == (["2?"], ["w2"])
    fork.answer("x")
    at_rest(fork)
    if fork.status == "waiting":
        fork.answer("y")
    assert "edited" in fork.wait(10)["log"]
    assert everything(session) == before
