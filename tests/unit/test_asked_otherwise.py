"""A node that runs again as a sibling was answered may ask something else under the same id: that is what is shown, and answered."""

from __future__ import annotations

from typing import Any

from langgraph.types import interrupt

import hitl_widgets as hitl

from ..waiting import until
from . import graphs


def moving(amounts: list[int]) -> Any:
    def ask(_: Any) -> dict[str, Any]:
        amounts.append(100 * (len(amounts) + 1))
        return {"log": [interrupt({"question": f"Transfer {amounts[-1]} EUR?", "amount": amounts[-1]})]}

    return ask


def beside(pay: Any) -> Any:
    return graphs.fan_out(graphs.Log, {"name": graphs.asks("Name?"), "pay": pay}, lambda state: {})


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
    until(
        lambda: [one.payload["amount"] for one in session.requests] == [200], "it was answered, or is shown as it was"
    )
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
