"""Programs in processes of their own, forked from one that has imported what they need: each begins at once.

A Python that is started anew spends a second and a half of a processor on imports before it does anything. Of ours only what
`import hitl_widgets` brings is imported beforehand: what is loaded later, each of them loads itself.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import wait
from pathlib import Path

REPO = Path(__file__).parents[2]

MODULES = [
    "hitl_widgets", "tests.unit.two_kernels", "aiosqlite", "anywidget", "ipywidgets", "jsonschema",
    "jsonschema._format", "langgraph.checkpoint.sqlite", "langgraph.checkpoint.sqlite.aio", "sqlite3",
]  # fmt: skip


class Forked:
    """A process that runs a module's `main`, and then ends as one does that was started anew.

    Args:
        module: its name.
        arguments: of the command line; what `main` is given.
        files: the descriptors of its `stdin`, `stdout` and `stderr`, which stay the caller's to close.

    Attributes:
        pid: its id; it is the first of a group of its own.
    """

    def __init__(self, module: str, arguments: Sequence[str] = (), *, files: Sequence[int]) -> None:
        self._said, says = os.pipe()
        task = {"module": module, "arguments": list(arguments), "env": dict(os.environ)}
        try:
            _nurse().fork(task, [*files, says])
        finally:
            os.close(says)
        self._code: int | None = None
        self._read = b""
        while b"\n" not in self._read:
            self._hear(None)
        first, _, self._read = self._read.partition(b"\n")
        self.pid = int(first)

    def poll(self) -> int | None:
        """The exit code of its process (the negative signal that has killed it), or `None` while it lives."""
        return self.wait(0)

    def wait(self, seconds: float) -> int | None:
        """The same, as soon as it has ended, or after so many seconds."""
        until = time.monotonic() + seconds
        while self._code is None:
            if not self._hear(max(0.0, until - time.monotonic())):
                return None
            if b"\n" in self._read:
                self._code = int(self._read)
                os.close(self._said)
        return self._code

    def kill(self) -> None:
        """`kill -9`, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _hear(self, seconds: float | None) -> bool:
        if not wait([self._said], seconds):
            return False
        part = os.read(self._said, 100)
        assert part, "it cannot be forked"
        self._read += part
        return True


class _Nurse:
    """The process that forks them; it ends with this one."""

    def __init__(self) -> None:
        self._asks, asked = socket.socketpair()
        with asked:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(asked.fileno())],
                cwd=REPO,
                pass_fds=[asked.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        atexit.register(self.close)
        self._lock = threading.Lock()

    def fork(self, task: object, files: list[int]) -> None:
        said = json.dumps(task).encode()
        with self._lock:
            socket.send_fds(self._asks, [len(said).to_bytes(4, "big")], files)
            self._asks.sendall(said)

    def close(self) -> None:
        self._asks.close()
        self._process.wait(60)


_made: list[_Nurse] = []
_making = threading.Lock()


def _nurse() -> _Nurse:
    with _making:
        if not _made:
            _made.append(_Nurse())
        return _made[0]


def serve(asked: socket.socket) -> None:
    """Fork whenever that is asked for; returns in the processes that were forked, once they are through, and at the end."""
    for name in MODULES:
        importlib.import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that wait
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        size, files, _, _ = socket.recv_fds(asked, 4, 4)
        if not size:
            return
        task = json.loads(_whole(asked, int.from_bytes(size, "big")))
        if os.fork() == 0:
            asked.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _told(task, files)
            return
        for file in files:
            os.close(file)


def _whole(asked: socket.socket, size: int) -> bytes:
    said = b""
    while len(said) < size:
        said += asked.recv(size - len(said))
    return said


def _told(task: dict[str, object], files: list[int]) -> None:
    """Fork once more, and wait: whoever has asked hears how it ended. Returns in the process that was asked for."""
    *streams, says = files
    if pid := os.fork():
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)  # here too: whoever is told of it may send its group a signal at once
        for file in streams:
            os.close(file)
        os.write(says, b"%d\n" % pid)
        _, status = os.waitpid(pid, 0)
        with contextlib.suppress(OSError):
            os.write(says, b"%d\n" % os.waitstatus_to_exitcode(status))
        os._exit(0)
    os.close(says)
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    for at, file in enumerate(streams):
        os.dup2(file, at)
        os.close(file)
    os.environ.clear()
    os.environ.update(task["env"])  # type: ignore[call-overload]
    main = importlib.import_module(str(task["module"])).main
    main(*task["arguments"])  # type: ignore[misc]


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
