"""Forks from decisions at breakpoints: the graph stands there again, a nested one where it stood, and is answered differently."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Send

import hitl_widgets as hitl

from . import graphs
from .test_fork_moment import Ran, at_rest, everything, questions


@pytest.fixture(params=["memory", "sqlite"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return InMemorySaver() if request.param == "memory" else tmp_path / "runs.sqlite"


def leaf(ran: Ran, **options: Any) -> Any:
    nodes = {"one": ran.node("one"), "two": ran.node("two"), "ask": graphs.asks("?"), "three": ran.node("three")}
    return graphs.chain(graphs.Log, nodes, **options)


def around(ran: Ran, inner: Any) -> Any:
    return graphs.chain(graphs.Log, {"before": ran.node("before"), "inner": inner, "after": ran.node("after")})


def finished(graph: Any, saved: Any, *answers: Any, **options: Any) -> hitl.Session:
    session = at_rest(hitl.run(graph, {"log": []}, save=saved, **options))
    for answer in answers:
        session.answer(answer)
        at_rest(session)
    assert session.status == "finished", session.requests
    return session


def one_level(ran: Ran, **options: Any) -> Any:
    return around(ran, leaf(ran, **options))


def two_levels(ran: Ran, **options: Any) -> Any:
    return around(ran, around(ran, leaf(ran, **options)))


def remembering(ran: Ran, **options: Any) -> Any:
    return around(ran, leaf(ran, checkpointer=True, **options))


def in_code(ran: Ran, **options: Any) -> Any:
    inner = leaf(ran, **options)

    def calls(_state: Any) -> Any:
        return {"log": inner.invoke({"log": []})["log"]}

    return around(ran, calls)


CASES = {"one level": one_level, "two levels": two_levels, "that remembers": remembering, "in a node's code": in_code}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("stop", [{"interrupt_before": ["two"]}, {"interrupt_after": ["one"]}])
def test_a_nested_graph_stands_at_its_breakpoint_again_and_goes_on_with_another_state(
    case: str, stop: dict[str, Any], saved: Any
) -> None:
    ran = Ran()
    session = finished(CASES[case](ran, **stop), saved, True, "x")
    stopped = session.decisions[0]
    assert len(stopped.path) > 1
    before = everything(session)
    ran.names.clear()
    fork = at_rest(session.fork(stopped))
    assert ran.names == []
    [request] = fork.requests
    assert (request.kind, request.path) == ("breakpoint", stopped.path)
    assert questions(fork) == [stopped.question]
    assert request.payload.values["log"][-1] == "one"
    assert len(fork.decisions) == 0
    fork.answer({"update": {"log": ["changed"]}})
    at_rest(fork)
    assert (questions(fork), ran.names) == (["?"], ["two"])
    fork.answer("y")
    log = fork.wait(60)["log"]
    assert [one for one in log if one in ("one", "two", "x")] == ["two"]
    assert (log.count("changed"), log.count("y"), log[-1]) == (1, 1, "after")
    assert everything(session) == before


@pytest.mark.parametrize("case", CASES)
def test_with_the_same_answer_it_comes_to_the_same_end(case: str, saved: Any) -> None:
    ran = Ran()
    session = finished(CASES[case](ran, interrupt_before=["two"]), saved, True, "x")
    ran.names.clear()
    fork = at_rest(session.fork(session.decisions[0], answer=True))
    assert questions(fork) == ["?"]
    fork.answer("x")
    assert fork.wait(60) == session.values
    assert "one" not in ran.names
    assert [(one.key, one.value) for one in fork.decisions] == [(one.key, one.value) for one in session.decisions]


def side_by_side(ran: Ran, **options: Any) -> Any:
    """Three nested graphs at once, each with its own breakpoint, and a node beside them."""

    def work(name: str) -> Any:
        def node(state: Any) -> Any:
            ran.names.append(f"{state['log'][0]} {name}")
            return {"log": [f"{state['log'][0]} {name}"]}

        return node

    inner = graphs.chain(graphs.Log, {name: work(name) for name in ("one", "two", "three")}, **options)
    builder: Any = StateGraph(graphs.Log)
    builder.add_node("inner", inner)
    builder.add_node("beside", ran.node("beside"))
    builder.add_node("after", ran.node("after"))
    targets = [*(Send("inner", {"log": [one]}) for one in "abc"), Send("beside", {})]
    builder.add_conditional_edges(START, lambda _: targets, ["inner", "beside"])
    builder.add_edge("inner", "after")
    return builder.compile()


def test_the_graphs_beside_it_stand_where_they_stood_and_what_was_done_by_then_stays_done(saved: Any) -> None:
    ran = Ran()
    session = at_rest(hitl.run(side_by_side(ran, interrupt_before=["two", "three"]), {"log": []}, save=saved))
    # Passing one breakpoint lets all of them go on (langgraph 1.2.24), here to the next one.
    session.answer({"update": {"log": ["a", "edited"]}})
    at_rest(session)
    session.answer(True)
    whole = session.wait(60)["log"]
    before, names = everything(session), sorted(ran.names)
    assert names.count("beside") == 1
    for decision, done in ((session.decisions[0], ["one"]), (session.decisions[1], ["one", "two"])):
        ran.names.clear()
        fork = at_rest(session.fork(decision))
        assert questions(fork) == [decision.question]
        assert ran.names == []
        fork.answer({"update": {"log": ["a", "other"]}})
        at_rest(fork)
        while fork.status == "waiting":
            fork.answer(True)
            at_rest(fork)
        have = [f"{one} {name}" for one in "abc" for name in done]
        assert sorted(ran.names) == sorted(set(names) - {*have, "beside"})
        log = fork.wait(60)["log"]
        assert ("other" in log, "edited" in log) == (True, False)
        assert [one for one in log if one[0] in "bc"] == [one for one in whole if one[0] in "bc"]
    assert everything(session) == before


def test_further_inside_of_one_beside_it_stands_what_stood_there(saved: Any) -> None:
    ran = Ran()
    inner = graphs.chain(graphs.Log, {"two": ran.node("two"), "three": ran.node("three")}, interrupt_before=["three"])
    deep: Any = StateGraph(graphs.Log)
    deep.add_node("inner", inner)
    deep.add_node("plain", ran.node("plain"))
    deep.add_edge(START, "inner")
    deep.add_edge(START, "plain")
    builder: Any = StateGraph(graphs.Log)
    other = graphs.chain(graphs.Log, {"a": ran.node("a"), "b": ran.node("b")}, interrupt_before=["b"])
    for name, graph in (("first", other), ("second", deep.compile())):
        builder.add_node(name, graph)
        builder.add_edge(START, name)
    session = finished(builder.compile(), saved, True)
    assert session.decisions[0].path == ("first", "b")
    ran.names.clear()
    fork = at_rest(session.fork(session.decisions[0]))
    assert (questions(fork), ran.names) == (["Before b: continue?"], [])
    fork.answer(True)
    assert fork.wait(60) == session.values
    assert sorted(ran.names) == ["b", "three"]


def test_a_graph_that_stood_at_its_end_stands_there_again_with_what_its_nodes_have_written(saved: Any) -> None:
    ran = Ran()
    inner = graphs.chain(graphs.Log, {"one": ran.node("one"), "two": ran.node("two")}, interrupt_after=["two"])
    session = finished(around(ran, inner), saved, True)
    ran.names.clear()
    fork = at_rest(session.fork(session.decisions[0], answer={"update": {"log": ["changed"]}}))
    assert [one for one in fork.wait(60)["log"] if one != "before"] == ["changed", "after"]
    assert ran.names == ["after"]
    assert fork.decisions[0].value == {"update": {"log": ["changed"]}}


def test_one_that_can_not_tell_after_which_node_it_stood_is_changed_too(saved: Any) -> None:
    class Inner(graphs.Log, total=False):
        own: int

    ran = Ran()
    builder: Any = StateGraph(Inner)
    for name in ("left", "right"):
        builder.add_node(name, ran.node(name))
        builder.add_edge(START, name)
    session = finished(around(ran, builder.compile(interrupt_after="*")), saved, True)
    assert session.decisions[0].path == ("inner",)
    fork = at_rest(session.fork(session.decisions[0]))
    [request] = fork.requests
    assert sorted(request.payload.values["log"]) == ["before", "left", "right"]
    fork = at_rest(session.fork(session.decisions[0], update={"own": 2}))
    assert fork.requests[0].payload.values["own"] == 2


def test_a_decision_of_a_fork_and_one_read_after_a_restart_are_answered_differently_too(tmp_path: Path) -> None:
    ran = Ran()
    graph = two_levels(ran, interrupt_before=["two", "three"])
    session = finished(graph, tmp_path / "runs.sqlite", True, "x", True)
    fork = at_rest(session.fork(session.decisions[2]))
    again = at_rest(fork.fork(fork.requests[0]))
    again.answer({"update": {"log": ["again"]}})
    assert "again" in again.wait(60)["log"]
    once_more = at_rest(again.fork(again.decisions[-1]))
    assert questions(once_more) == ["Before three: continue?"]
    assert "again" not in str(once_more.requests[0].payload.values)
    # What is before that is in the first thread alone.
    attached = hitl.attach(graph, session.thread_id, save=tmp_path / "runs.sqlite")
    assert [one.key for one in attached.decisions] == ["two", "ask", "three"]
    ran.names.clear()
    other = at_rest(attached.fork(attached.decisions[0], answer={"update": {"log": ["attached"]}}))
    assert (questions(other), ran.names) == (["?"], ["two"])
    assert "attached" in str(other.history[-1].inside[-1].before)


def test_an_answer_goes_with_another_state(saved: Any) -> None:
    ran = Ran()
    session = finished(one_level(ran, interrupt_before=["two"]), saved, True, "x")
    with pytest.raises(TypeError, match=r"The state has no 'lag'; it has 'amount', 'log'\."):
        session.fork(session.decisions[0], update={"lag": []})
    fork = at_rest(session.fork(session.decisions[0], update={"log": ["changed"]}, answer=True))
    assert questions(fork) == ["?"]
    fork.answer("y")
    assert fork.wait(60)["log"] == ["before", "changed", "two", "y", "three", "after"]
    found = session.what_if(session.decisions[0], [True, {"update": {"log": ["z"]}}], then={"ask": "y"})
    assert [one.values["log"][-5:-2] for one in found.outcomes] == [["one", "two", "y"], ["z", "two", "y"]]


def test_one_that_was_stopped_at_goes_on_in_a_fork(saved: Any) -> None:
    ran = Ran()
    session = at_rest(hitl.run(one_level(ran, interrupt_before=["two"]), {"log": []}, save=saved))
    session.answer(False)
    assert session.status == "stopped"
    fork = at_rest(session.fork(session.decisions[0], answer=True))
    assert questions(fork) == ["?"]


def test_a_breakpoint_that_was_switched_off_since_is_stood_at_again(saved: Any) -> None:
    ran = Ran()
    session = at_rest(hitl.run(one_level(ran), {"log": []}, save=saved, interrupt_before=["inner/two"]))
    session.answer(True)
    at_rest(session)
    session.answer("x")
    session.wait(60)
    fork = at_rest(session.fork(session.decisions[0]))
    assert fork.requests[0].path == ("inner", "two")
    fork.answer(True)
    at_rest(fork)
    assert questions(fork) == ["?"]


def test_the_outermost_graph_stands_after_the_same_node_again(saved: Any) -> None:
    ran = Ran()
    session = finished(leaf(ran, interrupt_after=["one"]), saved, True, "x")
    fork = at_rest(session.fork(session.decisions[0]))
    assert questions(fork) == ["After one: continue?"]
    fork.answer({"update": {"log": ["changed"]}})
    at_rest(fork)
    fork.answer("y")
    assert fork.wait(60)["log"] == ["changed", "two", "y", "three"]


@pytest.mark.parametrize("answer", [True, {"update": {"log": ["changed"]}}], ids=["as it is", "changed"])
def test_a_fork_from_the_step_after_a_node_has_what_was_decided_between_them(answer: Any, saved: Any) -> None:
    session = finished(leaf(Ran(), interrupt_after=["one"], interrupt_before=["three"]), saved, answer, "x", True)
    [second] = [step for step in session.history if step.nodes == ("two",) and not step.passed_over]
    for options in ({}, {"update": {"log": ["other"]}}, {"pause": True}):
        fork = at_rest(session.fork(second, **options))
        assert [decision.node for decision in fork.decisions] == ["one"]
        if options.get("pause"):
            fork.answer(True)
            assert [decision.node for decision in at_rest(fork).decisions] == ["one", "two"]
        again = at_rest(fork.fork(second.index))
        assert [decision.node for decision in again.decisions] == ["one"]
        # Where it stands there again, that is not decided yet; nor what is decided before a node.
        standing = at_rest(fork.fork(fork.decisions[0]))
        assert (questions(standing), list(standing.decisions)) == (["After one: continue?"], [])
    fork = at_rest(session.fork(session.history[-1], pause=True))
    assert questions(fork) == ["Before three: continue?"]
    assert [decision.node for decision in fork.decisions] == ["one", "ask"]


def test_an_async_thread_is_forked_at_a_nested_breakpoint_with_await(tmp_path: Path) -> None:
    async def main() -> None:
        async def work(_state: Any) -> Any:
            return {"log": ["work"]}

        inner = graphs.chain(graphs.Log, {"one": work, "two": work}, interrupt_before=["two"])
        graph = graphs.chain(graphs.Log, {"inner": inner, "after": work})
        session = hitl.run(graph, {}, save=tmp_path / "async.sqlite")
        await session.aanswer(True)
        assert (await session)["log"] == ["work"] * 3
        fork = session.fork(session.decisions[0], answer={"update": {"log": ["changed"]}})
        assert (await fork)["log"] == ["changed", "work", "work"]

    asyncio.run(main())
