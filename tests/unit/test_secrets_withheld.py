"""After a restart a card that quotes a secret has dots from its first moment: the browser is told the secret never."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from comm import DummyComm
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command

import hitl_widgets as hitl
from hitl_widgets.running.withheld import UNREAD
from hitl_widgets.view import reading_past

from ..waiting import until
from . import graphs
from .listed import Listed
from .test_inbox import at
from .test_secrets_quoted import QUOTES, SECRET, State, then

ASKED, SHOWN = f"Is {SECRET} right?", "Is •••••• right?"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """All that browsers were ever told: each widget as it was made, and each update."""
    told: list[Any] = []

    def publish(_: DummyComm, msg_type: str, data: Any = None, *_args: Any, **_more: Any) -> None:
        told.append(json.loads(json.dumps(data, default=str)))

    monkeypatch.setattr(DummyComm, "publish_msg", publish)
    return told


def cards_of(told: list[Any]) -> list[list[Any]]:
    """The cards after each message that tells of cards."""
    return [one["state"]["cards"] for one in told if "cards" in (one or {}).get("state", {})]


def text(told: list[Any]) -> str:
    return json.dumps(told, ensure_ascii=False)


def given(graph: Any) -> None:
    """An earlier kernel has given the thread its secret."""
    graph.invoke({}, at("t"))
    graph.invoke(Command(resume=SECRET), at("t"))


def attached(graph: Any) -> tuple[hitl.Session, Any]:
    session = hitl.attach(graph, "t")
    display: Any = session._display
    return session, display.widget


@pytest.mark.parametrize("where", QUOTES)
def test_a_card_that_quotes_a_secret_has_dots_at_once(where: str, told: list[Any]) -> None:
    secret = SECRET[:3] + "**" + SECRET[3:] if "bold" in where else SECRET
    graph = then(QUOTES[where], saver=InMemorySaver())
    graph.invoke({}, at("t"))
    graph.invoke(Command(resume=secret), at("t"))
    _, widget = attached(graph)
    until(lambda: widget.cards, "there is no card")
    assert widget.cards[0]["unkept"] is True
    assert "••••••" in text(cards_of(told))
    assert SECRET not in text(told)
    assert SECRET[3:] not in text(told)


def test_one_in_a_file_has_dots_before_any_checkpoint_is_listed(
    tmp_path: Path, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    saver = SqliteSaver(sqlite3.connect(tmp_path / "runs.sqlite", check_same_thread=False))
    graph = then(QUOTES["question"], saver=saver)
    given(graph)
    listing, may_list = SqliteSaver.list, threading.Event()

    def held(*args: Any, **options: Any) -> Any:
        assert may_list.wait(60)
        return listing(*args, **options)

    monkeypatch.setattr(SqliteSaver, "list", held)
    _, widget = attached(graph)
    until(lambda: widget.cards, "there is no card")
    assert widget.cards[0]["question"] == SHOWN
    may_list.set()
    until(lambda: widget.timeline["total"] == 2, "what ran before is not told")
    assert SECRET not in text(told)


def test_where_all_checkpoints_have_to_be_read_there_is_no_card_until_then(told: list[Any]) -> None:
    saver, may_go = Listed(), threading.Event()
    given(then(QUOTES["question"], saver=saver))
    saver.told = lambda: may_go.wait(60)
    session, widget = attached(then(QUOTES["question"], saver=saver))
    until(lambda: widget.run["status"] == "waiting", "it does not wait")
    assert widget.cards == []
    # What code is told is the thread's own.
    assert [request.payload["question"] for request in session.requests] == [ASKED]
    may_go.set()
    until(lambda: widget.cards, "there is no card")
    assert widget.cards[0]["question"] == SHOWN
    assert SECRET not in text(told)
    session.answer("yes")
    session.wait(60)
    until(lambda: widget.timeline["decisions"] == 1, "the answer is not told")
    assert SHOWN in text(widget.timeline["latest"])
    assert SECRET not in text(told)


def test_a_card_that_quotes_none_is_shown_too_once_that_is_known(told: list[Any]) -> None:
    saver = Listed()
    graph = then(lambda: hitl.ask("Is it right?"), saver=saver)
    given(graph)
    _, widget = attached(graph)
    until(lambda: widget.cards, "there is no card")
    assert widget.cards[0]["question"] == "Is it right?"
    assert "unkept" not in widget.cards[0]
    assert SECRET not in text(told)


def test_where_the_past_cannot_be_read_nothing_is_shown_and_code_answers_until_it_can(
    told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_past, "AGAIN", 0.0)
    saver = Listed()
    graph = then(QUOTES["question"], saver=saver)
    given(graph)

    def fails() -> None:
        raise OSError(f"cannot read {SECRET}")

    saver.told = fails
    session, widget = attached(graph)
    said = UNREAD.format("OSError")
    until(lambda: said in widget.run["notices"], "it is not said")
    assert widget.cards == []
    session.answer("yes")
    assert session.wait(60)["said"] == "yes"
    until(lambda: widget.timeline["decisions"] == 1, "the answer is not told")
    assert SECRET not in text(told)
    saver.told = lambda: None
    until(lambda: widget._handle_custom_msg(hello(widget), []) or said not in widget.run["notices"], "it is still said")
    assert SHOWN in text(widget.timeline["latest"])
    assert SECRET not in text(told)


def test_a_card_comes_once_somebody_is_there_and_the_past_can_be_read_again(
    told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_past, "AGAIN", 0.0)
    saver = Listed()
    graph = then(QUOTES["question"], saver=saver)
    given(graph)
    fails = iter([True])

    def fails_once() -> None:
        if next(fails, False):
            raise OSError

    saver.told = fails_once
    _, widget = attached(graph)
    said = UNREAD.format("OSError")
    until(lambda: said in widget.run["notices"], "it is not said")
    until(lambda: widget._handle_custom_msg(hello(widget), []) or widget.cards, "there is no card")
    assert widget.cards[0]["question"] == SHOWN
    until(lambda: said not in widget.run["notices"], "it is still said")
    assert SECRET not in text(told)


def hello(widget: Any) -> dict[str, Any]:
    return {"type": "hello", "client": "c1", "seq": widget.run["seq"]}


def test_a_card_that_was_shown_stays_while_it_is_found_out_what_others_were_given(told: list[Any]) -> None:
    saver = Listed()

    def graph() -> Any:
        nodes = {"a": lambda _: {"kept": hitl.ask("Key?", secret=True)}, "b": lambda _: {"said": hitl.ask("Go on?")}}
        return graphs.fan_out(State, nodes, lambda _: {"said": hitl.ask(ASKED)}, checkpointer=saver)

    session = hitl.run(graph(), {}, thread_id="t")
    display: Any = session._display
    widget = display.widget
    until(lambda: len(widget.cards) == 2, "not both are asked")
    listed: list[Any] = []

    def lists() -> None:
        widget._push()  # a view that is updated just then
        listed.append([card["key"] for card in widget.cards if "closed" not in card])

    saver.told = lists
    other = hitl.attach(graph(), "t")
    assert other._run.at_rest.wait(60)
    other.answer(SECRET, to="a")
    assert other._run.at_rest.wait(60)
    until(lambda: [card["key"] for card in widget.cards if card["status"] == "open"] == ["b"], "the answer is not seen")
    until(lambda: listed, "what it was given is not found out")  # not while the other one is at work
    assert all("b" in keys for keys in tuple(listed))
    other.answer("go", to="b")
    until(lambda: SHOWN in text(widget.cards), "the last question is not shown")
    assert SECRET not in text(told)


def test_what_a_chats_model_said_last_is_not_told_before_it_is_known_what_it_may_quote(told: list[Any]) -> None:
    from langchain_core.messages import AIMessage
    from langgraph.graph import MessagesState

    class Chat(MessagesState):
        kept: str

    def model(state: Any) -> Any:
        return {"messages": [AIMessage(f"It is {state['kept']}.")]}

    saver, may_go = Listed(), threading.Event()
    nodes: Any = {"key": lambda _: {"kept": hitl.ask("Key?", secret=True)}, "model": model}
    graph = graphs.chain(Chat, nodes, checkpointer=saver)
    graph.invoke({"messages": []}, at("t"))
    graph.invoke(Command(resume=SECRET), at("t"))
    saver.told = lambda: may_go.wait(60)
    _, widget = attached(graph)
    until(lambda: widget.run["status"] == "finished", "it has not finished")
    assert "said" not in widget.run
    may_go.set()
    until(lambda: "said" in widget.run, "it is never told")
    assert "••••••" in text(widget.run["said"])
    assert SECRET not in text(told)
