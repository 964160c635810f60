"""A Python that has LangGraph's own development server, in an environment of its own under `.cache/` of the repository.

The server is not in our test extra: it needs seventy packages, and some releases exclude ours. What it has in common with
the environment that runs the tests (LangGraph itself, LangChain) is of the same version; hitl-widgets and the rest come
from there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import version
from pathlib import Path

from ..locked import locked

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
    add = "; ".join(f"site.addsitedir({path!r})" for path in _our_site_packages())
    own = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    # After the environment's own, in which everything is that the server was tested with.
    (Path(own) / "zz_tests.pth").write_text(f"import site; {add}\n")


def _same() -> list[str]:
    return [f"{name}=={version(name)}" for name in SAME]


def _our_site_packages() -> list[str]:
    return list(dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib")))


def _what_it_is() -> str:
    return "\n".join([*SERVER, *_same(), *_our_site_packages()])
