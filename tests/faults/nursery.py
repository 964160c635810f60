"""Kernels to kill, as a front end sees them."""

from __future__ import annotations

import contextlib
import itertools
import time
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

from .. import nursery
from ..kernel.client import Kernel

MODULES = ["psycopg", "langgraph.checkpoint.postgres", f"{__package__}.graph", f"{__package__}.on_server"]


class Nursery:
    """Starts them. To be closed, which ends those that live."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = (folder / "kernels.log").open("w")
        self._forks = nursery.Nursery(MODULES, log=self._log)
        self._names = itertools.count()

    def kernel(self) -> ForkedKernel:
        name = next(self._names)
        file = str(self._folder / f"kernel-{name}.json")
        write_connection_file(file, transport="ipc", ip=str(self._folder / f"k{name}"))
        return ForkedKernel(file, self._forks.fork(["-f", file, "--HistoryManager.enabled=False"]))

    def learn(self, modules: list[str]) -> None:
        """Import what a kernel has imported in its life, so that the next ones need not."""
        self._forks.learn(modules)

    def close(self) -> None:
        self._forks.close()
        self._log.close()


class ForkedKernel(Kernel):
    """One of them."""

    def __init__(self, file: str, pid: int) -> None:
        self._forked = psutil.Process(pid)  # which knows when another has its number
        self._client = BlockingKernelClient()
        self._client.load_connection_file(file)
        self._client.start_channels()
        self._sent = {}
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
        nursery.end(self._forked)

    def receive(self, seconds: float) -> None:
        """Read what has come, and wait for something at most so long."""
        self._receive(seconds)

    def close(self) -> None:
        self.kill()
        self._client.stop_channels()
