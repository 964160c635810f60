"""The inbox in the view: what the browser asks for, and what it is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command, interrupt
from pydantic import SecretStr, TypeAdapter

import hitl_widgets as hitl
from hitl_widgets import protocol
from hitl_widgets.view.inbox import answering, answers, pages

from ..waiting import PATIENCE, until
from . import graphs
from .test_inbox import Refund, approve, ask_days, at, begin, refunds

ALL = {"text": "", "node": None, "kind": None, "older": None, "order": "since", "descending": True}


class View:
    """The view as a browser would drive it.

    Args:
        inbox: what it is of.
        monkeypatch: the test's.
        patience: seconds that a page waits to know what its questions may quote; on a busy machine that is a while.
    """

    def __init__(self, inbox: hitl.Inbox, monkeypatch: pytest.MonkeyPatch, *, patience: float = PATIENCE) -> None:
        monkeypatch.setattr(pages, "PATIENCE", patience)
        self.inbox = inbox
        self.widget = inbox._view
        self.told: list[Any] = []
        self.choices = 0
        monkeypatch.setattr(self.widget, "send", lambda content, buffers=None: self.told.append(content))
        until(lambda: self.widget.inbox["status"] == "ready", "it was never listed")

    def send(self, type: str, **more: Any) -> None:
        self.widget._handle_custom_msg({"type": type, "client": "c1"} | more, [])

    def ask(self, type: str, **more: Any) -> Any:
        id = len(self.told) + 1
        self.send(type, id=id, **more)
        said = until(lambda: next((one for one in self.told if one.get("id") == id), None), "nothing was told")
        assert "error" not in said, said
        return said["data"]

    def rows(self, first: int = 0, count: int = 50, **query: Any) -> Any:
        page = self.ask("rows", query=ALL | query, first=first, count=count)
        return TypeAdapter(protocol.InboxRows).validate_python(page, strict=True)

    def choose(self, *threads: str) -> Any:
        same = next(one for one in self.rows()["rows"] if one["thread"] == threads[0])["questions"][0]["same"]
        self.choices += 1
        self.send("choose", choice=self.choices, threads=list(threads), same=same)
        until(lambda: self.chosen.get("choice") == self.choices, f"not chosen: {self.widget.chosen}")
        assert self.chosen["count"] == len(threads)
        found: list[Any] = [one for one in self.widget.cards if one["request"] == self.chosen["request"]]
        return found[0] if found else None

    @property
    def chosen(self) -> Any:
        """What this view has chosen."""
        return next((one for one in self.widget.chosen if one["client"] == "c1"), {})

    def answered(self) -> str:
        return until(lambda: self.chosen["said"], "nothing came of it")


@pytest.fixture
def graph() -> Any:
    graph = refunds(checkpointer=InMemorySaver())
    begin(graph, 6)
    return graph


@pytest.fixture
def view(graph: Any, monkeypatch: pytest.MonkeyPatch) -> View:
    return View(hitl.inbox(graph), monkeypatch)


def test_a_page_has_what_is_asked_by_whom_and_since_when(view: View, graph: Any) -> None:
    page = view.rows(1, 2)
    assert (page["total"], page["first"], [row["thread"] for row in page["rows"]]) == (6, 1, ["order 4", "order 3"])
    row = page["rows"][0]
    assert row["since"][:19] == graph.get_state(at("order 4")).created_at[:19]
    assert [(one["text"], one["node"]) for one in row["questions"]] == [("Refund order 4?", "approve")]
    assert page["nodes"] == ["approve"]
    assert view.rows(text="order 2")["total"] == 1
    assert view.rows(node="ask_days")["total"] == 0
    assert [row["thread"] for row in view.rows(0, 1, order="thread", descending=False)["rows"]] == ["order 0"]


def test_every_trait_has_the_shape_that_the_protocol_says(view: View) -> None:
    view.choose("order 1", "order 2")
    view.send("open_thread", thread="order 3")
    for name, shape in {
        "inbox": protocol.InboxView,
        "chosen": list[protocol.InboxChosen],
        "cards": list[protocol.CardView],
        "opened": list[protocol.InboxOpened],
    }.items():
        until(lambda name=name: getattr(view.widget, name), f"no {name}")
        TypeAdapter(shape).validate_python(getattr(view.widget, name), strict=True)
        json.dumps(getattr(view.widget, name), allow_nan=False)


def test_the_inbox_of_a_filter_shows_only_that(graph: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    graph.invoke(Command(resume=True), at("order 0"))
    view = View(hitl.inbox(graph).filter(node="ask_days"), monkeypatch)
    assert [row["thread"] for row in view.rows()["rows"]] == ["order 0"]
    assert view.rows(text="refund")["total"] == 0


def test_several_are_answered_with_one_card(view: View, graph: Any) -> None:
    card = view.choose("order 1", "order 2", "order 4")
    assert card["question"] == "One answer for 3 threads"
    assert card["context"][0]["text"] == "Refund order 1?\nRefund order 2?\nRefund order 4?"
    view.send("answer", request=card["request"], value="yes")
    assert view.answered() == "3 answered."
    assert view.widget.cards == []
    assert [graph.get_state(at(f"order {n}")).values.get("approved") for n in range(5)] == [
        None, "yes", "yes", None, "yes",
    ]  # fmt: skip
    # What came of it is said a moment before the list is made anew.
    until(lambda: view.rows(node="ask_days")["total"] == 3, "not listed again")
    assert {row["thread"] for row in view.rows(node="ask_days")["rows"]} == {"order 1", "order 2", "order 4"}
    session = view.inbox.open("order 1")
    assert [(one.by, one.value) for one in session.decisions] == [("person", "yes")]


def test_all_that_ask_the_same_are_told(view: View, graph: Any) -> None:
    graph.invoke(Command(resume=True), at("order 3"))
    view.send("refresh")
    until(lambda: view.rows()["rows"][0]["thread"] == "order 3", "not listed again")
    same = view.rows()["rows"][1]["questions"][0]["same"]
    assert view.ask("alike", query=ALL, same=same) == {
        "threads": ["order 5", "order 4", "order 2", "order 1", "order 0"],
        "total": 5,
    }


def test_of_more_than_are_answered_at_once_it_is_told_how_many_there_are(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_TOGETHER", 2)
    same = view.rows()["rows"][0]["questions"][0]["same"]
    assert view.ask("alike", query=ALL, same=same) == {"threads": ["order 5", "order 4"], "total": 6}


def test_what_does_not_fit_is_said_at_the_field_and_on_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graphs.chain(Refund, {"ask_days": ask_days}, checkpointer=InMemorySaver())
    begin(graph, 3)
    view = View(hitl.inbox(graph), monkeypatch)
    card = view.choose("order 0", "order 1")
    view.send("answer", request=card["request"], value=-1)
    refused = until(lambda: next((one for one in view.widget.cards if one["refusals"]), None), "it was not refused")
    assert refused["error"].startswith("It does not fit all 2 threads, and nothing was sent.")
    assert refused["status"] == "open"
    problems = {row["thread"]: row.get("problem") for row in view.rows()["rows"]}
    assert problems["order 2"] is None
    assert problems["order 0"] == problems["order 1"] is not None
    view.send("answer", request=card["request"], value=4)
    assert view.answered() == "2 answered."
    assert [graph.get_state(at(f"order {n}")).values.get("days") for n in range(3)] == [4, 4, None]


def test_what_could_not_be_sent_is_said_and_the_card_can_be_used_again(
    view: View, graph: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = view.choose("order 1", "order 2")
    with monkeypatch.context() as full:

        def send(*_: Any, **__: Any) -> Any:
            raise RuntimeError("can't start new thread")

        full.setattr(answering, "send", send)
        view.send("answer", request=card["request"], value="yes")
        (card,) = until(lambda: [one for one in view.widget.cards if one["error"]], lambda: view.widget.cards)
    assert "can't start new thread" in card["error"]
    assert not view.chosen["sending"]
    view.send("answer", request=card["request"], value="yes")
    assert view.answered() == "2 answered."


def test_those_that_fail_after_their_answer_are_named_as_they_are_in_the_list_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def work(state: Any) -> dict[str, Any]:
        return {"days": 1 // state["order"]}

    graph = graphs.chain(Refund, {"approve": approve, "work": work}, checkpointer=InMemorySaver())
    begin(graph, 2)
    view = View(hitl.inbox(graph), monkeypatch)
    card = view.choose("order 0", "order 1")
    view.send("answer", request=card["request"], value="yes")
    assert view.answered() == "2 answered. 1 failed afterwards: order 0. Open them with hitl.attach to go on."


def test_one_that_was_answered_elsewhere_stays_until_it_was_seen_why(view: View, graph: Any) -> None:
    card = view.choose("order 1", "order 2")
    graph.invoke(Command(resume="elsewhere"), at("order 2"))
    graph.invoke(Command(resume=3), at("order 2"))
    view.send("answer", request=card["request"], value="yes")
    assert view.answered() == "1 answered. 1 refused: the rows say why."
    until(lambda: view.widget.inbox["status"] == "ready", "not listed again")
    [row] = view.rows(text="order 2")["rows"]
    assert (row["gone"], "answered elsewhere" in row["problem"]) == (True, True)
    view.send("refresh")
    until(lambda: view.rows()["total"] == 5, "it is still there")
    assert graph.get_state(at("order 2")).values["approved"] == "elsewhere"


def test_one_that_asks_something_else_by_now_is_refused(view: View, graph: Any) -> None:
    card = view.choose("order 1", "order 2")
    graph.invoke(Command(resume="elsewhere"), at("order 2"))
    view.send("answer", request=card["request"], value="3")
    assert view.answered() == "1 answered. 1 refused: the rows say why."
    # "3" would have been an answer to what it asks now.
    assert graph.get_state(at("order 2")).values.get("days") is None
    until(lambda: view.widget.inbox["status"] == "ready", "not listed again")
    [row] = [one for one in view.rows()["rows"] if one["thread"] == "order 2"]
    # It waits, for what its row says by now, and is answered like any other.
    assert row["questions"][0]["text"] == "In how many days?"
    assert (row["gone"], row["problem"]) == (False, answering.EARLIER)
    card = view.choose("order 2", "order 1")
    view.send("answer", request=card["request"], value=3)
    assert view.answered() == "2 answered."
    assert graph.get_state(at("order 2")).values["days"] == 3


def test_one_whose_answer_could_not_be_saved_waits_and_is_answered_again(
    view: View, graph: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = view.choose("order 1", "order 2")
    put_writes = InMemorySaver.put_writes

    def fails(saver: Any, config: Any, writes: Any, *more: Any) -> Any:
        if config["configurable"]["thread_id"] == "order 2":
            raise OSError("disk full")
        return put_writes(saver, config, writes, *more)

    with monkeypatch.context() as full:
        full.setattr(InMemorySaver, "put_writes", fails)
        view.send("answer", request=card["request"], value="yes")
        assert view.answered() == "1 answered. 1 refused: the rows say why."
    until(lambda: view.widget.inbox["status"] == "ready", "not listed again")
    [row] = view.rows(text="order 2")["rows"]
    assert "disk full" in row["problem"]
    assert not row["gone"]
    same = row["questions"][0]["same"]
    assert "order 2" in view.ask("alike", query=ALL, same=same)["threads"]
    card = view.choose("order 2")
    view.send("answer", request=card["request"], value="yes")
    assert view.answered() == "Answered."
    assert graph.get_state(at("order 2")).values["approved"] == "yes"


def test_an_answer_to_what_is_not_chosen_any_more_is_refused(view: View, graph: Any) -> None:
    card = view.choose("order 1", "order 2")
    view.send("choose", choice=9, threads=[], same="")
    until(lambda: not view.widget.cards, "the card is still there")
    view.send("answer", request=card["request"], value="yes")
    said = until(lambda: next((one for one in view.told if one["type"] == "refused"), None), "nothing was told")
    assert "no longer chosen" in said["message"]
    assert graph.get_state(at("order 1")).values.get("approved") is None


def test_what_is_chosen_in_another_tab_takes_no_card_away_and_is_answered_by_its_own_alone(
    view: View, graph: Any
) -> None:
    card = view.choose("order 1")
    view.send("choose", client="c2", choice=1, threads=["order 3"], same=view.rows()["rows"][0]["questions"][0]["same"])
    until(lambda: len(view.widget.chosen) == 2, "the other one has chosen nothing")
    assert [one["question"] for one in view.widget.cards] == ["Refund order 1?", "Refund order 3?"]
    theirs = next(one for one in view.widget.chosen if one["client"] == "c2")
    assert theirs["request"] != card["request"] == view.chosen["request"]
    # Nor does a card of the one answer what the other has chosen, whoever says so.
    view.send("answer", client="c2", request=card["request"], value="no")
    until(lambda: any(one["type"] == "refused" for one in view.told), "it was not refused")
    view.send("answer", request=card["request"], value="yes")
    assert view.answered() == "Answered."
    assert [one["question"] for one in view.widget.cards] == ["Refund order 3?"]
    assert [graph.get_state(at(f"order {n}")).values.get("approved") for n in (1, 3)] == ["yes", None]
    view.send("answer", client="c2", request=theirs["request"], value="no")
    until(lambda: graph.get_state(at("order 3")).values.get("approved") == "no", "it was not answered")


def test_views_that_are_gone_are_kept_no_longer_than_there_are_others(view: View) -> None:
    def others_come() -> None:
        names = [f"gone {n}" for n in range(answers.MOST_VIEWS + 5)]
        for name in names:
            view.send("choose", client=name, choice=1, threads=[], same="")
        until(lambda: view.widget.chosen and view.widget.chosen[-1]["client"] == names[-1], "not chosen")

    others_come()
    assert len(view.widget.chosen) <= answers.MOST_VIEWS
    # What has a card stays.
    view.choose("order 1")
    others_come()
    assert view.chosen["count"] == 1
    # Nor are those with a card without end.
    same = view.widget.cards[0]["request"].removeprefix("together:")
    for n in range(answers.MOST_VIEWS + 5):
        view.send("choose", client=f"reloaded {n}", choice=1, threads=["order 1"], same=same)
        until(lambda n=n: view.widget.chosen[-1]["client"] == f"reloaded {n}", "not chosen")
    assert len(view.widget.chosen) <= answers.MOST_VIEWS
    assert len(view.widget.cards) <= answers.MOST_VIEWS


def test_what_was_refused_of_some_threads_is_not_said_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graphs.chain(Refund, {"ask_days": ask_days}, checkpointer=InMemorySaver())
    begin(graph, 3)
    view = View(hitl.inbox(graph), monkeypatch)
    card = view.choose("order 0", "order 1")
    view.send("answer", request=card["request"], value={"value": -1})
    until(lambda: view.widget.cards[0]["refusals"], "it was not refused")
    assert view.choose("order 0", "order 1")["error"]
    # The browser counts them, over all its cards: an answer that was refused is not on its way any more.
    card = view.choose("order 0", "order 2")
    assert (card["error"], card["refusals"]) == (None, 1)
    view.choose("order 1")
    view.send("choose", choice=10, threads=[], same="")
    until(lambda: not view.widget.cards, "it is still chosen")
    view.choices = 10
    assert view.choose("order 1")["refusals"] == 1


def test_a_node_that_asks_in_other_words_under_the_same_id_is_not_answered_with_what_was_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    price = iter([100, 200, 200, 200])

    def transfer(state: Any) -> Any:
        return {"approved": interrupt(f"Transfer {next(price)}?")}

    graph = graphs.chain(Refund, {"transfer": transfer}, checkpointer=InMemorySaver())
    begin(graph, 1)
    inbox = hitl.inbox(graph)
    view = View(inbox, monkeypatch)
    card = view.choose("order 0")
    assert card["question"] == "Transfer 100?"
    [read] = inbox
    graph.invoke(None, at("order 0"))  # as another kernel does to try again
    assert graph.get_state(at("order 0")).interrupts[0].id == read.requests[0].id
    view.send("answer", request=card["request"], value="yes")
    assert view.answered() == "0 answered. 1 refused: the rows say why."
    [row] = view.rows()["rows"]
    assert "in other words" in row["problem"]
    assert [one.why for one in inbox.answer("yes", threads=[read])] == [row["problem"]]
    # Once it was read again it can be.
    view.send("refresh")
    until(lambda: view.rows()["rows"][0]["questions"][0]["text"] == "Transfer 200?", "it reads as it did")
    card = view.choose("order 0")
    assert card["question"] == "Transfer 200?"
    view.send("answer", request=card["request"], value="yes")
    assert view.answered() == "Answered."
    assert graph.get_state(at("order 0")).values["approved"] == "yes"


def test_a_double_click_answers_once(view: View, graph: Any) -> None:
    card = view.choose("order 1")
    for _ in range(2):
        view.send("answer", request=card["request"], value="yes")
    assert view.answered() == "Answered."
    assert len(view.inbox.open("order 1").decisions) == 1


def test_one_card_for_several_says_what_differs_before_they_are_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    amounts = [10, 10, 99_999]

    @hitl.approve
    def refund(order: int, amount: int, why: str) -> str:
        return f"{amount} for {order}: {why}"

    def pay(state: Any) -> dict[str, Any]:
        number = state["amount"]
        return {"log": [refund(number, amounts[number], "late\nt9: Order: 9, Amount: 1")]}

    graph = graphs.chain(graphs.Log, {"pay": pay}, checkpointer=InMemorySaver())
    for number in range(3):
        graph.invoke({"log": [], "amount": number}, at(f"t{number}"))
    view = View(hitl.inbox(graph), monkeypatch)
    card = view.choose("t0", "t1", "t2")
    assert card["question"] == "Run refund?"
    differs, same = card["context"]
    assert same == {"label": "Why", "text": "late\nt9: Order: 9, Amount: 1", "mono": False}
    assert differs["label"] == "What differs"
    assert differs["text"].split("\n") == [
        "t0: Order: 0, Amount: 10",
        "t1: Order: 1, Amount: 10",
        "t2: Order: 2, Amount: 99999",
    ]


def test_a_line_break_in_what_differs_begins_no_line_of_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(state: Any) -> dict[str, Any]:
        from langgraph.types import interrupt

        note = f"note {state['amount']}\nt1: nothing"
        return {"log": [interrupt({"question": "Send it?", "note": note, "options": ["yes", "no"]})]}

    graph = graphs.chain(graphs.Log, {"ask": ask}, checkpointer=InMemorySaver())
    for number in range(2):
        graph.invoke({"log": [], "amount": number}, at(f"t{number}"))
    view = View(hitl.inbox(graph), monkeypatch)
    [differs] = view.choose("t0", "t1")["context"]
    assert differs["text"] == 't0: Note: "note 0 t1: nothing"\nt1: Note: "note 1 t1: nothing"'


def test_an_argument_that_reads_like_the_next_ones_stands_within_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(state: Any) -> dict[str, Any]:
        amount = state["amount"]
        asked = {"question": "Pay it?", "note": f'for "tea" {amount}, Amount: 5', "amount": 1000 + amount, "to": "Ada"}
        return {"log": [interrupt({**asked, "by, Total: 5": amount, "options": ["yes", "no"]})]}

    graph = graphs.chain(graphs.Log, {"ask": ask}, checkpointer=InMemorySaver())
    for number in range(2):
        graph.invoke({"log": [], "amount": number}, at(f"t{number}"))
    view = View(hitl.inbox(graph), monkeypatch)
    differs, _ = view.choose("t0", "t1")["context"]
    # A line that may take two where there is little room has a blank one after it.
    assert differs["text"].split("\n\n") == [
        't0: Note: "for \\"tea\\" 0, Amount: 5", Amount: 1000, "By, Total: 5": 0',
        't1: Note: "for \\"tea\\" 1, Amount: 5", Amount: 1001, "By, Total: 5": 1',
    ]


def test_tool_calls_with_other_arguments_are_decided_together_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(state: Any) -> dict[str, Any]:
        from langgraph.types import interrupt

        return {
            "log": [
                interrupt(
                    {
                        "action_requests": [{"name": "refund", "args": {"order": state["amount"], "to": "Ada"}}],
                        "review_configs": [
                            {"action_name": "refund", "allowed_decisions": ["approve", "edit", "reject"]}
                        ],
                    }
                )
            ]
        }

    graph = graphs.chain(graphs.Log, {"ask": ask}, checkpointer=InMemorySaver())
    for number in range(2):
        graph.invoke({"log": [], "amount": number}, at(f"t{number}"))
    view = View(hitl.inbox(graph), monkeypatch)
    card = view.choose("t0", "t1")
    [item] = card["control"]["items"]
    # Those that are the same are read where they always are.
    assert [one["name"] for one in item["arguments"]] == ["to"]
    [differs] = card["context"]
    assert differs == {"label": "What differs", "text": "t0: Order: 0\nt1: Order: 1", "mono": False}
    assert [choice["name"] for choice in item["choices"]] == ["approve", "reject"]
    view.send("answer", request=card["request"], value=[{"decision": "approve"}])
    assert view.answered() == "2 answered."
    assert graph.get_state(at("t1")).values["log"] == [{"decisions": [{"type": "approve"}]}]


@pytest.mark.parametrize("parts", [range(2), ["", *range(2)]])
def test_texts_that_begin_the_same_are_told_apart_however_late_they_differ(
    parts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(state: Any) -> dict[str, Any]:
        from langgraph.types import interrupt

        note = f"{'Dear reader. ' * 100}{state['amount']}" if state["amount"] != "" else "none"
        return {"log": [interrupt({"question": "Send it?", "note": note, "options": ["yes", "no"]})]}

    graph = graphs.chain(graphs.Log, {"ask": ask}, checkpointer=InMemorySaver())
    for number, part in enumerate(parts):
        graph.invoke({"log": [], "amount": part}, at(f"t{number}"))
    view = View(hitl.inbox(graph), monkeypatch)

    [differs] = view.choose(*(f"t{number}" for number in range(len(parts))))["context"]

    lines = [line for line in differs["text"].split("\n") if line]
    assert [line[-1] for line in lines] == [str(part)[-1:] or "e" for part in parts]


def test_what_differs_is_listed_as_far_as_one_can_look_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(state: Any) -> dict[str, Any]:
        from langgraph.types import interrupt

        letters = [f"{state['amount']}{letter * 290}" for letter in "abcde"]
        return {
            "log": [
                interrupt(
                    {"question": "Send it?", **dict(zip("vwxyz", letters, strict=True)), "options": ["yes", "no"]}
                )
            ]
        }

    graph = graphs.chain(graphs.Log, {"ask": ask}, checkpointer=InMemorySaver())
    for number in range(20):
        graph.invoke({"log": [], "amount": number}, at(f"t{number:02}"))
    view = View(hitl.inbox(graph), monkeypatch)

    [differs] = view.choose(*(f"t{number:02}" for number in range(20)))["context"]

    *listed, last = differs["text"].split("\n\n")
    assert len(differs["text"]) < 21_000
    assert last == f"… and {20 - len(listed)} more, which are not listed"


def test_forms_that_start_from_other_values_are_not_answered_together(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(state: Any) -> dict[str, Any]:
        return {"log": [hitl.ask("Which draft?", str, default=f"draft {state['amount']}")]}

    graph = graphs.chain(graphs.Log, {"ask": ask}, checkpointer=InMemorySaver())
    for number in range(2):
        graph.invoke({"log": [], "amount": number}, at(f"t{number}"))
    view = View(hitl.inbox(graph), monkeypatch)
    assert view.choose("t0", "t1") is None
    assert "differs from thread to thread" in view.chosen["said"]


def test_a_secret_is_in_no_trait_and_in_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(state: Any) -> dict[str, Any]:
        return {"log": [len(hitl.ask("API key?", SecretStr, min_length=12).get_secret_value())]}

    graph = graphs.chain(graphs.Log, {"ask": ask}, checkpointer=InMemorySaver())
    for number in range(2):
        graph.invoke({"log": []}, at(f"t{number}"))
    view = View(hitl.inbox(graph), monkeypatch)
    card = view.choose("t0", "t1")
    for key in ("sk-short", "sk-hunter2-hunter2"):
        view.send("answer", request=card["request"], value=key)
        until(
            lambda: view.chosen["said"] or any(one["refusals"] for one in view.widget.cards),
            "nothing came of it",
        )
        seen = json.dumps([view.widget.get_state(), view.rows(), view.told], default=str)
        assert key not in seen
    assert view.answered() == "2 answered."


def test_a_thread_is_opened_as_the_view_of_its_session(view: View) -> None:
    view.send("open_thread", thread="order 2")
    opened = until(lambda: view.widget.opened, "it was not opened")[0]
    session = view.inbox.open("order 2")
    assert opened == {
        "thread": "order 2",
        "view": f"anywidget:{session._display.widget.model_id}",  # type: ignore[union-attr]
        "error": None,
    }


def test_what_has_no_shape_is_dropped(view: View) -> None:
    before = view.widget.dropped
    for message in (
        {"type": "rows", "client": "c1", "id": 1, "query": {}, "first": 0, "count": 1},
        {"type": "choose", "client": "c1", "choice": 1, "threads": "order 1", "same": ""},
        {"type": "stop", "client": "c1"},
        {"type": "rows", "client": "c1", "id": 1, "query": ALL | {"order": "__class__"}, "first": 0, "count": 1},
    ):
        view.widget._handle_custom_msg(message, [])
    assert view.widget.dropped == before + 4
    assert len(view.rows(0, 100_000)["rows"]) == 6


def test_a_list_that_cannot_be_read_says_why_and_can_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "runs.sqlite"
    with SqliteSaver.from_conn_string(str(path)) as saver:
        graph = refunds(checkpointer=saver)
        begin(graph, 1)
        inbox = hitl.inbox(graph)
        assert len(inbox) == 1
        source: Any = inbox._listing.source
        source._path = str(tmp_path / "elsewhere" / "runs.sqlite")
        inbox.refresh()
        widget = inbox._view
        until(lambda: widget.inbox["status"] == "failed", "it did not fail")
        assert "unable to open database file" in widget.inbox["error"]
        source._path = str(path)
        widget._handle_custom_msg({"type": "refresh", "client": "c1"}, [])
        until(lambda: widget.inbox["status"] == "ready" and widget.inbox["total"] == 1, "it was not read")
        # A connection that is closed while another thread reads crashes the process (sqlite3 of CPython 3.11).
        until(lambda: widget.rows, "its first rows are not kept for a saved notebook")


def test_an_answer_that_was_written_as_json_is_read_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    name = hitl.ask_node("name", "Who?")
    state: Any = TypedDict("state", {"name": str}, total=False)
    graph = graphs.chain(state, {"name": name}, checkpointer=InMemorySaver())
    begin(graph, 2)
    view = View(hitl.inbox(graph), monkeypatch)
    card = view.choose("order 0", "order 1")
    view.send("answer", request=card["request"], value='{"Ada', json=True)
    until(lambda: view.widget.cards[0]["refusals"], "it was not refused")
    assert "Not JSON" in view.widget.cards[0]["error"]
    view.send("answer", request=card["request"], value='"Ada"', json=True)
    assert view.answered() == "2 answered."
    assert [graph.get_state(at(f"order {n}")).values["name"] for n in range(2)] == ["Ada", "Ada"]
