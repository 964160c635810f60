"""`import hitl_widgets` is cheap, and brings in no more than it must."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def brought_in() -> set[str]:
    """What we import beyond what every user of langgraph and ipywidgets has imported."""
    return modules_after("import hitl_widgets") - modules_after("import ipywidgets, langgraph.graph, langgraph.types")


@pytest.mark.parametrize(
    "module",
    [
        "ipykernel",
        "jupyterlab",
        "notebook",
        "jupyter_server",
        "langchain",
        "langgraph.checkpoint.sqlite",
        "nbformat",
        "markdown_it",
        "narwhals",
        "pandas",
        "polars",
        "numpy",
    ],
)
def test_it_brings_in_nothing_that_a_script_may_not_need(module: str, brought_in: set[str]) -> None:
    assert module not in brought_in


def test_it_starts_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import hitl_widgets, threading; print(threading.active_count())"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "1\n"
    assert done.stderr == ""


@pytest.mark.parametrize("module", ["graph.topology", "graph.layout", "graph.svg", "protocol"])
def test_the_picture_is_pure(module: str) -> None:
    """Nothing in these modules' own imports is Jupyter; their package's `__init__` is left out of the count."""
    code = (
        "import importlib.util, sys, types\n"
        "found = importlib.util.find_spec('hitl_widgets')\n"
        "package = types.ModuleType('hitl_widgets')\n"
        "package.__path__ = list(found.submodule_search_locations)\n"
        "sys.modules['hitl_widgets'] = package\n"
        f"import hitl_widgets.{module}"
    )
    assert not {"ipywidgets", "anywidget", "IPython", "langgraph"} & modules_after(code)
