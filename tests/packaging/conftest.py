"""What would be published, built once from this tree."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

import pytest

REPO = Path(__file__).parents[2]


class Installed(NamedTuple):
    """An environment that has the wheel and what it depends on, and nothing else."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    @property
    def environ(self) -> dict[str, str]:
        """No Node on the PATH, and nothing that leads to this tree."""
        return {"PATH": str(self.python.parent), "HOME": str(self.folder)}

    def run(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python, *arguments], env=self.environ, cwd=cwd, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sdist")
    # With build isolation off, what builds is what `pyproject.toml` names for tests, and nothing is downloaded again.
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--sdist", "--outdir", out, REPO],
        check=True,
        capture_output=True,
    )
    (path,) = out.glob("*.tar.gz")
    return path


@pytest.fixture(scope="session")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the sdist, as pip does for whoever has no wheel, where there is no Node."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", out, sdist],
        env={"PATH": str(Path(sys.executable).parent), "HOME": str(out)},
        check=True,
        capture_output=True,
    )
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an empty environment, installed with no Node on the PATH."""
    environment = Installed(tmp_path_factory.mktemp("installed"))
    venv.create(environment.folder, with_pip=True)
    done = environment.run(
        "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel), cwd=wheel.parent
    )
    assert done.returncode == 0, done.stderr
    return environment
