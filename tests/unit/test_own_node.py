"""A node that waits for its own run is told so; a wait with a timeout that is no number ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets import kernel

from . import graphs

WAITS: dict[str, Callable[[hitl.Session], Any]] = {
    "wait": lambda session: session.wait(),
    "answer": lambda session: session.answer("x"),
    "answer_all": lambda session: session.answer_all({"ask": "x"}),
}


@pytest.mark.parametrize("how", WAITS)
def test_a_node_that_waits_for_its_own_run_is_refused_in_words(how: str) -> None:
    started, sessions = threading.Event(), list[hitl.Session]()

    def node(_: Any) -> Any:
        assert started.wait(60)
        WAITS[how](sessions[0])

    sessions.append(hitl.run(graphs.chain(graphs.Log, {"work": node}), {}))
    started.set()
    with pytest.raises(hitl.CannotWaitError, match="a node of the very run"):
        sessions[0].wait(60)


def test_a_node_may_wait_for_another_run() -> None:
    def node(_: Any) -> Any:
        inner = hitl.run(graphs.chain(graphs.Log, {"inner": lambda _: {"log": ["done"]}}), {})
        return inner.wait()

    assert hitl.run(graphs.chain(graphs.Log, {"work": node}), {}).wait(60) == {"log": ["done"]}


def test_a_timeout_that_is_no_number_is_over() -> None:
    ended = threading.Event()

    def waits() -> None:
        kernel.wait(lambda: False, timeout=float("nan"))
        ended.set()

    threading.Thread(target=waits, daemon=True).start()
    assert ended.wait(60)
