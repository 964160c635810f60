"""Three things that a session, another one of the same thread and an inbox are told at the same moment, chosen by a seed."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import interrupt

import hitl_widgets as hitl

from ..waiting import at_rest, until
from . import graphs

ROUNDS = 25


def _rests(session: hitl.Session) -> str:
    until(
        lambda: session._run.at_rest.is_set() and all(one.status != "taking" for one in session._run.pending),
        lambda: f"it hangs: {session} {[(one.request.key, one.status) for one in session._run.pending]}",
    )
    return session.status


def _finish(session: hitl.Session) -> list[Any]:
    while (status := _rests(session)) != "finished":
        if status in {"failed", "stopped"}:
            session.retry()
        for request in session.requests:
            with suppress(hitl.StaleAnswerError):
                session.answer("end", to=request.id)
    return session.values["log"]


@pytest.mark.parametrize("kept", ["memory", "sqlite"])
def test_whatever_is_told_at_once_each_question_gets_one_answer_and_each_node_works_once(
    kept: str, tmp_path: Path
) -> None:
    worked: Counter[str] = Counter()

    def asks(question: str) -> Any:
        def node(state: Any) -> dict[str, Any]:
            answer = interrupt(question)
            worked[question] += 1
            return {"log": [answer]}

        return node

    for number in range(ROUNDS):
        rng = random.Random(f"{kept}-{number}")
        worked.clear()
        path = tmp_path / f"{number}.sqlite"
        saver: Any = (
            InMemorySaver() if kept == "memory" else SqliteSaver(sqlite3.connect(path, check_same_thread=False))
        )
        nodes = {"a": asks("a?"), "b": asks("b?")}
        graph = graphs.fan_out(graphs.Log, nodes, asks("join?"), checkpointer=saver)
        one = at_rest(hitl.run(graph, {"log": []}, thread_id="t"))
        other = at_rest(hitl.attach(graph, "t"))
        tell: dict[str, Callable[[], Any]] = {
            "answer": lambda one=one: one.answer("answer", to="a"),
            "answer elsewhere": lambda other=other: other.answer("answer elsewhere", to="a"),
            "answer b": lambda one=one: one.answer("answer b", to="b"),
            "answer all": lambda other=other: other.answer_all({"a": "all a", "b": "all b"}),
            "inbox": lambda graph=graph: hitl.inbox(graph).answer("inbox", ["t"], to="b"),
            "fork": lambda one=one: one.fork(one.requests[0], answer="fork"),
            "edit": lambda one=one: one.fork(one.history[0], update={"log": []}),
            "restart": lambda one=one: one.restart(),
            "stop": lambda one=one: one.stop(),
            "retry": lambda one=one: one.retry(),
            "close": lambda other=other: other.close(),
        }
        chosen, taken = rng.sample(sorted(tell), 3), list[str]()
        together = threading.Barrier(len(chosen))

        def does(
            name: str,
            later: float,
            together: threading.Barrier = together,
            tell: dict[str, Callable[[], Any]] = tell,
            taken: list[str] = taken,
        ) -> None:
            together.wait(60)
            threading.Event().wait(later)
            with suppress(hitl.AnswerError, IndexError):  # what comes too late is refused in words
                tell[name]()
                taken.append(name)

        threads = [threading.Thread(target=does, args=(name, rng.random() / 250)) for name in chosen]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive(), chosen
        log = _finish(one)
        assert len(log) == 3, chosen
        assert {name for name in taken if name.startswith("answer") and name != "answer all"} <= {*log}, chosen
        assert sorted(decision.value for decision in one.decisions) == sorted(log), chosen
        for fork in one.forks:
            assert len(_finish(fork)) == 3, chosen
        assert max(worked.values()) <= 1 + len(one.forks), chosen
