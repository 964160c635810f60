"""Real kernels by the hundred: a process that has imported all they need forks one ipykernel after the other.

A kernel of a notebook spends a second on imports before it does anything. One that is forked here is the same ipykernel
(`IPKernelApp` with its channels and threads, started after the fork) without that second.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import psutil

ROOT = Path(__file__).parents[1]


class Nursery:
    """Starts kernels. To be closed, which ends those that live; they end with this process, too.

    Args:
        modules: what is imported once for all of them.
        log: where goes what a kernel writes past ipykernel; by default where this process's own errors go.
    """

    def __init__(self, modules: Sequence[str], *, log: TextIO | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, *modules],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        self._lock = threading.Lock()

    def fork(self, arguments: Sequence[str], *, cwd: str | None = None, env: Mapping[str, str] | None = None) -> int:
        """Start a kernel; returns the id of its process, which is the first of a group of its own.

        Args:
            arguments: of the command line, as `ipykernel_launcher` takes them.
            cwd: the folder in which it starts.
            env: its environment, whole; by default the nursery's.
        """
        return self._told({"arguments": list(arguments), "cwd": cwd, "env": None if env is None else dict(env)})

    def learn(self, modules: Sequence[str]) -> None:
        """Import what a kernel has imported in its life, so that the next ones need not."""
        self._told({"import": list(modules)})

    def _told(self, task: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps(task) + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        if self._process.stdout is not None:
            self._process.stdout.close()


def end(process: psutil.Process) -> None:
    """`kill -9`, unless it has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()


def serve(modules: Sequence[str]) -> None:
    """Fork a kernel whenever that is told, until nobody can tell."""
    learn(["ipykernel.kernelapp", *modules])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that are killed
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # kernels hear none of a terminal: they are ended by us, still
    kernels: list[psutil.Process] = []
    for line in sys.stdin:
        task = json.loads(line)
        if "import" in task:
            learn(task["import"])
            print(0, flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            live(**task)
            os._exit(0)
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)  # here too: whoever is told of it may send its group a signal at once
        kernels = [kernel for kernel in kernels if kernel.is_running()]
        kernels.append(psutil.Process(pid))
        print(pid, flush=True)
    for kernel in kernels:
        end(kernel)


def learn(modules: Sequence[str]) -> None:
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    gc.freeze()


def live(arguments: list[str], cwd: str | None, env: dict[str, str] | None) -> None:
    """Be a kernel, to its end."""
    from ipykernel.kernelapp import IPKernelApp

    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)  # what it writes there is no answer of the nursery's
    if env is not None:
        os.environ.clear()
        os.environ.update(env)
    if cwd is not None:
        os.chdir(cwd)
    app = IPKernelApp.instance()
    app.initialize(arguments)
    app.start()


if __name__ == "__main__":
    serve(sys.argv[1:])
