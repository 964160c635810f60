"""The steps of a thread: what ran, what it was given, what it wrote."""

from __future__ import annotations

import asyncio
import operator
from typing import Annotated, Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.types import Overwrite, RetryPolicy, Send, interrupt
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.watching import watched

from ..waiting import until
from . import graphs


class Words(TypedDict, total=False):
    words: Annotated[list[str], operator.add]


def test_each_step_says_what_it_was_given_and_what_it_wrote() -> None:
    session = hitl.run(graphs.three_questions(), {"request": "refund"})
    session.answer(True, reason="fine")
    session.answer("12 Main St")
    session.answer(250)
    session.wait(60)
    history = session.history
    assert [step.nodes for step in history] == [("ask_approval",), ("ask_address",), ("ask_budget",)]
    assert history[1].before == {"request": "refund", "approved": True}
    assert history[1].tasks[0].wrote == {"address": "12 Main St"}
    assert history[1].after == {"request": "refund", "approved": True, "address": "12 Main St"}
    assert history[-1].after == session.values
    assert [(decision.value, decision.reason) for decision in history[0].decisions] == [(True, "fine")]
    assert session._run.driver.graph.get_state(history[1].config).next == ("ask_address",)
    assert repr(history) == (
        "0  ask_approval: wrote approved: Yes\n"
        "1  ask_address: wrote address: 12 Main St\n"
        "2  ask_budget: wrote budget: 250.0"
    )


def test_a_step_that_waits_says_so() -> None:
    session = hitl.run(graphs.three_questions(), {})
    session.answer(True)
    assert session._run.at_rest.wait(60)
    step = session.history[-1]
    assert (step.nodes, step.after) == (("ask_address",), None)
    assert step.tasks[0].asked[0]["question"] == "What's your address?"
    assert "ask_address: waits for an answer" in repr(session.history)


def test_a_step_that_failed_says_why() -> None:
    def fail(_state: Any) -> Any:
        raise ValueError("no such order")

    session = hitl.run(graphs.chain(Words, {"fail": fail}), {})
    assert session._run.ended.wait(60)
    assert "no such order" in (session.history[-1].error or "")
    assert '>fail</td><td style="text-align: left">failed: ' in session.history._repr_html_()


def test_a_step_that_failed_after_its_answer_does_not_say_that_it_waits() -> None:
    def ask(_state: Any) -> Any:
        raise ValueError(f"no such order: {interrupt('Which order?')}")

    session = hitl.run(graphs.chain(Words, {"ask": ask}), {})
    session.answer("17")
    assert session._run.ended.wait(60)
    for one in (session, hitl.attach(session._run.driver.graph, session.thread_id)):
        assert one._run.at_rest.wait(60)
        assert repr(one.history) == "0  ask: failed: ValueError('no such order: 17')"
        assert one.history[0].error == "ValueError('no such order: 17')"
        assert one.history[0].tasks[0].asked == ("Which order?",)


def test_a_step_that_was_tried_again_and_asks_by_now_waits() -> None:
    tries: list[int] = []

    def ask(_state: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("not yet")
        return {"words": [interrupt("And now?")]}

    session = hitl.run(graphs.chain(Words, {"ask": ask}), {})
    assert session._run.ended.wait(60)
    session.retry()
    until(lambda: session.requests, "nothing is asked")
    assert repr(session.history) == "0  ask: waits for an answer"


def test_nodes_that_are_sent_several_times_are_a_task_each() -> None:
    builder = StateGraph(Words)
    builder.add_node("word", lambda state: {"words": [state["word"]]})
    builder.add_conditional_edges(START, lambda _state: [Send("word", {"word": word}) for word in ("a", "b")], ["word"])
    session = hitl.run(builder.compile(), {})
    session.wait(60)
    [step] = session.history
    assert step.nodes == ("word",)
    assert [task.wrote for task in step.tasks] == [{"words": ["a"]}, {"words": ["b"]}]
    assert step.after == {"words": ["a", "b"]}


def test_a_graph_on_its_own_loop_is_read_with_await() -> None:
    async def node(_state: Any) -> Any:
        return {"words": ["a"]}

    async def main() -> None:
        session = hitl.run(graphs.chain(Words, {"node": node}), {})
        await session
        with pytest.raises(hitl.CannotWaitError, match="ahistory"):
            _ = session.history
        assert [step.nodes for step in await session.ahistory()] == [("node",)]

    asyncio.run(main())
    session = hitl.run(graphs.chain(Words, {"node": node}), {})
    session.wait(60)
    assert [step.nodes for step in session.history] == [("node",)]


def test_what_an_earlier_session_did_is_there_too() -> None:
    graph = graphs.three_questions()
    session = hitl.run(graph, {}, thread_id="t", save=(saver := InMemorySaver()))
    session.answer(True)
    assert session._run.at_rest.wait(60)
    again = hitl.attach(graph, "t", save=saver)
    again.answer("here")
    assert again._run.at_rest.wait(60)
    assert [step.nodes for step in again.history] == [("ask_approval",), ("ask_address",), ("ask_budget",)]


def test_it_is_a_data_frame_too() -> None:
    with watched():
        session = hitl.run(graphs.three_questions(), {}, unattended={"approved": True, "address": "here", "budget": 5})
    session.wait(60)
    frame = session.history.to_frame()
    assert list(frame.columns) == ["step", "node", "wrote", "asked", "error", "at", "took", "attempts", "printed"]
    assert frame["node"].tolist() == ["ask_approval", "ask_address", "ask_budget"]
    assert frame.loc[1, "wrote"] == {"address": "here"}
    assert frame["took"].between(0, 60).all()
    assert frame["attempts"].tolist() == [1, 1, 1]


def test_of_what_an_earlier_session_ran_it_is_not_known_how_long_it_took() -> None:
    graph = graphs.three_questions()
    session = hitl.run(graph, {}, thread_id="t", save=(saver := InMemorySaver()))
    session.answer(True)
    assert session._run.at_rest.wait(60)
    with watched():
        again = hitl.attach(graph, "t", save=saver)
    again.answer("here")
    assert again._run.at_rest.wait(60)
    earlier, seen = again.history[0].tasks[0], again.history[1].tasks[0]
    assert (earlier.took, earlier.attempts, earlier.printed) == (None, None, "")
    assert seen.took is not None
    assert seen.attempts == 1


def test_how_often_a_node_was_tried_is_not_guessed_where_nobody_listens() -> None:
    failures = [ConnectionError("once")]

    def node(_state: Words) -> Words:
        if failures:
            raise failures.pop()
        return {"words": ["done"]}

    builder = StateGraph(Words).add_node("node", node, retry_policy=RetryPolicy(initial_interval=0.001))
    session = hitl.run(builder.add_edge(START, "node").compile(), {})
    session.wait(60)
    assert session.history[0].tasks[0].attempts is None


def test_a_thread_that_has_not_started_has_no_steps() -> None:
    session = hitl.run(graphs.three_questions())
    assert session._run.at_rest.wait(60)
    assert (len(session.history), repr(session.history)) == (0, "no steps yet")


def test_a_step_that_was_tried_again_says_what_it_wrote_then() -> None:
    tried: list[Any] = []

    def fails_once(_state: Any) -> Any:
        tried.append(1)
        if len(tried) == 1:
            raise ValueError("no such order")
        return {"words": ["found"]}

    session = hitl.run(graphs.chain(Words, {"find": fails_once}), {})
    assert session._run.ended.wait(60)
    session.retry()
    session.wait(60)
    assert repr(session.history) == '0  find: wrote words: ["found"]'
    assert session.history[0].error is None


def test_of_two_entrypoints_that_a_third_one_calls_each_has_its_own_name() -> None:
    @task
    def fetch(page: int) -> int:
        return page

    @entrypoint()
    def crawl(pages: int) -> int:
        return sum(fetch(page).result() for page in range(pages))

    @entrypoint()
    def judge(total: int) -> str:
        return f"{fetch(total).result()}: {interrupt('What grade?')}"

    @entrypoint()
    def report(pages: int) -> str:
        return judge.invoke(crawl.invoke(pages))

    def inside() -> list[tuple[str, Any]]:
        return [(one.node, one.wrote) for step in session.history[0].inside for one in step.tasks]

    session = hitl.run(report, 3)
    assert session._run.at_rest.wait(60)
    # LangGraph tells of the one that waits as if it was the first (1.2.24); no name is better than a wrong one.
    assert inside() == [("crawl", 3)]
    session.answer("B")
    session.wait(60)
    assert inside() == [("crawl", 3), ("judge", "3: B")]


def test_what_takes_the_place_of_a_value_is_told_as_a_value() -> None:
    builder = StateGraph(Words).add_node("clear", lambda _: {"words": Overwrite(["new"])}).add_edge(START, "clear")
    session = hitl.run(builder.compile(), {"words": ["old"]})
    session.wait(60)
    assert repr(session.history) == '0  clear: wrote words: ["new"]'
