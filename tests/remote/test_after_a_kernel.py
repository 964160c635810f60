"""What is still there when the kernel that answered is not: with the server, since another session of the thread has it all."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets.driver.server.given import LONGEST_TEXT

from .server import Server
from .test_answers import runs
from .watching import at_work, rested, until


def as_told(session: hitl.Session) -> list[Any]:
    """The decisions of a session, with all that is told of them, once somebody looks."""
    session._run.driver.run(session._run.past.read())
    return list(session.decisions)


def metadata(session: hitl.Session) -> Any:
    graph = session._run.driver.graph
    return graph.sync_client.threads.get(session.thread_id)["metadata"]


def test_the_decisions_are_the_same_in_another_kernel_with_their_times(server: Server) -> None:
    session = rested(hitl.run(server.graph("three_questions"), {"request": "refund"}))
    session.answer(True)
    rested(session)
    session.answer("Main St", reason="it is on the bill")
    rested(session)
    attached = rested(hitl.attach(server.graph("three_questions"), session.thread_id))
    assert as_told(attached) == list(session.decisions)
    assert [(one.value, one.reason, one.by) for one in attached.decisions] == [
        (True, None, "code"),
        ("Main St", "it is on the bill", "code"),
    ]
    attached.answer(100)
    attached.wait(60)
    session = rested(hitl.attach(server.graph("three_questions"), session.thread_id))
    assert as_told(session) == list(attached.decisions)
    assert len(session.decisions) == 3
    third = rested(hitl.attach(server.graph("three_questions"), session.thread_id))
    assert len(third.decisions) == 3  # asked for in code, where no view has read the thread
    fork = rested(session.fork(session.decisions[1]))
    assert [one.key for one in fork.requests] == ["address"]
    assert fork._run.pending[0].control.view["field"]["default"] == "Main St"


def test_who_let_it_go_on_from_a_breakpoint_is_known_there(server: Server) -> None:
    session = rested(hitl.run(server.graph("stops_before_two"), {"log": []}))
    session.answer(True)
    session.wait(60)
    attached = rested(hitl.attach(server.graph("stops_before_two"), session.thread_id))
    assert as_told(attached) == list(session.decisions)
    assert [one.node for one in attached.decisions] == ["two"]


def test_what_a_policy_decided_is_known_there_as_that(server: Server) -> None:
    small = hitl.policy(answer="yes", when=lambda request: request.node == "once", name="small")
    session = rested(hitl.run(server.graph("parallel"), {"log": []}, policies=[small]))
    attached = rested(hitl.attach(server.graph("parallel"), session.thread_id))
    assert as_told(attached) == list(session.decisions)
    assert [(one.key, one.by) for one in attached.decisions] == [("once", "policy")]


def test_a_secret_is_no_part_of_what_is_kept_of_its_decision(server: Server) -> None:
    session = rested(hitl.run(server.graph("typed"), {}))
    for answer in (2, "single", "hunter22"):
        session.answer(answer)
        rested(session)
    attached = rested(hitl.attach(server.graph("typed"), session.thread_id))
    assert [(one.key, one.value, one.text) for one in as_told(attached)][-1] == ("password", None, "••••••")
    assert "hunter22" not in json.dumps([run["metadata"] for run in runs(session)])
    assert "hunter22" not in json.dumps(metadata(session))


def test_an_answer_that_a_node_refused_is_no_decision_there(server: Server) -> None:
    session = rested(hitl.run(server.graph("parallel"), {"log": []}))
    session.answer({"value": 13}, to="typed")
    rested(session)
    attached = rested(hitl.attach(server.graph("parallel"), session.thread_id))
    assert as_told(attached) == []
    assert {one.key for one in attached.requests} == {"once", "twice", "typed"}
    attached.answer({"value": 12}, to="typed")
    rested(attached)
    again = rested(hitl.attach(server.graph("parallel"), session.thread_id))
    assert [one.value for one in as_told(again)] == [{"value": 12}]


def test_a_long_question_is_shortened_where_it_is_kept(server: Server) -> None:
    session = rested(hitl.run(server.graph("asks_at_length"), {"log": []}))
    session.answer("yes")
    rested(session)
    attached = rested(hitl.attach(server.graph("asks_at_length"), session.thread_id))
    [decision] = as_told(attached)
    assert len(decision.question) == LONGEST_TEXT
    assert session.decisions[0].question.startswith(decision.question[:-1])


def test_an_answer_whose_node_failed_is_used_by_another_kernel_and_not_asked_for_again(
    server: Server, tmp_path: Path
) -> None:
    mended = tmp_path / "mended"
    session = rested(hitl.run(server.graph("fails_after_its_answer"), {"log": [str(mended)]}))
    beside = _waiting_beside(server, session)
    session.answer("42", to="pay")
    assert rested(session).status == "failed"
    with pytest.raises(hitl.StaleAnswerError, match=r"answered already, in another session \(by code, at "):
        beside.answer("43", to="pay")
    mended.touch()
    attached = rested(hitl.attach(server.graph("fails_after_its_answer"), session.thread_id))
    assert [one.key for one in attached.requests] == ["other"]
    attached.answer("no")
    assert attached.wait(60)["log"] == [str(mended), "no", "42", "worked"]
    assert set((tmp_path / "mended.tried").read_text().split()) == {"42"}


@pytest.mark.parametrize("again", ["retried", "attached"])
def test_an_answer_whose_node_failed_is_not_taken_for_its_next_question_too(
    server: Server, again: str, tmp_path: Path
) -> None:
    mended = tmp_path / "mended"
    session = rested(hitl.run(server.graph("fails_between_questions"), {"log": [str(mended)]}))
    session.answer("1")
    for is_mended in (False, True):
        assert rested(session).status == "failed"
        if is_mended:
            mended.touch()
        if again == "attached":
            session.close()
            session = hitl.attach(server.graph("fails_between_questions"), session.thread_id)
        else:
            session.retry()
    assert [one.payload for one in rested(session).requests] == ["then?"]
    session.answer("2")
    assert session.wait(60)["log"] == [str(mended), "1", "worked", "2"]
    assert [one.value for one in as_told(session)] == ["1", "2"]


def test_an_answer_beside_one_that_failed_waits_with_the_server_for_a_retry(server: Server, tmp_path: Path) -> None:
    mended = tmp_path / "mended"
    session = rested(hitl.run(server.graph("fails_after_its_answer"), {"log": [str(mended)]}))
    session.answer("42", to="pay")
    assert rested(session).status == "failed"
    count = len(runs(session))
    session.answer("no", to="other")
    assert len(runs(session)) == count  # what has failed is not run again for that
    mended.touch()
    attached = hitl.attach(server.graph("fails_after_its_answer"), session.thread_id)
    assert attached.wait(60)["log"] == [str(mended), "no", "42", "worked"]
    assert [(one.key, one.value) for one in as_told(attached)] == [("pay", "42"), ("other", "no")]
    assert not any(metadata(session).get(key) for key in metadata(session) if key.startswith("hitl_answer:"))


def test_answers_that_were_given_before_a_run_was_cancelled_are_used_when_it_goes_on(
    server: Server, tmp_path: Path
) -> None:
    session = rested(hitl.run(server.graph("answered_beside_work"), {"log": [str(tmp_path / "go")]}))
    session.answer("work", to="work")
    at_work(session, "work")
    session.answer("other", to="other")
    session.stop()
    assert rested(session).status == "stopped"
    (tmp_path / "go").touch()
    attached = hitl.attach(server.graph("answered_beside_work"), session.thread_id)
    assert attached.wait(60)["log"][1:] == ["other", "worked"]


def test_what_is_asked_beside_a_node_that_works_can_be_answered_in_another_kernel(
    server: Server, tmp_path: Path
) -> None:
    session = rested(hitl.run(server.graph("answered_beside_work"), {"log": [str(tmp_path / "go")]}))
    session.answer("work", to="work")
    at_work(session, "work")
    attached = hitl.attach(server.graph("answered_beside_work"), session.thread_id)
    at_work(attached, "work")
    assert [one.key for one in attached.requests] == ["other"]
    attached.answer("yes")
    (tmp_path / "go").touch()
    assert attached.wait(60)["log"][1:] == ["yes", "worked"]
    assert session.wait(60)["log"][1:] == ["yes", "worked"]
    assert (tmp_path / "go.began").read_text() == "x"
    assert [(one.key, one.value) for one in as_told(attached)] == [("work", "work"), ("other", "yes")]


def test_a_fork_of_a_thread_asks_what_was_answered_there(server: Server, tmp_path: Path) -> None:
    session = rested(hitl.run(server.graph("answered_beside_work"), {"log": [str(tmp_path / "go")]}))
    session.answer("work", to="work")
    at_work(session, "work")
    session.answer("other", to="other")
    session.stop()
    rested(session)
    fork = rested(session.fork(0))
    assert {one.key for one in fork.requests} == {"work", "other"}
    assert not any(metadata(fork).get(key) for key in metadata(fork) if key.startswith("hitl_answer:"))


def test_a_secret_does_not_wait_beside_a_thread_and_says_so(server: Server, tmp_path: Path) -> None:
    session = rested(hitl.run(server.graph("secret_beside_work"), {"log": [str(tmp_path / "go")]}))
    session.answer("yes", to="work")
    at_work(session, "work")
    with pytest.raises(hitl.InvalidAnswerError, match="a secret waits nowhere but in the run that takes it"):
        session.answer("hunter22", to="key")
    assert "hunter22" not in json.dumps(metadata(session))
    (tmp_path / "go").touch()
    until(session, lambda: session.status == "waiting")
    session.answer("hunter22", to="key")
    assert session.wait(60)["log"][1:] == [8, "worked"]


def test_an_answer_that_is_too_large_to_wait_beside_a_thread_says_so(server: Server, tmp_path: Path) -> None:
    session = rested(hitl.run(server.graph("answered_beside_work"), {"log": [str(tmp_path / "go")]}))
    session.answer("work", to="work")
    at_work(session, "work")
    with pytest.raises(hitl.InvalidAnswerError, match="too large to wait beside it"):
        session.answer("x" * 100_000, to="other")
    (tmp_path / "go").touch()
    until(session, lambda: session.status == "waiting")
    session.answer("x" * 100_000, to="other")
    assert len(session.wait(60)["log"][1]) == 100_000


def test_of_two_kernels_that_answer_while_a_third_node_works_one_is_told_that_it_is_late(
    server: Server, tmp_path: Path
) -> None:
    first = rested(hitl.run(server.graph("answered_beside_work"), {"log": [str(tmp_path / "go")]}))
    second = _waiting_beside(server, first)
    first.answer("work", to="work")
    at_work(first, "work")
    with pytest.raises(hitl.StaleAnswerError):
        second.answer("work", to="work")
    # That the server is at work is known before what it asks meanwhile is read.
    until(second, lambda: second.status == "running" and [one.key for one in second.requests] == ["other"])
    came: dict[str, Any] = {}
    both = threading.Barrier(2)

    def answers(session: hitl.Session, value: str) -> None:
        both.wait()
        try:
            session.answer(value, to="other")
            came[value] = None
        except hitl.StaleAnswerError as error:
            came[value] = error

    threads = [threading.Thread(target=answers, args=pair) for pair in ((first, "a"), (second, "b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    taken = [value for value, error in came.items() if error is None]
    assert len(taken) <= 1  # where each has found the other, both are asked again
    (tmp_path / "go").touch()
    if not taken:
        until(first, lambda: first.status == "waiting")
        first.answer("a", to="other")
        taken = ["a"]
    assert first.wait(60)["log"][1:] == [*taken, "worked"]


def test_an_answer_that_is_refused_while_the_work_ends_is_not_taken_before_it_is_withdrawn(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another kernel writes its answer, older by its clock, finds ours there, and has not taken its own away yet."""
    session = rested(hitl.run(server.graph("answered_beside_work"), {"log": [str(tmp_path / "go")]}))
    session.answer("work", to="work")
    at_work(session, "work")
    session.answer("ours", to="other")
    [ours] = [note for key, note in metadata(session).items() if key.startswith("hitl_answer:")]
    decision = {**ours["decision"], "at": "2000-01-01T00:00:00+00:00"}
    theirs = {**ours, "answer": "theirs", "session": "other", "mark": "other:1", "decision": decision}
    client = session._run.driver.graph.sync_client
    client.threads.update(session.thread_id, metadata={"hitl_answer:other:1": theirs})
    driver, looked = session._run.driver, threading.Event()
    read = driver._metadata

    async def looks() -> Any:
        found = await read()
        looked.set()
        return found

    monkeypatch.setattr(driver, "_metadata", looks)
    (tmp_path / "go").touch()
    assert looked.wait(60)
    client.threads.update(session.thread_id, metadata={"hitl_answer:other:1": None})
    assert session.wait(60)["log"][1:] == ["ours", "worked"]
    assert not any(note for key, note in metadata(session).items() if key.startswith("hitl_answer:"))


def _waiting_beside(server: Server, session: hitl.Session) -> hitl.Session:
    """Another session that waits on the same thread."""
    graph = session._run.driver.graph
    return rested(hitl.attach(server.graph(graph.assistant_id), session.thread_id))
