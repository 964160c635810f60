"""Ctrl+C, or the stop button, between any two lines of what a session is told from code: it is done, or it can be told again."""

from __future__ import annotations

import linecache
import random
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, Self

import pytest

import hitl_widgets as hitl

from ..waiting import at_rest, threads, until
from . import graphs

SOURCE = str(Path(hitl.__file__).parent)
MOST = 40
"""Moments of each that are tried, chosen by a seed: all of them are many more lines than there are ways to go wrong."""


class Interrupt:
    """Raises `KeyboardInterrupt` before one of the lines of ours that the main thread comes to.

    Not before the end of a `with`: CPython 3.11 looks for signals after calls, and has called what ends it by then.
    """

    def __init__(self, at: int | None) -> None:
        self._at = at
        self.lines = 0

    def _traced(self, frame: FrameType, event: str, arg: object) -> Any:
        file = frame.f_code.co_filename
        if not file.startswith(SOURCE):
            return None
        if event == "line" and not linecache.getline(file, frame.f_lineno).lstrip().startswith("with "):
            self.lines += 1
            if self.lines - 1 == self._at:
                sys.settrace(None)
                raise KeyboardInterrupt
        return self._traced

    def __enter__(self) -> Self:
        self._before = sys.gettrace()
        sys.settrace(self._traced)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)


def started() -> hitl.Session:
    nodes = {"once": graphs.asks("once?"), "twice": graphs.asks_twice}
    return at_rest(hitl.run(graphs.fan_out(graphs.Log, nodes, lambda state: {}), {"log": []}))


def stopped() -> hitl.Session:
    session = started()
    session.stop()
    return session


def finished() -> hitl.Session:
    session = started()
    _answer_all(session, "begun with")
    return session


def _forks(session: hitl.Session) -> None:
    session.fork(session.requests[0], answer="forked")


Told = Callable[[hitl.Session], Any]
TOLD: dict[str, tuple[Callable[[], hitl.Session], Told]] = {
    "answer": (started, lambda session: session.answer("told", to="once")),
    "answer_all": (started, lambda session: session.answer_all({"once": "told", "twice": "told"})),
    "stop": (started, lambda session: session.stop()),
    "retry": (stopped, lambda session: session.retry()),
    "follow_up": (finished, lambda session: session.follow_up({"log": ["again"]})),
    "fork": (started, _forks),
    "restart": (started, lambda session: session.restart()),
}
WANTED = {"answer": "told", "answer_all": "told", "follow_up": "again"}
"""What the state has once it was told so."""


def _rests(session: hitl.Session) -> hitl.Session:
    until(
        lambda: session._run.at_rest.is_set() and session.status != "running",
        lambda: f"it hangs: {session} {[(one.request.key, one.status) for one in session._run.pending]}",
    )
    return session


def _answer_all(session: hitl.Session, value: str) -> None:
    """Whatever it is: answered and gone on with until it has finished."""
    while _rests(session).status != "finished":
        if session.status == "stopped":
            session.retry()
            continue
        assert session.status == "waiting", f"{session} {session.error!r}"
        for request in session.requests:
            with suppress(hitl.StaleAnswerError):  # what was told is done in the background
                session.answer(value, to=request.id)


@pytest.mark.parametrize("told", TOLD)
def test_an_interrupt_leaves_no_question_that_cannot_be_answered_and_no_run_that_hangs(told: str) -> None:
    begin, tell = TOLD[told]
    session = begin()
    with Interrupt(None) as counting:
        tell(session)
    moments = range(counting.lines)
    for at in sorted(random.Random("hitl").sample(moments, min(MOST, len(moments)))):
        session = begin()
        is_told = False
        with suppress(KeyboardInterrupt), Interrupt(at):
            tell(session)
            is_told = True
        # The interrupt has ended the waiting alone.
        until(lambda: "hitl-call" not in threads(), "what was begun is not done")
        _answer_all(session, f"after {at}")
        assert not is_told or WANTED.get(told) in {None, *session.values["log"]}
        for one in (session, *session.forks):
            _answer_all(one, "in the fork")
            answers = [value for value in one.values["log"] if value != "again"]
            assert sorted(answers) == sorted(decision.value for decision in one.decisions)
            assert len(answers) == (6 if "again" in one.values["log"] else 3)
