"""What several of these tests have in common."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from ..waiting import PATIENCE, threads
from .browser import Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser's half of a form."""
    with Browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Nothing that a test has begun goes on once it is over: not in the next one's folder, nor while its fixtures are undone.

    A thread that printed while `capsys` puts back the stream before could end the interpreter (CPython to 3.13, gh-130163).
    """
    if (turns := sys.modules.get("hitl_widgets.running.others.turns")) is not None:
        with turns._lock:
            runs = [run for sharing in turns._sharing.values() for run in sharing]
        while runs:
            run = runs.pop()
            run.close()
            run.driver.close()
            del run
    left = _still_there("hitl-session", "hitl-call")
    # Not before: a view that hears of the end looks once more.
    if (noticing := sys.modules.get("hitl_widgets.running.others.noticing")) is not None:
        for one in list(noticing._looker._all):
            one.close()
    left += _still_there("hitl-looks")
    # One whose session is not shared with others is let go of with it.
    if "hitl-loop" in threads():
        gc.collect()
        left += _still_there("hitl-loop")
    yield
    assert not left, f"These threads go on after the test: {left}"


def _still_there(*names: str) -> list[str]:
    """Wait for the threads of these names; returns those that do not end. They are not joined: one may just have been begun."""
    deadline, ticking = time.monotonic() + PATIENCE, threading.Event()
    while (left := [name for name in threads() if name in names]) and time.monotonic() < deadline:
        ticking.wait(0.002)
    return left


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
