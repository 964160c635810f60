"""`import hitl_widgets` is cheap, and brings in no more than it must."""

from __future__ import annotations

import importlib.util
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
        "jsonschema",
        "sqlite3",
    ],
)
def test_it_brings_in_nothing_that_a_script_may_not_need(module: str, brought_in: set[str]) -> None:
    assert module not in brought_in


LOADED_LATER = {
    "a question with a table": [
        "controls.rows",
        "rich.rows",
        "rich.answers",
        "rich.browsing",
        "rich.columns",
        "rich.frames",
    ],
    "a question with pictures": ["rich.images", "rich.image_choices", "rich.pictures", "rich.encoded", "rich.scaling"],
    "a question for a file": ["files.field", "files.listing", "files.upload"],
    "a card with a description": ["texts.markdown"],
    "a value that is refused": ["fields.sentences"],
    "a breakpoint": ["controls.state_form"],
    "a control of one's own for a tool": ["registering.call_control"],
    "hitl.approve": ["approving.function", "approving.tool", "approving.once"],
    "hitl.check": ["check.findings", "check.reading"],
    "a policy": ["policies.model", "policies.predecided"],
    "a fork": ["running.forks.fork", "running.forks.place", "session.what_if", "thread.comparing"],
    "session.history": ["thread.history"],
    "somebody who looks": ["inside.reading", "inside.values", "inside.look", "thread.earlier"],
    "a view": ["view.widget", "view.drawn", "graph.layout", "running.following.watch", "running.following.said"],
    "an async graph": ["driver.loop"],
    "a graph on a server": ["driver.server.remote", "driver.server.thread"],
    "a kernel": ["kernel.main_shell", "kernel.pump", "kernel.sigint"],
}
"""Modules by what first needs them."""


@pytest.mark.parametrize(
    ("needed_by", "module"), [(needed_by, module) for needed_by, modules in LOADED_LATER.items() for module in modules]
)
def test_what_few_need_is_loaded_when_it_is_needed(needed_by: str, module: str, brought_in: set[str]) -> None:
    assert importlib.util.find_spec(f"hitl_widgets.{module}") is not None, "it is called something else by now"
    assert f"hitl_widgets.{module}" not in brought_in, f"only {needed_by} needs it"


def test_a_bare_text_waits_for_no_library_that_checks_answers() -> None:
    code = """
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
import hitl_widgets as hitl
builder = StateGraph(dict).add_node("ask", lambda _: {"said": interrupt("Go on?")}).add_edge(START, "ask")
session = hitl.run(builder.compile(), {})
session._run.at_rest.wait(60)
session._display.widget
session.answer("yes")
assert session.wait(60) == {"said": "yes"}
"""
    assert "jsonschema" not in modules_after(code)


def test_what_is_loaded_later_may_be_needed_by_many_threads_at_once() -> None:
    code = """
import threading
from typing import TypedDict
import pandas
from langgraph.graph import START, StateGraph
import hitl_widgets as hitl

def run():
    graph = StateGraph(TypedDict("State", {"said": str})).add_node("work", lambda _: {"said": "x"}).add_edge(START, "work")
    session = hitl.run(graph.compile(), {"said": ""})
    session.wait(60)
    assert len(session.history) == 1
    assert hitl.check(graph.compile()) is not None
    assert session._display.widget.run["status"] == "finished"

def declare():
    hitl.ask_node("picked", "Which?", rows=pandas.DataFrame({"a": [1]}))
    hitl.approve(lambda x: x)
    hitl.policy(tool="search")
    assert hitl.History and hitl.Step and hitl.Comparison and hitl.WhatIf

def noted(work):
    together.wait()
    try:
        work()
    except BaseException as error:
        failed.append(error)

failed, works = [], [run, declare] * 8
together = threading.Barrier(len(works))
threads = [threading.Thread(target=noted, args=(work,)) for work in works]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert failed == [], failed
"""
    modules_after(code)


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
