"""Deadlines: what the card says, who answers when the time is over, and that no timer is left behind."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.decisions import now
from hitl_widgets.policies import deadlines
from hitl_widgets.view.project import card_view

from ..waiting import until
from . import graphs
from .agents import RAN, agent, heard
from .test_widget import Browser

SOON = 0.05
"""Seconds; the tests wait for what comes of it, never for the time."""
LATE = 3600


def timers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "hitl-deadline"]


@pytest.fixture(autouse=True)
def no_timer_is_left() -> Any:
    if timers():  # of a session in another file's test, which nobody holds any more
        until(lambda: gc.collect() >= 0 and not timers(), f"left behind: {timers()}")
    yield
    until(lambda: not timers(), f"left behind: {timers()}")


def budget(on_loop: bool = False, **options: Any) -> Any:
    """A graph that asks for a budget."""

    def node(state: Any) -> dict[str, Any]:
        return {"log": [hitl.ask("Budget?", float, **options)]}

    async def async_node(state: Any) -> dict[str, Any]:
        return node(state)

    return graphs.chain(graphs.Log, {"ask": async_node if on_loop else node})


def asking(payload: Any) -> Any:
    return graphs.chain(graphs.Log, {"ask": lambda state: {"log": [interrupt(payload)]}})


def started(graph: Any, *policies: hitl.Policy, **options: Any) -> hitl.Session:
    session = hitl.run(graph, {}, policies=policies, **options)
    assert session._run.at_rest.wait(60)
    assert session.error is None
    return session


def deadline(session: hitl.Session) -> Any:
    [pending] = session._run.pending
    return card_view(session._display.drawn, pending).get("deadline")


def seconds_left(session: hitl.Session) -> float:
    return (datetime.fromisoformat(deadline(session)["at"]) - now()).total_seconds()


# ---------------------------------------------------------------- the default, in time


@pytest.mark.parametrize("on_loop", [False, True], ids=["thread", "loop"])
def test_the_default_is_taken_when_nobody_has_answered_in_time(on_loop: bool) -> None:
    session = hitl.run(budget(on_loop, default=0), {}, policies=[hitl.policy(timeout=SOON)])
    assert session._run.ended.wait(60)
    assert session.wait(60) == {"log": [0.0]}
    [decision] = session.decisions
    assert (decision.by, decision.policy) == ("policy", "default after 0.05 s")


def test_it_is_taken_on_the_loop_of_the_caller() -> None:
    async def main() -> Any:
        return await hitl.run(budget(on_loop=True, default=1), {}, policies=[hitl.policy(timeout=SOON)])

    assert asyncio.run(main()) == {"log": [1.0]}


def test_where_nobody_can_click_the_deadline_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    session = hitl.run(budget(default=1), {}, policies=[hitl.policy(timeout=SOON)])
    assert session.wait(60) == {"log": [1.0]}


def test_where_nobody_can_click_and_there_is_no_default_the_question_is_unanswered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    session = hitl.run(budget(), {}, policies=[hitl.policy(timeout=SOON)])
    with pytest.raises(hitl.UnansweredError):
        session.wait(60)


def test_a_question_without_a_default_stays_open_and_says_so() -> None:
    session = started(budget(), hitl.policy(timeout=SOON))
    said = until(lambda: not deadline(session)["acts"] and deadline(session), "the deadline never passed")
    assert said["after"] == "Expired. There is no default to take, so it waits for you."
    assert session.status == "waiting"
    session.answer(0)
    assert session.wait(60) == {"log": [0.0]}


def test_the_card_says_what_will_happen_and_when() -> None:
    with_default = started(budget(default=1), hitl.policy(timeout=LATE))
    assert deadline(with_default)["before"] == "Takes the default in"
    assert deadline(with_default)["acts"] is True
    assert LATE - 60 < seconds_left(with_default) <= LATE
    without = started(budget(), hitl.policy(timeout=LATE))
    assert deadline(without)["before"] == "Expires in"
    named = started(budget(), hitl.policy("zero", node="ask", answer=0, timeout=LATE))
    assert deadline(named)["before"] == "Policy “zero” answers in"
    for session in (with_default, without, named):
        session.answer(3)
        session.wait(60)


def test_a_policy_may_wait_before_it_answers() -> None:
    session = started(budget(), hitl.policy("zero", node="ask", answer=0, timeout=SOON))
    assert session.wait(60) == {"log": [0.0]}
    assert session.decisions[0].policy == "zero"


def test_calls_that_nobody_looked_at_are_rejected() -> None:
    nobody = hitl.policy("nobody looked", tool="delete", answer=False, reason="nobody looked", timeout=SOON)
    graph = agent("batched", ("delete", {"path": "/"}))
    session = hitl.run(graph, {"messages": [("user", "go")]}, policies=[nobody])
    assert heard(session)[0] == "User rejected the tool call for `delete` with reason: nobody looked"
    assert RAN == []


def test_a_policy_about_other_questions_has_no_deadline_here() -> None:
    session = started(budget(default=1), hitl.policy(timeout=LATE, node="elsewhere"))
    assert deadline(session) is None
    assert timers() == []


def test_the_first_of_several_deadlines_counts_and_the_next_one_after_it() -> None:
    passes = hitl.policy("passes", answer=lambda request: hitl.NO_ANSWER, timeout=SOON)
    session = started(budget(default=1), hitl.policy(timeout=SOON * 2), passes)
    assert session.wait(60) == {"log": [1.0]}
    assert session.decisions[0].policy == "default after 0.1 s"


def test_a_policy_that_fails_when_its_time_has_come_is_named() -> None:
    def fails(request: hitl.Request) -> Any:
        raise ConnectionError("no route")

    session = started(budget(), hitl.policy(answer=fails, timeout=SOON))
    until(lambda: any("no route" in notice for notice in session._run.notices), "nothing was said")
    assert session.status == "waiting"


# ---------------------------------------------------------------- the request's own deadline


@pytest.mark.parametrize("key", ["expires_at", "expiresAt"])
def test_a_deadline_in_the_payload_is_shown_and_nothing_more(key: str) -> None:
    at = datetime.now(UTC) + timedelta(hours=1)
    session = started(asking({"question": "Which?", key: at.isoformat()}))
    said = deadline(session)
    assert (said["before"], said["after"], said["acts"]) == ("Expires in", "Expired.", False)
    assert datetime.fromisoformat(said["at"]) == at.replace(microsecond=at.microsecond // 1000 * 1000)
    [pending] = session._run.pending
    assert pending.question.context == []
    assert timers() == []


def test_a_deadline_that_is_over_only_informs() -> None:
    session = started(asking({"question": "Which?", "expires_at": "2020-01-01T00:00:00Z"}))
    assert session.status == "waiting"
    session.answer("still")
    assert session.wait(60) == {"log": ["still"]}


@pytest.mark.parametrize("text", ["soon", "", "2026-11-22", 5, None, ["2026-11-22T10:00:00Z"]])
def test_what_is_no_time_is_shown_as_it_is(text: Any) -> None:
    session = started(asking({"question": "Which?", "expires_at": text}))
    assert deadline(session) is None
    assert [view["label"] for view in session._run.pending[0].question.context] == ["Expires at"]


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_outside_of_the_calendar_is_no_deadline(text: str) -> None:
    assert deadline(started(asking({"question": "Which?", "expires_at": text}))) is None


def test_the_last_day_of_the_calendar_is_no_trouble_for_the_timer() -> None:
    at = "9999-12-31T00:00:00Z"
    session = started(
        asking({"question": "Which?", "default": "a", "expires_at": at}), hitl.policy(timeout=float("inf"))
    )
    assert deadline(session)["at"].startswith("9999-12-31")
    until(lambda: len(timers()) == 1, "not one timer")
    session.stop()


def test_the_default_is_taken_at_the_requests_own_deadline_where_that_is_earlier() -> None:
    session = hitl.run(budget(default=1, timeout=SOON), {}, policies=[hitl.policy(timeout=LATE)])
    assert session.wait(60) == {"log": [1.0]}
    at = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    payload = {"question": "Which?", "default": "", "expires_at": at}
    over = hitl.run(asking(payload), {}, policies=[hitl.policy(timeout=float("inf"))])
    assert over.wait(60) == {"log": [""]}


def test_infinity_means_the_requests_own_deadline_only() -> None:
    session = started(budget(default=1), hitl.policy(timeout=float("inf")))
    assert deadline(session) is None


def test_ask_counts_from_when_the_question_was_first_pending() -> None:
    session = started(budget(timeout=LATE))
    assert LATE - 60 < seconds_left(session) <= LATE
    before = deadline(session)["at"]
    with pytest.raises(hitl.InvalidAnswerError):
        session.answer("no number")
    assert deadline(session)["at"] == before


@pytest.mark.parametrize("timeout", [0, -1, True, "60", float("inf"), float("nan")])
def test_ask_takes_seconds(timeout: Any) -> None:
    with pytest.raises(TypeError, match="takes seconds"):
        hitl.ask_node("budget", "Budget?", float, timeout=timeout)


def test_ask_node_has_a_deadline_too() -> None:
    graph = graphs.chain(graphs.Order, {"ask": hitl.ask_node("budget", "Budget?", default=5, timeout=SOON)})
    session = hitl.run(graph, {}, policies=[hitl.policy(timeout=float("inf"))])
    assert session.wait(60) == {"budget": 5.0}


# ---------------------------------------------------------------- timers


def test_a_session_has_one_timer_however_much_is_asked() -> None:
    session = hitl.run(graphs.parallel(), {"log": []}, policies=[hitl.policy(timeout=LATE)])
    assert session._run.at_rest.wait(60)
    until(lambda: len(timers()) == 1, "not one timer")
    session.answer("x", to="once")
    until(lambda: session._run.at_rest.is_set() and len(timers()) == 1, "not one timer")
    session.stop()
    until(lambda: not timers(), "a timer was left")


@pytest.mark.parametrize("end", ["answer", "stop", "fail"])
def test_no_timer_is_left_when_it_is_over(end: str) -> None:
    def node(state: Any) -> dict[str, Any]:
        hitl.ask("Budget?", float, default=1)
        if end == "fail":
            raise ValueError("broken")
        return {}

    session = started(graphs.chain(graphs.Log, {"ask": node}), hitl.policy(timeout=LATE))
    until(lambda: len(timers()) == 1, "not one timer")
    session.stop() if end == "stop" else session.answer(2)
    assert session._run.ended.wait(60)
    until(lambda: not timers(), "a timer was left")


class Between:
    """A lock after whose first release something happens at once, as when another thread comes in there."""

    def __init__(self, lock: Any, then: Callable[[], None]) -> None:
        self.lock, self.then = lock, [then]

    def __enter__(self) -> None:
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()
        while self.then:
            self.then.pop()()


def test_no_timer_is_left_when_it_is_over_just_as_its_deadline_was_found() -> None:
    run = started(budget(default=1), hitl.policy(timeout=LATE))._run
    waits = deadlines.Deadlines(run, lambda: None)  # one that has not heard of the question yet

    def is_over() -> None:
        run.stopping = True
        waits()

    run.lock = Between(run.lock, is_over)  # pyright: ignore[reportAttributeAccessIssue]
    waits()
    run.stop()
    until(lambda: not timers(), "a timer was left")


def test_no_timer_is_left_of_a_session_that_nobody_has_any_more() -> None:
    session = started(budget(default=1), hitl.policy(timeout=LATE))
    until(lambda: len(timers()) == 1, "not one timer")
    gone = weakref.ref(session._run)
    del session
    until(lambda: gc.collect() >= 0 and gone() is None, "something holds the run")
    until(lambda: not timers(), "a timer was left")


def test_a_session_without_such_policies_has_no_timer() -> None:
    session = started(budget(timeout=LATE), hitl.policy(tool="search"))
    assert timers() == []
    assert session.status == "waiting"


def test_a_loop_that_is_closed_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> hitl.Session:
        session = hitl.run(budget(on_loop=True, default=1), {}, policies=[hitl.policy(timeout=LATE)])
        await asyncio.to_thread(session._run.at_rest.wait, 60)
        return session

    monkeypatch.setattr(deadlines, "LONGEST_TIMER", SOON)  # so often it looks at the time of day
    session = asyncio.run(main())
    assert timers()
    # Not before the loop is closed.
    monkeypatch.setattr(deadlines, "now", lambda: now() + timedelta(seconds=2 * LATE))
    until(lambda: not timers(), "the timer did not end")
    assert session.status == "waiting"


def test_a_restart_counts_anew(tmp_path: Any) -> None:
    path = tmp_path / "runs.sqlite"
    first = started(budget(default=1, timeout=LATE), thread_id="t", save=path)
    before = datetime.fromisoformat(deadline(first)["at"])
    second = hitl.attach(budget(default=1, timeout=LATE), "t", save=path)
    assert second._run.at_rest.wait(60)
    assert datetime.fromisoformat(deadline(second)["at"]) > before


# ---------------------------------------------------------------- somebody is at the card


def test_somebody_who_types_gets_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    session = started(budget(default=1), hitl.policy(timeout=20))
    browser = Browser(session, monkeypatch)
    assert seconds_left(session) <= 20
    browser.send({"type": "touched", "client": "c1", "request": session.requests[0].id})
    assert 25 < seconds_left(session) <= deadlines.GRACE.total_seconds()
    until(lambda: browser.widget.cards[0]["deadline"]["at"] == deadline(session)["at"], "the view was not told")
    browser.answer(session.requests[0].id, 7)
    assert session.wait(60) == {"log": [7.0]}


def test_a_card_that_was_left_is_answered_after_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "GRACE", timedelta(seconds=SOON))
    session = started(budget(default=1), hitl.policy(timeout=1))
    browser = Browser(session, monkeypatch)
    for request in session.requests:  # none, where all of that has taken a second
        browser.send({"type": "touched", "client": "c1", "request": request.id})
    assert session.wait(60) == {"log": [1.0]}


def test_a_touch_does_not_move_a_deadline_that_only_informs(monkeypatch: pytest.MonkeyPatch) -> None:
    session = started(budget(timeout=5))
    before = deadline(session)["at"]
    Browser(session, monkeypatch).send({"type": "touched", "client": "c1", "request": session.requests[0].id})
    assert deadline(session)["at"] == before


def test_what_the_kernel_sends_is_the_same_however_much_time_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    session = started(budget(default=1), hitl.policy(timeout=LATE))
    [pending] = session._run.pending
    before = card_view(session._display.drawn, pending)
    monkeypatch.setattr(deadlines, "now", lambda: now() + timedelta(seconds=100))
    assert card_view(session._display.drawn, pending) == before
    session.stop()


@pytest.mark.parametrize("timeout", [float("nan"), float("inf"), 1e300, -5, True])
def test_a_timeout_that_is_none_does_not_fail_the_run(timeout: Any) -> None:
    payload = {"type": "hitl.ask", "question": "?", "timeout": timeout}
    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks(payload)}), {})
    assert session._run.at_rest.wait(60)
    assert (session.status, session.error) == ("waiting", None)
    session.stop()
