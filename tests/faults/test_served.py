"""`kill -9` of a real kernel at moments of a run on a LangGraph server, which works on: nothing is lost or done twice.

The server is the development server of `tests/remote/`; it lives, its nodes work in it, and what dies is the notebook. So
nothing that a node has done is ever done again. One of the moments again:

    HITL_FAULTS=17 .venv/bin/python -m pytest tests/faults/test_served.py -s
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from ..figures.recorded import Figure
from ..remote.server import Server, serving
from .enduring import Enduring, put_down
from .nursery import Nursery

MOMENTS = 60
AT_ONCE = 5
"""A server looks for its next run every half second, so that most of the time a run waits (langgraph-runtime-inmem 0.36.7)."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


def test_nothing_is_lost_or_done_twice_on_a_server(
    nursery: Nursery, tmp_path: Path, server: Server, figure: Figure
) -> None:
    all_of_it = Enduring(
        nursery,
        tmp_path,
        server.url,
        cell="tests.faults.on_server",
        moments=MOMENTS,
        at_once=AT_ONCE,
        is_served=True,
    )
    put_down(figure, "a LangGraph server", *all_of_it.through())
