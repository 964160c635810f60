"""`kill -9` beside the run of `test_faults.py`: graphs of other kinds, forks, an inbox, breakpoints, policies, deadlines.

A process lives a scene of `scenes.py` or `timed.py` and is killed at a moment of it; the next one goes on, and may be killed too. The
moments come from a seed, so each can be had again:

    HITL_FAULTS=3 .venv/bin/python -m pytest tests/faults/test_scenes.py -k "remembers and fork"
    HITL_FAULT_KILLS=100 .venv/bin/python -m pytest tests/faults/test_scenes.py
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any

import pytest

from ..postgres import server
from . import scenes
from .enduring import CHOSEN, SEED
from .lives import Lives

pytest.importorskip("psycopg")
import psycopg

KILLS = int(os.environ.get("HITL_FAULT_KILLS", "2"))
"""Of each scene."""
THREADS = 24
"""That one answer is for."""


@pytest.fixture(scope="module")
def lives() -> Generator[Lives]:
    with Lives() as lives:
        yield lives


@pytest.fixture(scope="module")
def postgres() -> Generator[str]:
    with server() as running:
        yield running.url


def seeded(name: str, kills: int = KILLS) -> Iterable[tuple[int, random.Random]]:
    for number in CHOSEN or range(kills):
        yield number, random.Random(f"{SEED}-{name}-{number}")


def plain(log: Iterable[str]) -> list[str]:
    """What a run ended with, without in which life each question was answered."""
    return sorted(re.sub(r"=\d+", "", entry) for entry in log)


def lived(lives: Lives, folder: Path, rng: random.Random, moments: int, scene: str, *given: Any) -> tuple[Any, int]:
    """What a scene comes to that is killed once, and perhaps once more; and how often it was."""
    found, kills = lives.live(scene, *given, str(folder), 0, dies_at=rng.randrange(moments)), 0
    while found is None:
        kills += 1
        again = rng.randrange(moments) if rng.random() < 0.3 and kills < 4 else None
        found = lives.live(scene, *given, str(folder), kills, dies_at=again)
    return found, kills


def wrong_in(found: Any, undisturbed: Any, journal: list[str]) -> list[str]:
    """What must not be: something lost of what was acknowledged, or anything twice."""
    wrong: list[str] = []
    if plain(found["log"]) != plain(undisturbed["log"]):
        wrong.append(f"it ended with {found['log']}, undisturbed with {undisturbed['log']}")
    if Counter(one for one, _ in found["decisions"]) != Counter(one for one, _ in undisturbed["decisions"]):
        wrong.append(f"the decisions are {found['decisions']}")
    decided = {interrupt for _, interrupt in found["asked"]}
    for line in journal:
        if line.startswith("acked "):
            _, interrupt, value = line.split(" ", 2)
            if not any(value in entry for entry in found["log"]):
                wrong.append(f"{value!r} was acknowledged, and the graph has not got it: {found['log']}")
            if interrupt not in decided:
                wrong.append(f"{value!r} was acknowledged, and is no decision")
    return wrong


def endures(
    lives: Lives, folder: Path, name: str, *scene: Any, url: Callable[[Path], None] | None = None
) -> Counter[str]:
    """Live a scene through as many kills as are wanted; returns what was counted."""

    def place(called: str) -> Path:
        (folder / called).mkdir()
        if url is not None:
            url(folder / called)
        return folder / called

    undisturbed = lives.live(*scene, str(place("undisturbed")), 0)
    counted: Counter[str] = Counter()
    for number, rng in seeded(name):
        there = place(str(number))
        found, kills = lived(lives, there, rng, undisturbed["moments"], *scene)
        journal = (there / "journal").read_text().splitlines()
        wrong = wrong_in(found, undisturbed, journal)
        assert not wrong, f"seed {SEED!r}, HITL_FAULTS={number}, killed {kills} times:\n" + "\n".join(wrong)
        counted += Counter(runs=1, kills=kills, questions=len(found["decisions"]))
    return counted


def in_schema(url: str) -> Callable[[Path], None]:
    """Names a schema of its own in a folder, with the checkpointer's tables."""

    def name(place: Path) -> None:
        from langgraph.checkpoint.postgres import PostgresSaver

        schema = f"s{abs(hash(place))}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {schema}".encode())
        (place / "url").write_text(there := f"{url}&options=-csearch_path%3D{schema}")
        with PostgresSaver.from_conn_string(there) as saver:
            saver.setup()

    return name


OTHERS = ("stops", "answered_by_policies", "deadlines", "always", "again", "on_a_loop")
HOW = {
    "nested, durability exit": ("plain", "nested", "exit", ""),
    "side by side, durability exit": ("plain", "side by side", "exit", ""),
    "functional, durability sync": ("plain", "functional", "sync", ""),
    "side by side, answered together": ("plain", "side by side", None, "together"),
    "agent, per call, answered together": ("plain", "agent, per call", None, "together"),
    "side by side, stopped after each answer": ("plain", "side by side", None, "stops"),
}
"""The others are answered one by one, with LangGraph's own durability (`async`)."""
SCENES: dict[str, tuple[Any, ...]] = {
    **{name: ("plain", name, None, "") for name in scenes.PLAIN},
    **HOW,
    **{name: (name,) for name in OTHERS},
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SCENES)
def test_nothing_is_lost_or_done_twice_whatever_the_graph(lives: Lives, tmp_path: Path, name: str) -> None:
    scene, *given = SCENES[name]
    endures(lives, tmp_path, name, scene, *given)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["side by side", "functional", "agent, batched"])
def test_nothing_is_lost_or_done_twice_whatever_the_graph_on_postgres(
    lives: Lives, tmp_path: Path, postgres: str, name: str
) -> None:
    endures(lives, tmp_path, name, *SCENES[name], url=in_schema(postgres))


# ---------------------------------------------------------------- forks


def forks_endure(lives: Lives, folder: Path, how: str, url: Callable[[Path], None] | None = None) -> Counter[str]:
    (folder / "undisturbed").mkdir()
    if url is not None:
        url(folder / "undisturbed")
    undisturbed = lives.live("forked", how, str(folder / "undisturbed"), 0)
    wanted = [plain(log) for log in undisturbed["logs"]]
    counted: Counter[str] = Counter()
    for number, rng in seeded(how, 2 * KILLS):
        there = folder / str(number)
        there.mkdir()
        if url is not None:
            url(there)
        # In the second half: the first is the run that is forked.
        at = int(undisturbed["moments"] * rng.uniform(0.5, 1))
        if lives.live("forked", how, str(there), 0, dies_at=at) is None:
            counted["kills"] += 1
        found = lives.live("found_forks", str(there), 1)
        wrong = [*found["wrong"], *(f"a fork ended with {log}" for log in found["logs"] if plain(log) not in wanted)]
        assert not wrong, f"seed {SEED!r}, HITL_FAULTS={number}:\n" + "\n".join(wrong)
        counted += Counter(forks=len(found["logs"]), half=found["half"])
    return counted


FORKS = ("answer", "update", "inside", "what_if", "restart")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("how", FORKS)
def test_a_fork_that_is_half_made_says_so_and_the_original_is_as_it_was(lives: Lives, tmp_path: Path, how: str) -> None:
    forks_endure(lives, tmp_path, how)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("how", ["update", "inside"])
def test_a_fork_that_is_half_made_says_so_and_the_original_is_as_it_was_on_postgres(
    lives: Lives, tmp_path: Path, postgres: str, how: str
) -> None:
    forks_endure(lives, tmp_path, how, in_schema(postgres))


# ---------------------------------------------------------------- an inbox


@pytest.mark.timeout(600)
def test_of_threads_that_are_answered_at_once_each_is_answered_or_still_asked_and_none_twice(
    lives: Lives, tmp_path: Path
) -> None:
    (tmp_path / "undisturbed").mkdir()
    lives.live("wait", THREADS, str(tmp_path / "undisturbed"))
    undisturbed = lives.live("bulk", THREADS, str(tmp_path / "undisturbed"), 0)
    for number, rng in seeded("bulk"):
        there = tmp_path / str(number)
        there.mkdir()
        lives.live("wait", THREADS, str(there))
        found, kills = lived(lives, there, rng, undisturbed["moments"], "bulk", THREADS)
        assert found["left"] == 0
        assert set(found["status"]) == {"finished"}
        assert all(len(log) == 1 for log in found["logs"])
        assert found["decisions"] == found["logs"]
        lost = 0
        journal = (there / "journal").read_text().splitlines()
        for line in journal:
            if line.startswith("outcome answered order "):
                order, value = line.removeprefix("outcome answered order ").split()
                lost += found["logs"][int(order)] != [value]
        assert not lost, f"HITL_FAULTS={number}"
        # A node that is cut off at its work does it again: of those eight that work at a time.
        did = Counter(line for line in journal if line.startswith("did "))
        assert len(did) == THREADS
        assert sum(times > 1 for times in did.values()) <= 8 * kills
        assert max(did.values()) <= 1 + kills
