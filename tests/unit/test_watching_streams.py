"""stdout, stderr and the loggers are what they were, whoever replaces them meanwhile."""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from typing import Any

import pytest
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.watching import watched

from . import graphs
from .processes import Process
from .test_watching import alone, said, stand_in, tasks


@pytest.fixture(autouse=True)
def _watched() -> Iterator[None]:
    with watched():
        yield


@pytest.mark.parametrize("ends", ["finishes", "fails", "is stopped"])
def test_the_streams_are_what_they_were_when_the_run_is_over(ends: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = stand_in(monkeypatch, "stdout")
    err = stand_in(monkeypatch, "stderr")
    handlers, begun, may_end = logging.Logger.callHandlers, threading.Event(), threading.Event()
    meanwhile: list[Any] = []

    def work(state: Any) -> dict[str, Any]:
        meanwhile.extend([sys.stdout is out, sys.stderr is err, logging.Logger.callHandlers is handlers])
        begun.set()
        assert may_end.wait(60)
        if ends == "fails":
            raise ValueError("no")
        return {}

    session = hitl.run(graphs.chain(graphs.Log, {"work": work, "after": lambda state: {}}), {})
    assert begun.wait(60)
    if ends == "is stopped":
        session.stop()
    may_end.set()
    assert session._run.ended.wait(60)
    assert meanwhile == [False, False, False]
    assert (sys.stdout, sys.stderr, logging.Logger.callHandlers) == (out, err, handlers)
    assert sys.stdout is out
    assert session.status == {"finishes": "finished", "fails": "failed", "is stopped": "stopped"}[ends]


def test_the_streams_stay_until_the_last_of_several_runs_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    out = stand_in(monkeypatch, "stdout")
    may_end = [threading.Event(), threading.Event()]

    def node(number: int) -> Callable[[Any], Any]:
        def work(state: Any) -> dict[str, Any]:
            assert may_end[number].wait(60)
            print(number)
            return {}

        return work

    first, second = hitl.run(alone(node(0)), {}), hitl.run(alone(node(1)), {})
    may_end[0].set()
    first.wait(60)
    may_end[1].set()
    second.wait(60)
    assert (said(first, "work"), said(second, "work")) == (["0\n"], ["1\n"])
    assert sys.stdout is out


def test_a_stream_that_somebody_puts_there_meanwhile_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    out = stand_in(monkeypatch, "stdout")
    theirs = io.StringIO()

    def work(state: Any) -> dict[str, Any]:
        with redirect_stdout(io.StringIO()) as inner:
            print("to them")
        print("to all")
        sys.stdout = theirs
        print("to theirs")
        return {"log": [inner.getvalue()]}

    session = hitl.run(alone(work), {})
    assert session.wait(60)["log"] == ["to them\n"]
    assert said(session, "work") == ["to all\n"]
    assert sys.stdout is theirs
    assert (out.getvalue(), theirs.getvalue()) == ("to all\n", "to theirs\n")


def test_a_stream_around_ours_is_heard_once(monkeypatch: pytest.MonkeyPatch) -> None:
    out = stand_in(monkeypatch, "stdout")

    class Tee(io.StringIO):
        def write(self, text: str) -> int:
            inside.write(text)
            return len(text)

    def wraps(state: Any) -> dict[str, Any]:
        nonlocal inside
        inside = sys.stdout
        sys.stdout = Tee()
        return {}

    def work(state: Any) -> dict[str, Any]:
        print(interrupt("?"))
        return {}

    inside: Any = None
    session = hitl.run(graphs.chain(graphs.Log, {"wraps": wraps, "work": work}), {})
    session.answer("once")
    session.wait(60)
    assert said(session, "work") == ["once\n"]
    assert out.getvalue() == "once\n"


def test_what_is_asked_of_the_stream_is_answered_by_the_one_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="latin-1", write_through=True)
    monkeypatch.setattr(sys, "stdout", stream)
    seen: list[Any] = []

    def work(state: Any) -> dict[str, Any]:
        sys.stdout.kept = "here"  # type: ignore[attr-defined]
        seen.extend([sys.stdout.encoding, sys.stdout.isatty(), isinstance(sys.stdout, io.TextIOWrapper)])
        seen.extend([sys.stdout.buffer is stream.buffer, sys.stdout.write("é\n")])
        sys.stdout.writelines(["a\n", "b\n"])
        sys.stdout.flush()
        with pytest.raises(io.UnsupportedOperation):
            sys.stdout.fileno()
        with pytest.raises(UnicodeEncodeError):
            print("→")
        return {}

    session = hitl.run(alone(work), {})
    session.wait(60)
    assert seen == ["latin-1", False, True, True, 2]
    assert raw.getvalue() == "é\na\nb\n".encode("latin-1")
    assert said(session, "work") == ["é\na\nb\n"]
    assert stream.kept == "here"  # type: ignore[attr-defined]


def test_a_stream_whose_write_is_replaced_meanwhile_stays_until_it_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    # As IPython 9.18 does for each cell, to remember what it printed.
    out = stand_in(monkeypatch, "stdout")
    begun, may_end = threading.Event(), threading.Event()
    remembered: list[str] = []

    def work(state: Any) -> dict[str, Any]:
        begun.set()
        assert may_end.wait(60)
        print("of the node")
        return {}

    session = hitl.run(alone(work), {})
    assert begun.wait(60)
    stream, write = sys.stdout, sys.stdout.write

    def tee(text: str) -> int:
        remembered.append(text)
        return write(text)

    stream.write = tee  # type: ignore[method-assign]
    may_end.set()
    session.wait(60)
    print("of the cell")
    stream.write = write  # type: ignore[method-assign]
    assert sys.stdout is out
    assert "".join(remembered) == out.getvalue() == "of the node\nof the cell\n"
    assert said(session, "work") == ["of the node\n"]


def test_logging_is_set_up_meanwhile_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    err = stand_in(monkeypatch, "stderr")
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging.root, "level", logging.WARNING)

    def work(state: Any) -> dict[str, Any]:
        logger = logging.getLogger("tests.setup")
        logger.info("too low")
        logger.warning("by the last resort")
        logging.basicConfig(format="%(levelname)s|%(message)s", stream=sys.stderr)
        try:
            raise ValueError("no")
        except ValueError:
            logger.exception("by the handler")
        return {}

    session = hitl.run(alone(work), {})
    session.wait(60)
    printed = err.getvalue()
    assert printed.startswith("by the last resort\nERROR|by the handler\nTraceback")
    (text,) = said(session, "work")
    assert text == printed.replace("ERROR|", "")
    assert [chunk.stream for chunk in tasks(session, "work")[0].said.chunks] == ["log", "log"]  # type: ignore[union-attr]


def test_a_record_that_a_filter_refuses_is_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "stderr")
    logger = logging.getLogger("tests.filtered")

    def work(state: Any) -> dict[str, Any]:
        logger.warning("password=x")
        logger.warning("kept")
        return {}

    def refuses(record: logging.LogRecord) -> bool:
        return "password" not in record.msg

    logger.addFilter(refuses)
    try:
        session = hitl.run(alone(work), {})
        session.wait(60)
    finally:
        logger.removeFilter(refuses)
    assert said(session, "work") == ["kept\n"]


def test_a_run_that_ends_in_the_midst_of_a_print_elsewhere_takes_nothing_from_it() -> None:
    # In a process of its own: where `print` writes to what is gone, that process crashes or never ends.
    with Process(PRINTS_WHILE_A_RUN_ENDS) as process:
        assert process.evaluate("out.getvalue()") == "here\n"


PRINTS_WHILE_A_RUN_ENDS = """
import io, sys, threading
import hitl_widgets as hitl
from hitl_widgets.watching import watched
from hitl_widgets.watching.streams import HeardStream
from tests.unit import graphs

class Slow(io.StringIO):
    def write(self, text):
        if text == "here":
            is_printing.set()
            assert is_put_back.wait(60)
            in_its_place.extend(HeardStream(None, "stdout") for _ in range(100))
        return super().write(text)

has_begun, is_printing, is_put_back = (threading.Event() for _ in range(3))
in_its_place = []

def work(state):
    has_begun.set()
    assert is_printing.wait(60)
    return {}

def put_back():
    assert session._run.ended.wait(60)
    is_put_back.set()

before, sys.stdout = sys.stdout, (out := Slow())
with watched():
    session = hitl.run(graphs.chain(graphs.Log, {"work": work}), {})
    assert has_begun.wait(60)
    threading.Thread(target=put_back).start()
    print("here")
assert sys.stdout is out
sys.stdout = before
"""
