"""Real kernels by the hundred: a process that has imported all they need forks one ipykernel after the other.

A kernel of a notebook spends a second on imports before it does anything. One that is forked here is the same ipykernel
(`IPKernelApp` with its channels and threads, started after the fork) without that second.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

from ..kernel.client import Kernel, Sent

ROOT = Path(__file__).parents[2]


class Nursery:
    """Starts kernels. To be closed, which ends those that live."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = (folder / "kernels.log").open("w")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self._count = 0

    def kernel(self) -> ForkedKernel:
        self._count += 1
        file = str(self._folder / f"kernel-{self._count}.json")
        write_connection_file(file, transport="ipc", ip=str(self._folder / f"k{self._count}"))
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{file}\n")
        self._process.stdin.flush()
        return ForkedKernel(file, int(self._process.stdout.readline()))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()


class ForkedKernel(Kernel):
    """One of them, as a front end sees it."""

    def __init__(self, file: str, pid: int) -> None:
        self.pid = pid
        self._client = BlockingKernelClient()
        self._client.load_connection_file(file)
        self._client.start_channels()
        self._sent: dict[str, Sent] = {}
        self.comms: dict[str, dict[str, Any]] = {}
        self.orphans: list[dict[str, Any]] = []
        self.ipykernel = ""
        try:
            self._until_ready()
        except BaseException:
            self.close()
            raise

    def _until_ready(self) -> None:
        # Not the client's own wait, which takes a second to hear the kernel's heart beat (jupyter_client 8.10).
        deadline, heard = time.monotonic() + 60, False
        while not heard:
            assert time.monotonic() < deadline, "no kernel after 60 s"
            asked = self.request("kernel_info_request")
            with contextlib.suppress(AssertionError):
                self.until(lambda asked=asked: asked.is_done, "it has heard and is heard", timeout=0.2)
                heard = True
        self.forget()

    @property
    def is_alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        """`kill -9`."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def receive(self, seconds: float) -> None:
        """Read what has come, and wait for something at most so long."""
        self._receive(seconds)

    def close(self) -> None:
        self.kill()
        self._client.stop_channels()


def serve() -> None:
    """Fork a kernel for each connection file that is named."""
    import psycopg  # noqa: F401  what kernels need, imported once for all
    from ipykernel.kernelapp import IPKernelApp
    from langgraph.checkpoint import postgres  # noqa: F401

    from . import graph  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that are killed
    kernels: list[int] = []
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, 0)
            os.dup2(nothing, 1)
            app = IPKernelApp.instance()
            app.initialize(["-f", line.strip()])
            app.start()
            os._exit(0)
        kernels.append(pid)
        print(json.dumps(pid), flush=True)
    for pid in kernels:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    serve()
