"""The `@task` calls of a thread that an earlier kernel has run: shown by their names, which the thread does not keep."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from langgraph.func import entrypoint, task
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.thread.task_names import task_names

from ..waiting import until
from . import graphs
from .test_fork_moment import at_rest, questions
from .test_widget import Browser
from .test_widget_forks import looked


@task
def double(n: int) -> int:
    return n * 2


@task(name="add-one")
def add_one(n: int) -> int:
    return n + 1


@task
def both(n: int) -> int:
    return add_one(n).result() + double(n).result()


@task
def confirm(n: int) -> int:
    return n + interrupt("how many?")


def summed(values: list[int]) -> int:
    return sum(one.result() for one in [double(value) for value in values])


@entrypoint()
def flow(n: int) -> int:
    once = summed([n, n + 1, n + 2])
    more = both(once).result()
    return double(confirm(more).result()).result()


this_module = sys.modules[__name__]

CALLS = {"double": 4, "both": 1, "add-one": 1, "confirm": 1}


def counted(session: hitl.Session, *around: str) -> dict[str, int]:
    """How often each task that `flow` has called was done, this kernel and earlier ones together."""
    nodes: dict[str, int] = {}
    run = session._run
    for state in (run.state, run.state.earlier):
        for path, record in (state.nodes if state is not None else {}).items():
            if path[:-1] == (*around, "flow") and not path[-1].startswith("__") and record.runs:
                nodes[path[-1]] = nodes.get(path[-1], 0) + record.runs
    return nodes


def attached(graph: Any, thread_id: str, saved: Any) -> hitl.Session:
    session = at_rest(hitl.attach(graph, thread_id, save=saved))
    session._run.driver.run(session._run.past.read())
    return session


def test_a_thread_that_waits_shows_the_calls_that_are_done_and_the_one_that_asks(tmp_path: Path) -> None:
    session = at_rest(hitl.run(flow, 1, save=tmp_path / "runs.sqlite"))
    assert questions(session) == ["how many?"]
    again = attached(flow, session.thread_id, tmp_path / "runs.sqlite")
    statuses = {path: record.status for path, record in again._run.state.nodes.items() if len(path) == 2}
    assert statuses == {
        ("flow", "double"): "done",
        ("flow", "both"): "done",
        ("flow", "add-one"): "done",
        ("flow", "confirm"): "waiting",
    }
    again.answer(5)
    assert again.wait(60) == 2 * (5 + 2 * 12 + 13)
    # What was done before is not counted again, though its node runs from its top.
    assert counted(again) == {**CALLS, "double": 5}


@pytest.mark.parametrize("where", ["sqlite", "memory"])
def test_a_thread_that_has_finished_shows_them_too(where: str, tmp_path: Path) -> None:
    from langgraph.checkpoint.memory import InMemorySaver

    saved: Any = tmp_path / "runs.sqlite" if where == "sqlite" else InMemorySaver()
    session = at_rest(hitl.run(flow, 1, save=saved))
    session.answer(5)
    session.wait(60)
    again = attached(flow, session.thread_id, saved)
    assert counted(again) == counted(session) == {**CALLS, "double": 5}


def test_the_timeline_and_the_panel_of_a_call_say_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = at_rest(hitl.run(flow, 1, save=tmp_path / "runs.sqlite"))
    session.answer(5)
    session.wait(60)
    browser = Browser(attached(flow, session.thread_id, tmp_path / "runs.sqlite"), monkeypatch)
    shown = until(lambda: [one for one in browser.widget.timeline["latest"] if one["kind"] == "step"], "no row")
    tasks = [task for row in shown for task in row["tasks"]]
    assert Counter(task["name"] for task in tasks) == {"flow": 1, **CALLS, "double": 5}
    [call] = [one for one in tasks if one["name"] == "both"]
    told = looked(browser, {"kind": "task", "task": call["id"]})["data"]
    assert told["path"] == ["flow", "both"]
    assert told["returned"]["view"]["text"] == "37"
    assert told["notes"] == []
    assert until(lambda: browser.widget.nodes.get("flow:add-one"), "not drawn")["status"] == "done"


def test_the_calls_of_an_entrypoint_that_is_a_node_are_shown(tmp_path: Path) -> None:
    @entrypoint()
    def flow(state: Any) -> Any:
        return {"log": [double(2).result(), interrupt("go on?"), add_one(1).result()]}

    node: Any = flow
    graph = graphs.chain(graphs.Log, {"outer": node})
    session = at_rest(hitl.run(graph, {}, save=tmp_path / "runs.sqlite"))
    again = attached(graph, session.thread_id, tmp_path / "runs.sqlite")
    assert counted(again, "outer") == {"double": 1}
    again.answer(1)
    again.wait(60)
    once_more = attached(graph, session.thread_id, tmp_path / "runs.sqlite")
    assert counted(once_more, "outer") == {"double": 1, "add-one": 1}


def test_the_calls_of_a_nodes_own_code_are_shown(tmp_path: Path) -> None:
    def flow(state: Any) -> Any:
        return {"log": [double(3).result()]}

    graph = graphs.chain(graphs.Log, {"flow": flow, "ask": graphs.asks("?")})
    session = at_rest(hitl.run(graph, {}, save=tmp_path / "runs.sqlite"))
    assert counted(attached(graph, session.thread_id, tmp_path / "runs.sqlite")) == {"double": 1}


def test_what_cannot_be_told_from_the_code_says_that_its_name_was_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = task(name="was called so then")(lambda n: n)

    @entrypoint()
    def flow(n: int) -> int:
        return double(made(n).result()).result()

    session = at_rest(hitl.run(flow, 4, save=tmp_path / "runs.sqlite"))
    assert session.wait(60) == 8
    # Another kernel, in which the task has another name.
    made = task(name="is called so now")(lambda n: n)
    again = attached(flow, session.thread_id, tmp_path / "runs.sqlite")
    assert counted(again) == {"double": 1, "name not kept": 1}
    browser = Browser(again, monkeypatch)
    shown = until(lambda: [one for one in browser.widget.timeline["latest"] if one["kind"] == "step"], "no row")
    [call] = [one for row in shown for one in row["tasks"] if one["name"] == "name not kept"]
    told = looked(browser, {"kind": "task", "task": call["id"]})["data"]
    assert told["returned"]["view"]["text"] == "4"
    assert told["notes"] == [
        "LangGraph's thread does not keep what a @task was called, and no task that the graph's code names fits this call."
    ]


def test_names_are_found_in_helpers_lists_and_other_tasks() -> None:
    listed = [double, add_one]

    @entrypoint()
    def flow(n: int) -> int:
        return sum(one(n).result() for one in listed)

    assert task_names(flow) == {"double", "add-one"}

    @entrypoint()
    def inside(n: int) -> int:
        def helper(given: int) -> int:
            return double(given).result()

        return sum([one.result() for one in [add_one(n) for _ in range(2)]]) + helper(n)

    assert task_names(inside) == {"double", "add-one"}

    @entrypoint()
    def elsewhere(n: int) -> int:
        return this_module.both(n).result()

    assert task_names(elsewhere) == {"both", "double", "add-one"}
    assert task_names(hitl.draw) == frozenset()
