"""However a watched run ends, Python's streams and its logging are what they were before."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any, TypedDict

import pytest

import hitl_widgets as hitl
from hitl_widgets.watching import watched

from . import graphs


class State(TypedDict, total=False):
    done: bool


@pytest.fixture(autouse=True)
def as_they_were() -> Iterator[None]:
    before = sys.stdout, sys.stderr, logging.Logger.callHandlers
    with watched():
        yield
    assert (sys.stdout, sys.stderr, logging.Logger.callHandlers) == before


def test_of_two_runs_that_overlap_and_of_which_one_fails() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: State) -> State:
        begun.set()
        assert go_on.wait(60)
        return {"done": True}

    def fails(_: State) -> State:
        raise ValueError("no")

    outer = hitl.run(graphs.chain(State, {"slow": slow}), {})
    assert begun.wait(60)
    inner = hitl.run(graphs.chain(State, {"fails": fails}), {})
    assert inner._run.ended.wait(60)
    go_on.set()
    assert outer._run.ended.wait(60)
    assert (outer.status, inner.status) == ("finished", "failed")


def test_of_an_async_run_that_is_interrupted() -> None:
    async def node(_: State) -> State:
        raise KeyboardInterrupt

    async def cell() -> None:
        session = hitl.run(graphs.chain(State, {"node": node}), {})
        await asyncio.to_thread(session._run.ended.wait, 60)

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(cell())


def test_of_an_async_run_whose_loop_ends_before_it() -> None:
    async def cell() -> None:
        begun = asyncio.Event()

        async def node(_: State) -> State:
            begun.set()
            await asyncio.Event().wait()
            return {}

        hitl.run(graphs.chain(State, {"node": node}), {})
        await begun.wait()

    asyncio.run(cell())


def test_of_a_run_whose_session_nobody_keeps() -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def node(_: State) -> State:
        begun.set()
        assert go_on.wait(60)
        return {"done": True}

    def start() -> Any:
        run = hitl.run(graphs.chain(State, {"node": node}), {})._run
        run.listeners.append(lambda: ended.set() if run.ended.is_set() else None)

    start()
    assert begun.wait(60)
    gc.collect()
    go_on.set()
    assert ended.wait(60)


def test_a_record_is_noted_once_where_somebody_keeps_a_method_of_ours_in_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original = logging.Logger.callHandlers
    monkeypatch.setattr(logging.Logger, "callHandlers", original)

    def instruments(_: State) -> State:
        ours = logging.Logger.callHandlers

        def theirs(self: logging.Logger, record: logging.LogRecord) -> None:
            ours(self, record)

        logging.Logger.callHandlers = theirs
        return {}

    def logs(_: State) -> State:
        logging.getLogger("tests.once").warning("hello")
        return {"done": True}

    hitl.run(graphs.chain(State, {"instruments": instruments}), {}).wait(60)
    session = hitl.run(graphs.chain(State, {"logs": logs}), {})
    session.wait(60)
    logging.Logger.callHandlers = original
    assert session.history[0].tasks[0].printed == "hello\n"
