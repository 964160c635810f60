"""Forks from a step of a nested graph: it goes on from there, and LangGraph's own history says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send, StateSnapshot, interrupt
from pydantic import SecretStr
from typing_extensions import TypedDict

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
    assert "edited" in fork.wait(60)["log"]
    assert everything(session) == before


def sent(ran: Ran) -> Any:
    """Three nested graphs side by side, each with its own work and two questions."""

    def asks(question: str) -> Callable[[Any], Any]:
        def node(state: Any) -> Any:
            name = state["log"][0]
            return {"log": [f"{name}{interrupt(f'{name} {question}')}"]}

        return node

    def work(state: Any) -> Any:
        ran.names.append(f"{state['log'][0]} works")
        return {}

    inner = graphs.chain(graphs.Log, {"q1": asks("1?"), "work": work, "q2": asks("2?"), "more": work})
    builder = StateGraph(graphs.Log)
    builder.add_node("inner", inner)
    builder.add_node("after", ran.node("after"))
    builder.add_conditional_edges(START, lambda _: [Send("inner", {"log": [one]}) for one in "abc"], ["inner"])
    builder.add_edge("inner", "after")
    return builder.compile()


def answer_as_asked(session: hitl.Session, *given: tuple[str, Any]) -> None:
    for question, answer in given:
        [request] = [one for one in session.requests if one.payload == question]
        session.answer(answer, to=request.id)
        at_rest(session)


def step_of(session: hitl.Session, node: str, given: str) -> Any:
    [found] = [one for one in nested_steps(session) if one.nodes == (node,) and one.before["log"][0] == given]
    return found


def test_of_siblings_what_was_done_stays_done_and_what_was_answered_since_is_asked_again(saved: Any) -> None:
    ran = Ran()
    session = at_rest(hitl.run(sent(ran), {"log": []}, save=saved))
    first = [("a 1?", 1), ("a 2?", 2), ("b 1?", 3)]
    answer_as_asked(session, *first, ("c 1?", 4), ("b 2?", 5), ("c 2?", 6))
    assert session.wait(60)["log"] == ["a", "a1", "a2", "b", "b3", "b5", "c", "c4", "c6", "after"]
    before = everything(session)
    ran.names.clear()
    # Where b works, a was done, and c waited for its first answer.
    fork = at_rest(session.fork(step_of(session, "work", "b"), update={"log": ["b", "changed"]}))
    assert ran.names == ["b works"]
    assert sorted(questions(fork)) == ["b 2?", "c 1?"]
    tasks = langgraphs_own(fork).tasks
    assert [task.result is not None for task in tasks] == [True, False, False]
    answer_as_asked(fork, ("b 2?", 50), ("c 1?", 40), ("c 2?", 60))
    assert fork.wait(60)["log"] == ["a", "a1", "a2", "b", "changed", "b50", "c", "c40", "c60", "after"]
    assert ran.names == ["b works", "b works", "c works", "c works", "after"]
    assert everything(session) == before


def test_a_sibling_that_stands_further_stands_there_and_one_form_is_that_of_the_step_that_was_meant(saved: Any) -> None:
    ran = Ran()
    session = at_rest(hitl.run(sent(ran), {"log": []}, save=saved))
    answer_as_asked(session, ("a 1?", 1), ("c 1?", 4), ("b 1?", 3))
    # All wait for their second answer; c's first was given before b's work.
    ran.names.clear()
    fork = at_rest(session.fork(step_of(session, "work", "c"), pause=True))
    [request] = fork.requests
    assert request.kind == "breakpoint"
    assert request.payload.values["log"] == ["c", "c4"]
    fork.answer({"update": {"log": ["c", "edited"]}})
    at_rest(fork)
    # b was answered after that, and a before.
    assert sorted(questions(fork)) == ["a 2?", "b 1?", "c 2?"]
    assert ran.names == ["c works"]
    answer_as_asked(fork, ("a 2?", 2), ("b 1?", 30), ("b 2?", 50), ("c 2?", 6))
    assert fork.wait(60)["log"] == ["a", "a1", "a2", "b", "b30", "b50", "c", "edited", "c6", "after"]


def test_an_async_thread_is_forked_from_a_nested_step_with_await(tmp_path: Path) -> None:
    async def main() -> None:
        ran = Ran()

        async def work(_state: Any) -> Any:
            ran.names.append("work")
            return {"log": ["work"]}

        inner = graphs.chain(graphs.Log, {"one": graphs.asks("one?"), "work": work, "two": graphs.asks("two?")})
        graph = graphs.chain(graphs.Log, {"outer": graphs.chain(graphs.Log, {"inner": inner}), "after": work})
        session = hitl.run(graph, {}, save=tmp_path / "async.sqlite")
        await session.aanswer(1)
        await session.aanswer(2)
        await session
        driver = session._run.driver
        thread: Any = {"configurable": {"thread_id": session.thread_id}}
        before = [one async for one in driver.checkpointer.alist(thread)]
        [step] = [one for one in (await session.ahistory())[0].inside if one.nodes == ("work",)]
        assert step.path == ("outer", "inner")
        ran.names.clear()
        fork = session.fork(step, update={"log": ["changed"]})
        await fork.aanswer(20)
        assert (await fork)["log"] == ["changed", "work", 20, "work"]
        assert ran.names == ["work", "work"]
        paused = session.fork(step, pause=True)
        await paused.aanswer({"update": {"log": ["edited"]}})
        await paused.aanswer(30)
        assert (await paused)["log"] == ["edited", "work", 30, "work"]
        assert [one async for one in driver.checkpointer.alist(thread)] == before

    asyncio.run(main())


def test_a_fork_is_forked_from_a_nested_step_before_it_which_the_first_thread_has(saved: Any) -> None:
    ran = Ran()
    builder = {"inner": leaf(ran), "between": ran.node("between"), "ask": graphs.asks("3?")}
    session = answered(around(ran, builder), saved, "a", "b", "c")
    fork = at_rest(session.fork(session.decisions[2], answer="C"))
    [step] = [one for one in nested_steps(session) if one.nodes == ("q2",)]
    second = at_rest(fork.fork(step))
    assert questions(second) == ["2?"]
    second.answer("B")
    at_rest(second).answer("D")
    assert second.wait(60)["log"][-4:] == ["w3", "between", "D", "after"]
    assert "B" in second.values["log"]


def test_a_thread_of_an_earlier_kernel_is_forked_from_a_nested_step(saved: Any) -> None:
    first = Ran()
    session = answered(two_levels(first), saved, "a")
    thread = session.thread_id
    session.close()
    ran = Ran()
    again = at_rest(hitl.attach(two_levels(ran), thread, save=saved))
    [step] = [one for one in nested_steps(again) if one.nodes == ("q1",)]
    assert (step.number, step.words) == ("1.3", "step 1.3 (outer › inner › q1)")
    fork = at_rest(again.fork(step))
    # The decision of the kernel before is what it starts from.
    assert questions(fork) == ["1?"]
    fork.answer("A")
    assert questions(at_rest(fork)) == ["2?"]
    assert ran.names == ["w2"]


def test_a_nested_graph_that_has_failed_is_run_again_from_an_earlier_step_of_it(saved: Any) -> None:
    broken = [True]

    def fails(state: Any) -> Any:
        if broken[0] and "mended" not in state["log"]:
            raise ValueError("broken")
        return {"log": ["done"]}

    ran = Ran()
    inner = graphs.chain(graphs.Log, {"w1": ran.node("w1"), "w2": ran.node("w2"), "fails": fails})
    session = hitl.run(around(ran, {"inner": inner}), {"log": []}, save=saved)
    assert session._run.at_rest.wait(60)
    assert session.status == "failed"
    [step] = [one for one in nested_steps(session) if one.nodes == ("w2",)]
    ran.names.clear()
    fork = session.fork(step, update={"log": ["mended"]})
    assert fork.wait(60)["log"] == ["before", "mended", "w2", "done", "after"]
    assert ran.names == ["w2", "after"]


def test_what_can_not_be_started_inside_says_why(saved: Any) -> None:
    ran = Ran()
    session = finished("in a node's code, hidden", saved, ran)
    step = nested_steps(session)[0]
    with pytest.raises(hitl.HitlError, match=r"does not know the graph that calls calls in its own code"):
        session.fork(step, pause=True)
    with pytest.raises(hitl.HitlError, match=r"but not with another state"):
        session.fork(step, update={"log": []})
    known = finished("one level", saved, ran)
    with pytest.raises(TypeError, match="The state has no 'other'; it has 'amount', 'log'"):
        known.fork(nested_steps(known)[0], update={"other": 1})


def test_a_nested_graph_without_checkpoints_has_no_steps_to_start_from(saved: Any) -> None:
    ran = Ran()
    inner = graphs.chain(graphs.Log, {"w1": ran.node("w1"), "w2": ran.node("w2")}, checkpointer=False)
    session = hitl.run(around(ran, {"inner": inner}), {"log": []}, save=saved)
    session.wait(60)
    assert nested_steps(session) == []


def two_different_in_code(ran: Ran) -> Any:
    """Two graphs of different states; LangGraph knows the first of them."""
    one = graphs.chain(graphs.Log, {"q": graphs.asks("1?"), "w": ran.node("w")})
    other = graphs.chain(graphs.Log, {"x": ran.node("x"), "ask": graphs.asks("2?"), "y": ran.node("y")})

    def calls(_state: Any) -> Any:
        first = one.invoke({"log": []})["log"]
        return {"log": other.invoke({"log": first})["log"]}

    return around(ran, {"calls": calls})


def test_what_a_second_graph_was_given_follows_from_the_first_one_s_other_answer(saved: Any) -> None:
    ran = Ran()
    session = answered(two_different_in_code(ran), saved, "a", "b")
    before = everything(session)
    ran.names.clear()
    fork = at_rest(session.fork(session.decisions[0], answer="A"))
    assert (questions(fork), ran.names) == (["2?"], ["w", "x"])
    fork.answer("B")
    assert fork.wait(60)["log"] == ["before", "A", "w", "x", "B", "y", "after"]
    [step] = [one for one in nested_steps(session) if one.nodes == ("w",)]
    fork = at_rest(session.fork(step, update={"log": ["changed"]}))
    fork.answer("B")
    assert fork.wait(60)["log"] == ["before", "changed", "w", "x", "B", "y", "after"]
    [second] = [one for one in nested_steps(session) if one.nodes == ("y",)]
    ran.names.clear()
    assert session.fork(second).wait(60) == session.values
    assert ran.names == ["after"]
    # It is another graph than the one that LangGraph knows, and its state might be anything.
    refused = session.fork(second, update={"log": []})
    with pytest.raises(hitl.HitlError, match="does not know the graph that calls calls"):
        refused.wait(60)
    assert everything(session) == before


def test_a_task_that_a_nested_node_calls_later_is_called_anew_with_what_was_changed(saved: Any) -> None:
    ran = Ran()

    @task
    def count(log: list[Any]) -> int:
        ran.names.append("count")
        return len(log)

    inner = leaf(ran)

    def calls(_state: Any) -> Any:
        first = count([]).result()
        log = inner.invoke({"log": [first]})["log"]
        return {"log": [*log, count(log).result()]}

    outer = graphs.chain(graphs.Log, {"calls": calls})
    session = answered(around(ran, {"outer": outer}), saved, "a", "b")
    assert session.values["log"] == ["before", "before", 0, "w1", "a", "w2", "b", "w3", 6, "after"]
    [step] = [one for one in nested_steps(session) if one.nodes == ("w3",)]
    ran.names.clear()
    fork = at_rest(session.fork(step, update={"log": ["one"]}))
    assert fork.wait(60)["log"] == ["before", "before", "one", "w3", 2, "after"]
    assert ran.names == ["w3", "count", "after"]


def test_a_graph_that_remembers_goes_on_from_a_step_of_its_second_time(saved: Any) -> None:
    ran = Ran()
    inner = graphs.chain(
        graphs.Log, {"a": graphs.asks("a?"), "w": ran.node("w"), "b": graphs.asks("b?")}, checkpointer=True
    )
    builder = StateGraph(graphs.Log)
    builder.add_node("inner", inner)
    builder.add_node("other", lambda _state: {})
    builder.add_edge(START, "inner")
    builder.add_edge("inner", "other")
    builder.add_conditional_edges("other", lambda state: END if state["log"][-1] == "no" else "inner", ["inner", END])
    session = answered(builder.compile(), saved, 1, 2, 3, "no")
    before, whole = everything(session), session.values["log"]
    first, second = (one for one in nested_steps(session) if one.nodes == ("w",))
    assert (first.within, second.within) == (0, 2)
    ran.names.clear()
    fork = at_rest(session.fork(second))
    assert (questions(fork), ran.names) == (["b?"], [])
    fork.answer("no")
    assert fork.wait(60)["log"] == whole
    # It remembers the first time, but for what comes after the first step that is run again.
    fork = at_rest(session.fork(first, update={"log": ["changed"]}))
    fork.answer("two")
    at_rest(fork).answer(3)
    at_rest(fork).answer("no")
    once = ["changed", "w", "two"]
    assert fork.wait(60)["log"] == [*once, *once, *once, 3, "w", "no"]
    assert everything(session) == before


def test_where_two_runs_part_inside_of_a_step_is_named(saved: Any) -> None:
    session = finished("two levels", saved, Ran())
    [step] = [one for one in nested_steps(session) if one.nodes == ("q2",)]
    fork = at_rest(session.fork(step))
    fork.answer("another")
    fork.wait(60)
    words = session.compare(fork).words
    assert words == f"The two runs part at step 1 (outer), inside of it at {step.words}."
    assert step.words.endswith("(outer › inner › q2)")


class Login(TypedDict, total=False):
    token: SecretStr
    name: str


def test_the_form_of_a_nested_state_shows_no_secret_and_an_edit_keeps_it(saved: Any) -> None:
    nodes = {"log_in": hitl.ask_node("token", "Token?"), "ask": hitl.ask_node("name", "Who?")}
    graph = graphs.chain(Login, {"inner": graphs.chain(Login, nodes)})
    session = answered(graph, saved, "hunter2", "Ada")
    [step] = [one for one in nested_steps(session) if one.nodes == ("ask",)]
    assert "hunter2" not in repr(session.history[0].inside)
    fork = at_rest(session.fork(step, pause=True))
    assert "hunter2" not in repr(fork._run.pending[0].control.view)
    fork.answer({"update": {"name": "Grace"}})
    at_rest(fork).answer("Lin")
    result = fork.wait(60)
    assert (result["name"], result["token"]) == ("Lin", session.values["token"])


def test_it_stands_at_the_nested_graphs_own_breakpoint_where_it_starts_there(saved: Any) -> None:
    ran = Ran()
    nodes = {"one": ran.node("one"), "two": ran.node("two")}
    graph = graphs.chain(graphs.Log, {"inner": graphs.chain(graphs.Log, nodes, interrupt_before=["two"])})
    session = hitl.run(graph, {"log": []}, save=saved)
    at_rest(session).answer(True)
    session.wait(60)
    [step] = [one for one in nested_steps(session) if one.nodes == ("two",)]
    ran.names.clear()
    fork = at_rest(session.fork(step, update={"log": ["changed"]}))
    assert [(one.kind, one.path) for one in fork.requests] == [("breakpoint", ("inner", "two"))]
    assert ran.names == []
    fork.answer(True)
    assert fork.wait(60)["log"] == ["changed", "two"]


def test_what_if_tries_answers_at_a_nested_step(saved: Any) -> None:
    session = finished("two levels", saved, Ran())
    [step] = [one for one in nested_steps(session) if one.nodes == ("q2",)]
    found = session.what_if(step, ["x", "y"])
    assert [one.values["log"][-4:] for one in found.outcomes] == [[one, "w3", "after", "after"] for one in "xy"]
    assert "What if 'step 1.5 (outer › inner › q2)' is answered with" in repr(found)


def test_a_graph_that_a_task_calls_is_answered_and_stands_where_it_stood_in_a_fork_from_a_decision() -> None:
    ran = Ran()
    session = finished("in a task", None, ran)
    assert session.values == {"log": ["given", "w1", "a0", "w2", "a1", "w3", 6]}
    before = everything(session)
    ran.names.clear()
    fork = session.fork(session.decisions[1], answer="B")
    assert fork.wait(60) == {"log": ["given", "w1", "a0", "w2", "B", "w3", 6]}
    assert ran.names == ["w3", "count"]
    ran.names.clear()
    fork = at_rest(session.fork(session.decisions[0], answer="A"))
    assert (questions(fork), ran.names) == (["2?"], ["w2"])
    assert everything(session) == before
