"""An answer whose checkpointer raised once it was saved: it counts, nothing that is given later takes its place, and it is used."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest
from langgraph.types import interrupt

import hitl_widgets as hitl

from ..waiting import at_rest, until
from . import graphs
from .failing import FailingSqlite, Fault, GoneError, Unheard, When
from .gate import Gate
from .test_noticing import Show, open_cards, show, soon

__all__ = ["show", "soon"]  # fixtures

LOOK, CLAIM, READ, WRITE = range(4)
"""The calls of a checkpointer that an answer takes."""


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[Any]:
    with FailingSqlite.from_conn_string(str(tmp_path / "runs.sqlite")) as saver:
        yield saver


def asks(saver: Any, **nodes: Callable[..., Any]) -> Any:
    return graphs.chain(graphs.Log, {"ask": graphs.asks("which?"), **nodes}, checkpointer=saver)


def waiting(saver: Any, **nodes: Callable[..., Any]) -> hitl.Session:
    return at_rest(hitl.run(asks(saver, **nodes), {"log": []}, thread_id="t"))


def fail(session: hitl.Session, saver: Any, answer: Any) -> None:
    """Have an answer saved of which it is not known here that it is."""
    saver.fault = Unheard()
    with pytest.raises(GoneError):
        session.answer(answer)
    assert saver.fault.has_struck
    assert [request.payload for request in session.requests] == ["which?"]


# ---------------------------------------------------------------- in one session


@pytest.mark.parametrize(("at", "when"), [(CLAIM, "after"), (READ, "before"), (WRITE, "before"), (WRITE, "after")])
@pytest.mark.parametrize("later", ["first", "second"])
def test_the_first_that_is_saved_counts_and_the_same_once_more_is_that_one(
    at: int, when: When, later: str, failing: Any
) -> None:
    session = waiting(failing)
    failing.fault = Fault(at, when)
    # What is claimed all the same is found to be, and is saved by that, wherever else it is not yet.
    is_known = at != READ
    with nullcontext() if is_known else pytest.raises(GoneError):
        session.answer("first", reason="said first")
    if not is_known:
        with nullcontext() if later == "first" else pytest.raises(hitl.StaleAnswerError, match=r"“first”, was saved"):
            session.answer(later, reason="said later")
    assert session.wait(60) == {"log": ["first"]}
    assert [(one.value, one.reason) for one in session.decisions] == [("first", "said first")]
    assert [one.value for one in hitl.attach(asks(failing), "t").decisions] == ["first"]


def test_where_nothing_was_saved_the_next_one_counts(failing: Any) -> None:
    session = waiting(failing)
    failing.fault = Fault(CLAIM, "before")
    with pytest.raises(GoneError):
        session.answer("first")
    session.answer("second")
    assert session.wait(60) == {"log": ["second"]}


def test_a_secret_that_counts_is_not_told(failing: Any) -> None:
    def ask(_: Any) -> dict[str, Any]:
        return {"log": [str(len(hitl.ask("Key?", str, secret=True)))]}

    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": ask}, checkpointer=failing), {"log": []}))
    failing.fault = Fault(READ, "before")
    with pytest.raises(GoneError):
        session.answer("hunter2-hunter2")
    with pytest.raises(hitl.StaleAnswerError, match=r"“•+”, was saved"):
        session.answer("swordfish")
    assert session.wait(60) == {"log": ["15"]}


def test_a_breakpoint_that_was_passed_after_all_is_gone_on_from(failing: Any) -> None:
    graph = graphs.chain(
        graphs.Log, {"work": lambda _: {"log": ["worked"]}}, checkpointer=failing, interrupt_before=["work"]
    )
    session = at_rest(hitl.run(graph, {"log": []}))
    failing.fault = Fault(READ, "before")
    with pytest.raises(GoneError):
        session.answer(True)
    session.answer(True)
    assert session.wait(60) == {"log": ["worked"]}
    assert len(session.decisions) == 1


def test_what_has_failed_beside_it_is_not_run_again_by_that(failing: Any, show: Show) -> None:
    ran: list[str] = []

    def fails(_: Any) -> None:
        ran.append("fails")
        raise ValueError("no")

    nodes = {"ask": graphs.asks("which?"), "fails": fails}
    session = at_rest(hitl.run(graphs.fan_out(graphs.Log, nodes, lambda _: {}, checkpointer=failing), {"log": []}))
    assert session.status == "failed"
    failing.fault = Fault(READ, "before")
    with pytest.raises(GoneError):
        session.answer("first")
    browser = show(session)
    until(lambda: open_cards(browser) == [], "that it is answered is not seen")
    assert at_rest(session).status == "failed"
    assert len(ran) == 1
    session.retry()
    until(lambda: len(ran) == 2 and session.status == "failed", "it is not run again")
    assert session.values == {"log": ["first"]}


# ---------------------------------------------------------------- beside another session


def test_another_session_goes_on_with_it_and_a_later_one_is_refused(failing: Any) -> None:
    session = waiting(failing, work=(gate := Gate()))
    other = at_rest(hitl.attach(asks(failing, work=gate), "t"))
    fail(session, failing, "first")
    with pytest.raises(hitl.StaleAnswerError, match="answered already"):
        other.answer("other")
    assert gate.reached.wait(60)
    with pytest.raises(hitl.StaleAnswerError):
        session.answer("third")
    gate.open.set()
    assert session.wait(60) == {"log": ["first", "worked"]}
    until(lambda: other.status == "finished", lambda: str(other))
    assert [one.value for one in session.decisions] == ["first"]


def test_a_session_that_goes_on_with_anothers_refuses_it_a_third(failing: Any) -> None:
    gate = Gate()

    def ask(_: Any) -> dict[str, Any]:
        said = interrupt("which?")
        return {"log": [said, *gate({})["log"]]}

    graph = graphs.chain(graphs.Log, {"ask": ask}, checkpointer=failing)
    session = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    fail(session, failing, "first")
    other = hitl.attach(graph, "t")  # picks it up as an answer that nobody went on with
    assert gate.reached.wait(60)
    with pytest.raises(hitl.StaleAnswerError, match="“first”, was saved"):
        session.answer("third")
    gate.open.set()
    assert session.wait(60) == other.wait(60) == {"log": ["first", "worked"]}
    assert [one.value for one in session.decisions] == ["first"]


# ---------------------------------------------------------------- whatever fails


class Now(Fault):
    """Some of the calls fail, before or after they were done."""

    def __init__(self, seed: int, rate: float) -> None:
        super().__init__()
        self._random, self._rate, self._guard = random.Random(seed), rate, threading.Lock()

    def call(self, name: str, does: Callable[[], Any]) -> Any:
        with self._guard:
            strikes, after = self._random.random() < self._rate, self._random.random() < 0.5
        if strikes and not after:
            raise GoneError(f"the disk is gone, in {name}")
        found = does()
        if strikes:
            raise GoneError(f"the disk is gone, after {name}")
        return found


class Client:
    """Answers in a session until its thread has finished, and notes what was taken."""

    def __init__(self, name: str, session: hitl.Session, seed: int) -> None:
        self._name, self._session, self._random = name, session, random.Random(seed)
        self.taken = list[tuple[str, str]]()

    def __call__(self) -> None:
        number = 0
        while at_rest(self._session).status != "finished":
            if self._session.status in {"failed", "stopped"}:
                with suppress(hitl.AnswerError):  # it goes on by itself by now
                    self._session.retry()
            elif asked := self._session.requests:
                number += 1
                request, answer = self._random.choice(asked), f"{self._name}{number}"
                with suppress(hitl.AnswerError, GoneError):
                    self._session.answer(answer, to=request)
                    self.taken.append((str(request.payload), answer))


@pytest.mark.parametrize("seed", range(8))
def test_what_was_taken_is_what_the_graph_has_whoever_answers(seed: int, failing: Any) -> None:
    def node(name: str) -> Callable[..., Any]:
        questions = [f"{name}, {at}?" for at in range(2)]
        return lambda _: {"log": [f"{question} {interrupt(question)}" for question in questions]}

    graph = graphs.fan_out(graphs.Log, {name: node(name) for name in "ab"}, lambda _: {}, checkpointer=failing)
    first = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
    sessions = [first, *(at_rest(hitl.attach(graph, "t")) for _ in range(2))]
    failing.fault = Now(seed, 0.09)
    clients = [Client("xyz"[at], session, 10 * seed + at) for at, session in enumerate(sessions)]
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(client) for client in clients]:
            done.result(120)
    failing.fault = Fault()
    log = graph.get_state({"configurable": {"thread_id": "t"}}).values["log"]
    assert [line.partition("?")[0] for line in log] == ["a, 0", "a, 1", "b, 0", "b, 1"]
    for question, answer in (taken for client in clients for taken in client.taken):
        assert f"{question} {answer}" in log
