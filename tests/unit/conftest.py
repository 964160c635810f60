"""What several of these tests have in common."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .browser import Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser's half of a form."""
    with Browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture(autouse=True)
def nobody_looks_on() -> Iterator[None]:
    """The views that a test has shown are not there any more once it is over."""
    yield
    if (noticing := sys.modules.get("hitl_widgets.running.noticing")) is not None:
        for one in list(noticing._looker._all):
            one.close()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with some files, and a secret beside it."""
    work = tmp_path / "work"
    (work / "data" / "raw").mkdir(parents=True)
    (work / "data" / ".git").mkdir()
    for name in (
        "data/b.csv",
        "data/A.CSV",
        "data/notes.txt",
        "data/raw/größe 猫.csv",
        "data/.env",
        "data/.git/config",
    ):
        (work / name).write_text("x")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.csv").write_text("x")
    monkeypatch.chdir(work)
    return work
