"""What is published works with the oldest of everything that it says it works with."""

from __future__ import annotations

import tomllib
import venv
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from ..our_packages import add_ours
from .conftest import REPO, Installed

pytestmark = pytest.mark.slow

PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["project"]
INSTALL = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")


def oldest(lines: list[str]) -> list[str]:
    """Of each package the oldest version that a requirement lets it have."""
    found: list[str] = []
    for requirement in map(Requirement, lines):
        (version,) = (one.version for one in requirement.specifier if one.operator == ">=")
        found.append(f"{requirement.name}=={version}")
    return found


@pytest.fixture(scope="module")
def old(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    environment = Installed(tmp_path_factory.mktemp("old"))
    venv.create(environment.folder, with_pip=True)
    done = environment.run(*INSTALL, str(wheel), *oldest(PROJECT["dependencies"]), cwd=wheel.parent)
    assert done.returncode == 0, done.stderr
    return environment


def test_questions_are_asked_and_answered_in_two_processes(old: Installed, tmp_path: Path) -> None:
    for part in ("begin", "go on"):
        _runs(old, part, tmp_path)


def test_an_agent_asks(old: Installed, tmp_path: Path) -> None:
    # The oldest wants a newer langchain-core than the oldest LangGraph does.
    done = old.run(*INSTALL, *oldest(PROJECT["optional-dependencies"]["agents"]), cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    _runs(old, "agent", tmp_path)


def test_what_tasks_say_is_heard(old: Installed) -> None:
    add_ours(old.python)  # pytest, and what else tests are made with
    heard = [f"tests/unit/{name}.py" for name in ("test_watching_tokens", "test_watching_attempts", "test_chat_said")]
    done = old.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:anyio", *heard, cwd=REPO)

    assert done.returncode == 0, done.stdout


def _runs(old: Installed, part: str, folder: Path) -> None:
    done = old.run(str(Path(__file__).with_name("asks.py")), part, cwd=folder)

    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr
