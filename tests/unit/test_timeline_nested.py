"""The timeline of a thread that stands at a breakpoint of a nested graph: what that graph has done so far is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import hitl_widgets as hitl

from .test_fork_moment import Ran, at_rest
from .test_fork_stops import CASES, side_by_side, two_levels
from .test_timeline import browse, look, rows, told, until

__all__ = ["browse"]

GRAPHS = {**CASES, "side by side": side_by_side}


def read(browser: Any) -> list[str]:
    """What the timeline says, once what ran before is read; graphs side by side in one order."""
    past = browser.session._run.past
    until(lambda: not past.is_due, "the past was not read")
    found = [told(row) for row in rows(browser)]
    first = next((at for at, one in enumerate(found) if one.startswith(":")), len(found))
    return [*found[:first], *sorted(found[first:])]


def begun(session: hitl.Session) -> list[str]:
    """What the thread says has ended, asked, or runs a graph that has; in the timeline's words."""
    steps = [one for step in session.history for one in (step, *step.inside)]
    within = {one.path[:end] for one in steps for end in range(len(one.path) + 1)}
    found: list[str] = []
    for one in steps:
        status = "done" if all(task.wrote is not None for task in one.tasks) else "idle"
        if status == "done" or any((*one.path, node) in within for node in one.nodes):
            found.append(f"{'' if one.within is not None else one.index}:{'/'.join([*one.path, *one.nodes])} {status}")
    return found


@pytest.mark.parametrize("case", GRAPHS)
@pytest.mark.parametrize("keeps", ["memory", "sqlite"])
def test_a_fork_that_stands_in_a_nested_graph_has_the_rows_that_the_run_had_when_it_stood_there(
    case: str, keeps: str, tmp_path: Path, browse: Any
) -> None:
    saved = InMemorySaver() if keeps == "memory" else tmp_path / "runs.sqlite"
    graph = GRAPHS[case](Ran(), interrupt_before=["two", "three"])
    session = at_rest(hitl.run(graph, {"log": []}, save=saved))
    browser = browse(session)
    stood: list[list[str]] = []
    while session.status == "waiting":
        stood.append(read(browser))
        session.answer("x" if session.requests[0].kind != "breakpoint" else True)
        at_rest(session)
    for decision, had in zip(session.decisions, stood, strict=True):
        if decision.key == "ask":
            continue
        assert len(decision.path) > 1
        fork = at_rest(session.fork(decision))
        assert fork.status == "waiting"
        assert read(browse(fork)) == had
        if case != "side by side":
            assert sorted(row for row in had if " = " not in row) == sorted(begun(fork))


@pytest.mark.parametrize("case", GRAPHS)
def test_a_thread_that_is_picked_up_where_it_stands_in_a_nested_graph_has_them_too(case: str, browse: Any) -> None:
    saved = InMemorySaver()
    first = at_rest(hitl.run(GRAPHS[case](Ran(), interrupt_before=["two"]), {"log": []}, save=saved, thread_id="t"))
    had = read(browse(first))
    assert any(row.startswith(":") for row in had)
    session = at_rest(hitl.attach(GRAPHS[case](Ran(), interrupt_before=["two"]), "t", save=saved))
    assert read(browse(session)) == had
    fork = at_rest(session.fork(session.requests[0]))
    assert read(browse(fork)) == had


def test_once_it_goes_on_each_row_is_there_once_and_its_number_is_that_of_the_history(browse: Any) -> None:
    session = at_rest(hitl.run(two_levels(Ran(), interrupt_before=["two"]), {"log": []}, save=InMemorySaver()))
    session.answer(True)
    at_rest(session).answer("x")
    session.wait(60)
    fork = at_rest(session.fork(session.decisions[0]))
    browser = browse(fork)
    stood, epoch = read(browser), browser.widget.timeline["epoch"]
    assert stood[1] == "1:inner idle"
    fork.answer(True)
    at_rest(fork).answer("y")
    fork.wait(60)
    until(lambda: browser.widget.timeline["latest"][-1].get("step") == 2, "it does not go on")
    assert browser.widget.timeline["epoch"] > epoch
    assert [told(row).replace("ask = y", "ask = x") for row in rows(browser)] == [
        told(row) for row in rows(browse(session))
    ]
    assert [row["step"] for row in rows(browser) if row["kind"] == "step" and not row["path"]] == [0, 1, 2]


def test_what_is_inside_of_a_task_that_a_fork_has_taken_over_can_be_looked_at(browse: Any) -> None:
    session = at_rest(hitl.run(two_levels(Ran(), interrupt_before=["two"]), {"log": []}, save=InMemorySaver()))
    session.answer(True)
    at_rest(session).answer("x")
    session.wait(60)
    browser = browse(at_rest(session.fork(session.decisions[0])))
    read(browser)
    [row] = rows(browser, "inner:inner:one")
    assert (row["path"], row["status"], row["can_fork"]) == (["inner", "inner"], "done", True)
    node = look(browser, kind="node", node="inner:inner:one")
    assert [task["status"] for task in node["tasks"]] == ["done"]
    task = look(browser, kind="task", task=row["tasks"][0]["id"])
    assert [change["key"] for change in task["changes"]] == ["log"]
    assert "one" in str(task["changes"])
