"""A fork is what the run would be had it been answered so: its decisions, and what it comes to, on every kind of graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import hitl_widgets as hitl

from ..waiting import at_rest
from .test_fork_moment import Ran
from .test_fork_overtaken import GRAPHS, goes_on


@pytest.fixture(params=["memory", "sqlite"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return InMemorySaver() if request.param == "memory" else tmp_path / "runs.sqlite"


def begun(graph: str, saved: Any) -> hitl.Session:
    return at_rest(hitl.run(GRAPHS[graph](Ran()), {"log": []}, save=saved))


def told(session: hitl.Session) -> list[tuple[str, Any]]:
    return [(one.question, one.value) for one in session.decisions]


@pytest.mark.parametrize("graph", GRAPHS)
def test_a_fork_has_the_decisions_before_it_and_so_has_whoever_picks_its_thread_up(graph: str, saved: Any) -> None:
    session = begun(graph, saved)
    goes_on(session, "yes")
    for at, decision in enumerate(session.decisions):
        fork = at_rest(session.fork(decision))
        assert told(fork) == told(session)[:at]
        assert told(at_rest(hitl.attach(session._run.driver.graph, fork.thread_id, save=saved))) == told(fork)
        again = at_rest(fork.fork(fork.requests[0]))
        assert told(again) == told(fork)


@pytest.mark.parametrize("graph", GRAPHS)
def test_a_fork_from_a_step_has_the_decisions_of_the_steps_before(graph: str, saved: Any) -> None:
    session = begun(graph, saved)
    goes_on(session, "yes")
    for step in session.history:
        fork = at_rest(session.fork(step))
        before = [one for one in session.decisions if one.checkpoint is not None and _is_before(one.checkpoint, step)]
        assert told(fork) == [(one.question, one.value) for one in before]


def _is_before(checkpoint: str, step: Any) -> bool:
    return checkpoint < step.config["configurable"]["checkpoint_id"]


@pytest.mark.parametrize("graph", GRAPHS)
def test_a_fork_comes_to_what_a_run_comes_to_that_was_answered_so(graph: str, saved: Any) -> None:
    session = begun(graph, saved)
    goes_on(session, "yes")
    for at, decision in enumerate(session.decisions):
        fork = at_rest(session.fork(decision))
        goes_on(fork, "no")
        other = begun(graph, InMemorySaver())
        for _ in range(at):
            goes_on(other, "yes", once=True)
        goes_on(other, "no")
        assert fork.values == other.values
        assert told(fork) == told(other)
