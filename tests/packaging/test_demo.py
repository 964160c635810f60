"""`hitl-widgets demo` brings the notebooks, keeps what its user changed, and opens JupyterLab."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from hitl_widgets import cli


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have been run."""
    commands: list[list[str]] = []

    def call(command: list[str]) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr(subprocess, "call", call)
    return commands


def test_it_copies_the_notebooks_and_opens_the_first_one(
    tmp_path: Path, started: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "folder"

    assert cli.main(["demo", "--dir", str(folder)]) == 0

    (command,) = started
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={folder.resolve()}" in command
    assert any(argument.endswith("/lab/tree/01_three_questions.ipynb") for argument in command)
    assert (folder / cli.FIRST).exists()
    assert cli.FIRST in capsys.readouterr().out


def test_it_never_writes_over_a_notebook_that_was_changed(
    tmp_path: Path, started: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["demo", "--dir", str(tmp_path)])
    (tmp_path / cli.FIRST).write_text("mine now")
    capsys.readouterr()

    cli.main(["demo", "--dir", str(tmp_path)])

    assert (tmp_path / cli.FIRST).read_text() == "mine now"
    assert "left as it is" in capsys.readouterr().out


def test_a_second_run_changes_and_says_nothing(
    tmp_path: Path, started: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["demo", "--dir", str(tmp_path)])
    capsys.readouterr()

    cli.main(["demo", "--dir", str(tmp_path)])

    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("display", "arguments", "opens"),
    [({"DISPLAY": ":0"}, [], True), ({"DISPLAY": ":0"}, ["--no-browser"], False), ({}, [], False)],
)
def test_it_opens_a_browser_only_where_there_is_a_display(
    tmp_path: Path,
    started: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    display: dict[str, str],
    arguments: list[str],
    opens: bool,
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in display.items():
        monkeypatch.setenv(name, value)

    cli.main(["demo", "--dir", str(tmp_path), *arguments])

    assert ("--no-browser" not in started[0]) is opens


def test_without_jupyterlab_it_says_how_to_get_it_and_copies_nothing(
    tmp_path: Path,
    started: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    assert cli.main(["demo", "--dir", str(tmp_path)]) == 1

    assert 'pip install "hitl-widgets[demo]"' in capsys.readouterr().err
    assert started == []
    assert list(tmp_path.iterdir()) == []


def test_a_missing_command_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main([])

    assert "demo" in capsys.readouterr().err
