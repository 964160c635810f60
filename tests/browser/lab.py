"""A real JupyterLab on loopback, for the browser tests."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil

from ..nursery import end
from . import forked

REPO = Path(__file__).parents[2]

START_TIMEOUT = 120.0
"""Seconds for JupyterLab to answer; the first start on a fresh machine compiles its Python files."""

END_TIMEOUT = 60.0

PAGE = {
    # Whether JupyterLab is to be built anew is asked of `yarn` at each page, for half a second of processor time.
    "buildCheck": False,
    "disabledExtensions": {
        # What covers the page while another theme is loaded takes the pointer from what it is over.
        "@jupyterlab/apputils-extension:splash": True,
        "@voila-dashboards/jupyterlab-preview": True,
        # What no test opens or presses, and no notebook of one shows.
        **{
            f"@jupyterlab/{name}-extension": True
            for name in (
                "audio", "celltags", "csvviewer", "debugger", "extensionmanager", "help", "hub", "htmlviewer", "imageviewer",
                "launcher", "logconsole", "lsp", "markdownviewer", "mermaid", "pdf", "pluginmanager", "running",
                "settingeditor", "terminal", "theme-dark-high-contrast", "toc", "vega5", "video",
            )
        },
    },
}  # fmt: skip


class Lab:
    """JupyterLab, its folder, and its settings.

    Args:
        root: a folder of its own, for the notebooks and all configuration.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.notebooks = root / "notebooks"
        self.notebooks.mkdir(parents=True)
        self._settings = root / "settings"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.setting("@jupyterlab/apputils-extension", "notification", {"fetchNews": "false", "checkForUpdates": False})
        self.theme("light")
        config = root / "config" / "labconfig" / "page_config.json"
        config.parent.mkdir(parents=True)
        config.write_text(json.dumps(PAGE))
        forked.install(root / "forked")
        self._log = (root / "lab.log").open("wb")
        self._process = subprocess.Popen(
            [
                sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
                f"--port={self.port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
                f"--ServerApp.root_dir={self.notebooks}", "--LabApp.extension_manager=readonly",
                "--ServerApp.disable_check_xsrf=True",
                # `window.jupyterapp`, by which a test chooses another theme in a page that is open.
                "--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True",
            ],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=os.environ
            | {
                "JUPYTER_CONFIG_DIR": str(root / "config"),
                "JUPYTER_DATA_DIR": str(root / "data"),
                "JUPYTER_RUNTIME_DIR": str(root / "runtime"),
                "IPYTHONDIR": str(root / "ipython"),
                "JUPYTER_PATH": str(root / "forked"),
                "JUPYTERLAB_SETTINGS_DIR": str(self._settings),
                "JUPYTERLAB_WORKSPACES_DIR": str(root / "workspaces"),
                "PYTHONPATH": os.pathsep.join(
                    path for path in (str(root / "forked"), os.environ.get("PYTHONPATH"), str(REPO)) if path
                ),
            },
        )  # fmt: skip
        self._wait_until_it_answers()

    def setting(self, plugin: str, name: str, value: dict[str, object]) -> None:
        """Write a user setting; a page that is loaded afterwards has it."""
        path = self._settings / plugin / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))

    def theme(self, theme: str) -> None:
        """`light` or `dark`, from the next page load."""
        name = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}[theme]
        self.setting("@jupyterlab/apputils-extension", "themes", {"theme": name})

    def api(self, path: str, method: str = "GET", data: object = None) -> object:
        """Call the server's REST interface."""
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(f"{self.url}/api/{path}", data=body, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def kernels(self) -> list[dict[str, str]]:
        return self.api("kernels")  # type: ignore[return-value]

    def sessions(self) -> list[dict[str, str]]:
        return self.api("sessions")  # type: ignore[return-value]

    def end_kernels(self) -> None:
        """At once: one that is asked to end takes its interpreter apart first, for a second and more.

        All of them: one that is being started again is there afterwards, and the next notebook of that name would get it.
        """
        deadline = time.monotonic() + END_TIMEOUT
        while (sessions := self.sessions()) or self.kernels():
            if time.monotonic() > deadline:
                raise RuntimeError(f"Kernels did not end in {END_TIMEOUT} s: {self.kernels()}\n{self.log()}")
            with contextlib.suppress(psutil.Error):
                for kernel in forked.kernels(psutil.Process(self._process.pid)):
                    end(kernel)
            paths = [f"sessions/{session['id']}" for session in sessions]
            for path in paths or [f"kernels/{kernel['id']}" for kernel in self.kernels()]:
                with contextlib.suppress(OSError):
                    self.api(path, "DELETE")

    def log(self) -> str:
        return (self.root / "lab.log").read_text(errors="replace")

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"JupyterLab ended at once:\n{self.log()}")
            with contextlib.suppress(OSError):
                self.api("status")
                return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"JupyterLab did not answer in {START_TIMEOUT} s:\n{self.log()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
