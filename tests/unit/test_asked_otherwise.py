"""A node that runs again as a sibling was answered may ask something else under the same id: that is what is shown, and answered."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command, interrupt
from pydantic import BaseModel, Field

import hitl_widgets as hitl
from hitl_widgets.asking.otherwise import asks_otherwise
from hitl_widgets.driver.answers.writing import SUPERSEDED
from hitl_widgets.running.others import noticing
from hitl_widgets.running.others.elsewhere import look_elsewhere

from ..waiting import at_rest, until
from . import graphs
from .test_widget import Browser


def asking(amount: int) -> dict[str, Any]:
    return {"question": f"Transfer {amount} EUR?", "amount": amount}


def moving(amounts: list[int]) -> Any:
    def ask(_: Any) -> dict[str, Any]:
        amounts.append(100 * (len(amounts) + 1))
        return {"log": [interrupt(asking(amounts[-1]))]}

    return ask


def beside(pay: Any, **compiled: Any) -> Any:
    return graphs.fan_out(graphs.Log, {"name": graphs.asks("Name?"), "pay": pay}, lambda state: {}, **compiled)


def asks(session: hitl.Session) -> list[str]:
    return [card["question"] for card in session._display.widget.cards if card["status"] == "open"]  # type: ignore[attr-defined]


def test_its_card_and_its_decision_say_what_is_asked_now() -> None:
    amounts: list[int] = []
    graph = beside(moving(amounts))
    session = hitl.run(graph, {})
    session._run.at_rest.wait(60)
    session._display.widget._push()  # type: ignore[attr-defined]
    assert asks(session) == ["Name?", "Transfer 100 EUR?"]

    session.answer("Ada", to="name")
    until(lambda: asks(session) == ["Transfer 200 EUR?"], "the card says what was asked before")
    [request] = session.requests
    assert request.payload["amount"] == 200
    session.answer("yes")
    session.wait(60)
    assert [one.question for one in session.decisions] == ["Name?", "Transfer 200 EUR?"]


def test_a_policy_that_was_meant_for_what_was_asked_before_does_not_answer_it() -> None:
    amounts: list[int] = []
    small = hitl.policy(
        "small", when=lambda request: request.payload["amount"] < 150, node="pay", answer="yes", timeout=600
    )
    session = hitl.run(beside(moving(amounts)), {}, policies=[small])
    session._run.at_rest.wait(60)
    session.answer("Ada", to="name")
    until(lambda: [one.payload for one in session.requests] == [asking(200)], "it was answered, or is shown as it was")
    [pending] = session._run.pending
    assert pending.due == []


def test_what_asks_the_same_stays_as_it_is() -> None:
    graph = beside(graphs.asks({"question": "Pay?", "rate": float("nan")}))
    session = hitl.run(graph, {})
    session._run.at_rest.wait(60)
    before = session._run.pending[1]
    session.answer("Ada", to="name")
    until(lambda: len(session._run.pending) == 1, "still at work")
    assert session._run.pending[0] is before


def test_what_was_clicked_on_the_card_of_before_is_refused_and_that_card_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = Browser(hitl.run(beside(moving([])), {}), monkeypatch)
    before = browser.card("pay")["request"]
    browser.send({"type": "touched", "client": "c1", "request": before})
    browser.session.answer("Ada", to="name")
    until(lambda: browser.card("pay")["request"] != before, "no new card")
    card = browser.card("pay")
    assert card["question"] == "Transfer 200 EUR?"
    assert {"label": "Asked before", "text": "Transfer 100 EUR?", "mono": False} in card["context"]
    (closed,) = [one for one in browser.widget.cards if one["request"] == before]
    assert (closed["closed"], closed["question"]) == (SUPERSEDED, "Transfer 100 EUR?")

    browser.answer(before, "yes")
    refused = until(lambda: [one for one in browser.told if one["type"] == "refused"], "it was taken")
    assert [one["request"] for one in refused] == [before]
    assert [one.payload["amount"] for one in browser.session.requests] == [200]
    browser.answer(card["request"], "yes")
    browser.session.wait(60)
    until(lambda: browser.widget.cards == [], "a card stays")


def test_a_card_that_nobody_has_been_at_makes_room_for_the_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(hitl.run(beside(moving([])), {}), monkeypatch)
    before = browser.card("pay")["request"]
    browser.session.answer("Ada", to="name")
    until(lambda: browser.card("pay")["request"] != before, "no new card")
    assert [one["question"] for one in browser.widget.cards] == ["Transfer 200 EUR?"]


def test_what_is_refused_while_its_node_runs_again_is_asked_in_its_new_words(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, go = threading.Event(), threading.Event()

    def parse(value: Any) -> Any:
        looks.set()
        go.wait(60)
        raise ValueError("not so")

    registry = hitl.controls.copy()
    registry.register(node="pay")(lambda _: replace(hitl.Control.text(), parse=parse))
    browser = Browser(hitl.run(beside(moving([])), {}, controls=registry), monkeypatch)
    before = browser.card("pay")["request"]
    browser.answer(before, "yes")
    assert looks.wait(60)
    browser.session.answer("Ada", to="name")
    run = browser.session._run
    until(lambda: any(one.newer for one in run.pending), "its node has not asked anew")
    go.set()
    until(lambda: browser.card("pay")["request"] != before, "it is asked in the old words")
    assert browser.card("pay")["question"] == "Transfer 200 EUR?"


def test_the_same_words_about_something_else_are_said_to_be_that(monkeypatch: pytest.MonkeyPatch) -> None:
    amounts: list[int] = []

    def pay(_: Any) -> dict[str, Any]:
        amounts.append(len(amounts))
        return {"log": [interrupt({"question": "Pay?", "amount": amounts[-1]})]}

    browser = Browser(hitl.run(beside(pay), {}), monkeypatch)
    before = browser.card("pay")["request"]
    browser.session.answer("Ada", to="name")
    until(lambda: browser.card("pay")["request"] != before, "no new card")
    assert "about something else" in str(browser.card("pay")["context"])


def test_what_it_is_about_is_what_its_node_shows_now(monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[int] = []

    def pay(_: Any) -> dict[str, Any]:
        times.append(len(times) + 1)
        return {"log": [hitl.ask(f"Which, {times[-1]}?", rows=[{"n": times[-1]}])]}

    browser = Browser(hitl.run(beside(pay), {}), monkeypatch)
    before = browser.card("pay")["request"]
    browser.session.answer("Ada", to="name")
    until(lambda: browser.card("pay")["request"] != before, "no new card")
    [request] = browser.session.requests
    assert request.payload["question"] == "Which, 2?"
    browser.answer(browser.card("pay")["request"], {"picked": [0], "edits": []})
    assert [{"n": 2}] in browser.session.wait(60)["log"]


def test_another_session_s_answer_to_its_sibling_makes_a_card_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noticing, "EVERY", 0.05)
    monkeypatch.setattr(noticing, "SLOWLY", 0.1)
    graph = beside(moving([]), checkpointer=InMemorySaver())
    browser = Browser(at_rest(hitl.run(graph, {}, thread_id="t")), monkeypatch)
    browser.send({"type": "hello", "client": "c1", "seq": 0})
    before = browser.card("pay")["request"]
    browser.send({"type": "touched", "client": "c1", "request": before})
    graph.invoke(Command(resume={browser.card("name")["request"]: "Ada"}), {"configurable": {"thread_id": "t"}})
    until(lambda: browser.card("pay")["request"] != before, "the card says what was asked before")
    closed = {one["question"]: one["closed"] for one in browser.widget.cards if "closed" in one}
    assert closed["Transfer 100 EUR?"] == SUPERSEDED
    # Code that was written for what stood there before has not seen this one.
    with pytest.raises(hitl.StaleAnswerError, match="Somebody else has gone on"):
        browser.session.answer("yes", to="pay")
    assert [one.payload["amount"] for one in browser.session.requests] == [200]
    browser.answer(browser.card("pay")["request"], "yes")
    assert sorted(browser.session.wait(60)["log"]) == ["Ada", "yes"]


def test_what_is_asked_anew_only_after_the_session_has_looked_is_shown_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """LangGraph saves what a sibling has written, and a moment later what the other node asks by now."""
    monkeypatch.setattr(noticing, "EVERY", 0.05)
    asked, goes_on = list[int](), threading.Event()

    def pay(state: Any) -> dict[str, Any]:
        if asked:
            assert goes_on.wait(60)
        return moving(asked)(state)

    graph = beside(pay, checkpointer=InMemorySaver())
    browser = Browser(at_rest(hitl.run(graph, {}, thread_id="t")), monkeypatch)
    browser.send({"type": "hello", "client": "c1", "seq": 0})
    resume = Command(resume={browser.card("name")["request"]: "Ada"})
    by_hand = threading.Thread(target=graph.invoke, args=(resume, {"configurable": {"thread_id": "t"}}))
    by_hand.start()
    until(lambda: asks(browser.session) == ["Transfer 100 EUR?"], "it has not seen that its sibling was answered")
    goes_on.set()
    by_hand.join(60)
    until(lambda: asks(browser.session) == ["Transfer 200 EUR?"], "the card says what was asked before")


class Ticket(BaseModel):
    question: str
    number: str = Field(default_factory=lambda: uuid4().hex, exclude=True)


def test_a_card_stays_whose_control_takes_its_payload_to_pieces_or_whose_payload_is_not_all_saved() -> None:
    """What is read of the thread is not what is known, each time that it is looked at."""

    controls = hitl.Registry()

    @controls.register(node="pay")
    def pops(request: hitl.Request) -> hitl.Control:
        return hitl.Control.choice(request.payload.pop("options"))

    asking = {"name": lambda _: {"log": [interrupt(Ticket(question="Name?"))]}}
    pay = {"question": "How?", "options": ["cash", "card"]}
    nodes = {**asking, "pay": lambda _: {"log": [interrupt({**pay, "options": [*pay["options"]]})]}}
    graph = graphs.fan_out(graphs.Log, nodes, lambda state: {}, checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, {}, controls=controls))
    assert session._run.driver.run(look_elsewhere(session._run)) == (True, False)
    assert [one.nth for one in session._run.pending] == [0, 0]


@pytest.mark.parametrize("kind", ["model", "dataclass"])
def test_a_card_stays_whose_control_changes_its_payload_in_place(kind: str) -> None:
    controls = hitl.Registry()

    @controls.register(node="pay")
    def rounds(request: hitl.Request) -> hitl.Control:
        said = request.payload["of"]
        if kind == "model":
            said.text = said.text.upper()
        else:
            said.amount += 1
        return hitl.Control.text(title="How?")

    def pay(_: Any) -> dict[str, Any]:
        return {"log": [interrupt({"of": Note(text="cash") if kind == "model" else Bill(1)})]}

    session = at_rest(hitl.run(beside(pay, checkpointer=InMemorySaver()), {}, controls=controls))
    before = session._run.pending[1]
    assert session._run.driver.run(look_elsewhere(session._run)) == (True, False)
    session.answer("Ada", to="name")
    assert at_rest(session)._run.pending == [before]


def test_a_session_that_nobody_looks_at_does_not_answer_what_is_asked_by_now_with_what_was_meant_for_before() -> None:
    graph = beside(moving([]), checkpointer=InMemorySaver())
    session = at_rest(hitl.run(graph, {}, thread_id="t"))
    name, pay = session.requests
    graph.invoke(Command(resume={name.id: "Ada"}), {"configurable": {"thread_id": "t"}})
    with pytest.raises(hitl.StaleAnswerError, match=SUPERSEDED):
        session.answer("yes", to=pay.id)
    until(lambda: [one.payload for one in session.requests] == [asking(200)], "what it asks by now is not known")
    session.answer("no")
    assert sorted(session.wait(60)["log"]) == ["Ada", "no"]


def test_a_request_itself_is_that_very_question() -> None:
    session = at_rest(hitl.run(beside(moving([])), {}))
    name, pay = session.requests
    session.answer("Ada", to=name)
    until(lambda: [one.payload for one in session.requests] == [asking(200)], "it was not asked again")
    with pytest.raises(hitl.StaleAnswerError, match=SUPERSEDED):
        session.answer("yes", to=pay)
    with pytest.raises(hitl.StaleAnswerError, match="'name' was answered already"):
        session.answer("Eve", to=name)
    session.answer("no", to=session.requests[0])
    assert sorted(session.wait(60)["log"]) == ["Ada", "no"]
    elsewhere = at_rest(hitl.run(beside(moving([])), {}))
    with pytest.raises(hitl.StaleAnswerError, match="'pay' is not asked any more; pending: 'name'"):
        elsewhere.answer("yes", to=pay)


def test_an_answer_is_refused_once_its_node_has_asked_something_else_while_its_sibling_is_still_at_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    amounts, goes_on = list[int](), threading.Event()

    def name(_: Any) -> dict[str, Any]:
        said = interrupt("Name?")
        goes_on.wait(60)
        return {"log": [said]}

    graph = graphs.fan_out(graphs.Log, {"name": name, "pay": moving(amounts)}, lambda state: {})
    browser = Browser(at_rest(hitl.run(graph, {})), monkeypatch)
    before = browser.card("pay")["request"]
    browser.session.answer("Ada", to="name")
    run = browser.session._run
    until(lambda: asked_in_thread(run) == {"Name?", 200}, "it was not asked again")
    browser.answer(before, "yes")
    refused = until(lambda: [one for one in browser.told if one["type"] == "refused"], "it was taken")
    assert SUPERSEDED in str(refused)
    goes_on.set()
    until(lambda: browser.card("pay")["request"] != before, "no new card")
    browser.answer(browser.card("pay")["request"], "no")
    assert sorted(browser.session.wait(60)["log"]) == ["Ada", "no"]


def asked_in_thread(run: Any) -> set[Any]:
    tasks = run.driver.run(run.driver.snapshot()).tasks
    payloads = [one.value for task in tasks for one in task.interrupts]
    return {one["amount"] if isinstance(one, dict) else one for one in payloads}


@dataclass
class Bill:
    """What a dataclass asks with."""

    amount: int


class Note(BaseModel):
    text: str


@pytest.mark.parametrize(
    ("before", "now", "is_other"),
    [
        ({"amount": 1}, {"amount": 2}, True),
        ({"a": [1, {"b": (1, 2)}]}, {"a": [1, {"b": [1, 2]}]}, False),
        ({"a": 1}, {"a": 1, "b": None}, True),
        (Bill(1), Bill(1), False),
        (Bill(1), Bill(2), True),
        ([Note(text="x")], [Note(text="y")], True),
        ({"at": date(2026, 1, 1)}, {"at": date(2026, 1, 2)}, True),
        ({"at": Decimal("1.0")}, {"at": Decimal(1)}, False),
        ({"tags": {"a", "b"}}, {"tags": {"b", "a"}}, False),
        (float("nan"), float("nan"), False),
        ({float("nan"): 1}, {float("nan"): 1}, False),
        ({float("nan"): 1}, {float("nan"): 1, "a": 1}, True),
        (object(), object(), False),
    ],
)
def test_payloads_that_differ(before: Any, now: Any, is_other: bool) -> None:
    assert asks_otherwise(before, now) is is_other
