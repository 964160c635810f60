"""What another session answers while this one works, and which this one's graph then uses: it is known here, and a secret hidden."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets.running import driving

from ..waiting import at_rest
from ..written import write_answer
from . import graphs

SECRET = "hunter2-hunter2"


class Nodes:
    """Three questions side by side, one of them for a secret; each node waits with its answer until it is let go."""

    def __init__(self) -> None:
        self.begun = {name: threading.Event() for name in "abc"}
        self.let_go = {name: threading.Event() for name in "abc"}
        self.graph = graphs.fan_out(graphs.Log, {name: self._node(name) for name in "abc"}, lambda state: {})

    def _node(self, name: str) -> Any:
        def node(state: Any) -> dict[str, Any]:
            answer = hitl.ask(f"{name}?", key=name, secret=name == "b")
            self.begun[name].set()
            assert self.let_go[name].wait(60)
            return {"log": [answer]}

        return node

    def end(self) -> None:
        for one in self.let_go.values():
            one.set()


@pytest.fixture
def nodes() -> Any:
    nodes = Nodes()
    yield nodes
    nodes.end()


def test_a_secret_that_another_session_gives_while_one_works_is_hidden_by_the_one_that_uses_it(
    nodes: Nodes, tmp_path: Path
) -> None:
    save = tmp_path / "runs.sqlite"
    session = at_rest(hitl.run(nodes.graph, {"log": []}, thread_id="t", save=save))
    other = at_rest(hitl.attach(nodes.graph, "t", save=save))
    session.answer("x", to="a")
    assert nodes.begun["a"].wait(60)
    other.answer(SECRET, to="b")
    session.answer("y", to="c")
    nodes.let_go["a"].set()
    assert nodes.begun["b"].wait(60)
    assert SECRET not in session._run.secrets.mask(f"got {SECRET}")
    assert sorted(one.key for one in session.decisions) == ["a", "b", "c"]
    nodes.end()
    assert session.wait(60) == {"log": ["x", SECRET, "y"]}


@pytest.mark.parametrize("moment", ["_forget_used", "stream_once"])
def test_an_answer_that_is_given_just_as_a_thread_is_picked_up_is_one_of_its_decisions(
    nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    save = tmp_path / "runs.sqlite"
    other = at_rest(hitl.run(nodes.graph, {"log": []}, thread_id="t", save=save))
    left = next(one for one in other._run.pending if one.request.key == "a")
    assert left.asked.address is not None
    other._run.driver.run(write_answer(other._run.driver, left.asked.address, "x"))  # its kernel has ended then
    nodes.end()
    does, answered = getattr(driving, moment), threading.Event()

    def beside(*given: Any) -> Any:
        if not answered.is_set():
            answered.set()
            other.answer(SECRET, to="b")
        return does(*given)

    monkeypatch.setattr(driving, moment, beside)
    session = at_rest(hitl.attach(nodes.graph, "t", save=save))
    assert answered.is_set()
    assert [one.key for one in session.requests] == ["c"]
    assert SECRET not in session._run.secrets.mask(f"got {SECRET}")
    assert [one.key for one in session.decisions] == ["b"]
    session.answer("y")
    assert session.wait(60) == {"log": ["x", SECRET, "y"]}
