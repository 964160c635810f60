"""What a fork at a nested breakpoint has taken over: how long it took, what it printed, and which edges led there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import hitl_widgets as hitl
from hitl_widgets.watching import watched

from ..waiting import until
from . import graphs
from .test_fork_moment import Ran, at_rest
from .test_fork_stops import around
from .test_timeline import browse, look, rows, told
from .test_timeline_nested import GRAPHS, read

__all__ = ["browse"]


def stopped(case: str, saved: Any, **options: Any) -> hitl.Session:
    return at_rest(hitl.run(GRAPHS[case](Ran(), interrupt_before=["two"]), {"log": []}, save=saved, **options))


def edges_at_rest(browser: Any) -> Callable[[], dict[str, int]]:
    """The edges that are lit, as soon as the view has come to what the run has."""
    read(browser)
    return lambda: dict(browser.widget.edges)


def took(browser: Any) -> dict[str, float | None]:
    """How long the rows of tasks that have ended took, by the tasks."""
    done = [row for row in rows(browser) if row["kind"] == "step" and row["status"] == "done"]
    return {row["tasks"][0]["id"]: row.get("took") for row in done}


@pytest.mark.parametrize("case", GRAPHS)
def test_the_edges_that_led_to_where_it_stands_are_lit_and_stay_so_when_it_goes_on(case: str, browse: Any) -> None:
    session = stopped(case, InMemorySaver())
    browser = browse(session)
    lit = edges_at_rest(browser)
    until(lambda: len(lit()) >= 2, "the edges are not lit")
    had = lit()
    session.answer(True)
    at_rest(session)
    until(lambda: lit() != had, "it does not go on")
    fork = at_rest(session.fork(session.decisions[0]))
    forked = edges_at_rest(browse(fork))
    until(lambda: forked() == had, lambda: (forked(), had))
    fork.answer(True)
    at_rest(fork)
    until(lambda: forked() == lit(), lambda: (forked(), lit()))


@pytest.mark.parametrize("case", GRAPHS)
def test_a_kernel_that_picks_it_up_there_lights_the_same_edges_and_counts_none_twice(case: str, browse: Any) -> None:
    saved = InMemorySaver()
    session = stopped(case, saved, thread_id="t")
    browser = browse(session)
    lit = edges_at_rest(browser)
    until(lambda: len(lit()) >= 2, "the edges are not lit")
    had = lit()
    session.close()
    other = stopped(case, saved, thread_id="t")
    attached = edges_at_rest(browse(other))
    until(lambda: attached() == had, lambda: (attached(), had))
    other.answer(True)
    at_rest(other)
    whole = stopped(case, InMemorySaver())
    whole.answer(True)
    expected = edges_at_rest(browse(at_rest(whole)))
    until(lambda: attached() == expected(), lambda: (attached(), expected()))


@pytest.mark.parametrize("case", GRAPHS)
def test_its_rows_say_how_long_the_run_before_it_took(case: str, browse: Any) -> None:
    saved = InMemorySaver()
    session = stopped(case, saved)
    browser = browse(session)
    read(browser)
    had = took(browser)
    assert all(had.values())
    session.answer(True)
    at_rest(session)
    fork = at_rest(session.fork(session.decisions[0]))
    forked = browse(fork)
    read(forked)
    # The step around the nested graph is not over; what has ended beside it says so in its own task.
    assert took(forked) == {id: seconds for id, seconds in had.items() if id in took(forked)}
    assert len(took(forked)) >= 1
    until(
        lambda: forked.widget.nodes["inner:inner:one" if case == "two levels" else "inner:one"].get("took") is not None
    )
    # A fork of that fork has it from the first run still.
    again = browse(at_rest(fork.fork(fork.requests[0])))
    read(again)
    assert took(again) == took(forked)


def test_a_node_beside_it_that_was_done_by_then_is_shown_as_done(browse: Any) -> None:
    session = stopped("side by side", InMemorySaver())
    session.answer(True)
    at_rest(session)
    browser = browse(at_rest(session.fork(session.decisions[0])))
    read(browser)
    beside = until(lambda: browser.widget.nodes.get("beside"), "it is not shown")
    assert (beside["status"], beside["runs"]) == ("done", 1)
    [row] = [row for row in rows(browser) if row["kind"] == "step" and not row["path"]]
    assert [task["status"] for task in row["tasks"]] == ["idle", "idle", "idle", "done"]
    assert "took" in row["tasks"][-1]


def test_after_a_kernel_nobody_knows_how_long_it_took(browse: Any) -> None:
    saved = InMemorySaver()
    session = stopped("one level", saved)
    session.answer(True)
    at_rest(session)
    fork = at_rest(session.fork(session.decisions[0]))
    fork.close()
    browser = browse(
        at_rest(hitl.attach(GRAPHS["one level"](Ran(), interrupt_before=["two"]), fork.thread_id, save=saved))
    )
    read(browser)
    assert set(took(browser).values()) == {None}


def test_what_it_printed_can_be_looked_at(browse: Any) -> None:
    def one(_state: Any) -> Any:
        print("hello from one")
        return {"log": ["one"]}

    inner = graphs.chain(graphs.Log, {"one": one, "two": Ran().node("two")}, interrupt_before=["two"])
    with watched():
        session = hitl.run(around(Ran(), inner), {"log": []}, save=InMemorySaver())
    at_rest(session).answer(True)
    at_rest(session)
    browser = browse(at_rest(session.fork(session.decisions[0])))
    read(browser)
    [row] = [row for row in rows(browser) if told(row) == ":inner/one done"]
    assert row["tasks"][0]["printed"] == len("hello from one\n")
    task = look(browser, kind="task", task=row["tasks"][0]["id"])
    assert [chunk["text"] for chunk in task["output"]] == ["hello from one\n"]
    assert task["task"]["took"] >= 0


def test_what_has_run_again_in_the_run_before_it_says_nothing_of_what_stands_here(browse: Any) -> None:
    session = stopped("two levels", InMemorySaver())
    session.answer(True)
    at_rest(session).answer("x")
    at_rest(session)
    browser = browse(at_rest(session.fork(session.decisions[0])))
    read(browser)
    standing = [row for row in rows(browser) if row["kind"] == "step" and row["status"] != "done"]
    # In the run before it the nodes around have come to their end by now.
    assert [told(row) for row in standing] == ["1:inner idle", ":inner/inner idle"]
    assert not any("took" in row or "took" in row["tasks"][0] for row in standing)
