"""Two kernels that answer the same questions of threads on a server at the same moment: while they wait, and while they work."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from ..figures.recorded import Figure
from ..remote.server import Server, serving
from .nursery import ForkedKernel, Nursery

THREADS = 4
"""Their nodes hold a thread each of those that the server reads states with, too: five, and one more a core above the first."""

SETUP = """
import threading, time
from langgraph.pregel.remote import RemoteGraph
import hitl_widgets as hitl
from tests.remote.watching import rested, until

graph = RemoteGraph("answered_beside_work", url={url!r})
inputs = [{{"log": [{folder!r} + "/" + str(n)]}} for n in range({threads})]
"""
START = "sessions = [rested(hitl.run(graph, inputs[n], thread_id={name!r} + str(n))) for n in range({threads})]"
ATTACH = "sessions = [rested(hitl.attach(graph, {name!r} + str(n))) for n in range({threads})]"
RACE = """
won, refused = [], []
while time.time() < {at}:
    pass
for n, session in enumerate(sessions):
    try:
        session.answer(f"{name}{{n}}", to={to!r})
        won.append(n)
    except hitl.StaleAnswerError as error:
        refused.append(str(error))
"""
FOLLOW = """
for session in sessions:
    until(session, lambda: session.status == "running" and [one.key for one in session.requests] == ["other"])
"""
END = """
for n in {left}:
    until(sessions[n], lambda: sessions[n].status == "waiting")
    sessions[n].answer(f"late{{n}}", to="other")
logs = [session.wait(60)["log"][1:] for session in sessions]
"""
AGAIN = """
again = [hitl.attach(graph, {name!r} + str(n)) for n in range({threads})]
for session in again:
    session.wait(60)
    session._run.driver.run(session._run.past.read())
told = [[decision.value for decision in session.decisions] for session in again]
"""


@pytest.fixture
def server(tmp_path: Path) -> Generator[Server]:
    with serving(tmp_path / "server") as running:
        yield running


@pytest.mark.timeout(600)
def test_the_first_of_two_kernels_wins_on_a_server_and_the_other_is_told(
    nursery: Nursery, server: Server, tmp_path: Path, figure: Figure
) -> None:
    name = "race "
    kernels = [nursery.kernel(), nursery.kernel()]
    try:
        for kernel, begin in zip(kernels, (START, ATTACH), strict=True):
            kernel.run(SETUP.format(url=server.url, folder=str(tmp_path), threads=THREADS))
            kernel.run(begin.format(name=name, threads=THREADS))
        works = _race(kernels, "work")
        assert {n for n, _ in works} == set(range(THREADS))
        assert len(works) == THREADS
        for kernel in kernels:
            kernel.run(FOLLOW)
        others = _race(kernels, "other")
        taken = dict(others)
        assert len(others) == len(taken)
        for n in range(THREADS):
            (tmp_path / str(n)).touch()
        left = sorted(set(range(THREADS)) - taken.keys())  # where each has found the other
        kernels[0].run(END.format(left=left))
        expected = {n: taken.get(n, f"late{n}") for n in range(THREADS)}
        logs = kernels[0].evaluate("logs")
        assert logs == [[expected[n], "worked"] for n in range(THREADS)]
        kernels[1].run(AGAIN.format(name=name, threads=THREADS))
        told: list[list[Any]] = kernels[1].evaluate("told")
        assert told == [[dict(works)[n], expected[n]] for n in range(THREADS)]
        began = [(tmp_path / f"{n}.began").read_text() for n in range(THREADS)]
        assert began == ["x"] * THREADS
        figure(
            "Two kernels answer the same questions of threads on a server at the same moment, while they wait and while they work",
            {"questions": 2 * THREADS, "answers": 4 * THREADS},
            {
                "acknowledged twice": len(works) + len(others) - len(dict(works)) - len(taken),
                "acknowledged answers lost": sum(logs[n][0] != value for n, value in taken.items()),
                "nodes run twice": sum(len(one) - 1 for one in began),
            },
        )
    finally:
        for kernel in kernels:
            kernel.close()


def _race(kernels: list[ForkedKernel], to: str) -> list[tuple[int, str]]:
    """Have both answer at once; returns which answers were taken, by the thread."""
    at = kernels[0].evaluate("time.time() + 1")
    cells = [kernel.execute(RACE.format(name=name, at=at, to=to)) for kernel, name in zip(kernels, "ab", strict=True)]
    taken: list[tuple[int, str]] = []
    for kernel, cell, name in zip(kernels, cells, "ab", strict=True):
        kernel.until_done(cell, timeout=120)
        assert cell.status == "ok", cell
        won, refused = kernel.evaluate("won"), kernel.evaluate("refused")
        taken += [(n, f"{name}{n}") for n in won]
        assert len(won) + len(refused) == THREADS
        assert all("answered" in text or "moved on" in text for text in refused)
    return taken
