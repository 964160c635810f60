"""`kill -9` of a real kernel at two hundred moments of a run, on SQLite and on Postgres: nothing is lost, nothing is done twice.

A run has questions side by side, one after the other in a node, in a nested graph and in a graph that a node's own code
runs, and a node that fails after its answer. A browser answers them; the kernel is killed; the cell is run again in the
next one, which may be killed too. The moments come from a seed, so each can be had again by itself:

    HITL_FAULTS=17,103 .venv/bin/python -m pytest tests/faults -k sqlite -s
    HITL_FAULT_SEED=another .venv/bin/python -m pytest tests/faults
"""

from __future__ import annotations

import os
import random
import re
import uuid
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ..figures.recorded import Figure, more_than
from ..postgres import Server, server
from .nursery import Nursery
from .story import Death, Story

MOMENTS = 200
AT_ONCE = 3
"""Kernels that live side by side."""
SEED = os.environ.get("HITL_FAULT_SEED", "hitl")
CHOSEN = [int(one) for one in os.environ.get("HITL_FAULTS", "").split(",") if one]


pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Generator[Nursery]:
    nursery = Nursery(tmp_path_factory.mktemp("kernels"))
    yield nursery
    nursery.close()


@pytest.fixture(scope="module")
def postgres() -> Generator[Server]:
    with server() as running:
        yield running


def test_nothing_is_lost_or_done_twice_on_sqlite(nursery: Nursery, tmp_path: Path, figure: Figure) -> None:
    _put_down(figure, "SQLite", *_endure(nursery, tmp_path, None))


def test_nothing_is_lost_or_done_twice_on_postgres(
    nursery: Nursery, tmp_path: Path, postgres: Server, figure: Figure
) -> None:
    _put_down(figure, "PostgreSQL", *_endure(nursery, tmp_path, postgres.url))


def _put_down(figure: Figure, where: str, stories: list[Story], expected: list[str]) -> None:
    figure(
        f"`kill -9` of a kernel at any moment of a run that asks nested, repeated and parallel questions, on {where}",
        {
            "runs": len(stories),
            "kills": more_than(sum(story.kills for story in stories)),
            "questions": sum(len(story.decisions) for story in stories),
        },
        {
            "acknowledged answers lost": sum(story.lost for story in stories),
            "used twice": sum(story.twice for story in stories),
            "runs ended like the undisturbed one": sum(_plain(story.log) == expected for story in stories),
        },
    )


def _endure(nursery: Nursery, folder: Path, url: str | None) -> tuple[list[Story], list[str]]:
    """Live through all of it; returns what was lived, and how an undisturbed run ends."""
    undisturbed = _live(nursery, folder / "undisturbed", url, random.Random(SEED), [])
    assert not undisturbed.wrong
    nursery.learn([name for name in undisturbed.modules if name != "__main__"])
    expected, names = _plain(undisturbed.log), undisturbed.moments
    lived: list[Story] = []

    def one(number: int) -> str | None:
        for earlier in (1.0, 0.8, 0.6, 0.4, 0.2):
            rng = random.Random(f"{SEED}-{number}")
            deaths = [_death(rng, names, undisturbed.took, earlier)]
            while len(deaths) < 4 and rng.random() < 0.25:
                deaths.append(Death(rng.randrange(len(names))))
            story = _live(nursery, folder / f"{number}-{earlier}", url, rng, deaths)
            # How many moments a run has depends on how busy the machine is: one that was over before is no kill.
            if story.deaths or story.wrong:
                break
        if _plain(story.log) != expected:
            story.wrong.append(f"it ended with {_plain(story.log)}, undisturbed with {expected}")
        lived.append(story)
        said = f"HITL_FAULTS={number}: killed {', '.join(story.deaths) or 'never'}"
        if CHOSEN:
            print(said)
        return f"{said}\n    " + "\n    ".join(dict.fromkeys(story.wrong)) if story.wrong else None

    print(f"seed {SEED!r}, {len(names)} moments in an undisturbed run")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        failures = [failure for failure in pool.map(one, CHOSEN or range(MOMENTS)) if failure is not None]
    assert not failures, f"seed {SEED!r}, {len(failures)} of {len(CHOSEN) or MOMENTS} runs:\n" + "\n".join(failures)
    return lived, expected


def _live(nursery: Nursery, folder: Path, url: str | None, rng: random.Random, deaths: list[Death]) -> Story:
    folder.mkdir()
    (folder / "journal").touch()
    story = Story(folder, url or str(folder / "runs.sqlite"), uuid.uuid4().hex, rng)
    story.live(nursery, deaths)
    return story


def _death(rng: random.Random, names: list[str], took: float, earlier: float) -> Death:
    """A time, a moment, or a kind of moment and then one of those, so that what is rare is met as well."""
    death = _any_death(rng, names, took)
    if death.moment is not None:
        return Death(int(death.moment * earlier))
    return Death(after=(death.after or 0.0) * earlier)


def _any_death(rng: random.Random, names: list[str], took: float) -> Death:
    how = rng.random()
    if how < 0.15:
        return Death(after=rng.uniform(0.0, took))
    if how < 0.55:
        return Death(rng.randrange(len(names)))
    kind = rng.choice(sorted(set(names)))
    return Death(rng.choice([at for at, name in enumerate(names) if name == kind]))


def _plain(log: list[str]) -> list[str]:
    """What a run ended with, without how often each question was answered."""
    return [re.sub(r"=\d+$", "", entry) for entry in log]
