"""What stands between a client and its server: it passes requests on, and lets those fail that a test has chosen, as networks do."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import threading
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

from langgraph.pregel.remote import RemoteGraph
from langgraph_sdk import get_sync_client

PATIENCE = 3.0
"""Seconds that a client waits for an answer that may never come: more than a server needs, most of the time."""

Fails = Callable[["Passing"], None]


class Passing(BaseHTTPRequestHandler):
    """One request on its way."""

    protocol_version = "HTTP/1.1"
    server: Proxy

    def passed(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.sent = self.command, self.path, body, {k: v for k, v in self.headers.items() if k.lower() not in _OWN}
        fails = self.server.fails(self.command, self.path)
        self.there = http.client.HTTPConnection(self.server.host, timeout=60)
        with closing(self.there), suppress(OSError):  # who has sent it has gone
            if fails is None:
                self.told(self.forwarded())
            else:
                fails(self)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = passed  # noqa: N815  (how `http.server` calls them)

    def forwarded(self) -> http.client.HTTPResponse:
        """What the server answers."""
        method, path, body, headers = self.sent
        self.there.request(method, path, body or None, headers)
        return self.there.getresponse()

    def told(self, response: http.client.HTTPResponse, *, parts: int | None = None) -> None:
        """Pass an answer on, or its first parts and the half of one."""
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in {*_OWN, "date", "server"}:
                self.send_header(name, value)
        has_body = response.status != 204
        if has_body:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while has_body and (part := response.read1(65536)):
            if parts == 0:
                self.wfile.write(b"%x\r\n%s" % (len(part), part[: len(part) // 2]))
                self.reset()
                return
            parts = parts if parts is None else parts - 1
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        if has_body:
            self.wfile.write(b"0\r\n\r\n")

    def says(self, status: int) -> None:
        body = b'{"detail":"not now"}'
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def reset(self) -> None:
        """As a network does that is gone: no end, a reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def given_up(self) -> None:
        """Wait until the client waits no more."""
        with suppress(OSError):
            self.connection.settimeout(60)
            self.connection.recv(1)
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


_OWN = {"host", "connection", "transfer-encoding", "content-length", "keep-alive"}

# ---------------------------------------------------------------- how a request fails


def reset_before(passing: Passing) -> None:
    passing.reset()


def reset_after(passing: Passing) -> None:
    """The server has taken it, and its answer is lost."""
    passing.forwarded().close()
    passing.reset()


def says_500(passing: Passing) -> None:
    passing.says(500)


def says_403(passing: Passing) -> None:
    """As an authorization does; it is in no plan at random, as trying again does not help."""
    passing.says(403)


def says_503(passing: Passing) -> None:
    passing.says(503)


def says_504(passing: Passing) -> None:
    """As a gateway does that has waited for the server: it has taken it."""
    passing.forwarded().close()
    passing.says(504)


def slow(passing: Passing) -> None:
    """The server has taken it, and answers when nobody waits any more."""
    passing.forwarded().close()
    passing.given_up()


def late(passing: Passing) -> None:
    """The server gets it when nobody waits any more.

    But for the start of a run: a server cannot tell one that comes late from a second one (SECURITY.md).
    """
    if _starts_a_run(*passing.sent[:3]):
        passing.reset()
        return
    passing.given_up()
    passing.forwarded().close()


def _starts_a_run(method: str, path: str, body: bytes) -> bool:
    return method == "POST" and path.endswith("/runs") and json.loads(body).get("command") is None


def cut(passing: Passing) -> None:
    passing.told(passing.forwarded(), parts=0)


def cut_later(passing: Passing) -> None:
    """A stream, after some of it."""
    passing.told(passing.forwarded(), parts=2)


WAYS: tuple[Fails, ...] = (reset_before, reset_after, says_500, says_503, says_504, slow, late, cut, cut_later)


class Proxy(ThreadingHTTPServer):
    """Passes requests on to a server.

    Args:
        url: the server's.

    Attributes:
        plan: which request fails, and how, given its method, its path and how many there were before.
        passed: how many there were.
        failed: those that have.
    """

    daemon_threads = True
    block_on_close: ClassVar[bool] = False

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.host = urlsplit(url).netloc
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.plan: Callable[[str, str, int], Fails | None] = lambda *_: None
        self.passed = 0
        self.failed: list[str] = []
        self._lock = threading.Lock()

    def fails(self, method: str, path: str) -> Fails | None:
        with self._lock:
            fails = self.plan(method, path, self.passed)
            if fails is not None:
                self.failed.append(f"{self.passed} {method} {path} {fails.__name__}")
            self.passed += 1
        return fails

    def handle_error(self, *_: Any) -> None:
        """A connection that was reset."""


@contextmanager
def between(url: str) -> Generator[Proxy]:
    proxy = Proxy(url)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()


@contextmanager
def graph_of(url: str, name: str, *, patience: float = 60.0) -> Generator[RemoteGraph]:
    """A graph of a server, or of what is between.

    Args:
        url: where.
        name: which.
        patience: seconds that its client waits for an answer.
    """
    with get_sync_client(url=url, timeout=patience) as client:
        yield RemoteGraph(name, sync_client=client)
