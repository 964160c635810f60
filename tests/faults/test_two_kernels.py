"""Two kernels on one SQLite file that answer the same questions at the same moment: one answer wins, and it is the one used."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

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
START = "sessions = [hitl.run(graph, {{}}, thread_id=str(n), save={save!r}) for n in range({threads})]\n"
ATTACH = "sessions = [hitl.attach(graph, str(n), save={save!r}) for n in range({threads})]\n"
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


@pytest.fixture
def nursery(tmp_path: Path) -> Generator[Nursery]:
    nursery = Nursery(tmp_path)
    yield nursery
    nursery.close()


@pytest.mark.timeout(600)
def test_the_first_of_two_kernels_wins_and_the_other_is_told(nursery: Nursery, tmp_path: Path, figure: Figure) -> None:
    journal, save = str(tmp_path / "journal"), str(tmp_path / "runs.sqlite")
    kernels = [nursery.kernel(), nursery.kernel()]
    try:
        for kernel, begin in zip(kernels, (START, ATTACH), strict=True):
            kernel.run(SETUP.format(journal=journal))
            kernel.run(begin.format(save=save, threads=THREADS) + REST)
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
            kernel.run(f"again = [hitl.attach(graph, str(n), save={save!r}) for n in range({THREADS})]")
            assert kernel.evaluate("[one.wait(60)['log'] for one in again]") == [[expected[n]] for n in range(THREADS)]
            assert kernel.evaluate("[[d.value for d in one.decisions] for one in again]") == [
                [expected[n]] for n in range(THREADS)
            ]
        # Each node has worked once, in the kernel that won.
        worked = Path(journal).read_text().split()
        assert sorted(worked) == sorted(expected.values())
        figure(
            "Two kernels answer the same question of one SQLite file at the same moment",
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
