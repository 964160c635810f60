"""A Python that has LangGraph's own development server, in an environment of its own under `.cache/` of the repository.

The server is not in our test extra: it needs seventy packages, and some releases exclude ours. What it has in common with
the environment that runs the tests (LangGraph itself, LangChain) is of the same version; hitl-widgets and the rest come
from there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from importlib.metadata import version
from pathlib import Path

from ..locked import locked
from ..our_packages import add_ours, our_site_packages

SERVER = ("langgraph-cli[inmem]==0.4.40", "langgraph-api==0.16.7", "langgraph-runtime-inmem==0.36.7")
"""Pinned: a server is what we measured its behaviour on, and what comments in `driver/` name."""

SAME = ("langgraph", "langgraph-sdk", "langgraph-checkpoint", "langchain", "langchain-core")
"""What both sides must have of one version, so that a graph is the same here and there."""

FOLDER = Path(__file__).parents[2] / ".cache" / f"server-py{sys.version_info.major}{sys.version_info.minor}"


def python_with_server() -> Path:
    """The environment's Python, made when it is asked for the first time."""
    python = FOLDER / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    finished = FOLDER / "finished"
    with locked(FOLDER):
        if not finished.exists() or finished.read_text() != _what_it_is():
            _make(python)
            finished.write_text(_what_it_is())
    return python


def _make(python: Path) -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    venv.create(FOLDER, with_pip=True)
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, *SERVER, *_same()], check=True)
    add_ours(python)


def _same() -> list[str]:
    return [f"{name}=={version(name)}" for name in SAME]


def _what_it_is() -> str:
    return "\n".join([*SERVER, *_same(), *our_site_packages()])
