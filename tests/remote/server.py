"""LangGraph's own development server, on this machine, with the graphs of `served.py`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from langgraph.pregel.remote import RemoteGraph

from . import served
from .environment import python_with_server

ROOT = Path(__file__).parents[2]
NAMES = [
    name for name, found in vars(served).items() if hasattr(found, "get_state") and not name.startswith(("_", "graphs"))
]


@contextmanager
def serving(folder: Path) -> Generator[Server]:
    """A server, started, and ended by its own process id.

    Args:
        folder: where it keeps what it has.
    """
    running = Server(folder)
    try:
        running.start()
        yield running
    finally:
        running.close()


class Server:
    """A server that can be stopped and started again; what it keeps is in a folder.

    Args:
        folder: where.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = folder / ".langgraph_api"
        self._kept, self.port = _kept_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: list[Any] = []
        folder.mkdir(exist_ok=True)
        # The names are looked up in a module that imports as one of this package does.
        (folder / "graphs.py").write_text("from tests.remote.served import *\n")
        graphs = {name: f"./graphs.py:{name}" for name in NAMES}
        (folder / "langgraph.json").write_text(json.dumps({"dependencies": ["."], "graphs": graphs}))

    def start(self) -> None:
        log = (self.folder / "log.txt").open("ab")
        command = [
            *(python_with_server(), "-m", "langgraph_cli", "dev", "--host", "127.0.0.1", "--port", str(self.port)),
            *("--no-browser", "--no-reload", "--n-jobs-per-worker", "10"),
        ]
        environment = {
            **os.environ,
            "LANGGRAPH_CLI_NO_ANALYTICS": "1",
            "LANGSMITH_TRACING": "false",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        }
        self._process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
        log.close()
        until = time.monotonic() + 120
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"The server did not start:\n{(self.folder / 'log.txt').read_text()}")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/ok", timeout=5).is_success
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        """Stop it for good."""
        self.stop()
        self._kept.close()
        for client in self._clients:
            client.close()

    def stop(self) -> None:
        """As an operator does: it saves what it has."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            self._process = None

    def kill(self) -> None:
        """As a machine does that loses its power."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(60)
        self._process = None

    def graph(self, name: str, **options: Any) -> RemoteGraph:
        graph = RemoteGraph(name, url=self.url, **options)
        self._clients.append(graph.sync_client)
        return graph


def _kept_port() -> tuple[socket.socket, int]:
    """A port that is given to nobody else as long as the socket is open, beside which the server can listen there.

    Linux lets several have a port of which none but one listens, if all of them may reuse it; servers may. Elsewhere it is
    free until the server takes it.
    """
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    port: int = kept.getsockname()[1]
    if sys.platform != "linux":
        kept.close()
    return kept, port
