"""Exceptions that end a process, or that cannot even say what is wrong: the session lives, and says what it knows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.running.others.elsewhere import catch_up_once
from hitl_widgets.watching import watched

from ..waiting import card
from . import graphs
from .test_session import at_rest
from .test_widget import Browser, until


class BrokenError(Exception):
    """One whose own code is broken, too."""

    def __str__(self) -> str:
        raise RuntimeError("no words")

    __repr__ = __str__


class PanicError(BaseException):
    """As Rust's code raises one (pyo3)."""


ERRORS = [SystemExit(1), BrokenError(), PanicError("index out of bounds"), asyncio.CancelledError(), GeneratorExit()]
RAISED = pytest.mark.parametrize("error", ERRORS, ids=["exit", "broken", "panic", "cancelled", "closed"])


def raising(error: BaseException) -> Any:
    def raises(*_: Any) -> Any:
        raise error

    return raises


def graph() -> Any:
    return graphs.chain(graphs.Log, {"ask": graphs.asks("?")})


def with_control(function: Any, when: Any = lambda _: True) -> hitl.Session:
    registry = hitl.controls.copy()
    registry.register(when=when)(function)
    return at_rest(hitl.run(graph(), {}, controls=registry))


@RAISED
@pytest.mark.filterwarnings("ignore:The control")
def test_a_control_or_its_matcher_is_passed_over(error: BaseException) -> None:
    for session in (with_control(raising(error)), with_control(lambda _: hitl.Control.text(), raising(error))):
        assert session.status == "waiting"
        session.answer("x")
        assert session.wait(60) == {"log": ["x"]}


@RAISED
def test_a_parse_is_told_on_the_card_and_leaves_the_json_editor(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = with_control(lambda _: replace(hitl.Control.text(), parse=raising(error)))
    browser = Browser(session, monkeypatch)
    for times in (1, 2):
        browser.answer(browser.widget.cards[0]["request"], "abc")
        until(lambda times=times: browser.widget.cards[0]["refusals"] == times, "it is not refused")
    card = browser.widget.cards[0]
    assert type(error).__name__ in card["error"]
    assert card["control"]["field"]["type"] == "json"
    browser.answer(card["request"], "1")
    assert session.wait(60) == {"log": [1]}


@RAISED
@pytest.mark.parametrize("part", ["answer", "when"])
def test_a_policy_leaves_the_question_to_a_person(error: BaseException, part: str) -> None:
    policy = hitl.policy(name="judge", **{"answer": "x", part: raising(error)})
    session = at_rest(hitl.run(graph(), {}, policies=[policy]))
    assert session.status == "waiting"
    assert any("judge" in notice and f" {type(error).__name__}" in notice for notice in session.notices)
    assert not any("RaisedError" in notice for notice in session.notices)
    session.answer("x")
    assert session.wait(60) == {"log": ["x"]}


@pytest.mark.parametrize("error", ERRORS[:4], ids=["exit", "broken", "panic", "cancelled"])
def test_so_does_an_async_policy_on_the_loop_of_an_async_graph(error: BaseException) -> None:
    async def judge(_: Any) -> Any:
        await asyncio.sleep(0)
        raise error

    async def waits(_: Any) -> Any:
        return {"log": [interrupt("?")]}

    async def main() -> Any:
        session = hitl.run(
            graphs.chain(graphs.Log, {"ask": waits}), {}, policies=[hitl.policy(name="judge", answer=judge)]
        )
        while session.status == "running":  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert any("judge" in notice and type(error).__name__ in notice for notice in session.notices)
        await session.aanswer("x")
        return await session

    assert asyncio.run(main()) == {"log": ["x"]}


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_a_policy_that_is_a_generator_leaves_the_question_to_a_person(kind: str) -> None:
    def plain(_: Any) -> Any:
        yield "x"

    async def later(_: Any) -> Any:
        yield "x"

    policy = hitl.policy(name="judge", answer=plain if kind == "plain" else later)
    session = at_rest(hitl.run(graph(), {}, policies=[policy]))
    assert any("not a generator" in notice for notice in session.notices)
    session.answer("x")
    assert session.wait(60) == {"log": ["x"]}


def test_a_node_that_raises_what_cannot_say_what_is_wrong_fails_with_that_and_is_shown() -> None:
    error = BrokenError()
    with watched():
        session = at_rest(hitl.run(graphs.chain(graphs.Log, {"work": raising(error)}), {}))
    display: Any = session._display
    display.widget._push()
    assert session.error is error
    assert display.widget.run["error"]["type"] == "BrokenError"
    assert "cannot say" in display.widget.run["error"]["message"]
    assert "cannot say" in display.widget.nodes["work"]["error"]
    assert any("cannot say" in (task.error or "") for step in session.history for task in step.tasks)


def test_what_others_have_done_and_cannot_be_read_is_said_as_far_as_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    session = at_rest(hitl.run(graph(), {}))
    run = session._run
    with monkeypatch.context() as patch:
        patch.setattr(run.driver, "snapshot", raising(BrokenError()))
        assert run.driver.run(catch_up_once(run)) is False
    assert any("BrokenError" in notice and "cannot say" in notice for notice in session.notices)
    session.answer("x")
    assert session.wait(60) == {"log": ["x"]}


class Leaves:
    """A value that ends the process whoever wants to see it."""

    def __repr__(self) -> str:
        raise SystemExit(1)

    def __eq__(self, other: object) -> bool:
        raise SystemExit(1)

    __hash__ = None  # type: ignore[assignment]


def test_a_value_that_leaves_when_it_is_shown_is_asked_about_and_shown_as_its_type() -> None:
    def ask(_: Any) -> Any:
        interrupt({"question": "Go on?", "about": Leaves()})
        return {"log": [Leaves()]}

    with watched():
        session = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": ask}), {"log": [Leaves()]}))
    assert "<Leaves>" in str(card(session)["context"])
    session.answer("yes")
    session.wait(60)
    assert "<Leaves>" in repr(session.history)
