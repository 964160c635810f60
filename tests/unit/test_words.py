"""What a model has said to call for a tool stands on the card that asks whether it may run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain.tools import tool
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.thread.words import words_in

from ..scripted_model import ScriptedModel, calls
from ..waiting import at_rest
from . import graphs

WHY = "It never arrived, so I'll **refund** it."
DRAWN = [
    {
        "tag": "p",
        "children": ["It never arrived, so I'll ", {"tag": "strong", "children": ["refund"]}, " it."],
    }
]
ASKED = {"messages": [("user", "My order 42 is not there.")]}


@tool
def refund(order: int) -> str:
    """Refund an order."""
    return f"refunded {order}"


@tool
@hitl.approve
def pay(order: int) -> str:
    """Pay an order back."""
    return f"paid {order}"


@tool
def seat(order: int) -> str:
    """Ask where to sit."""
    return hitl.ask("Which seat?")


def agent(*tool_calls: tuple[str, dict[str, Any]], mode: Any = "batched", said: str = WHY, **options: Any) -> Any:
    model = ScriptedModel(script=[calls(*(tool_calls or [("refund", {"order": 42})]), said=said), AIMessage("Done.")])
    review = HumanInTheLoopMiddleware(interrupt_on={"refund": True}, interrupt_mode=mode)
    return create_agent(model, [refund, pay, seat], middleware=[review], **options)


def cards(session: hitl.Session) -> list[Any]:
    display: Any = at_rest(session)._display
    display.widget._push()
    return display.widget.cards


def said(graph: Any, given: Any = ASKED, **options: Any) -> list[Any]:
    return [card.get("said") for card in cards(hitl.run(graph, given, **options))]


@pytest.mark.parametrize("mode", ["batched", "per_call"])
def test_the_card_of_a_call_shows_what_the_model_said_with_it(mode: str) -> None:
    assert said(agent(mode=mode)) == [DRAWN]


@pytest.mark.parametrize("nothing", ["", "\n\n"])
def test_a_model_that_calls_without_a_word_leaves_no_empty_place(nothing: str) -> None:
    assert said(agent(said=nothing)) == [None]


def test_of_several_calls_of_one_message_the_first_that_is_open_says_it() -> None:
    session = hitl.run(agent(("refund", {"order": 1}), ("refund", {"order": 2}), mode="per_call"), ASKED)
    first, second = cards(session)
    assert (first["said"], "said" in second) == (DRAWN, False)
    session.answer({"type": "approve"}, to=first["key"])
    [left] = [card for card in cards(session) if card["status"] == "open"]
    assert (left["request"], left["said"]) == (second["request"], DRAWN)


@pytest.mark.parametrize("call", ["pay", "seat"])
def test_what_a_tools_own_code_asks_shows_why_the_tool_was_called(call: str) -> None:
    assert said(agent((call, {"order": 42}))) == [DRAWN]


def test_the_card_of_an_agent_in_a_graph_shows_it() -> None:
    graph = StateGraph(MessagesState).add_node("desk", agent()).add_edge(START, "desk").compile()
    assert said(graph) == [DRAWN]


@pytest.mark.parametrize("mode", ["batched", "per_call"])
def test_the_card_of_an_agent_that_anothers_tool_runs_shows_what_that_one_said(mode: str) -> None:
    inner = agent(mode=mode, name="inner")

    @tool
    def desk(query: str) -> str:
        """Ask the desk for refunds."""
        return str(inner.invoke({"messages": [("user", query)]})["messages"][-1].text)

    model = ScriptedModel(script=[calls(("desk", {"query": "refund 42"}), said="I ask the desk."), AIMessage("Done.")])
    assert said(create_agent(model, [desk], checkpointer=InMemorySaver())) == [DRAWN]


def test_after_a_restart_the_card_shows_it(tmp_path: Path) -> None:
    options = {"save": tmp_path / "runs.sqlite"}
    at_rest(hitl.run(agent(), ASKED, thread_id="u", **options)).close()
    [card] = cards(hitl.attach(agent(), "u", **options))
    assert card["said"] == DRAWN


def test_a_secret_in_it_is_dots_and_the_card_is_not_kept() -> None:
    class State(MessagesState):
        key: str

    graph = graphs.chain(
        State, {"key": hitl.ask_node("key", "Key?", secret=True), "desk": agent(said="With hunter2-2.")}
    )
    session = at_rest(hitl.run(graph, ASKED))
    session.answer("hunter2-2")
    [card] = cards(session)
    assert card["said"] == [{"tag": "p", "children": ["With ••••••."]}]
    assert card["unkept"] is True


def approves(name: str) -> Any:
    action = {"action_requests": [{"name": name, "args": {}}]}
    return lambda _: {
        "messages": interrupt({**action, "review_configs": [{"action_name": name, "allowed_decisions": ["approve"]}]})
    }


CALLS = calls(("refund", {"order": 42}), said=WHY)


@pytest.mark.parametrize(
    ("asks", "messages"),
    [
        (approves("delete"), [CALLS]),
        (approves("refund"), [CALLS, ToolMessage("refunded", tool_call_id="call-0")]),
        (approves("refund"), [HumanMessage(WHY)]),
        (lambda _: {"messages": interrupt("Go on?")}, [CALLS]),
    ],
    ids=["another tool", "a call that has run", "no model", "another question"],
)
def test_words_that_may_be_about_something_else_are_not_shown(asks: Any, messages: list[Any]) -> None:
    assert said(graphs.chain(MessagesState, {"ask": asks}), {"messages": messages}) == [None]


def test_the_words_of_the_call_that_is_asked_about_are_shown_whoever_asks() -> None:
    assert said(graphs.chain(MessagesState, {"ask": approves("refund")}), {"messages": [CALLS]}) == [DRAWN]


def test_a_message_as_a_server_has_it_is_read_like_any() -> None:
    served = [message.model_dump() for message in (HumanMessage("Hi"), CALLS)]
    words = words_in({"messages": served})
    assert words == words_in({"messages": [CALLS]})
    assert words is not None
    assert (words.text, words.calls) == (WHY, {"refund"})


def test_what_was_said_before_somebody_has_spoken_is_not_about_what_is_asked_now() -> None:
    assert words_in({"messages": [CALLS, HumanMessage("Stop. Do something else.")]}) is None
