"""The ipykernels we test against, each in an environment of its own under `.cache/kernels/` of the repository."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from ..locked import locked
from ..our_packages import add_ours, our_site_packages

OLDER = ("6.31.0", "7.0.1", "7.3.0")
"""Pinned: the ways of handling messages that differ from each other and from the newest."""

NEWEST = version("ipykernel")
"""The one of the environment that runs the tests."""

VERSIONS = (*OLDER, NEWEST)

CACHE = Path(__file__).parents[2] / ".cache" / "kernels"


@dataclass(frozen=True)
class Environment:
    """A Python that starts an ipykernel of this version."""

    ipykernel: str
    python: Path

    @property
    def release(self) -> tuple[int, ...]:
        """To compare with: `environment.release >= (7, 1)`."""
        return tuple(int(part) for part in self.ipykernel.split(".")[:3])


def environment(ipykernel: str) -> Environment:
    """The environment for this version, made when it is asked for the first time."""
    if ipykernel == NEWEST:
        return Environment(ipykernel, Path(sys.executable))
    folder = CACHE / f"{ipykernel}-py{sys.version_info.major}{sys.version_info.minor}"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    finished = folder / "finished"
    with locked(folder):
        if not finished.exists() or finished.read_text() != _this_environment():
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder, python, ipykernel)
            finished.write_text(_this_environment())
    return Environment(ipykernel, python)


def _make(folder: Path, python: Path, ipykernel: str) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / ".gitignore").write_text("*\n")
    venv.create(folder, with_pip=True)
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*install, f"ipykernel=={ipykernel}"], check=True)
    # Only ipykernel differs. The rest comes from the environment that runs the tests, after this one's own packages.
    add_ours(python)
    found = subprocess.run(
        [python, "-c", "import ipykernel; print(ipykernel.__version__)"], check=True, capture_output=True, text=True
    ).stdout.strip()
    if found != ipykernel:
        raise RuntimeError(f"{python} imports ipykernel {found}, not {ipykernel}.")


def _this_environment() -> str:
    return "\n".join(our_site_packages())
