"""A fork of an open question whose source is answered before the copy is made: it asks what was asked when it was begun."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.running.forks import fork as forking

from ..waiting import at_rest, until
from . import graphs
from .test_fork_moment import Ran, twice_nested


@pytest.fixture(params=["memory", "sqlite"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return InMemorySaver() if request.param == "memory" else tmp_path / "runs.sqlite"


def in_code(ran: Ran) -> Any:
    """A node that asks, and then runs a graph in its own code, which asks too."""
    inner = graphs.chain(graphs.Log, {"work": ran.node("work"), "inside": graphs.asks("inside?")}, checkpointer=True)

    def calls(state: Any) -> Any:
        answer = interrupt("calls?")
        return {"log": [answer, *inner.invoke({"log": [answer]})["log"]]}

    return graphs.chain(graphs.Log, {"calls": calls, "last": graphs.asks("last?")})


def called(ran: Ran) -> Any:
    """Tasks of the functional API, one of which works with what was answered."""

    @task
    def ask(question: str) -> Any:
        return interrupt(question)

    @task
    def work(answer: Any) -> Any:
        ran.names.append(f"work with {answer}")
        return f"worked with {answer}"

    @entrypoint()
    def asks(_: Any) -> dict[str, Any]:
        first = ask("first?").result()
        done = work(first).result()
        return {"log": [first, done, ask("second?").result()]}

    return asks


GRAPHS: dict[str, Callable[..., Any]] = {
    "one after the other": lambda _ran: graphs.chain(graphs.Log, {name: graphs.asks(f"{name}?") for name in "abc"}),
    "side by side": lambda _ran: graphs.parallel(),
    "twice in a node": lambda _ran: graphs.chain(graphs.Log, {"ask": graphs.asks_twice}),
    "nested": twice_nested,
    "in a node's code": in_code,
    "tasks": called,
}


def goes_on(session: hitl.Session, word: str, *, once: bool = False) -> list[Any]:
    """Answer the first of what is asked, to the end or once; what was asked each time, and what the state is then."""
    told: list[Any] = []
    while at_rest(session).requests and not (once and told):
        assert session.error is None
        told.append([request.payload for request in session.requests])
        request = session.requests[0]
        answer: Any = {"value": 7} if request.payload == "how much?" else f"{word} to {request.payload}"
        session.answer(answer, to=request.id)
    return [*told, at_rest(session).values]


def forked_while(session: hitl.Session, meanwhile: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> hitl.Session:
    """A fork of the first open question of a session, with something done before its copy is made."""
    know = forking.know_secrets

    async def late(*args: Any) -> None:
        meanwhile()
        await know(*args)

    with monkeypatch.context() as patched:
        patched.setattr(forking, "know_secrets", late)
        return at_rest(session.fork(session.requests[0]))


@pytest.mark.parametrize("once", [True, False], ids=["once", "to its end"])
@pytest.mark.parametrize("graph", GRAPHS)
def test_a_fork_asks_what_was_open_when_it_was_begun(
    graph: str, once: bool, saved: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = Ran()
    compiled = GRAPHS[graph](ran)
    for answered in range(5):
        session = at_rest(hitl.run(compiled, {"log": []}, save=saved))
        for _ in range(answered):
            goes_on(session, "before", once=True)
        if not session.requests:
            assert answered > 1
            return
        undisturbed = at_rest(session.fork(session.requests[0]))
        fork = forked_while(session, partial(goes_on, session, "meanwhile", once=once), monkeypatch)
        assert [one.id for one in fork.requests] == [one.id for one in undisturbed.requests]
        assert [one.value for one in fork.decisions] == [one.value for one in undisturbed.decisions]
        assert "meanwhile" not in str(fork.values)
        assert goes_on(fork, "forked") == goes_on(undisturbed, "forked")
    raise AssertionError("it asks for ever")


def test_an_answer_beside_it_that_is_still_worked_on_is_kept() -> None:
    goes = threading.Event()

    def slow(_state: Any) -> Any:
        answer = interrupt("slow?")
        goes.wait(60)
        return {"log": [answer]}

    nodes = {"slow": slow, "other": graphs.asks("other?")}
    session = at_rest(hitl.run(graphs.fan_out(graphs.Log, nodes, lambda _state: {}), {"log": []}, save=InMemorySaver()))
    session.answer("kept", to="slow")
    until(lambda: session.status == "running")
    other = next(one for one in session.requests if one.key == "other")
    fork = session.fork(other)
    goes.set()
    assert [one.payload for one in at_rest(fork).requests] == ["other?"]
    fork.answer("done")
    assert sorted(at_rest(fork).values["log"]) == ["done", "kept"]
