"""Two real kernels on one file: what is done in one is seen in the other, by the looks of a view that nobody touches."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from .client import Kernel
from .environments import Environment
from .test_session import GRAPH, View

SAVED = """
import os, sqlite3
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command
def ask_last(state):
    return {{"log": [interrupt("And last?")]}}
def slow(state):
    while not os.path.exists({go!r}):
        time.sleep(0.01)
    return {{"log": ["worked"]}}
graph = chain(ask=ask, slow=slow, last=ask_last)
graph.checkpointer = SqliteSaver(sqlite3.connect({path!r}, check_same_thread=False))
at = {{"configurable": {{"thread_id": "t"}}}}
"""
CLIENT = {"client": "c1"}


@pytest.fixture
def other(ipykernel: Environment) -> Generator[Kernel]:
    with Kernel(ipykernel.python) as kernel:
        yield kernel


def hello(view: View) -> None:
    view.kernel.click(view.comm, {**CLIENT, "type": "hello", "seq": view.traits["run"]["seq"]})


def says(view: View, words: str) -> bool:
    return any(words in notice for notice in view.traits["run"]["notices"])


def statuses(view: View) -> dict[str, Any]:
    return {name: view.traits["nodes"].get(name, {"status": "idle"})["status"] for name in ("ask", "slow", "last")}


def test_what_another_kernel_does_is_seen_in_this_one(kernel: Kernel, other: Kernel, tmp_path: Path) -> None:
    go = tmp_path / "go"
    code = GRAPH + SAVED.format(path=str(tmp_path / "runs.sqlite"), go=str(go))
    kernel.run(code)
    other.run(code)
    view = View(kernel, kernel.execute("session = hitl.run(graph, {'log': []}, thread_id='t'); session"))
    view.open_card()
    hello(view)
    by_hand = other.execute("_ = graph.invoke(Command(resume='theirs'), at)")
    kernel.until(lambda: says(view, "Somebody else is at work on this thread"), "that others are at work")
    assert view.traits["run"]["status"] == "running"
    kernel.until(lambda: statuses(view) == {"ask": "done", "slow": "next", "last": "idle"}, "where they are")
    go.touch()
    view.open_card("And last?")
    other.until_done(by_hand)
    view.until_status("waiting")
    assert statuses(view) == {"ask": "done", "slow": "done", "last": "waiting"}
    assert [card["question"] for card in view.traits["cards"] if "closed" in card] == ["Go on?"]
    view.answer("mine", "And last?")
    view.until_status("finished")
    assert kernel.evaluate("session.values") == {"log": ["theirs", "worked", "mine"]}


def test_the_answer_of_another_kernels_session_is_told_with_its_time(
    kernel: Kernel, other: Kernel, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    go.touch()
    code = GRAPH + SAVED.format(path=str(tmp_path / "runs.sqlite"), go=str(go))
    kernel.run(code)
    other.run(code)
    view = View(kernel, kernel.execute("session = hitl.run(graph, {'log': []}, thread_id='t'); session"))
    view.open_card()
    hello(view)
    other.run("theirs = hitl.attach(graph, 't'); assert theirs._run.at_rest.wait(60); theirs.answer('theirs')")
    view.open_card("And last?")
    [closed] = [card["closed"] for card in view.traits["cards"] if "closed" in card]
    assert closed.startswith("Answered in another session (by code, at ")
    assert closed.endswith(": theirs")
    other.run("assert theirs._run.at_rest.wait(60); theirs.answer('theirs too'); theirs.wait(60)")
    view.until_status("finished")
    assert kernel.evaluate("[decision.value for decision in session.decisions]") == ["theirs", "theirs too"]
