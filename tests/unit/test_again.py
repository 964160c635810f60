"""Once more: from the beginning, on a thread that has finished, and from a step with the state as a form."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph

import hitl_widgets as hitl

from ..scripted_model import ScriptedModel
from . import graphs


@pytest.fixture(params=["memory", "sqlite"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return InMemorySaver() if request.param == "memory" else tmp_path / "runs.sqlite"


def at_rest(session: hitl.Session) -> hitl.Session:
    assert session._run.at_rest.wait(60)
    assert session.error is None
    return session


def answered(saved: Any, **options: Any) -> hitl.Session:
    session = hitl.run(graphs.three_questions(), {"request": "refund"}, save=saved, **options)
    for answer in (True, "here", 5):
        session.answer(answer)
        at_rest(session)
    return session


def thread(session: hitl.Session) -> list[Any]:
    driver = session._run.driver
    return list(driver.graph.get_state_history(driver.config))


# ---------------------------------------------------------------- pause


def test_a_fork_stands_before_a_step_with_its_state_as_a_form(saved: Any) -> None:
    session = answered(saved)
    before = thread(session)
    fork = at_rest(session.fork(1, pause=True))
    [request] = fork.requests
    assert (request.kind, fork.status, fork.values) == (
        "breakpoint",
        "waiting",
        {"request": "refund", "approved": True},
    )
    [pending] = fork._run.pending
    assert pending.question.question == "Before ask_address: continue?"
    fork.answer({"update": {"request": "other"}})
    assert [one.key for one in at_rest(fork).requests] == ["address"]
    fork.answer("there")
    fork.answer(6)
    assert fork.wait(60) == {"request": "other", "approved": True, "address": "there", "budget": 6.0}
    assert thread(session) == before


def test_a_fork_that_pauses_can_be_stopped_there_and_continued(saved: Any) -> None:
    session = answered(saved)
    fork = at_rest(session.fork(2, pause=True, answer=9))
    fork.answer(False)
    assert fork.status == "stopped"
    fork.retry()
    [pending] = at_rest(fork)._run.pending
    assert pending.question.question == "Before ask_budget: continue?"
    fork.answer(True)
    assert fork.wait(60)["budget"] == 9.0


def test_a_fork_pauses_in_a_graph_with_breakpoints_of_its_own() -> None:
    session = answered(InMemorySaver(), interrupt_after=["ask_budget"])
    assert session.status == "finished"
    fork = at_rest(session.fork(1, pause=True))
    assert fork._run.pending[0].question.question == "Before ask_address: continue?"
    fork.stop()
    fork.retry()
    assert at_rest(fork)._run.pending[0].question.question == "Before ask_address: continue?"
    fork.answer(True)
    assert [one.key for one in at_rest(fork).requests] == ["address"]


# ---------------------------------------------------------------- restart


def test_a_run_starts_again_with_its_input_on_another_thread(saved: Any) -> None:
    session = answered(saved)
    before = thread(session)
    again = at_rest(session.restart())
    assert (again.values, [one.key for one in again.requests]) == ({"request": "refund"}, ["approved"])
    assert again.thread_id != session.thread_id
    again.answer(False)
    view: Any = at_rest(again)._run.pending[0].control.view
    assert view["field"]["default"] == "here"
    assert thread(session) == before


def test_a_thread_that_was_attached_says_what_it_was_started_with(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    session = answered(path)
    attached = at_rest(hitl.attach(graphs.three_questions(), session.thread_id, save=path))
    again = at_rest(attached.restart())
    assert again.values == {"request": "refund"}


def test_an_input_that_the_graph_has_changed_in_place_is_not_what_it_starts_with_again() -> None:
    seen: list[list[str]] = []

    def grow(state: Any) -> Any:
        seen.append(list(state["log"]))  # LangGraph may save what is changed below: it does so beside the node
        state["log"].append("grown")
        return {}

    given = {"log": ["one"]}
    session = hitl.run(graphs.chain(graphs.Log, {"grow": grow, "ask": graphs.asks("?")}), given)
    at_rest(session)
    given["log"].append("changed outside")
    at_rest(session.restart())
    assert seen == [["one"], ["one"]]


def test_what_has_not_started_cannot_start_again() -> None:
    session = at_rest(hitl.run(graphs.three_questions()))
    with pytest.raises(hitl.AnswerError, match="has not been started"):
        session.restart()
    session.answer({"request": "refund"})
    assert at_rest(session.restart()).values == {"request": "refund"}


def test_an_async_run_starts_again() -> None:
    async def node(_state: Any) -> Any:
        return {"log": [1]}

    async def main() -> None:
        session = hitl.run(graphs.chain(graphs.Log, {"node": node}), {"log": [0]}, save=InMemorySaver())
        await session
        again = session.restart()
        assert (await again)["log"] == [0, 1]
        session.follow_up({"log": [2]})
        assert (await session)["log"] == [0, 1, 2, 1]

    asyncio.run(main())


# ---------------------------------------------------------------- follow up


def chat() -> Any:
    model = ScriptedModel(script=[AIMessage("Hello."), AIMessage("As I said."), AIMessage("Bye.")])
    builder = StateGraph(MessagesState)
    builder.add_node("model", lambda state: {"messages": [model.invoke(state["messages"])]})
    builder.add_edge(START, "model")
    return builder.compile()


def said(session: hitl.Session) -> list[str]:
    return [message.text for message in session.wait(60)["messages"]]


def test_a_chat_goes_on_on_its_thread(saved: Any) -> None:
    session = hitl.run(chat(), {"messages": [("user", "Hi")]}, save=saved)
    assert said(session) == ["Hi", "Hello."]
    session.follow_up("What?")
    assert said(session) == ["Hi", "Hello.", "What?", "As I said."]
    assert (session.status, session._run.state.nodes["model",].runs) == ("finished", 2)
    assert session._run.state.followed[("__start__",), ("model",)] == 2
    again = session.restart()
    assert said(again) == ["Hi", "Hello."]


def test_a_finished_chat_asks_what_to_say_next() -> None:
    session = hitl.run(chat(), {"messages": [("user", "Hi")]})
    session.wait(60)
    session.follow_up()
    at_rest(session)
    [request] = session.requests
    assert (session.status, request.kind, request.key) == ("waiting", "input", "input")
    assert session._run.pending[0].question.question == "What do you want to say?"
    session.answer({"messages": "What?"})
    assert said(session)[-1] == "As I said."
    # Another one was asked for, and is not given: the thread is as it was.
    session.follow_up()
    at_rest(session)
    session.stop()
    assert (session.status, said(session)[-1]) == ("finished", "As I said.")
    fork = at_rest(session.fork(session.decisions[0], answer={"messages": "Else?"}))
    assert said(fork) == ["Hi", "Hello.", "Else?", "As I said."]


def test_only_a_finished_session_takes_another_input() -> None:
    session = at_rest(hitl.run(graphs.three_questions(), {}))
    with pytest.raises(hitl.AnswerError, match="this one is waiting"):
        session.follow_up({})
    finished = answered(InMemorySaver())
    with pytest.raises(TypeError, match="not a text"):
        finished.follow_up("hello")
    finished.follow_up({"request": "second"})
    assert at_rest(finished).values["request"] == "second"
    assert [one.key for one in finished.requests] == ["approved"]


def test_another_input_can_be_given_beforehand() -> None:
    inputs = hitl.each([{"request": "one"}, {"request": "two"}])
    unattended = {"approved": True, "address": "here", "budget": 5, "input": inputs}
    session = hitl.run(graphs.three_questions(), unattended=unattended)
    session.wait(60)
    session.follow_up()
    assert session.wait(60)["request"] == "two"


def test_a_failed_follow_up_is_retried_with_its_input() -> None:
    graph = graphs.fails_once()
    session = hitl.run(graph, {}, unattended={"ask": "go"})
    assert session._run.ended.wait(60)
    assert session.status == "failed"
    session.retry()
    assert session.wait(60)["log"] == ["go", "worked"]
    session.follow_up({"log": ["more"]})
    assert session.wait(60)["log"][-1] == "worked"
