"""A thread whose database does not answer: a session that is attached says so, and a bulk answer does not wait for it for ever."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import hitl_widgets as hitl
from hitl_widgets.running import unread
from hitl_widgets.running.unread import UNREAD

from ..waiting import at_rest, until
from .test_inbox import at, refunds


class Hanging(InMemorySaver):
    """Answers nobody while it hangs, but for the threads of a list."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = threading.Event()
        self.answers.set()

    def get_tuple(self, config: Any) -> Any:
        if threading.current_thread().name != "MainThread" and config["configurable"]["thread_id"] == "b":
            self.answers.wait()
        return super().get_tuple(config)


@pytest.fixture
def saver(monkeypatch: pytest.MonkeyPatch) -> Hanging:
    monkeypatch.setattr(unread, "PATIENCE", 0.05)
    return Hanging()


def test_a_session_says_that_its_thread_is_not_read_until_it_is(saver: Hanging) -> None:
    graph = refunds(checkpointer=saver)
    graph.invoke({"order": 1}, at("b"))
    saver.answers.clear()
    session = hitl.attach(graph, "b")
    until(lambda: UNREAD in session.notices, lambda: session.notices)
    display: Any = session._display
    until(lambda: UNREAD in display.widget.run["notices"], lambda: display.widget.run["notices"])
    with pytest.raises(TimeoutError, match="could not be read so far"):
        session.wait(timeout=0.1)
    saver.answers.set()
    assert UNREAD not in at_rest(session).notices
    assert len(session.requests) == 1


def test_a_bulk_answer_leaves_out_a_thread_that_is_not_read(saver: Hanging) -> None:
    graph = refunds(checkpointer=saver)
    for name in "abc":
        graph.invoke({"order": 1}, at(name))
    inbox = hitl.inbox(graph)
    threads = list(inbox)
    opened = inbox._sessions.for_an_answer

    def hangs(thread_id: str) -> Any:
        saver.answers.clear()
        return opened(thread_id)

    inbox._sessions.for_an_answer = hangs  # type: ignore[method-assign]
    outcomes = {one.thread_id: one.why for one in inbox.answer(True, threads)}
    saver.answers.set()
    at_rest(opened("b"))
    why = "What its thread is saved in does not answer, so nothing was sent."
    assert outcomes == {"a": None, "b": why, "c": None}


def test_the_decisions_of_a_thread_that_an_inbox_opens_are_there_at_once(saver: Hanging) -> None:
    graph = refunds(checkpointer=saver)
    before = hitl.run(graph, {"order": 1}, thread_id="b")
    at_rest(before).answer(True)
    at_rest(before).close()
    saver.answers.clear()
    session = hitl.inbox(graph).open("b")
    decided = [one.value for one in session.decisions]
    saver.answers.set()
    at_rest(session)
    assert decided == [True]
