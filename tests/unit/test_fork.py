"""Going back: another session on a copy of the thread, from a step of it; the thread itself stays as it is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Send
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.decisions import now

from . import graphs


class State(TypedDict, total=False):
    name: str
    greeting: str
    sent: bool


def greet(state: State) -> State:
    return {"greeting": f"Dear {state['name']},"}


def mail(**options: Any) -> Any:
    return graphs.chain(
        State,
        {"ask": hitl.ask_node("name", "Who?"), "greet": greet, "send": hitl.ask_node("sent", "Send it?")},
        **options,
    )


def finished(session: hitl.Session) -> hitl.Session:
    session.wait(60)
    return session


def at_rest(session: hitl.Session) -> hitl.Session:
    assert session._run.at_rest.wait(60)
    assert session.error is None
    return session


@pytest.fixture(params=["memory", "sqlite"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return InMemorySaver() if request.param == "memory" else tmp_path / "runs.sqlite"


def answered(saved: Any) -> hitl.Session:
    session = hitl.run(mail(), {}, save=saved)
    session.answer("Ada")
    session.answer(True)
    return finished(session)


def test_a_step_is_answered_differently_and_the_rest_follows(saved: Any) -> None:
    session = answered(saved)
    fork = at_rest(session.fork(0, answer="Grace"))
    assert fork.values == {"name": "Grace", "greeting": "Dear Grace,"}
    assert [(decision.key, decision.value, decision.by) for decision in fork.decisions] == [("name", "Grace", "code")]
    fork.answer(False)
    assert fork.wait(60) == {"name": "Grace", "greeting": "Dear Grace,", "sent": False}
    assert session.values == {"name": "Ada", "greeting": "Dear Ada,", "sent": True}
    assert fork.thread_id != session.thread_id
    assert len(session.history) == len(fork.history) == 3


def test_a_fork_starts_from_what_a_session_has_and_says_so() -> None:
    session = at_rest(hitl.run(mail(), {}))
    with pytest.raises(TypeError, match=r"^A fork starts from one of session\.history, or .*, not from 'name'\.$"):
        session.fork("name")  # type: ignore[arg-type]
    assert not session.forks


def test_a_decision_names_its_step_and_old_answers_are_only_what_the_questions_start_from() -> None:
    session = answered(InMemorySaver())
    fork = at_rest(session.fork(session.decisions[0]))
    assert fork.status == "waiting"
    field = fork._run.pending[0].control.view["field"]  # type: ignore[typeddict-item]
    assert (field["label"], field["default"]) == ("Answer", "Ada")
    fork.answer("Grace")
    at_rest(fork)
    assert [request.key for request in fork.requests] == ["sent"]


def test_the_state_is_edited_before_a_step_and_its_nodes_run_again(saved: Any) -> None:
    session = answered(saved)
    fork = at_rest(session.fork(1, update={"name": "Grace"}))
    assert fork.values == {"name": "Grace", "greeting": "Dear Grace,"}
    assert fork.requests[0].key == "sent"
    assert session.values["name"] == "Ada"


def test_of_parallel_nodes_each_is_answered_by_name_and_silent_ones_do_not_run_again() -> None:
    ran: list[str] = []

    def silent(_state: Any) -> Any:
        ran.append("silent")
        return {"log": ["silent"]}

    graph = graphs.fan_out(
        graphs.Log, {"one": graphs.asks("first?"), "two": graphs.asks("second?"), "silent": silent}, lambda _state: {}
    )
    session = hitl.run(graph, {}, save=InMemorySaver(), unattended={"one": 1, "two": 2})
    finished(session)
    with pytest.raises(TypeError, match="several things"):
        session.fork(0, answer=5)
    fork = session.fork(0, answer={"two": 5})
    assert sorted(map(str, fork.wait(60)["log"])) == ["1", "5", "silent"]
    assert ran == ["silent"]


def test_a_question_in_a_nested_graph_is_answered_differently() -> None:
    session = hitl.run(graphs.nested(), {}, save=InMemorySaver())
    session.answer("x")
    finished(session)
    fork = finished(session.fork(0, answer="y"))
    assert (session.values["log"], fork.values["log"]) == (["x"], ["y"])


def test_an_answer_that_does_not_fit_leaves_the_question_open() -> None:
    session = hitl.run(graphs.three_questions(), {})
    session.answer(True)
    session.answer("here")
    session.answer(5)
    finished(session)
    fork = at_rest(session.fork(2, answer="many"))
    [pending] = fork._run.pending
    assert (pending.status, pending.refusals) == ("open", 1)


def test_a_fork_of_a_fork_and_of_a_thread_that_waits() -> None:
    session = hitl.run(mail(), {}, save=InMemorySaver())
    session.answer("Ada")
    at_rest(session)
    fork = at_rest(session.fork(2, answer=True))
    assert (fork.status, session.status) == ("finished", "waiting")
    second = at_rest(fork.fork(0, answer="Grace"))
    assert second.values["greeting"] == "Dear Grace,"


def test_what_cannot_be_forked_is_said() -> None:
    session = answered(InMemorySaver())
    with pytest.raises(IndexError, match="the thread has 3"):
        session.fork(7)
    with pytest.raises(TypeError, match="no 'nam'; it has 'greeting', 'name', 'sent'"):
        session.fork(0, update={"nam": "Grace"})
    with pytest.raises(TypeError, match="asked nothing"):
        session.fork(1, answer="x")
    other = answered(InMemorySaver())
    with pytest.raises(hitl.UnknownRequestError):
        session.fork(other.decisions[0])


def test_an_async_graph_is_forked_on_its_loop() -> None:
    async def slow(state: State) -> State:
        await asyncio.sleep(0)
        return greet(state)

    async def main() -> None:
        graph = graphs.chain(State, {"ask": hitl.ask_node("name", "Who?"), "slow": slow})
        session = hitl.run(graph, {}, save=InMemorySaver())
        await session.aanswer("Ada")
        await session
        with pytest.raises(hitl.CannotWaitError):
            session.fork(0)
        fork = session.fork((await session.ahistory())[0], answer="Grace")
        assert (await fork)["greeting"] == "Dear Grace,"
        assert (await session)["greeting"] == "Dear Ada,"

    asyncio.run(main())


def test_an_earlier_answer_is_not_taken_for_the_default_when_the_time_is_up() -> None:
    def ask(_state: Any) -> dict[str, Any]:
        return {"log": [hitl.ask("How much?", float, default=3)]}

    policies = [hitl.policy(timeout=600)]  # the first answer is given before that
    session = hitl.run(graphs.chain(graphs.Log, {"ask": ask}), {}, policies=policies)
    session.answer(700)
    session.wait(60)
    fork = session.fork(0)
    assert fork._run.at_rest.wait(60)
    [pending] = fork._run.pending
    view: Any = pending.control.view
    assert view["field"]["default"] == 700
    pending.due = [replace(due, at=now()) for due in pending.due]
    fork._run.changed()
    assert fork.wait(60) == {"log": [3.0]}
    assert fork.decisions[0].policy == "default after 10 min"


def test_a_step_that_asks_several_things_of_one_node_says_what_each_is_called() -> None:
    builder = StateGraph(graphs.Log)
    builder.add_node("each", lambda state: {"log": [hitl.ask(f"{state['n']}?", str, key="word")]})
    builder.add_conditional_edges(START, lambda _: [Send("each", {"n": n}) for n in range(3)], ["each"])
    session = at_rest(hitl.run(builder.compile(), {"log": []}, unattended={"each": "x"}))
    with pytest.raises(TypeError, match="by key or node, of 'word', 'word#2', 'word#3'"):
        session.fork(0, answer="y")
    fork = at_rest(session.fork(0, answer={"word#2": "y"}))
    assert [one.key for one in fork.decisions] == ["word#2", "word", "word#3"]
