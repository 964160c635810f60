"""Real kernels by the hundred: a process that has imported all they need forks one ipykernel after the other.

A kernel of a notebook spends a second on imports before it does anything. One that is forked here is the same ipykernel
(`IPKernelApp` with its channels and threads, started after the fork) without that second.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
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
        self._lock = threading.Lock()
        self._names = itertools.count()

    def kernel(self) -> ForkedKernel:
        name = next(self._names)
        file = str(self._folder / f"kernel-{name}.json")
        write_connection_file(file, transport="ipc", ip=str(self._folder / f"k{name}"))
        return ForkedKernel(file, self._told(f"fork {file}"))

    def _told(self, what: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(f"{what}\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def learn(self, modules: list[str]) -> None:
        """Import what a kernel has imported in its life, so that the next ones need not."""
        self._told(f"import {' '.join(modules)}")

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()


class ForkedKernel(Kernel):
    """One of them, as a front end sees it."""

    def __init__(self, file: str, pid: int) -> None:
        self._forked = psutil.Process(pid)  # which knows when another has its number
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
        return self._forked.is_running()

    def _ended(self) -> object:
        return None if self.is_alive else "its code is the nursery's to know"

    def kill(self) -> None:
        """`kill -9`."""
        _kill(self._forked)

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

    from . import graph, on_server  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that are killed
    kernels: list[psutil.Process] = []
    for line in sys.stdin:
        task, _, given = line.strip().partition(" ")
        if task == "import":
            for name in given.split():
                with contextlib.suppress(Exception):
                    importlib.import_module(name)
            gc.freeze()
            print(0, flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, 0)
            os.dup2(nothing, 1)
            app = IPKernelApp.instance()
            app.initialize(["-f", given, "--HistoryManager.enabled=False"])
            app.start()
            os._exit(0)
        kernels.append(psutil.Process(pid))
        print(pid, flush=True)
    for kernel in kernels:
        _kill(kernel)


def _kill(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()


if __name__ == "__main__":
    serve()
