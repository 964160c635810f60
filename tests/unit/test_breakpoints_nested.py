"""A nested graph that has asked, was answered, and stands at a breakpoint: nothing is asked any more but to continue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langgraph.func import task
from langgraph.types import interrupt
from typing_extensions import TypedDict

import hitl_widgets as hitl

from . import graphs
from .test_fork_moment import Ran, at_rest, questions
from .test_fork_stops import CASES, around, leaf, one_level


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("stop", [{"interrupt_before": ["three"]}, {"interrupt_after": ["ask"]}])
def test_it_asks_to_continue_after_its_question_was_answered_and_again_after_a_restart(
    case: str, stop: dict[str, Any], tmp_path: Path
) -> None:
    ran = Ran()
    graph = CASES[case](ran, **stop)
    session = at_rest(hitl.run(graph, {"log": []}, save=tmp_path / "runs.sqlite"))
    assert questions(session) == ["?"]
    session.answer("x")
    at_rest(session)
    words = "Before three: continue?" if "interrupt_before" in stop else "After ask: continue?"
    assert questions(session) == [words]
    again = at_rest(hitl.attach(graph, session.thread_id, save=tmp_path / "runs.sqlite"))
    assert questions(again) == [words]
    assert [one.key for one in again.decisions] == ["ask"]
    assert "three" not in ran.names
    again.answer(True)
    log = again.wait(60)["log"]
    assert log[log.index("x") :] == ["x", "three", *["after"] * log.count("after")]
    assert [one.key for one in again.decisions] == ["ask", again.decisions[1].key]


def test_it_asks_to_continue_at_its_end_too(tmp_path: Path) -> None:
    ran = Ran()
    inner = graphs.chain(graphs.Log, {"ask": graphs.asks("?"), "last": ran.node("last")}, interrupt_after=["last"])
    graph = around(ran, inner)
    session = at_rest(hitl.run(graph, {"log": []}, save=tmp_path / "runs.sqlite"))
    session.answer("x")
    at_rest(session)
    assert questions(session) == ["After last: continue?"]
    again = at_rest(hitl.attach(graph, session.thread_id, save=tmp_path / "runs.sqlite"))
    again.answer({"update": {"log": ["changed"]}})
    assert again.wait(60)["log"] == ["before", "changed", "after"]


def test_an_inbox_shows_that_it_stands_and_no_question_that_was_answered(tmp_path: Path) -> None:
    ran = Ran()
    graph = one_level(ran, interrupt_before=["three"])
    session = at_rest(hitl.run(graph, {"log": []}, save=tmp_path / "runs.sqlite"))
    session.answer("x")
    at_rest(session)
    [thread] = hitl.inbox(graph, save=tmp_path / "runs.sqlite")
    assert [(one.kind, one.path) for one in thread.requests] == [("breakpoint", ("inner", "three"))]


def test_a_question_after_the_breakpoint_is_asked(tmp_path: Path) -> None:
    ran = Ran()
    nodes = {"first": graphs.asks("first?"), "stop": ran.node("stop"), "second": graphs.asks("second?")}
    graph = around(ran, graphs.chain(graphs.Log, nodes, interrupt_before=["stop"]))
    session = at_rest(hitl.run(graph, {"log": []}, save=tmp_path / "runs.sqlite"))
    for asked, answer in (("first?", 1), ("Before stop: continue?", True), ("second?", 2)):
        assert questions(session) == [asked]
        session.answer(answer)
        at_rest(session)
    assert session.wait(60)["log"] == ["before", "before", 1, "stop", 2, "after"]
    # Back at the breakpoint the first question keeps its answer.
    fork = at_rest(session.fork(session.decisions[1], answer={"update": {"log": ["changed"]}}))
    assert questions(fork) == ["second?"]


def two_in_code(ran: Ran) -> Any:
    """A node whose code calls a graph that asks, and then one that stops: LangGraph's thread shows the first."""
    first, second = leaf(ran), leaf(ran, interrupt_before=["three"])

    def calls(_state: Any) -> Any:
        return {"log": second.invoke({"log": first.invoke({"log": []})["log"]})["log"]}

    return around(ran, calls)


def test_the_second_graph_that_a_node_calls_stops_after_the_question_of_the_first(tmp_path: Path) -> None:
    ran = Ran()
    graph = two_in_code(ran)
    session = at_rest(hitl.run(graph, {"log": []}, save=tmp_path / "runs.sqlite"))
    session.answer("x")
    assert questions(at_rest(session)) == ["?"]  # of the second
    session.answer("y")
    assert questions(at_rest(session)) == ["Inside inner: continue?"]
    session.answer(True)
    assert session.wait(60)["log"][-3:] == ["y", "three", "after"]
    fork = at_rest(session.fork(session.decisions[-1]))
    assert any("nested graph in inner runs from its beginning" in notice for notice in fork._run.notices)


def test_what_a_task_asks_beside_a_graph_that_has_asked_before_stays_asked(tmp_path: Path) -> None:
    @task
    def confirm() -> Any:
        return interrupt("sure?")

    ran = Ran()
    inner = leaf(ran)

    def calls(_state: Any) -> Any:
        return {"log": [*inner.invoke({"log": []})["log"], confirm().result(), interrupt("last?")]}

    graph = around(ran, calls)
    session = at_rest(hitl.run(graph, {"log": []}, save=tmp_path / "runs.sqlite"))
    for question in ("?", "sure?", "last?"):
        assert questions(session) == [question]
        again = at_rest(hitl.attach(graph, session.thread_id, save=tmp_path / "runs.sqlite"))
        assert questions(again) == [question]
        session.answer(question)
        at_rest(session)
    assert session.wait(60)["log"][-4:] == ["three", "sure?", "last?", "after"]


class Note(TypedDict, total=False):
    note: str
    log: list[Any]


def calls_two(ran: Ran, *, stops: bool = True) -> Any:
    """A node whose own code calls a graph that asks, and then another one, which stops."""
    first = leaf(ran)
    nodes = {"write": lambda _: {"note": "n"}, "stop": lambda state: {"log": [state["note"]]}}
    second = graphs.chain(Note, nodes, **({"interrupt_before": ["stop"]} if stops else {}))

    def calls(_state: Any) -> Any:
        got = first.invoke({"log": []})["log"]
        return {"log": [*got, *second.invoke({}).get("log", [])]}

    return around(ran, calls)


def test_of_two_graphs_in_a_nodes_code_the_second_stands_inside_of_the_node_and_offers_no_other_ones_state(
    tmp_path: Path,
) -> None:
    ran = Ran()
    session = at_rest(hitl.run(calls_two(ran), {"log": []}, save=tmp_path / "runs.sqlite"))
    session.answer("x")
    at_rest(session)
    # LangGraph's snapshot shows the first graph alone, which is through (1.2.24).
    assert questions(session) == ["Inside inner: continue?"]
    assert session._run.pending[0].control.view == {"kind": "breakpoint", "field": None}
    assert session._run.stands_before == [("inner",)]
    with pytest.raises(hitl.InvalidAnswerError, match="cannot be changed here"):
        session.answer({"update": {"log": ["edited"]}})
    session.close()
    ran.names.clear()
    # Another kernel stops there, too, and does not go on by itself.
    again = at_rest(hitl.attach(calls_two(ran), session.thread_id, save=tmp_path / "runs.sqlite"))
    assert questions(again) == ["Inside inner: continue?"]
    assert ran.names == []
    again.answer(True)
    assert again.wait(60)["log"] == ["before", "one", "two", "x", "three", "n", "after"]
    assert ran.names == ["after"]


def test_one_that_was_cut_off_in_the_second_graph_goes_on_by_itself(tmp_path: Path) -> None:
    session = at_rest(hitl.run(calls_two(Ran()), {"log": []}, save=tmp_path / "runs.sqlite"))
    session.answer("x")
    at_rest(session).close()
    # Nothing stops it any more where it stands: that is what a kernel leaves that was killed there.
    again = hitl.attach(calls_two(Ran(), stops=False), session.thread_id, save=tmp_path / "runs.sqlite")
    assert again.wait(60)["log"][-2:] == ["n", "after"]


def test_a_fork_from_there_begins_the_node_anew_and_says_so(tmp_path: Path) -> None:
    session = at_rest(hitl.run(calls_two(Ran()), {"log": []}, save=tmp_path / "runs.sqlite"))
    session.answer("x")
    at_rest(session).answer(True)
    session.wait(60)
    fork = at_rest(session.fork(session.decisions[-1]))
    assert questions(fork) == ["Before inner: continue?"]
    assert any("runs from its beginning here" in notice for notice in fork.notices)
    fork.answer(True)
    at_rest(fork)
    assert questions(fork) == ["?"]
    # At a step of the second graph itself it can be begun.
    step = next(one for outer in session.history for one in outer.inside if one.nodes == ("stop",))
    begun = at_rest(session.fork(step))
    assert begun.wait(60) == session.values
    with pytest.raises(hitl.HitlError, match="LangGraph does not know the graph that inner calls"):
        session.fork(step, update={"note": "edited"}).wait(60)
