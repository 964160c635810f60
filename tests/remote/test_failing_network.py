"""A network that fails: requests that are lost, answered too late, refused or cut, at any moment of an ordinary session.

Between the client and the real server stands a proxy. What was acknowledged is used once, nothing runs twice, what goes wrong is
a sentence, and trying again goes on.

    HITL_FAULT_KILLS=50 .venv/bin/python -m pytest tests/remote/test_failing_network.py
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from langgraph.pregel.remote import RemoteGraph

import hitl_widgets as hitl

from .proxy import PATIENCE, WAYS, Fails, Proxy, between, graph_of, reset_after, reset_before
from .server import Server
from .watching import rested, until

LIVES = int(os.environ.get("HITL_FAULT_KILLS", "2"))
"""Sessions of which requests fail at random, by a seed."""
FAILS = 0.08
"""Of all requests, so that a session gets through at all: what it reads in one go may be five of them."""
TRIES = 150
"""Of anything, until it is said that it never ends."""
CLEAR = re.compile(
    r"The server at http://127\.0\.0\.1:\d+ (cannot be reached: .+\. Once it answers again|says: .+\. \(5\d\d\) Once it is well "
    r"again), nothing is lost: try again; where the session has failed, `session\.retry\(\)` goes on\."
)
RUNS = re.compile("RuntimeError: no network|The run ended on the server: error.")
"""What a run itself has failed with; its own words may be lost."""

T = TypeVar("T")


class Life:
    """What somebody does with a server, who tries again whatever goes wrong.

    Attributes:
        acknowledged: the answers that were taken, by thread.
        said: what went wrong, in words.
    """

    def __init__(self, proxy: Proxy, graph: RemoteGraph, folder: Path) -> None:
        self.proxy = proxy
        self.graph = graph
        self.folder = folder
        self.acknowledged: dict[str, list[str]] = {}
        self.said: list[str] = []
        self._tries = 0

    def lived(self) -> None:
        session = hitl.run(self.graph, {"log": ["begin"], "folder": str(self.folder)})
        self._go_on(session, stop_at="pay?")
        assert self._again(lambda: self._listed(session)) == ("pay?",)
        self._go_on(session)
        forks: list[hitl.Session] = []
        for fork in (
            lambda: session.fork(session.decisions[-1]),
            lambda: session.fork(self._step_of(session, "last"), update={"note": "edited"}),
        ):
            forks.append(self._again(fork))
            self._go_on(forks[-1])
        attached = hitl.attach(self.graph, session.thread_id)
        self._go_on(attached)
        self.proxy.plan = lambda *_: None
        self._is_whole(session, attached, *forks)

    def _is_whole(self, session: hitl.Session, attached: hitl.Session, *forks: hitl.Session) -> None:
        assert forks[1].values["note"] == "edited"
        for one in (session, attached, *forks):
            log, thread = one.values["log"], one.thread_id
            assert [entry.rsplit("=", 1)[0] for entry in log] == [
                "begin",
                "a, first?",
                "a, then?",
                "b?",
                "pay?",
                "last?",
            ]
            lost = set(self.acknowledged.get(thread, ())) - set(log)
            assert not lost, f"{lost} was acknowledged, and the graph has {log}"
            decided = {decision.value for decision in one.decisions}
            # A server copies no runs, so a fork does not know who has answered what before it.
            wanted = set(log[1:]) if one not in forks else decided & set(log) | set(self.acknowledged.get(thread, ()))
            assert decided == wanted, f"the decisions of {one} are {decided}, and the graph has {log}"
        assert attached.values == session.values
        did = Counter((self.folder / "journal").read_text().splitlines())
        assert max(did.values()) == 1, f"done more than once: {did}"
        mine = {line for line in did if line.endswith(session.thread_id)}
        assert len(mine) == 4

    def _listed(self, session: hitl.Session) -> tuple[str, ...]:
        """What the inbox says that a thread asks; of one that could not be read it says so."""
        inbox = hitl.inbox(self.graph)
        while True:
            found = {thread.thread_id: thread.questions for thread in inbox}
            if (questions := found.get(session.thread_id)) is not None:
                return questions
            self._try()
            self.said.append(inbox.unread[session.thread_id])
            inbox.refresh()

    def _step_of(self, session: hitl.Session, node: str) -> Any:
        return next(step for step in session.history if node in step.nodes)

    def _again(self, function: Callable[[], T]) -> T:
        while True:
            self._try()
            try:
                return function()
            except hitl.ServerError as error:
                self._say(error)

    def _try(self) -> None:
        self._tries += 1
        assert self._tries < TRIES, f"it never ends: {self.said[-3:]}"

    def _say(self, error: BaseException) -> None:
        self.said.append(str(error))
        assert isinstance(error, hitl.ServerError), repr(error)
        assert CLEAR.fullmatch(str(error)), str(error)

    def _go_on(self, session: hitl.Session, stop_at: str | None = None) -> None:
        """Answer until it has finished, or something is asked."""
        while rested(session).status != "finished":
            self._try()
            if session.status == "failed":
                assert session.error is not None
                if not RUNS.fullmatch(str(session.error)):
                    self._say(session.error)
                session.retry()
                continue
            assert session.status == "waiting", f"{session} {session.notices}"
            if stop_at in [request.payload for request in session.requests]:
                return
            for request in session.requests:
                value = f"{request.payload}={self._tries}"
                try:
                    session.answer(value, to=request.id)
                except hitl.ServerError as error:
                    self._say(error)
                except hitl.StaleAnswerError as error:
                    self.said.append(str(error))
                    until(
                        session, lambda: not session._run.others.catching_up
                    )  # as somebody does who sees the card close
                else:
                    self.acknowledged.setdefault(session.thread_id, []).append(value)


def at_random(seed: int, among: Sequence[Fails] = WAYS) -> Callable[[str, str, int], Fails | None]:
    rng = random.Random(seed)
    return lambda method, path, at: rng.choice(among) if rng.random() < FAILS else None


def test_a_session_gets_through_a_network_that_fails_at_random(server: Server, tmp_path: Path) -> None:
    for seed in range(LIVES):
        with between(server.url) as proxy, graph_of(proxy.url, "ordinary", patience=PATIENCE) as graph:
            (folder := tmp_path / str(seed)).mkdir()
            proxy.plan = at_random(seed)
            life = Life(proxy, graph, folder)
            life.lived()
            assert life.said, "nothing has failed"


def names_of(server: Server) -> set[str]:
    found = server.graph("three_questions").sync_client.threads.search(
        metadata={"graph_id": "three_questions"}, limit=1000
    )
    return {one["thread_id"] for one in found}


@pytest.mark.parametrize("how", ["answer", "update"])
def test_a_fork_that_is_cut_off_while_it_is_made_says_so_and_waits_in_no_inbox(server: Server, how: str) -> None:
    """The server has taken one of its requests, and from then on nothing gets through, as where its kernel is killed."""
    with between(server.url) as proxy, graph_of(proxy.url, "three_questions") as graph:
        session = rested(hitl.run(graph, {"request": "refund"}))
        for answer in (True, "Main St", 100):
            session.answer(answer)
            rested(session)
        step = next(step for step in session.history if "ask_address" in step.nodes)
        half: list[str] = []
        whole: list[str] = []
        for at in count():
            known, begun = names_of(server), proxy.passed
            proxy.plan = cut_off(begun + at)
            fork = (
                session.fork(session.decisions[1])
                if how == "answer"
                else session.fork(step, update={"approved": False})
            )
            rested(fork)
            was_cut_off = proxy.passed > begun + at
            proxy.plan = lambda *_: None
            for name in names_of(server) - known:
                (whole if _is_whole(server, session, name, how) else half).append(name)
            if not was_cut_off:
                break
        assert len(half) > 1
        assert len(whole) > 1
        waits = {thread.thread_id for thread in hitl.inbox(server.graph("three_questions"))}
        assert not waits & set(half)
        assert waits & set(whole)
        assert session.values == {"request": "refund", "approved": True, "address": "Main St", "budget": 100}


def cut_off(at: int) -> Callable[[str, str, int], Fails | None]:
    return lambda method, path, n: None if n < at else reset_after if n == at else reset_before


def _is_whole(server: Server, source: hitl.Session, name: str, how: str) -> bool:
    """Whether a thread is the fork that was wanted; else it says that it is not finished."""
    found = rested(hitl.attach(server.graph("three_questions"), name))
    if found.status == "failed":
        assert f"a copy of the thread {source.thread_id!r} (a fork of it) that is not finished" in str(found.error)
        assert "`client.threads.delete(...)`" in str(found.error)
        return False
    assert found.values == {"request": "refund", "approved": how == "answer"}
    assert [request.key for request in found.requests] == ["address"]
    return True
