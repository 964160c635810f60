"""A server that is away for one request: at any one, before or after it has taken it. What it has is used once, all else asked."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import httpx
import pytest

import hitl_widgets as hitl

from ..written import write_answer
from .server import Server
from .watching import rested, until

TRIED = int(os.environ.get("HITL_FAULT_KILLS", "1"))
"""Requests of each kind of failure, chosen by a seed."""
REQUESTS = 45
"""That an undisturbed run sends, more or less."""

Fails = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]


def reset_before(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
    raise httpx.ConnectError("reset before it was taken")


def reset_after(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
    send().close()
    raise httpx.ReadError("reset after it was taken")


def unavailable(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
    return httpx.Response(503, request=request, json={"detail": "not now"})


def midway(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
    response = send()

    class Half(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            for chunk in response.iter_raw():
                yield chunk[: len(chunk) // 2]
                raise httpx.ReadError("reset midway")

        def close(self) -> None:
            response.close()

    return httpx.Response(response.status_code, headers=response.headers, stream=Half(), request=request)


class Failing(httpx.BaseTransport):
    """Passes requests on, but for one.

    Args:
        transport: what passes them on.
        is_it: whether a request is that one, given how many there were before.
        fails: how it fails.
    """

    def __init__(self, transport: Any, is_it: Callable[[httpx.Request, int], bool], fails: Fails) -> None:
        self.transport = transport
        self.passed = 0
        self.has_failed = False
        self._is_it, self._fails = is_it, fails
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            fails = not self.has_failed and self._is_it(request, self.passed)
            self.has_failed |= fails
            self.passed += 1
        if fails:
            return self._fails(request, lambda: self.transport.handle_request(request))
        return self.transport.handle_request(request)


@contextmanager
def failing(graph: Any, is_it: Callable[[httpx.Request, int], bool], fails: Fails) -> Generator[None]:
    client = graph.sync_client.http.client
    client._transport = transport = Failing(client._transport, is_it, fails)
    yield
    client._transport = transport.transport


def _lived(server: Server, is_it: Callable[[httpx.Request, int], bool], fails: Fails) -> None:
    graph = server.graph("parallel")
    acknowledged: dict[str, Any] = {}
    with failing(graph, is_it, fails):
        session = hitl.run(graph, {"log": []})
        tries = 0
        while rested(session).status != "finished":
            tries += 1
            assert tries < 40, f"it never ends: {session} {session.error!r}"
            if session.status == "failed":
                assert isinstance(session.error, hitl.ServerError), session.error
                session.retry()
                continue
            for request in session.requests:
                value = {"value": tries} if request.key == "typed" else f"{request.payload} {tries}"
                try:
                    session.answer(value, to=request.id)
                except (hitl.ServerError, hitl.StaleAnswerError):
                    continue
                assert request.id not in acknowledged, "it was acknowledged, and it is asked again"
                acknowledged[request.id] = value
    log = session.values["log"]
    assert [str(one).split(" ")[0] for one in log] == ["once?", "first", "second", "{'value':"]
    again = rested(hitl.attach(server.graph("parallel"), session.thread_id))
    for one in (session, again):
        decided = {decision.interrupt_id: decision.value for decision in one.decisions}
        assert sorted(map(str, decided.values())) == sorted(map(str, log))
        assert acknowledged.items() <= decided.items()


@pytest.mark.parametrize("fails", [reset_before, reset_after, unavailable, midway])
def test_one_request_that_fails_loses_no_answer_and_uses_none_twice(server: Server, fails: Fails) -> None:
    for tried in random.Random(fails.__name__).sample(range(REQUESTS), TRIED):
        _lived(server, lambda request, at, tried=tried: at == tried, fails)


def test_an_answer_that_a_run_has_used_is_not_sent_again_where_the_thread_could_not_be_read_after_it(
    server: Server,
) -> None:
    """The node asks its second question under the same name by then, and would get the answer to its first."""
    sent: list[str] = []

    def is_it(request: httpx.Request, at: int) -> bool:
        if request.method == "POST" and request.url.path.endswith("/runs"):
            sent.append(request.url.path)
        # The third takes the answers along that were given while the second was at work.
        return len(sent) == 3 and request.url.path.endswith("/state")

    _lived(server, is_it, reset_before)


def once(method: str, end: str) -> Callable[[httpx.Request, int], bool]:
    return lambda request, at: request.method == method and request.url.path.endswith(end)


def test_an_answer_is_not_kept_beside_a_run_that_has_taken_another_one_and_ended_meanwhile(server: Server) -> None:
    """It would be acknowledged, and no run would ever take it."""
    graph = server.graph("three_questions")
    session = rested(hitl.run(graph, {"request": "refund"}))
    [asked] = session._run.pending
    driver = session._run.driver
    with failing(graph, once("POST", "/runs"), reset_after), pytest.raises(hitl.ServerError, match="nothing is lost"):
        session.answer(True)
    until(session, lambda: [run["status"] for run in graph.sync_client.runs.list(session.thread_id)] == ["success"] * 2)
    with pytest.raises(hitl.StaleAnswerError, match="moved on"):
        driver.run(driver.note(asked.request.id))
    with pytest.raises(hitl.StaleAnswerError):
        session.answer(False)
    until(session, lambda: [one.key for one in session.requests] == ["address"])
    assert [one.value for one in session.decisions] == [True]


def test_an_answer_of_ours_that_a_run_has_taken_though_its_word_was_lost_is_the_first_one(
    server: Server, tmp_path: Path
) -> None:
    graph = server.graph("works_twice")
    session = rested(hitl.run(graph, {"log": [str(tmp_path / "go"), str(tmp_path / "other")]}))
    [asked] = [one for one in session._run.pending if one.request.node == "work"]
    driver, address = session._run.driver, asked.asked.address
    assert address is not None
    with failing(graph, once("POST", "/runs"), reset_after), pytest.raises(hitl.ServerError):
        session.answer("first", to="work")
    with pytest.raises(hitl.StaleAnswerError, match="had taken the answer before"):
        driver.run(write_answer(driver, address, "second"))
    for name in "go", "other":
        (tmp_path / name).touch()
    with pytest.raises(hitl.StaleAnswerError):
        session.answer("second", to="work")
    until(session, lambda: not session._run.others.catching_up and session.status == "waiting")
    session.answer("beside", to="other")
    assert sorted(session.wait(60)["log"][2:]) == ["beside", "first"]


@pytest.mark.parametrize("again", ["one", "another"])
def test_an_answer_of_ours_that_is_kept_though_its_word_was_lost_counts(
    again: str, server: Server, tmp_path: Path
) -> None:
    graph = server.graph("works_twice")
    session = rested(hitl.run(graph, {"log": [str(tmp_path / "go"), str(tmp_path / "other")]}))
    session.answer("at work", to="work")
    with failing(graph, once("PATCH", session.thread_id), reset_after), pytest.raises(hitl.ServerError):
        session.answer("one", to="other")
    refused = pytest.raises(hitl.StaleAnswerError, match="“one”, was saved after all")
    with nullcontext() if again == "one" else refused:
        session.answer(again, to="other")
    for name in "go", "other":
        (tmp_path / name).touch()
    assert sorted(session.wait(60)["log"][2:]) == ["at work", "one"]
    assert sorted(one.value for one in session.decisions) == ["at work", "one"]


def test_a_fork_whose_run_was_taken_though_its_word_was_lost_stands_where_that_stands(server: Server) -> None:
    graph = server.graph("three_questions")
    session = rested(hitl.run(graph, {"request": "refund"}))
    session.answer(True)
    rested(session)
    with failing(graph, once("POST", "/runs"), reset_after):
        fork = rested(session.fork(session.decisions[0]))
    assert fork.status == "failed"
    fork.retry()
    [asked] = rested(fork).requests
    assert (asked.kind, asked.key) == ("interrupt", "approved")
    fork.answer(False)
    assert [one.key for one in rested(fork).requests] == ["address"]


def test_a_copy_that_cannot_be_read_for_a_moment_is_not_said_to_be_impossible(server: Server) -> None:
    graph = server.graph("three_questions")
    session = rested(hitl.run(graph, {"request": "refund"}))
    with failing(graph, once("POST", "/state/checkpoint"), lambda request, send: httpx.Response(500, request=request)):
        fork = rested(session.fork(session.requests[0]))
    assert fork.status == "failed"
    assert "Once it is well again, nothing is lost" in str(fork.error)
    fork.retry()
    assert [one.key for one in rested(fork).requests] == ["approved"]
