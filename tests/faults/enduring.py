"""Runs by the hundred, each with a kernel that dies: at which moments, and what must be so when all are through."""

from __future__ import annotations

import os
import random
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..figures.recorded import Figure, more_than
from .nursery import Nursery
from .story import Death, Story

SEED = os.environ.get("HITL_FAULT_SEED", "hitl")
CHOSEN = [int(one) for one in os.environ.get("HITL_FAULTS", "").split(",") if one]


@dataclass(frozen=True)
class Enduring:
    """What is lived through.

    Attributes:
        nursery: where kernels come from.
        folder: where the runs leave what they do.
        url: where their threads are kept; `None` for a SQLite file each.
        cell: the module with the notebook's cell.
        moments: how many runs.
        at_once: kernels that live side by side.
        is_served: whether nodes work elsewhere than in the kernel.
    """

    nursery: Nursery
    folder: Path
    url: str | None = None
    cell: str = "tests.faults.graph"
    moments: int = 200
    at_once: int = 3
    is_served: bool = False

    def through(self) -> tuple[list[Story], list[str]]:
        """Live through all of it; returns what was lived, and how an undisturbed run ends."""
        undisturbed = self._live("undisturbed", random.Random(SEED), [])
        assert not undisturbed.wrong, undisturbed.wrong
        self.nursery.learn([name for name in undisturbed.modules if name != "__main__"])
        expected, names = plain(undisturbed.log), undisturbed.moments
        lived: list[Story] = []

        def one(number: int) -> str | None:
            for earlier in (1.0, 0.8, 0.6, 0.4, 0.2):
                rng = random.Random(f"{SEED}-{number}")
                deaths = [_death(rng, names, undisturbed.took, earlier)]
                while len(deaths) < 4 and rng.random() < 0.25:
                    deaths.append(Death(rng.randrange(len(names))))
                story = self._live(f"{number}-{earlier}", rng, deaths)
                # How many moments a run has depends on how busy the machine is: one that was over before is no kill.
                if story.deaths or story.wrong:
                    break
            if plain(story.log) != expected:
                story.wrong.append(f"it ended with {plain(story.log)}, undisturbed with {expected}")
            lived.append(story)
            said = f"HITL_FAULTS={number}: killed {', '.join(story.deaths) or 'never'}"
            if CHOSEN:
                print(said)
            return f"{said}\n    " + "\n    ".join(dict.fromkeys(story.wrong)) if story.wrong else None

        print(f"seed {SEED!r}, {len(names)} moments in an undisturbed run")
        with ThreadPoolExecutor(self.at_once) as pool:
            found = pool.map(one, CHOSEN or range(self.moments))
            failures = [failure for failure in found if failure is not None]
        count = len(CHOSEN) or self.moments
        assert not failures, f"seed {SEED!r}, {len(failures)} of {count} runs:\n" + "\n".join(failures)
        return lived, expected

    def _live(self, name: str, rng: random.Random, deaths: list[Death]) -> Story:
        folder = self.folder / name
        folder.mkdir()
        (folder / "journal").touch()
        where = self.url or str(folder / "runs.sqlite")
        story = Story(folder, where, uuid.uuid4().hex, rng, cell=self.cell, is_served=self.is_served)
        story.live(self.nursery, deaths)
        return story


def put_down(figure: Figure, where: str, stories: list[Story], expected: list[str]) -> None:
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
            "runs ended like the undisturbed one": sum(plain(story.log) == expected for story in stories),
        },
    )


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


def plain(log: list[str]) -> list[str]:
    """What a run ended with, without how often each question was answered."""
    return [re.sub(r"=\d+$", "", entry) for entry in log]
