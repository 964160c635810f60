"""The fixture `figure`: a test says what it has tried, how often, and what came of it.

Where `HITL_FIGURES` names a file, each of that is a line there; `make figures` makes the README's table of them. Elsewhere
nothing is written, and the test is as any other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

Count = int | str
"""A number that the test has counted, or what `more_than` and `at_most` make of one that differs from run to run."""

STEPS = (1.0, 2.0, 5.0)


class Figure:
    """Where a test puts its figures.

    Args:
        test: its file and its function, as `tests/unit/test_x.py::test_y`.
        path: the file that lines are added to; `None` for none.
    """

    def __init__(self, test: str, path: Path | None) -> None:
        self._test = test
        self._path = path

    def __call__(self, tried: str, often: Mapping[str, Count], came: Mapping[str, Count]) -> None:
        """Put down a row of the table. Rows of one test that try the same are added up.

        Args:
            tried: what was tried, as a sentence without its full stop.
            often: how often, a number for each thing that was counted.
            came: what came of it, in the same way.
        """
        if self._path is None:
            return
        row = {"test": self._test, "tried": tried, "often": dict(often), "came": dict(came)}
        # One write a line: the tests of several processes may write to one file.
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """Called with what a test has tried, how often, and what came of it."""
    path = os.environ.get("HITL_FIGURES")
    name = getattr(request.node, "originalname", request.node.name)
    test = request.node.path.relative_to(request.config.rootpath).as_posix()
    return Figure(f"{test}::{name}", Path(path) if path else None)


def more_than(count: float) -> str:
    """A number that is never the same, rounded down so far that it mostly is.

    >>> more_than(266), more_than(1_790), more_than(7)
    ('more than 200', 'more than 1,000', 'more than 5')
    """
    rounded = max(step * 10.0**power for power in range(-3, 10) for step in STEPS if step * 10.0**power <= count)
    return f"more than {rounded:,g}"


def at_most(amount: float, unit: str) -> str:
    """What a machine took, rounded up to a power of ten: another machine, or a busy one, takes some times as long.

    >>> at_most(0.31, "s"), at_most(0, "kB"), at_most(51, "kB")
    ('at most 1 s', 'at most 0.001 kB', 'at most 100 kB')
    """
    rounded = min(10.0**power for power in range(-3, 10) if 10.0**power >= amount)
    return f"at most {rounded:,g} {unit}"
