"""Kernels of JupyterLab's that are forked from a process which has imported what notebooks import.

JupyterLab finds `Forked` by an entry point, as it finds every provisioner of kernels. What it starts is the same ipykernel in
the same environment, without the second and a half of processor time that those imports take; ours it imports itself.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from .. import nursery

NAME = "forked"

MODULES = [
    "ipywidgets", "anywidget", "IPython.core.completer", "IPython.core.magics", "matplotlib_inline", "numpy", "pandas",
    "langgraph.graph", "langgraph.prebuilt", "langgraph.func", "langgraph.checkpoint.sqlite",
    "langchain.agents", "langchain.agents.middleware", "langchain_core.tools",
]  # fmt: skip


def install(folder: Path) -> None:
    """Have kernels named `python3` made by this module, where the folder is on Python's path and on Jupyter's (`JUPYTER_PATH`)."""
    metadata = folder / "hitl_forked_kernels-0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: hitl-forked-kernels\nVersion: 0\n")
    (metadata / "entry_points.txt").write_text(f"[jupyter_client.kernel_provisioners]\n{NAME} = {__name__}:Forked\n")
    kernel = folder / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "metadata": {"debugger": True, "kernel_provisioner": {"provisioner_name": NAME}},
    }
    kernel.write_text(json.dumps(spec))


def kernels(server: psutil.Process) -> list[psutil.Process]:
    """Those of a JupyterLab."""
    return [
        kernel
        for nurse in server.children()
        if nursery.__name__ in nurse.cmdline()
        for kernel in nurse.children()
        if kernel.status() != psutil.STATUS_ZOMBIE
    ]


class Forked(LocalProvisioner):
    """Starts a kernel; all else that one can do to it is done as to any other process."""

    _nursery: nursery.Nursery | None = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        if Forked._nursery is None:
            Forked._nursery = nursery.Nursery(MODULES)
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        self.process = _Process(Forked._nursery.fork(arguments, cwd=kwargs.get("cwd"), env=kwargs.get("env")))
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info


class _Process:
    """As much of `subprocess.Popen` as a provisioner uses, of a process that is another's child."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._process = psutil.Process(pid)

    def poll(self) -> int | None:
        return None if self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE else 0

    def wait(self) -> int:
        self._process.wait()
        return 0

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)
