"""Two kernels on threads that a PostgreSQL server keeps: as on those of a SQLite file, by the locks of the server."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from ..figures.recorded import Figure
from ..postgres import server
from .nursery import Nursery
from .test_two_kernels import Kept, it_is_followed, the_first_wins

pytestmark = pytest.mark.timeout(600)

POOL = """
from langgraph.checkpoint.postgres import PostgresSaver
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool
options = {{"autocommit": True, "row_factory": dict_row}}
save = PostgresSaver(ConnectionPool({url!r}, min_size=1, max_size=4, kwargs=options, open=True))
"""


@pytest.fixture
def kept() -> Generator[Kept]:
    with server() as running:
        yield Kept("PostgreSQL database", POOL.format(url=running.url))


def test_the_first_of_two_kernels_wins_on_postgres_and_the_other_is_told(
    nursery: Nursery, tmp_path: Path, kept: Kept, figure: Figure
) -> None:
    the_first_wins(nursery, tmp_path, kept, figure)


def test_what_one_kernel_works_on_the_other_follows_on_postgres_until_the_first_ends_or_is_killed(
    nursery: Nursery, tmp_path: Path, kept: Kept, figure: Figure
) -> None:
    it_is_followed(nursery, tmp_path, kept, figure)
