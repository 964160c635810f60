"""What a fork was copied with is there: what was decided before it, and from each of that one goes back in the fork, too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt

import hitl_widgets as hitl
from hitl_widgets.driver.thread import ThreadDriver
from hitl_widgets.running.forks.place import place_of
from hitl_widgets.running.forks.stood import found_inside

from ..waiting import at_rest
from . import graphs


def asks(*names: str) -> dict[str, Any]:
    return {name: graphs.asks(f"{name}?") for name in names}


def nested() -> Any:
    """A graph in a graph, of which the inner one is done when the outer one asks its last question."""
    inner = graphs.chain(graphs.Log, asks("deep one", "deep two"))
    middle = graphs.chain(graphs.Log, {**asks("first"), "inner": inner, **asks("last")})
    return graphs.chain(graphs.Log, {**asks("before"), "middle": middle, **asks("after")})


def copies() -> Any:
    """The same graph twice, side by side."""
    inner = graphs.chain(graphs.Log, asks("one", "two"))
    builder = StateGraph(graphs.Log).add_node("inner", inner).add_node("after", graphs.asks("after?"))
    builder.add_conditional_edges(START, lambda _: [Send("inner", {"log": [name]}) for name in "ab"], ["inner"])
    return builder.add_edge("inner", "after").compile()


def called() -> Any:
    """Two nodes side by side, of which one asks in a graph that its own code calls."""
    inner = graphs.chain(graphs.Log, asks("called"))

    def calls(_state: Any) -> Any:
        return {"log": inner.invoke({"log": []})["log"]}

    return graphs.fan_out(graphs.Log, {"calls": calls, "beside": graphs.asks("beside?")}, graphs.asks("after?"))


def hidden() -> Any:
    """A node whose code calls a graph that LangGraph does not find, as agents' tools do; in it a graph, and nodes that ask twice."""

    def twice(_state: Any) -> Any:
        return {"log": [interrupt("one?"), interrupt("two?")]}

    deep = graphs.chain(graphs.Log, {**asks("deep"), "twice": twice})
    inner = graphs.fan_out(graphs.Log, {"deep": deep, "twice": twice}, twice)
    called = [graphs.chain(graphs.Log, {"inner": inner, **asks("last")})]
    return graphs.chain(graphs.Log, {"calls": lambda _: {"log": called[0].invoke({"log": []})["log"]}, **asks("after")})


def stopping() -> Any:
    """A breakpoint before a node that asks, and one after it."""
    return graphs.chain(graphs.Log, asks("one", "two", "three"), interrupt_before=["two"], interrupt_after=["two"])


def answered(session: hitl.Session) -> hitl.Session:
    """Everything that it asks, answered in order."""
    while at_rest(session).requests:
        first = session.requests[0]
        session.answer(True if first.kind == "breakpoint" else f"to {first.payload}", to=first)
    return session


def decided(session: hitl.Session) -> list[tuple[str, Any]]:
    return [(one.question, one.value) for one in session.decisions]


BUILDS = pytest.mark.parametrize("build", [nested, copies, called, hidden, stopping])


@BUILDS
def test_a_fork_has_what_was_decided_before_it(build: Callable[[], Any]) -> None:
    session = answered(hitl.run(build(), {"log": []}))
    for at, decision in enumerate(session.decisions):
        fork = at_rest(session.fork(decision))
        assert decided(fork) == decided(session)[:at]
        again = at_rest(hitl.attach(fork._run.driver.graph, fork.thread_id))
        assert decided(again) == decided(fork)
        assert answered(fork).values == session.values
        assert sorted(decided(fork), key=repr) == sorted(decided(session), key=repr)


@BUILDS
def test_in_a_fork_one_goes_back_to_what_was_decided_before_it(build: Callable[[], Any]) -> None:
    session = answered(hitl.run(build(), {"log": []}))
    for later, last in enumerate(session.decisions):
        fork = at_rest(session.fork(last))
        before = decided(fork)
        for at, decision in enumerate(fork.decisions):
            answer = True if decision.question.endswith("continue?") else "another"
            other = at_rest(fork.fork(decision, answer=answer))
            assert decided(other) == [*decided(session)[:at], (decision.question, answer)]
            assert answered(other).values == answered(session.fork(session.decisions[at], answer=answer)).values
        assert (decided(fork), len(before)) == (before, later)


def test_in_a_fork_what_if_tries_its_answers_at_what_was_asked_in_a_nested_graph_before(tmp_path: Path) -> None:
    session = answered(hitl.run(copies(), {"log": []}, save=tmp_path / "runs.sqlite"))
    fork = at_rest(session.fork(session.decisions[-1]))
    for one in (fork, at_rest(hitl.attach(copies(), fork.thread_id, save=tmp_path / "runs.sqlite"))):
        found = one.what_if(one.decisions[2], ["x", "y"], then=lambda request: f"to {request.payload}")
        assert [outcome.values["log"] for outcome in found.outcomes] == [
            ["a", "to one?", "to two?", "b", answer, "to two?", "to after?"] for answer in "xy"
        ]


def test_where_the_thread_is_gone_that_a_fork_is_a_copy_of_it_says_so() -> None:
    saver = InMemorySaver()
    session = answered(hitl.run(nested(), {"log": []}, save=saver, thread_id="first"))
    fork = at_rest(session.fork(session.decisions[-1], answer="end"))
    saver.delete_thread("first")
    other = at_rest(fork.fork(fork.decisions[2], answer="another"))
    assert other.status == "failed"
    assert (
        str(other.error) == "The thread 'first', which this one is a copy of, is gone, and 'deep one' was asked there."
    )
    # What it has itself is gone back to.
    assert decided(at_rest(fork.fork(fork.decisions[0], answer="another"))) == [("before?", "another")]


def test_an_answer_that_was_given_in_the_fork_itself_is_given_differently_there() -> None:
    def twice(_state: Any) -> Any:
        return {"log": [interrupt("one?"), interrupt("two?")]}

    inner = graphs.chain(graphs.Log, {**asks("deep"), "twice": twice})
    session = answered(hitl.run(graphs.chain(graphs.Log, {"inner": inner, **asks("after")}), {"log": []}))
    fork = at_rest(session.fork(session.decisions[1], answer="mine"))
    fork.answer("my second")
    other = at_rest(at_rest(fork).fork(fork.decisions[2], answer="yours"))
    assert decided(other) == [("deep?", "to deep?"), ("one?", "mine"), ("two?", "yours")]
    assert answered(other).values["log"] == ["to deep?", "mine", "yours", "to after?"]


def test_for_a_fork_a_thread_is_not_gone_through_where_it_can_be_asked_what_ran_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = answered(hitl.run(hidden(), {"log": []}, save=tmp_path / "runs.sqlite"))
    gone_through: list[str] = []
    saved = ThreadDriver.saved
    monkeypatch.setattr(ThreadDriver, "saved", lambda driver: gone_through.append(driver.thread_name) or saved(driver))
    fork = at_rest(session.fork(session.decisions[-2], answer="another"))
    assert decided(fork)[:-1] == decided(session)[:-2]
    assert gone_through == []


def test_what_the_thread_was_answered_that_has_the_step_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    session = answered(hitl.run(nested(), {"log": []}))
    fork = at_rest(session.fork(session.decisions[-1]))
    read, asked_so_far = list[str](), ThreadDriver.asked_so_far

    async def counted(driver: ThreadDriver, *args: Any) -> Any:
        read.append(driver.thread_name)
        return await asked_so_far(driver, *args)

    monkeypatch.setattr(ThreadDriver, "asked_so_far", counted)
    place, keeping = fork._run.driver.run(found_inside(place_of(fork._run, fork.decisions[1]), fork._run))
    assert (keeping.thread_name, place.asked) == (session.thread_id, fork.decisions[1].interrupt_id)
    assert read.count(session.thread_id) == 1
