"""Always approve a tool: from a card or from code, for what waits and what comes, until it is taken back."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.policies import answering

from ..waiting import PATIENCE, until
from . import graphs
from .agents import RAN, agent, heard, start
from .test_families_inbox import human_interrupt
from .test_widget import Browser

PAIR = (("search", {"query": "a"}), ("search", {"query": "b"}), ("delete", {"path": "c"}))


def test_the_card_of_a_call_offers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for mode in ("per_call", "batched"):
        session = start(agent(mode, ("search", {"query": "a"})))
        [item] = Browser(session, monkeypatch).widget.cards[0]["control"]["items"]
        assert item["always"] == "search"
        session.stop()


def test_it_is_not_offered_where_nothing_can_be_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    session = start(agent("batched", ("search", {"query": "a"}), allowed={"search": ["edit", "reject"]}))
    [item] = Browser(session, monkeypatch).widget.cards[0]["control"]["items"]
    assert "always" not in item
    plain = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("Ok?", schema=bool)}), {})
    assert plain._run.at_rest.wait(60)
    assert "always" not in Browser(plain, monkeypatch).widget.cards[0]


def test_from_a_card_it_approves_this_call_the_ones_that_wait_and_those_to_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = start(agent("per_call", *PAIR))
    browser = Browser(session, monkeypatch)
    cards = {card["request"]: card["question"] for card in browser.widget.cards}
    searches = [request for request, question in cards.items() if question == "Run search?"]
    assert len(searches) == 2
    browser.answer(searches[0], [{"decision": "approve"}], always=["search"])
    until(lambda: len(session.decisions) == 2, "the other one was not approved")
    by = {decision.interrupt_id: (decision.by, decision.policy) for decision in session.decisions}
    assert by == {searches[0]: ("person", None), searches[1]: ("policy", "always approve search")}
    assert [policy.name for policy in session.policies] == ["always approve search"]
    until(lambda: browser.widget.run.get("always") == ["search"], "the view was not told")
    until(lambda: [card["question"] for card in browser.widget.cards] == ["Run delete?"], "not one card left")
    session.answer(True)
    heard(session)
    assert sorted(name for name, _ in RAN) == ["delete", "search", "search"]


def test_taken_back_it_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    gate: list[Any] = []

    def node(state: Any) -> dict[str, Any]:
        answers = [interrupt(human_interrupt("search", {"query": "a"}, "accept", "ignore")) for _ in range(2)]
        answers.append(interrupt("Done?"))
        answers.append(interrupt(human_interrupt("search", {"query": "b"}, "accept", "ignore")))
        gate.extend(answers)
        return {"log": ["ran"]}

    session = hitl.run(graphs.chain(graphs.Log, {"ask": node}), {})
    assert session._run.at_rest.wait(60)
    browser = Browser(session, monkeypatch)
    browser.answer(browser.widget.cards[0]["request"], [{"decision": "accept"}], always=["search"])
    until(lambda: [request.payload for request in session.requests] == ["Done?"], "the second one was asked")
    browser.send({"type": "ask_again", "client": "c1", "tool": "search"})
    assert session.policies == ()
    until(lambda: "always" not in browser.widget.run, "the view was not told")
    session.answer("yes")
    assert session._run.at_rest.wait(60)
    assert [request.key for request in session.requests] == ["ask"]
    assert session.status == "waiting"
    session.answer(True)
    session.wait(60)
    assert len(gate) == 4


def test_it_is_said_from_code_too() -> None:
    session = start(agent("batched", *PAIR))
    policy = session.always("search")
    assert session.policies == (policy,)
    assert session.always("search") is policy
    until(lambda: session._run.pending[0].control.view["items"][0].get("policy"), "the card was not told")
    session.answer(False)
    heard(session)
    assert [name for name, _ in RAN] == ["search", "search"]
    session.ask_again("search")
    session.ask_again("search")
    assert session.policies == ()


def test_the_given_policies_are_asked_first() -> None:
    graph = agent("batched", ("search", {"query": "big"}), ("search", {"query": "small"}))
    never = hitl.policy("never big", tool="search", when=lambda call: call.args["query"] == "big", answer=False)
    session = hitl.run(graph, {"messages": [("user", "go")]}, policies=[never])
    assert session._run.at_rest.wait(60)
    session.always("search")
    heard(session)
    assert [args["query"] for _, args in RAN] == ["small"]
    assert session.decisions[0].policy == "never big, always approve search"


def test_who_waits_unattended_waits_until_the_policy_has_been_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    session = start(agent("batched", ("search", {"query": "a"})))
    may_ask, ask = threading.Event(), answering.ask_policies

    async def held(run: Any) -> None:
        assert may_ask.wait(PATIENCE)  # a thread's own: this graph has no loop
        await ask(run)

    monkeypatch.setattr(answering, "ask_policies", held)
    session.always("search")
    with pytest.raises(TimeoutError):
        session.wait(0.05)
    may_ask.set()
    heard(session)
    assert [policy.name for policy in session.policies] == ["always approve search"]


def test_an_approved_function_can_be_approved_always(monkeypatch: pytest.MonkeyPatch) -> None:
    @hitl.approve
    def pay(amount: int) -> int:
        return amount

    @hitl.approve(reason="required")
    def wire(amount: int) -> int:
        return amount

    def node(state: Any) -> dict[str, Any]:
        return {"log": [pay(0), pay(1), wire(2)]}

    session = hitl.run(graphs.chain(graphs.Log, {"work": node}), {})
    assert session._run.at_rest.wait(60)
    browser = Browser(session, monkeypatch)
    card = browser.widget.cards[0]
    assert card["always"] == "pay"
    browser.answer(card["request"], True, always=["pay"])
    until(lambda: [request.key for request in session.requests] == ["wire"], "the second one was asked")
    until(lambda: browser.widget.cards and browser.widget.cards[0]["key"] == "wire", "no card")
    # It asks for a reason each time.
    assert "always" not in browser.widget.cards[0]
    session.answer(True, reason="ok")
    assert session.wait(60) == {"log": [0, 1, 2]}


def test_an_answer_that_is_refused_approves_nothing_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    session = start(agent("per_call", ("search", {"query": "a"})))
    browser = Browser(session, monkeypatch)
    browser.answer(browser.widget.cards[0]["request"], [{"decision": "no"}], always=["search"])
    until(lambda: browser.widget.cards[0]["refusals"] == 1, "it was not refused")
    assert session.policies == ()
    session.stop()


def test_a_card_approves_no_tool_from_now_on_that_it_is_not_about(monkeypatch: pytest.MonkeyPatch) -> None:
    session = start(agent("per_call", *PAIR))
    browser = Browser(session, monkeypatch)
    search = next(card for card in browser.widget.cards if card["question"] == "Run search?")
    browser.answer(search["request"], [{"decision": "approve"}], always=["delete", "search", "no such tool"] * 100)
    until(lambda: len(session.decisions) == 2, "the searches were not approved")
    assert [policy.name for policy in session.policies] == ["always approve search"]
    session.stop()


def test_a_card_that_offers_it_not_approves_nothing_from_now_on(monkeypatch: pytest.MonkeyPatch) -> None:
    session = hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("Ok?", schema=bool)}), {})
    assert session._run.at_rest.wait(60)
    browser = Browser(session, monkeypatch)
    browser.answer(browser.widget.cards[0]["request"], True, always=["search"])
    session.wait(60)
    assert len(session.decisions) == 1
    assert session.policies == ()


def test_a_fork_asks_about_a_tool_that_was_always_approved_in_its_source() -> None:
    session = start(agent("per_call", ("search", {"query": "a"})))
    session.always("search")
    heard(session)
    fork = session.fork(session.decisions[0])
    assert fork._run.at_rest.wait(60)
    assert fork.policies == ()
    assert len(fork.requests) == 1
    fork.stop()
