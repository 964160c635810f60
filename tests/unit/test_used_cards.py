"""A card goes as soon as its answer has been used, however long the graph is at work after that."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.types import interrupt

import hitl_widgets as hitl

from ..waiting import PATIENCE, until
from . import graphs


def cards(session: hitl.Session) -> list[tuple[str, str]]:
    display = session._display
    assert display is not None
    return [(card["question"], card["status"]) for card in display.widget.cards]


def asking(_state: Any) -> dict[str, Any]:
    return {"log": [interrupt("Ship it?")]}


def waiting(graph: Any, **options: Any) -> hitl.Session:
    session = hitl.run(graph, {"log": []}, **options)
    until(lambda: session.status == "waiting", "it does not ask")
    until(lambda: cards(session), "there is no card")
    return session


def test_a_card_is_gone_once_its_node_is_done_while_the_next_one_works() -> None:
    works, go_on = threading.Event(), threading.Event()

    def work(_state: Any) -> dict[str, Any]:
        works.set()
        assert go_on.wait(PATIENCE)
        return {"log": ["worked"]}

    session = waiting(graphs.chain(graphs.Log, {"ask": asking, "work": work}))
    session.answer("yes")
    assert works.wait(PATIENCE)
    until(lambda: cards(session) == [], "the card is still there")
    assert session.status == "running"
    go_on.set()
    assert session.wait(PATIENCE)["log"] == ["yes", "worked"]


def test_a_card_stays_while_its_own_node_works_with_the_answer() -> None:
    works, go_on = threading.Event(), threading.Event()

    def ask(_state: Any) -> dict[str, Any]:
        answer = interrupt("Ship it?")
        works.set()
        assert go_on.wait(PATIENCE)
        return {"log": [answer]}

    session = waiting(graphs.chain(graphs.Log, {"ask": ask}))
    session.answer("yes")
    assert works.wait(PATIENCE)
    display = session._display
    assert display is not None
    display.widget._push()
    assert cards(session) == [("Ship it?", "answered")]
    go_on.set()
    session.wait(PATIENCE)
    until(lambda: cards(session) == [], "the card is still there")


def test_of_two_that_ask_at_once_each_goes_with_its_own_node() -> None:
    go_on = threading.Event()

    def slow(_state: Any) -> dict[str, Any]:
        answer = interrupt("And this?")
        assert go_on.wait(PATIENCE)
        return {"log": [answer]}

    session = waiting(graphs.fan_out(graphs.Log, {"ask": asking, "slow": slow}, lambda _: {}))
    session.answer("yes", to="ask")
    session.answer("this", to="slow")
    until(lambda: cards(session) == [("And this?", "answered")], lambda: cards(session))
    go_on.set()
    session.wait(PATIENCE)


def test_a_breakpoint_is_gone_once_the_run_has_left_it() -> None:
    works, go_on = threading.Event(), threading.Event()

    def work(_state: Any) -> dict[str, Any]:
        works.set()
        assert go_on.wait(PATIENCE)
        return {"log": ["worked"]}

    session = waiting(graphs.chain(graphs.Log, {"work": work}), interrupt_before=["work"])
    session.answer(True)
    assert works.wait(PATIENCE)
    until(lambda: cards(session) == [], "the card is still there")
    go_on.set()
    session.wait(PATIENCE)


def test_the_question_of_a_task_is_gone_while_the_function_around_it_works() -> None:
    works, go_on = threading.Event(), threading.Event()

    @task
    def ask() -> str:
        return str(interrupt("Ship it?"))

    @entrypoint(checkpointer=InMemorySaver())
    def workflow(given: dict[str, Any]) -> str:
        answer = ask().result()
        works.set()
        assert go_on.wait(PATIENCE)
        return f"{answer} {given['log']}"

    session = waiting(workflow)
    session.answer("yes")
    assert works.wait(PATIENCE)
    until(lambda: cards(session) == [], "the card is still there")
    go_on.set()
    assert session.wait(PATIENCE) == "yes []"


def test_an_answer_that_the_graph_refuses_is_asked_for_again() -> None:
    session = waiting(graphs.chain(graphs.Log, {"ask": lambda _: {"log": [hitl.ask("How many?", int)]}}))
    with pytest.raises(hitl.InvalidAnswerError):
        session.answer("many")
    assert cards(session) == [("How many?", "open")]
    session.answer(3)
    assert session.wait(PATIENCE)["log"] == [3]
