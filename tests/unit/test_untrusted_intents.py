"""Whatever a browser sends, no message handler fails, no work is without bounds, and no answer is large."""

from __future__ import annotations

import json
import time
from typing import Any, TypedDict

import pytest

import hitl_widgets as hitl
from hitl_widgets.running.run import LONGEST_NOTICE, MOST_NOTICES
from hitl_widgets.watching import watched

from . import graphs

HUGE = 10**300


class State(TypedDict, total=False):
    words: list[Any]


def looped(_: State) -> State:
    ring: list[Any] = [1]
    return {"words": [["a"] * 5, ring]}


@pytest.fixture
def session() -> hitl.Session:
    with watched():
        session = hitl.run(graphs.chain(State, {"ask": lambda _: {"words": [hitl.ask("Who?")]}, "loop": looped}), {})
    assert session._run.at_rest.wait(60)
    session.answer("Ada")
    session.wait(60)
    return session


def widget(session: hitl.Session) -> Any:
    display: Any = session._display
    # What a message starts is done before the next line of the test.
    display.widget._spawn = session._run.driver.run
    return display.widget


def some_task(session: hitl.Session) -> str:
    return session._run.state.steps[-1].tasks[0].id


LOOKS: list[dict[str, Any]] = [
    {"kind": "rows", "first": 0, "count": 10**9},
    {"kind": "rows", "first": -HUGE, "count": HUGE},
    {"kind": "rows", "first": HUGE, "count": -1, "node": "x" * 10_000},
    {"kind": "answer", "decision": -1},
    {"kind": "answer", "decision": HUGE},
    {"kind": "task", "task": "no such task"},
    {"kind": "task", "task": ""},
    {"kind": "node", "node": ":::"},
    {"kind": "comparison", "fork": "no such fork"},
    {"kind": "value", "value": "", "first": 0, "count": 0},
    {"kind": "value", "value": "{task}/after:0" + ".0" * 10_000, "first": 0, "count": 1},
    {"kind": "value", "value": "{task}/after:99999999", "first": 0, "count": 1},
    {"kind": "value", "value": "{task}/after:0", "first": HUGE, "count": HUGE},
    {"kind": "value", "value": "{task}/after:0", "first": -HUGE, "count": -HUGE},
    {"kind": "value", "value": "{task}/after:0", "first": HUGE, "count": HUGE, "copy": True},
    {"kind": "value", "value": "{task}/after:0.999999999999", "first": 0, "count": 10},
    {"kind": "value", "value": "{task}/after:0.²", "first": 0, "count": 10},
    {"kind": "value", "value": "{task}/nonsense:0:0", "first": 0, "count": 10},
]


@pytest.mark.parametrize("at", LOOKS, ids=lambda at: f"{at['kind']} {str(at)[:60]}")
def test_a_look_with_absurd_values_is_answered_soon_and_small(session: hitl.Session, at: dict[str, Any]) -> None:
    told: list[Any] = []
    shown = widget(session)
    shown._tell = told.append
    if "value" in at:
        at = {**at, "value": at["value"].replace("{task}", some_task(session))}
    began = time.thread_time()  # of this thread's work: the machine may be busy
    shown._received(None, {"type": "look", "client": "c", "id": 1, "at": at}, [])
    assert time.thread_time() - began < 10
    (answer,) = told
    assert len(json.dumps(answer)) < 60_000
    assert "Error:" not in answer.get("error", "")


INTENTS: list[dict[str, Any]] = [
    {"type": "fork", "decision": -1, "pause": False},
    {"type": "fork", "decision": HUGE, "pause": False},
    {"type": "fork", "step": HUGE, "pause": True},
    {"type": "fork", "step": -HUGE, "pause": True},
    {"type": "open_fork", "fork": "no such fork"},
    {"type": "fold", "group": "x" * 100_000, "folded": True},
    {"type": "breakpoint", "node": "x:" * 100_000, "when": "before", "on": True},
    {"type": "breakpoint", "node": "", "when": "after", "on": False},
    {"type": "need", "code": "os"},
    {"type": "look", "id": 1, "at": {"kind": "rows", "first": "0", "count": []}},
    {"type": "follow_up", "client": 3},
]


@pytest.mark.parametrize("intent", INTENTS, ids=lambda intent: f"{intent['type']} {str(intent)[:60]}")
def test_an_intent_with_absurd_values_starts_nothing_and_says_so(session: hitl.Session, intent: dict[str, Any]) -> None:
    shown = widget(session)
    shown._received(None, {"client": "c", **intent}, [])
    assert not session._run.forks
    assert session.status == "finished"
    assert len(json.dumps(shown.run)) < 20_000
    assert not any("list index" in notice for notice in session._run.notices)


def test_a_view_that_makes_many_notices_does_not_fill_its_trait(session: hitl.Session) -> None:
    shown = widget(session)
    for at in range(200):
        shown._received(None, {"client": "c", "type": "breakpoint", "node": f"{at}", "when": "before", "on": True}, [])
    session._run.notice("x" * 1_000_000)
    assert len(session._run.notices) == MOST_NOTICES
    assert max(map(len, session._run.notices)) == LONGEST_NOTICE


def test_an_error_of_a_megabyte_is_short_on_its_node_and_in_its_row() -> None:
    def fails(_: State) -> State:
        raise ValueError("x" * 1_000_000)

    with watched():
        session = hitl.run(graphs.chain(State, {"fails": fails}), {})
    assert session._run.ended.wait(60)
    shown = widget(session)
    shown._push()
    assert len(json.dumps([shown.nodes, shown.timeline])) < 10_000


def test_nothing_is_drawn_for_a_view_that_was_closed(session: hitl.Session) -> None:
    shown = widget(session)
    listeners = len(session._run.listeners)
    shown.close()
    assert len(session._run.listeners) == listeners - 1
    before = shown._seq
    session._run.changed()
    assert shown._seq == before
    shown.close()
