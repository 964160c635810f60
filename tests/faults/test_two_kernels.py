"""Two kernels on one SQLite file: of answers at the same moment one wins, and what one works on the other does not run too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ..figures.recorded import Figure
from .nursery import Nursery

THREADS = 12

SETUP = """
import operator, threading, time
from typing import Annotated, Any, TypedDict
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
import hitl_widgets as hitl

class State(TypedDict, total=False):
    log: Annotated[list[Any], operator.add]

def ask(state):
    answer = interrupt("?")
    with open({journal!r}, "a") as file:
        file.write("%s\\n" % answer)
    return {{"log": [answer]}}

builder = StateGraph(State)
builder.add_node("ask", ask)
builder.add_edge(START, "ask")
graph = builder.compile()
"""
START = "sessions = [hitl.run(graph, {{}}, thread_id=str(n), save=save) for n in range({threads})]\n"
ATTACH = "sessions = [hitl.attach(graph, str(n), save=save) for n in range({threads})]\n"
REST = "assert all(session._run.at_rest.wait(60) for session in sessions), sessions"
RACE = """
won, refused = [], []
def race(n, session):
    while time.time() < {at}:
        pass
    try:
        session.answer(f"{name}{{n}}")
        won.append(n)
    except hitl.StaleAnswerError as error:
        refused.append(str(error))
for n, session in enumerate(sessions):
    race(n, session)
"""
END = "assert all(sessions[n]._run.ended.wait(60) for n in won)"


@dataclass(frozen=True)
class Kept:
    """Where two kernels have their threads.

    Attributes:
        words: what it is called.
        cell: the cell of each of them that opens it, as `save`.
    """

    words: str
    cell: str


def in_a_file(folder: Path) -> Kept:
    return Kept("SQLite file", f"save = {str(folder / 'runs.sqlite')!r}\n")


@pytest.mark.timeout(600)
def test_the_first_of_two_kernels_wins_and_the_other_is_told(nursery: Nursery, tmp_path: Path, figure: Figure) -> None:
    the_first_wins(nursery, tmp_path, in_a_file(tmp_path), figure)


def the_first_wins(nursery: Nursery, folder: Path, kept: Kept, figure: Figure) -> None:
    journal = str(folder / "journal")
    kernels = [nursery.kernel(), nursery.kernel()]
    try:
        for kernel, begin in zip(kernels, (START, ATTACH), strict=True):
            kernel.run(SETUP.format(journal=journal) + kept.cell)
            kernel.run(begin.format(threads=THREADS) + REST)
        at = kernels[0].evaluate("time.time() + 1")
        cells = [kernel.execute(RACE.format(name=name, at=at)) for kernel, name in zip(kernels, "ab", strict=True)]
        for kernel, cell in zip(kernels, cells, strict=True):
            kernel.until_done(cell, timeout=120)
            assert cell.status == "ok", cell
            kernel.run(END)
        won = [kernel.evaluate("won") for kernel in kernels]
        assert sorted(won[0] + won[1]) == list(range(THREADS))
        expected = {n: f"{name}{n}" for name, numbers in zip("ab", won, strict=True) for n in numbers}
        refused = 0
        for kernel in kernels:
            told = kernel.evaluate("refused")
            refused += len(told)
            assert all("answered" in text or "moved on" in text for text in told)
            kernel.run(f"again = [hitl.attach(graph, str(n), save=save) for n in range({THREADS})]")
            assert kernel.evaluate("[one.wait(60)['log'] for one in again]") == [[expected[n]] for n in range(THREADS)]
            assert kernel.evaluate("[[d.value for d in one.decisions] for one in again]") == [
                [expected[n]] for n in range(THREADS)
            ]
        # Each node has worked once, in the kernel that won.
        worked = Path(journal).read_text().split()
        assert sorted(worked) == sorted(expected.values())
        figure(
            f"Two kernels answer the same question of one {kept.words} at the same moment",
            {"questions": len(expected), "answers": len(won[0]) + len(won[1]) + refused},
            {
                "taken": len(set(worked)),
                "refused with a sentence": refused,
                "nodes run twice": len(worked) - len(set(worked)),
            },
        )
    finally:
        for kernel in kernels:
            kernel.close()


WORK = """
def work(state):
    with open({journal!r}, "a") as file:
        file.write("%s\\n" % state["name"])
    while not os.path.exists({journal!r} + state["name"]):
        time.sleep(0.01)
    return {{"log": [state["name"]]}}

import os
class Named(State, total=False):
    name: str
builder = StateGraph(Named)
builder.add_node("work", work)
builder.add_node("ask", ask)
builder.add_edge(START, "work")
builder.add_edge("work", "ask")
graph = builder.compile()
"""
BEGIN = "sessions = [hitl.run(graph, {{'name': str(n)}}, thread_id=str(n), save=save) for n in range({threads})]\n"
SHOW = "from IPython.display import display\nfor session in sessions:\n    display(session)"
WAIT = "[session.wait()['log'] for session in sessions]"
SAID = "Another kernel is at work on this thread"


@pytest.mark.timeout(600)
def test_what_one_kernel_works_on_the_other_follows_until_the_first_ends_or_is_killed(
    nursery: Nursery, tmp_path: Path, figure: Figure
) -> None:
    it_is_followed(nursery, tmp_path, in_a_file(tmp_path), figure)


def it_is_followed(nursery: Nursery, folder: Path, kept: Kept, figure: Figure) -> None:
    journal = folder / "journal"

    def let_go(*threads: int) -> None:
        for n in threads:
            Path(f"{journal}{n}").touch()

    def worked() -> list[str]:
        return sorted(journal.read_text().split()) if journal.exists() else []

    first, second = kernels = [nursery.kernel(), nursery.kernel()]
    ends, cut_off = range(THREADS // 2), range(THREADS // 2, THREADS)
    try:
        for kernel in kernels:
            kernel.run(SETUP.format(journal=str(journal)) + WORK.format(journal=str(journal)) + kept.cell)
        first.run(BEGIN.format(threads=THREADS))
        try:
            first.until(lambda: len(worked()) == THREADS, "all of them work")
        except AssertionError as error:
            error.add_note(str(first.evaluate("[(repr(one), repr(one._run.error), one.notices) for one in sessions]")))
            raise
        second.run(ATTACH.format(threads=THREADS))
        second.execute(SHOW, wait=True)
        views = {state["run"]["thread_id"]: state for state in second.comms.values() if state.get("run")}
        assert len(views) == THREADS
        second.until(
            lambda: all(SAID in " ".join(view["run"]["notices"]) for view in views.values()), "all the views say so"
        )
        waits = second.execute(WAIT)
        second.until(lambda: f"0: {SAID}" in waits.stderr, "the cell that waits says so")
        assert {view["run"]["status"] for view in views.values()} == {"running"}
        let_go(*ends)

        def cards(n: int) -> list[dict[str, Any]]:
            return views[str(n)]["cards"]

        second.until(lambda: all(cards(n) for n in ends), "what is done is asked about")
        # What it asks is seen before it has given its turn back.
        second.until(
            lambda: not any(SAID in " ".join(views[str(n)]["run"]["notices"]) for n in ends), "nobody is at work on it"
        )
        assert len(worked()) == THREADS
        first.kill()
        second.until(lambda: len(worked()) == THREADS + len(cut_off), "what was cut off is gone on with")
        let_go(*cut_off)
        second.until(lambda: all(cards(n) for n in cut_off), "that is asked about, too")
        for comm, state in second.comms.items():
            if state.get("run"):
                answer = {"client": "test", "request": state["cards"][0]["request"], "value": "yes"}
                second.click(comm, {"type": "answer", **answer})
        second.until_done(waits, timeout=120)
        assert waits.status == "ok", waits
        done = [Path(f"{journal}{n}").exists() for n in range(THREADS)]
        assert done == [True] * THREADS
        twice = [n for n in ends if worked().count(str(n)) != 1]
        assert [worked().count(str(n)) for n in cut_off] == [2] * len(cut_off)
        figure(
            f"A kernel attaches threads of a {kept.words} that another one is at work on, which is then killed",
            {"threads": THREADS, "killed at their work": len(cut_off)},
            {"nodes run twice that were not cut off": len(twice), "gone on with by themselves": len(cut_off)},
        )
    finally:
        for kernel in kernels:
            kernel.close()
