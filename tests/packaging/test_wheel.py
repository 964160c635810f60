"""What is published works where there is no Node, no JupyterLab and no work tree."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from .conftest import REPO, Installed

STATIC = tuple(
    f"hitl_widgets/static/{name}" for name in ("inbox.js", "inside.js", "rich.js", "widget.css", "widget.js")
)
NOTEBOOKS = sorted(path.name for path in (REPO / "notebooks").glob("*.ipynb"))


def test_the_wheel_has_the_built_view_and_the_notebooks(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        sizes = {item.filename: item.file_size for item in archive.infolist()}

    assert all(sizes.get(name, 0) > 1000 for name in STATIC), sizes
    assert NOTEBOOKS
    assert {f"hitl_widgets/notebooks/{name}" for name in NOTEBOOKS} <= sizes.keys()


def test_the_wheel_has_nothing_that_only_developers_need(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    assert {name.split("/")[0] for name in names} == {"hitl_widgets", f"hitl_widgets-{_version(wheel)}.dist-info"}
    assert not [name for name in names if "node_modules" in name or "checkpoint.ipynb" in name or "__pycache__" in name]


def test_the_wheel_says_that_it_is_typed_and_under_which_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (archive.read(name).decode() for name in names if name.endswith("/METADATA"))

    assert "hitl_widgets/py.typed" in names
    assert "License-Expression: MIT" in metadata
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_sdist_has_the_sources_of_the_view_and_the_built_view(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {f"src/{name}" for name in STATIC} <= names
    assert {"js/package.json", "js/package-lock.json", "js/src/widget.tsx", "js/scripts/build.mjs"} <= names
    assert {"Makefile", "README.md", "CHANGELOG.md", "LICENSE", "notebooks/01_three_questions.ipynb"} <= names
    assert not [
        name for name in names if "node_modules" in name or ".venv" in name or name.startswith("tests/browser/out")
    ]


@pytest.mark.slow
def test_it_imports_where_there_is_no_node(installed: Installed, tmp_path: Path) -> None:
    assert shutil.which("node", path=installed.environ["PATH"]) is None

    done = installed.run("-W", "error", "-c", "import hitl_widgets as hitl; print(hitl.__file__)", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(installed.folder)


@pytest.mark.slow
def test_a_graph_runs_and_is_drawn_from_the_installed_wheel(installed: Installed, tmp_path: Path) -> None:
    code = """
import hitl_widgets as hitl
from typing import TypedDict
from langgraph.graph import START, StateGraph

class State(TypedDict, total=False):
    budget: float

builder = StateGraph(State)
builder.add_node("ask_budget", hitl.ask_node("budget", "What's your budget?"))
builder.add_edge(START, "ask_budget")
session = hitl.run(builder.compile(), {}, unattended={"budget": 250})
assert session.wait() == {"budget": 250.0}, session.values
data, _ = session._repr_mimebundle_()
assert 'alt="Graph: ask_budget done"' in data["text/html"]
print("ok")
"""
    done = installed.run("-c", code, cwd=tmp_path)

    assert done.stdout == "ok\n", done.stderr


@pytest.mark.slow
def test_the_demo_says_what_is_missing_where_there_is_no_jupyterlab(installed: Installed, tmp_path: Path) -> None:
    done = installed.run("-m", "hitl_widgets.cli", "demo", "--dir", str(tmp_path), cwd=tmp_path)

    assert done.returncode == 1
    assert 'pip install "hitl-widgets[demo]"' in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_installed_notebooks_are_those_of_this_tree(installed: Installed, tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from hitl_widgets.cli import copy_notebooks; list(copy_notebooks(Path('.')))"
    done = installed.run("-c", code, cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.ipynb")} == {
        name: (REPO / "notebooks" / name).read_bytes() for name in NOTEBOOKS
    }


def _version(wheel: Path) -> str:
    return wheel.name.split("-")[1]
