"""Answers to a graph on a server: each goes there once, and what cannot go is said before it does."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

import hitl_widgets as hitl
from hitl_widgets.controls.secrets import asks_for_secret

from .server import Server
from .watching import at_work, rested, until


def runs(session: hitl.Session) -> list[Any]:
    """The runs that the server had of the thread, oldest first."""
    graph = session._run.driver.graph
    return list(reversed(graph.sync_client.runs.list(session.thread_id, limit=50)))


def test_an_answer_is_with_the_server_when_answer_returns(server: Server) -> None:
    session = rested(hitl.run(server.graph("three_questions"), {"request": "refund"}))
    session.answer(True)
    latest = runs(session)[-1]
    [resumed] = latest["kwargs"]["command"]["resume"].values()
    assert resumed is True
    assert len(runs(session)) == 2
    rested(session)
    assert [one.key for one in session.requests] == ["address"]


def test_a_wrong_answer_never_reaches_the_server(server: Server) -> None:
    session = rested(hitl.run(server.graph("typed"), {"log": []}))
    with pytest.raises(hitl.InvalidAnswerError, match="Not a whole number"):
        session.answer("three")
    assert len(runs(session)) == 1
    assert session.status == "waiting"


def test_a_value_that_is_no_json_is_refused_in_words(server: Server) -> None:
    session = rested(hitl.run(server.graph("parallel"), {"log": []}))
    with pytest.raises(hitl.InvalidAnswerError, match="runs on a server, and this value cannot be sent there"):
        session.answer(object(), to="once")
    assert session.status == "waiting"


def test_what_pydantic_knows_crosses_as_json(server: Server) -> None:
    session = rested(hitl.run(server.graph("nested"), {"log": []}))
    session.answer(Decimal("1.5"))
    assert session.wait(60)["log"] == ["1.5"]


def test_answers_are_typed_by_the_state_of_the_graph_that_asks_nested_ones_too(server: Server) -> None:
    session = rested(hitl.run(server.graph("typed"), {"log": []}))
    session.answer(3)
    [room] = rested(session).requests
    assert session._run.pending[0].control.view["field"]["type"] == "choice"
    with pytest.raises(hitl.InvalidAnswerError, match="Not one of the choices"):
        session.answer("suite")
    session.answer("double", to=room.id)
    [password] = rested(session).requests
    assert asks_for_secret(password)
    session.answer("hunter2")
    session.wait(60)
    assert "hunter2" not in repr(session.decisions)
    assert "hunter2" not in repr(session.history)


def test_an_answer_that_only_the_node_can_judge_comes_back_to_its_card(server: Server) -> None:
    session = rested(hitl.run(server.graph("parallel"), {"log": []}))
    session.answer({"value": 13}, to="typed")
    rested(session)
    assert session.status == "waiting"
    [typed] = [one for one in session._run.pending if one.request.key == "typed"]
    assert "thirteen is unlucky" in str(typed.field_errors)
    assert [one.key for one in session.decisions] == []
    session.answer({"value": 12}, to="typed")
    assert [one.key for one in rested(session).requests] == ["once", "twice"]


def test_the_second_of_two_sessions_is_told_and_follows(server: Server) -> None:
    first = rested(hitl.run(server.graph("three_questions"), {"request": "refund"}))
    second = rested(hitl.attach(server.graph("three_questions"), first.thread_id))
    first.answer(True)
    with pytest.raises(hitl.StaleAnswerError):
        second.answer(False)
    until(second, lambda: [one.key for one in second.requests] == ["address"])
    assert rested(second).values["approved"] is True
    rested(first)
    late = first._run.pending[0]
    second.answer("Main St")
    rested(second)
    with pytest.raises(hitl.StaleAnswerError):
        first._run.driver.run(first._run.answer(late, lambda control: control.accept("Elm St", None), by="code"))
    until(first, lambda: [one.key for one in first.requests] == ["budget"])
    assert first.values["address"] == "Main St"


def test_answers_given_at_the_same_time_all_arrive_each_once(server: Server) -> None:
    session = rested(hitl.run(server.graph("parallel"), {"log": []}))
    answers: dict[str, Any] = {"once": "a", "twice": "b", "typed": {"value": 1}}
    threads = [threading.Thread(target=session.answer, args=(value, key)) for key, value in answers.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    until(session, lambda: [one.key for one in session.requests] == ["twice"] and session.status == "waiting")
    session.answer("c")
    assert session.wait(60)["log"] == ["a", "b", "c", {"value": 1}]
    given = [resumed for run in runs(session) for resumed in ((run["kwargs"]["command"] or {}).get("resume") or {})]
    assert len(given) == len(set(given)) == 4


def test_unattended_answers_go_together(server: Server) -> None:
    answers = {"once": "a", "twice": hitl.each(["b", "c"]), "typed": {"value": 1}}
    session = hitl.run(server.graph("parallel"), {"log": []}, unattended=answers)
    assert session.wait(60)["log"] == ["a", "b", "c", {"value": 1}]
    assert len(runs(session)) == 3


def test_an_answer_whose_acceptance_was_not_heard_is_not_sent_twice(server: Server) -> None:
    graph = server.graph("three_questions")
    session = rested(hitl.run(graph, {"request": "refund"}))
    client = graph.sync_client.http.client
    lost = _Losing(client._transport, lose="reply")
    client._transport = lost
    with pytest.raises(hitl.ServerError, match="cannot be reached: the reply was lost"):
        session.answer(True)
    assert [one.key for one in session.requests] == ["approved"]
    with pytest.raises(hitl.StaleAnswerError, match="had taken the answer before"):
        session.answer(False)
    until(session, lambda: [one.key for one in session.requests] == ["address"])
    assert session.values["approved"] is True
    assert len(runs(session)) == 2
    client._transport = lost.transport


@pytest.mark.parametrize("lose", ["request", "reply"])
def test_an_input_that_may_have_been_lost_is_taken_once(server: Server, lose: str) -> None:
    graph = server.graph("steps")
    client = graph.sync_client.http.client
    client._transport = lost = _Losing(client._transport, lose)
    session = rested(hitl.run(graph, {"log": ["in"]}))
    assert session.status == "failed"
    session.retry()
    assert session.wait(60)["log"] == ["in", "one", "two", "three"]
    assert len(runs(session)) == 1
    client._transport = lost.transport


def test_an_answer_that_never_arrived_can_be_given_again(server: Server) -> None:
    graph = server.graph("three_questions")
    session = rested(hitl.run(graph, {"request": "refund"}))
    client = graph.sync_client.http.client
    lost = _Losing(client._transport, lose="request")
    client._transport = lost
    with pytest.raises(hitl.ServerError, match="cannot be reached: the request was lost"):
        session.answer(True)
    assert len(runs(session)) == 1
    session.answer(False)
    assert [one.key for one in rested(session).requests] == ["address"]
    assert session.values["approved"] is False
    assert len(runs(session)) == 2
    client._transport = lost.transport


def test_an_answer_given_while_the_graph_works_is_sent_when_it_rests(server: Server, tmp_path: Path) -> None:
    session = rested(hitl.run(server.graph("answered_beside_work"), {"log": [str(tmp_path / "go")]}))
    session.answer("work", to="work")
    at_work(session, "work")
    session.answer("other", to="other")
    assert len(runs(session)) == 2
    (tmp_path / "go").touch()
    assert session.wait(60)["log"][1:] == ["other", "worked"]
    assert len(runs(session)) == 3


def test_a_session_follows_the_run_of_another_that_was_quicker_with_an_answer_that_was_kept(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins, ends = tmp_path / "begins", tmp_path / "ends"
    first = rested(hitl.run(server.graph("works_twice"), {"log": [str(begins), str(ends)]}))
    first.answer("a", to="work")
    at_work(first, "work")
    second = hitl.attach(server.graph("works_twice"), first.thread_id)
    at_work(second, "work")
    first.answer("b", to="other")  # kept beside the thread: the server is at work on it
    driver = second._run.driver
    left_over = driver.left_over

    async def later(answers: Any) -> Any:
        until(first, lambda: len(runs(first)) == 3)  # its own thread: this graph has no loop
        return await left_over(answers)

    monkeypatch.setattr(driver, "left_over", later)
    begins.touch()
    at_work(first, "other")
    at_work(second, "other")
    assert second.status == "running"
    ends.touch()
    assert [sorted(one.wait(60)["log"][2:]) for one in (first, second)] == [["a", "b"]] * 2
    assert len(runs(first)) == 3
    assert ends.with_suffix(".began").read_text() == "x"


class _Losing(httpx.BaseTransport):
    """A connection that loses the next run's request, or the word that it was accepted."""

    def __init__(self, transport: httpx.BaseTransport, lose: str) -> None:
        self.transport = transport
        self.lose: str | None = lose

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        lose = self.lose if request.method == "POST" and request.url.path.endswith("/runs") else None
        if lose is None:
            return self.transport.handle_request(request)
        self.lose = None
        if lose == "reply":
            self.transport.handle_request(request).read()
            raise httpx.ReadError("the reply was lost", request=request)
        raise httpx.ReadError("the request was lost", request=request)
