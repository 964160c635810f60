"""A server that is away for one request: at any one, before or after it has taken it. What it has is used once, all else asked."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

import hitl_widgets as hitl

from .server import Server
from .watching import rested

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
