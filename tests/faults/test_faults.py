"""`kill -9` of a real kernel at two hundred moments of a run, on SQLite and on Postgres: nothing is lost, nothing is done twice.

A run has questions side by side, one after the other in a node, in a nested graph and in a graph that a node's own code
runs, and a node that fails after its answer. A browser answers them; the kernel is killed; the cell is run again in the
next one, which may be killed too. The moments come from a seed, so each can be had again by itself:

    HITL_FAULTS=17,103 .venv/bin/python -m pytest tests/faults -k sqlite -s
    HITL_FAULT_SEED=another .venv/bin/python -m pytest tests/faults
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from ..figures.recorded import Figure
from ..postgres import Server, server
from .enduring import Enduring, put_down
from .nursery import Nursery

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def postgres() -> Generator[Server]:
    with server() as running:
        yield running


def test_nothing_is_lost_or_done_twice_on_sqlite(nursery: Nursery, tmp_path: Path, figure: Figure) -> None:
    put_down(figure, "SQLite", *Enduring(nursery, tmp_path).through())


def test_nothing_is_lost_or_done_twice_on_postgres(
    nursery: Nursery, tmp_path: Path, postgres: Server, figure: Figure
) -> None:
    put_down(figure, "PostgreSQL", *Enduring(nursery, tmp_path, postgres.url).through())
