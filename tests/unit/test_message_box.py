"""A chat that has finished has its message box at once, and stays finished until something is said."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langgraph.graph import MessagesState
from langgraph.types import interrupt

import hitl_widgets as hitl

from ..scripted_model import ScriptedModel
from ..waiting import PATIENCE, at_rest, until
from . import graphs
from .test_widget import Browser

INPUT = "What do you want to say?"
HELLO: Any = {"messages": "hello"}


def answers(state: Any) -> Any:
    return {"messages": [AIMessage(f"You said {state['messages'][-1].content}.")]}


def chat(**nodes: Any) -> Any:
    return graphs.chain(MessagesState, {"model": answers, **nodes})


def test_a_text_is_said_to_a_chat_from_its_beginning() -> None:
    session = at_rest(hitl.run(chat(), "hello"))
    assert [one.content for one in session.values["messages"]] == ["hello", "You said hello."]
    with pytest.raises(TypeError, match="This graph takes a dict with some of the keys 'log', 'amount', not a text"):
        hitl.run(graphs.chain(graphs.Log, {"work": lambda state: {}}), "hello")


def browsed(session: hitl.Session, monkeypatch: pytest.MonkeyPatch) -> Browser:
    browser = Browser(at_rest(session), monkeypatch)
    browser.widget._push()
    return browser


def said(session: hitl.Session) -> list[str]:
    return [message.content for message in session.values["messages"]]


def test_the_box_is_there_while_the_session_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    session = hitl.run(chat(), HELLO)
    browser = browsed(session, monkeypatch)
    [card] = browser.widget.cards
    assert (card["question"], card["status"], card["control"]["submit"]) == (INPUT, "open", "Send")
    assert (session.status, session.requests, browser.widget.run["status"]) == ("finished", (), "finished")
    assert session.wait(60)["messages"][-1].content == "You said hello."


def test_what_is_said_in_it_goes_on_with_the_thread_and_the_next_box_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    session = hitl.run(chat(), HELLO)
    browser = browsed(session, monkeypatch)
    first = browser.card("input")
    browser.answer(first["request"], {"messages": "bye"})
    until(lambda: len(said(session)) == 4, lambda: session.status)
    assert said(at_rest(session))[2:] == ["bye", "You said bye."]
    [decision] = session.decisions
    assert (decision.question, decision.text, decision.by) == (INPUT, "bye", "person")
    until(lambda: [card["request"] for card in browser.widget.cards] not in ([], [first["request"]]), "no other box")
    assert session.status == "finished"


def test_an_agent_of_langchains_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = create_agent(ScriptedModel(script=[AIMessage("Hi."), AIMessage("Bye.")]), [])
    browser = browsed(hitl.run(agent, HELLO), monkeypatch)
    assert [card["question"] for card in browser.widget.cards] == [INPUT]


def test_a_chat_that_was_attached_after_it_had_finished_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = tmp_path / "runs.sqlite"
    hitl.run(chat(), HELLO, thread_id="t", save=save).wait(60)
    session = hitl.attach(chat(), "t", save=save)
    browser = browsed(session, monkeypatch)
    browser.answer(browser.card("input")["request"], {"messages": "bye"})
    until(lambda: said(session)[-1] == "You said bye.", lambda: session.status)


def started_from(card: Any) -> Any:
    return card["control"]["field"].get("default", {}).get("messages")


def test_what_is_half_typed_in_it_is_in_that_of_a_later_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save = tmp_path / "runs.sqlite"
    box = browsed(hitl.run(chat(), HELLO, thread_id="t", save=save), monkeypatch).card("input")
    again = browsed(hitl.run(chat(), thread_id="t", save=save), monkeypatch)
    # By its name a browser finds what was typed.
    assert again.card("input")["request"] == box["request"]
    again.answer(box["request"], {"messages": "bye"})
    until(lambda: again.widget.run["status"] == "finished", lambda: again.widget.run)
    assert again.card("input")["request"] != box["request"]


def test_what_is_sent_twice_is_not_in_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    session = hitl.run(chat(), HELLO)
    browser = browsed(session, monkeypatch)
    request = browser.card("input")["request"]
    for reply in ({"messages": "one"}, {"massages": "two"}, {"messages": "one"}):
        browser.answer(request, reply)
        until(lambda: session.status == "finished" and len(said(session)) in {2, 4}, lambda: session.status)
    until(lambda: len(said(session)) == 4, lambda: session.status)
    until(lambda: browser.widget.cards and browser.card("input")["request"] != request, "no other box")
    assert started_from(browser.card("input")) is None


class Counted:
    """A lock that says how many have come to it."""

    def __init__(self, lock: Any) -> None:
        self.lock, self.came = lock, 0

    def __enter__(self) -> None:
        self.came += 1
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def test_the_second_of_two_clicks_that_comes_as_the_first_is_taken_leaves_nothing_for_the_next_box(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = hitl.run(chat(), HELLO)
    browser = browsed(session, monkeypatch)
    request, offering = browser.card("input")["request"], browser.widget._offering
    saying = offering._saying = Counted(offering._saying)
    follow_up = session._run.follow_up

    def clicked_again(*given: Any) -> None:
        monkeypatch.setattr(session._run, "follow_up", follow_up)
        follow_up(*given)
        browser.answer(request, {"messages": "one"})
        until(lambda: saying.came == 2 or browser.told, "the second click does not come")

    monkeypatch.setattr(session._run, "follow_up", clicked_again)
    browser.answer(request, {"messages": "one"})
    until(lambda: [one for one in browser.told if one["type"] == "refused"], lambda: browser.told)
    until(lambda: browser.widget.cards and browser.card("input")["request"] != request, "no other box")
    assert said(session)[2:] == ["one", "You said one."]
    assert started_from(browser.card("input")) is None


class Topic(MessagesState):
    topic: str


@pytest.mark.parametrize(
    ("graph", "given"),
    [
        (graphs.chain(graphs.Log, {"one": lambda _: {"log": ["1"]}}), {"log": []}),
        (graphs.chain(Topic, {"model": answers}), {"messages": "hello"}),
    ],
    ids=["no chat", "more than messages"],
)
def test_a_graph_that_takes_something_else_has_none(graph: Any, given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browsed(hitl.run(graph, given), monkeypatch)
    assert browser.session.status == "finished"
    assert browser.widget.cards == []


def test_a_chat_that_asks_or_was_stopped_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    session = hitl.run(chat(ask=lambda _: {"messages": [AIMessage(interrupt("Go on?"))]}), HELLO)
    browser = browsed(session, monkeypatch)
    assert [card["question"] for card in browser.widget.cards] == ["Go on?"]
    session.stop()
    browser.widget._push()
    assert (session.status, browser.widget.cards) == ("stopped", [])


def test_a_value_that_is_no_message_is_refused_on_it_and_the_session_stays_finished(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = hitl.run(chat(), HELLO)
    browser = browsed(session, monkeypatch)
    card = browser.card("input")
    browser.answer(card["request"], {"massages": "bye"})
    refused = until(lambda: [one for one in browser.widget.cards if one["refusals"] == 1], "it was not refused")
    assert refused[0]["field_errors"] == {"messages": "Please fill this in."}
    assert (session.status, len(said(session))) == ("finished", 2)
    browser.answer(card["request"], {"messages": "bye"})
    until(lambda: len(said(session)) == 4, lambda: session.status)


def test_of_two_who_say_something_the_second_is_told_that_it_was_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    may_answer = threading.Event()
    may_answer.set()

    def model(state: Any) -> Any:
        assert may_answer.wait(PATIENCE)
        return answers(state)

    session = hitl.run(chat(model=model), HELLO)
    browser = browsed(session, monkeypatch)
    request = browser.card("input")["request"]
    may_answer.clear()  # neither has seen a next box when they say it
    browser.answer(request, {"messages": "one"})
    browser.answer(request, {"messages": "two"})
    until(lambda: [one for one in browser.told if one["type"] == "refused"], lambda: browser.told)
    may_answer.set()
    until(lambda: len(said(session)) == 4, lambda: session.status)
    at_rest(session)
    [late] = {"one", "two"} - set(said(session))
    assert len(session.decisions) == 1
    until(lambda: browser.widget.cards and browser.card("input")["request"] != request, "no other box")
    box = browser.card("input")
    assert started_from(box) == late
    # Code goes on meanwhile: it is said when somebody says it, not sooner.
    session.follow_up("three")
    assert session.wait(60) is not None
    until(lambda: browser.widget.cards and browser.card("input")["request"] != box["request"], "no other box")
    assert started_from(browser.card("input")) == late
    assert said(session)[4:] == ["three", "You said three."]


def test_what_is_said_beside_it_as_it_is_taken_is_refused_and_in_the_next_box(monkeypatch: pytest.MonkeyPatch) -> None:
    session = hitl.run(chat(), HELLO)
    browser = browsed(session, monkeypatch)
    request, answer = browser.card("input")["request"], session._run.answer

    async def late(*given: Any, **options: Any) -> None:
        """Asked with the same question, the thread has it open before the first answer is taken."""
        monkeypatch.setattr(session._run, "answer", answer)
        browser.answer(request, {"messages": "two"})
        until(lambda: browser.told or session.decisions, "the second is neither refused nor taken")
        await answer(*given, **options)

    monkeypatch.setattr(session._run, "answer", late)
    browser.answer(request, {"messages": "one"})
    until(lambda: len(said(session)) == 4, lambda: session.status)
    assert said(session)[2:] == ["one", "You said one."]
    assert [one["type"] for one in browser.told] == ["refused"]
    until(lambda: browser.widget.cards and browser.card("input")["request"] != request, "no other box")
    assert started_from(browser.card("input")) == "two"


def test_a_message_that_meets_a_thread_that_others_have_gone_on_with_is_not_said_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = tmp_path / "runs.sqlite"
    graph = chat(ask=lambda _: {"messages": [AIMessage(interrupt("Go on?"))]})
    session = hitl.run(graph, HELLO, thread_id="t", save=save)
    browser = browsed(session, monkeypatch)
    session.answer("yes")
    request = browser.card("input")["request"]
    # As from another kernel: LangGraph alone.
    others = graph.copy({"checkpointer": session._run.driver.checkpointer})
    others.invoke({"messages": [("user", "mine")]}, {"configurable": {"thread_id": "t"}})
    browser.answer(request, {"messages": "yours"})
    until(lambda: [one for one in session.requests if one.node == "ask"], lambda: session.status)
    assert any("the new input was not used yet: it is in the message box" in notice for notice in session.notices)
    session.answer("yes")
    session.wait(60)
    assert said(session)[3:] == ["mine", "You said mine.", "yes"]
    until(lambda: browser.widget.cards and browser.card("input")["request"] != request, "no other box")
    box = browser.card("input")
    assert started_from(box) == "yours"
    browser.answer(box["request"], {"messages": "yours"})
    until(lambda: [one for one in session.requests if one.node == "ask"], lambda: session.status)
    assert "yours" in said(session)
    session.answer("no")
    until(lambda: browser.widget.cards and browser.card("input")["request"] != box["request"], "no other box")
    assert started_from(browser.card("input")) is None


def test_code_goes_on_with_a_session_that_offers_one(monkeypatch: pytest.MonkeyPatch) -> None:
    session = hitl.run(chat(), HELLO)
    browser = browsed(session, monkeypatch)
    session.follow_up("bye")
    session.wait(60)
    assert said(session)[2:] == ["bye", "You said bye."]
    session.follow_up()
    until(lambda: session.requests, "it asks nothing")
    assert browser.card("input")["status"] == "open"


def test_a_finished_chat_is_not_said_to_have_not_started_once_its_cells_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = tmp_path / "runs.sqlite"
    session = at_rest(hitl.run(chat(), thread_id="t", save=save))
    assert session.status == "idle"  # nothing has run
    session.answer(HELLO)
    session.wait(60)
    session.close()
    again = at_rest(hitl.run(chat(), thread_id="t", save=save))
    browser = browsed(again, monkeypatch)
    assert (again.status, browser.widget.run["status"]) == ("waiting", "waiting")
    assert [card["question"] for card in browser.widget.cards] == [INPUT]
    assert said(again) == ["hello", "You said hello."]
    until(lambda: browser.widget.nodes.get("model", {}).get("status") == "done", lambda: browser.widget.nodes)
    again.answer({"messages": "bye"})
    assert [message.content for message in again.wait(60)["messages"]][2:] == ["bye", "You said bye."]
    stopped = at_rest(hitl.run(chat(), thread_id="t", save=save))
    stopped.stop()
    assert (stopped.status, len(stopped.wait(60)["messages"])) == ("finished", 4)
