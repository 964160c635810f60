"""Answering differently from a decision: what was before it stays as it was, in nested graphs and within a node too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send, interrupt

import hitl_widgets as hitl

from . import graphs


@pytest.fixture(params=["memory", "sqlite"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return InMemorySaver() if request.param == "memory" else tmp_path / "runs.sqlite"


def at_rest(session: hitl.Session) -> hitl.Session:
    assert session._run.at_rest.wait(60)
    assert session.error is None
    return session


def answered(graph: Any, saved: Any, *answers: Any) -> hitl.Session:
    session = hitl.run(graph, {}, save=saved)
    for answer in answers:
        session.answer(answer)
        at_rest(session)
    return session


def everything(session: hitl.Session) -> list[Any]:
    """All that LangGraph has of a thread, in all of its graphs."""
    driver = session._run.driver
    thread: Any = {"configurable": {"thread_id": session.thread_id}}
    return [
        (found.config, found.checkpoint, found.metadata, found.pending_writes)
        for found in driver.checkpointer.list(thread)
    ]


def questions(session: hitl.Session) -> list[str]:
    return [pending.question.question for pending in session._run.pending if pending.status == "open"]


class Ran:
    """Nodes that say that they ran."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def node(self, name: str) -> Callable[[Any], Any]:
        def node(_state: Any) -> Any:
            self.names.append(name)
            return {"log": [name]}

        return node


def twice_nested(ran: Ran, **options: Any) -> Any:
    """Two levels deep: a question, some work, another question, each level with work of its own."""
    inner = graphs.chain(
        graphs.Log,
        {"first": graphs.asks("first?"), "work": ran.node("inner work"), "second": graphs.asks("second?")},
    )
    outer = graphs.chain(graphs.Log, {"prepare": ran.node("outer work"), "inner": inner})
    return graphs.chain(graphs.Log, {"outer": outer, "last": graphs.asks("last?")}, **options)


def test_the_second_question_of_a_nested_graph_is_answered_differently_and_nothing_before_it_runs_again(
    saved: Any,
) -> None:
    ran = Ran()
    session = answered(twice_nested(ran), saved, "a", "b", "c")
    before, have = everything(session), list(ran.names)
    assert have == ["outer work", "inner work"]
    fork = at_rest(session.fork(session.decisions[1], answer="B"))
    assert ran.names == have
    assert questions(fork) == ["last?"]
    fork.answer("C")
    exchanged = {"b": "B", "c": "C"}
    assert fork.wait(60)["log"] == [exchanged.get(one, one) for one in session.values["log"]]
    assert everything(session) == before


def test_the_first_question_of_a_nested_graph_is_asked_again_and_what_follows_it_runs_again(saved: Any) -> None:
    ran = Ran()
    session = answered(twice_nested(ran), saved, "a", "b", "c")
    fork = at_rest(session.fork(session.decisions[0]))
    assert questions(fork) == ["first?"]
    assert ran.names == ["outer work", "inner work"]
    fork.answer("A")
    at_rest(fork)
    assert ran.names == ["outer work", "inner work", "inner work"]
    assert questions(fork) == ["second?"]


def test_a_nested_graph_that_runs_anew_is_told(saved: Any) -> None:
    ran = Ran()
    session = answered(twice_nested(ran), saved, "a", "b", "c")
    fork = at_rest(session.fork(0))
    assert any("nested graph in outer runs from its beginning" in notice for notice in fork._run.notices)
    assert not any("from its beginning here" in notice for notice in session._run.notices)
    moment = at_rest(session.fork(session.decisions[1]))
    assert not any("from its beginning here" in notice for notice in moment._run.notices)


def test_of_two_questions_of_a_node_the_second_is_answered_differently(saved: Any) -> None:
    session = answered(graphs.chain(graphs.Log, {"ask": graphs.asks_twice}), saved, 1, 2)
    before = everything(session)
    fork = session.fork(session.decisions[1], answer="other")
    assert fork.wait(60)["log"] == [1, "other"]
    again = at_rest(session.fork(session.decisions[0]))
    assert questions(again) == ["first"]
    again.answer(5)
    assert questions(at_rest(again)) == ["second"]
    assert everything(session) == before


def test_siblings_that_were_answered_before_keep_their_answers_and_those_after_ask_again(saved: Any) -> None:
    graph = graphs.fan_out(
        graphs.Log, {name: graphs.asks(f"{name}?") for name in ("one", "two", "three")}, lambda _state: {}
    )
    session = hitl.run(graph, {}, save=saved)
    for name in ("one", "two", "three"):
        session.answer(name, to=name)
    at_rest(session)
    fork = at_rest(session.fork(session.decisions[1], answer="TWO"))
    assert questions(fork) == ["three?"]
    fork.answer("THREE")
    assert sorted(fork.wait(60)["log"]) == ["THREE", "TWO", "one"]


def test_a_loop_is_left_at_another_round_and_each_round_starts_from_its_own_answer(saved: Any) -> None:
    builder = StateGraph(graphs.Log)
    builder.add_node("ask", lambda _state: {"log": [hitl.ask("More?", str, key="more")]})
    builder.add_edge(START, "ask")
    builder.add_conditional_edges("ask", lambda state: END if state["log"][-1] == "no" else "ask", ["ask", END])
    session = answered(builder.compile(), saved, "a", "b", "c", "no")
    fork = at_rest(session.fork(session.decisions[1]))
    assert fork.values["log"] == ["a"]

    def starts_from() -> Any:
        view: Any = fork._run.pending[0].control.view
        return view["field"]["default"]

    assert starts_from() == "b"
    fork.answer("x")
    at_rest(fork)
    assert starts_from() == "c"
    second = at_rest(fork.fork(fork.decisions[-1]))
    view: Any = second._run.pending[0].control.view
    assert view["field"]["default"] == "x"
    fork.answer("no")
    assert fork.wait(60)["log"] == ["a", "x", "no"]


def test_of_tasks_that_were_sent_one_is_answered_differently(saved: Any) -> None:
    builder = StateGraph(graphs.Log)
    builder.add_node("word", lambda state: {"log": [interrupt(f"{state['word']}?")]})
    builder.add_conditional_edges(START, lambda _state: [Send("word", {"word": one}) for one in "abc"], ["word"])
    session = hitl.run(builder.compile(), {}, save=saved)
    at_rest(session)
    for request, answer in zip(session.requests, [1, 2, 3], strict=True):
        session.answer(answer, to=request.id)
    at_rest(session)
    assert session.values["log"] == [1, 2, 3]
    fork = session.fork(session.decisions[2], answer=30)
    assert fork.wait(60)["log"] == [1, 2, 30]


def functional(saver: Any, ran: list[str]) -> Any:
    @task
    def work(name: str) -> str:
        ran.append(name)
        return name

    @task
    def ask(question: str) -> Any:
        return interrupt(question)

    @entrypoint(checkpointer=saver)
    def flow(_given: Any) -> Any:
        first = ask("first?").result()
        done = work("work").result()
        own = interrupt("own?")
        last = ask("last?").result()
        return {"all": [first, done, own, last]}

    return flow


@pytest.mark.parametrize(("at", "expected"), [(0, ["X"]), (1, ["a", "work", "X"]), (2, ["a", "work", "b", "X"])])
def test_a_question_of_the_functional_api_is_answered_differently(at: int, expected: list[Any]) -> None:
    ran: list[str] = []
    session = answered(functional(InMemorySaver(), ran), None, "a", "b", "c")
    assert session.values == {"all": ["a", "work", "b", "c"]}
    before = everything(session)
    fork = at_rest(session.fork(session.decisions[at], answer="X"))
    for answer in "YZ"[: 2 - at]:
        assert len(questions(fork)) == 1
        fork.answer(answer)
        at_rest(fork)
    assert fork.wait(60)["all"][: len(expected)] == expected
    assert fork.values["all"][len(expected) :] == {0: ["work", "Y", "Z"], 1: ["Y"], 2: []}[at]
    # What was called before that moment is saved; what was called after it may have been called with the answer.
    assert ran == (["work", "work"] if at == 0 else ["work"])
    assert everything(session) == before


def test_an_entrypoint_starts_again_with_its_input() -> None:
    session = answered(functional(InMemorySaver(), []), None, "a", "b", "c")
    again = at_rest(session.restart())
    assert questions(again) == ["first?"]


def test_two_graphs_that_a_nodes_own_code_runs_stand_where_they_stood(saved: Any) -> None:
    ran = Ran()
    inner = graphs.chain(graphs.Log, {"work": ran.node("work"), "ask": graphs.asks("deep?")})
    other = graphs.chain(graphs.Log, {"more": ran.node("more"), "ask": graphs.asks("deeper?")})

    def node(_state: Any) -> Any:
        return {"log": [*inner.invoke({})["log"], *other.invoke({})["log"]]}

    session = answered(graphs.chain(graphs.Log, {"node": node}), saved, "a", "b")
    assert session.values["log"] == ["work", "a", "more", "b"]
    have = list(ran.names)
    fork = session.fork(session.decisions[1], answer="B")
    assert fork.wait(60)["log"] == ["work", "a", "more", "B"]
    assert ran.names == have


def test_a_question_that_waits_in_a_nested_graph_is_forked_where_it_stands(saved: Any) -> None:
    ran = Ran()
    session = answered(twice_nested(ran), saved, "a")
    have = list(ran.names)
    fork = at_rest(session.fork(session.requests[0], answer="B"))
    assert (questions(fork), questions(session)) == (["last?"], ["second?"])
    assert ran.names == have


def test_async_graphs_are_forked_on_their_loop_without_reading_their_history() -> None:
    async def work(_state: Any) -> Any:
        await asyncio.sleep(0)
        return {"log": ["work"]}

    async def main() -> None:
        inner = graphs.chain(graphs.Log, {"work": work, "one": graphs.asks("one?"), "two": graphs.asks("two?")})
        session = hitl.run(graphs.chain(graphs.Log, {"inner": inner}), {}, save=InMemorySaver())
        await session.aanswer(1)
        await session.aanswer(2)
        await session
        fork = session.fork(session.decisions[1], answer=20)
        assert (await fork)["log"] == ["work", 1, 20]
        assert (await session)["log"] == ["work", 1, 2]

    asyncio.run(main())


def test_another_input_and_a_breakpoint_are_answered_differently() -> None:
    graph = graphs.three_questions()
    session = hitl.run(graph, interrupt_before=["ask_address"])
    at_rest(session)
    session.answer({"request": "refund"})
    at_rest(session)
    session.answer(True)
    at_rest(session)
    session.answer({"update": {"request": "changed"}})
    at_rest(session)
    other = at_rest(session.fork(session.decisions[0], answer={"request": "other"}))
    assert other.values == {"request": "other"}
    stands = at_rest(session.fork(session.decisions[2]))
    assert [request.kind for request in stands.requests] == ["breakpoint"]
    assert stands.values["request"] == "refund"
    stands.answer(True)
    assert [request.key for request in at_rest(stands).requests] == ["address"]


def test_an_earlier_answer_that_no_form_can_start_from_is_said_on_the_card() -> None:
    session = answered(graphs.three_questions(), InMemorySaver(), True)
    fork = at_rest(session.fork(session.decisions[0]))
    [pending] = fork._run.pending
    assert pending.question.context[-1] == {"label": "Answered before", "text": "Yes", "mono": False}
    assert session.decisions[0].value is True


def test_what_the_nodes_did_before_is_drawn_in_the_fork_too() -> None:
    session = answered(graphs.three_questions(), InMemorySaver(), True, "here", 5)
    fork = at_rest(session.fork(session.decisions[1]))
    assert fork._run.state.nodes["ask_approval",].status == "done"
    assert fork._run.state.nodes["ask_address",].status == "waiting"
    assert fork._run.state.followed == {
        (("__start__",), ("ask_approval",)): 1,
        (("ask_approval",), ("ask_address",)): 1,
    }


def test_a_nested_graph_that_remembers_goes_on_in_a_fork_from_what_it_remembered_then(saved: Any) -> None:
    inner = graphs.chain(graphs.Log, {"a": graphs.asks("a?"), "b": graphs.asks("b?")}, checkpointer=True)
    builder = StateGraph(graphs.Log)
    builder.add_node("inner", inner)
    builder.add_node("other", lambda _state: {})
    builder.add_edge(START, "inner")
    builder.add_edge("inner", "other")
    builder.add_conditional_edges("other", lambda state: END if state["log"][-1] == "no" else "inner", ["inner", END])
    session = answered(builder.compile(), saved, 1, 2, 3, "no")
    assert session.values["log"] == (whole := [1, 2, 1, 2, 1, 2, 3, "no"])
    before = everything(session)
    # In the middle of its second time: it remembers the first, and its first answer of the second.
    fork = session.fork(session.decisions[3], answer="NO")
    assert questions(at_rest(fork)) == ["a?"]
    assert fork.values["log"] == [*whole[:-1], "NO"]
    # At its first question of the second time.
    fork = at_rest(session.fork(session.decisions[2], answer=30))
    assert questions(fork) == ["b?"]
    fork.answer("no")
    assert fork.wait(60)["log"] == [*whole[:-2], 30, "no"]
    # From its second step, and from the one between.
    history = session.history
    for at, asked in ((1, "a?"), (2, "a?")):
        fork = at_rest(session.fork(history[at]))
        assert questions(fork) == [asked]
        fork.answer(30)
        at_rest(fork)
        fork.answer("no")
        assert fork.wait(60)["log"] == [*whole[:-2], 30, "no"]
    # With another state it is given that, beside what it remembers.
    fork = at_rest(session.fork(history[2], update={"log": [7]}))
    assert not any("forgotten" in notice for notice in fork._run.notices)
    fork.answer("x")
    at_rest(fork)
    fork.answer("no")
    assert fork.wait(60)["log"] == [7, 1, 2, 7, "x", "no"]
    assert everything(session) == before


def test_an_async_saver_s_thread_is_forked_and_tried_with_await(tmp_path: Path) -> None:
    async def main() -> None:
        inner = graphs.chain(graphs.Log, {"one": graphs.asks("one?"), "two": graphs.asks("two?")})

        async def after(_state: Any) -> Any:
            return {"log": ["after"]}

        graph = graphs.chain(graphs.Log, {"inner": inner, "after": after})
        session = hitl.run(graph, {}, save=tmp_path / "async.sqlite")
        await session.aanswer(1)
        await session.aanswer(2)
        await session
        driver = session._run.driver
        before = [one async for one in driver.graph.aget_state_history(driver.config)]
        assert (await session.fork(session.decisions[1], answer=20))["log"] == [1, 20, "after"]
        tried = await session.awhat_if("one", [10, 11], then={"two": 2})
        assert [one.values["log"][:2] for one in tried.outcomes] == [[10, 2], [11, 2]]
        again = session.restart()
        await again.aanswer(5)
        await again.aanswer(6)
        assert (await again)["log"] == [5, 6, "after"]
        assert [one async for one in driver.graph.aget_state_history(driver.config)] == before

    asyncio.run(main())
