"""A graph that is started without an input asks for it."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any, Literal, NotRequired

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint
from langgraph.graph import MessagesState
from pydantic import BaseModel, Field, model_validator
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.protocol import FieldView
from hitl_widgets.running import driving

from ..scripted_model import ScriptedModel
from ..waiting import at_rest, until
from . import graphs


class Trip(TypedDict):
    to: Literal["EU", "US"]
    when: dt.date
    days: int
    booked: str


class Order(BaseModel):
    item: str
    count: int = Field(default=1, ge=1)
    gift: bool = False

    @model_validator(mode="after")
    def no_gift_of_many(self) -> Order:
        if self.gift and self.count > 1:
            raise ValueError("A gift is one thing.")
        return self


def trip(**options: Any) -> Any:
    return graphs.chain(Trip, {"book": lambda state: {"booked": f"{state['to']} on {state['when']:%d.%m.}"}}, **options)


def idle(session: hitl.Session) -> hitl.Session:
    assert at_rest(session).requests, "it does not ask for its input"
    assert session.status == "idle"
    return session


def field_of(session: hitl.Session) -> FieldView:
    return session._run.pending[0].control.view["field"]  # type: ignore[typeddict-item]


def test_it_waits_idle_for_its_input_and_then_runs() -> None:
    session = idle(hitl.run(trip()))
    [request] = session.requests
    assert (request.key, request.kind) == ("input", "input")
    drawn = {named["name"]: named["field"] for named in field_of(session)["fields"]}  # type: ignore[typeddict-item]
    assert {name: (field["type"], field["required"]) for name, field in drawn.items()} == {
        "to": ("choice", False),
        "when": ("date", False),
        "days": ("number", False),
        "booked": ("text", False),
    }
    session.answer({"to": "EU", "when": "2026-12-24"})
    assert session.wait(60) == {"to": "EU", "when": dt.date(2026, 12, 24), "booked": "EU on 24.12."}
    assert [decision.key for decision in session.decisions] == ["input"]


def test_the_card_has_a_run_button_and_its_answer_starts_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    session = idle(hitl.run(trip()))
    widget = session._display.widget
    [card] = widget.cards
    assert (card["question"], card["control"]["submit"], card["asker"]) == (
        "What shall it run with?",
        "Run",
        ["__start__"],
    )
    monkeypatch.setenv("HITL_UNATTENDED", "0")  # what is sent is taken in another thread: who waits waits for that
    monkeypatch.setattr(widget, "send", lambda *_: None)
    widget._handle_custom_msg(
        {
            "type": "answer",
            "client": "c",
            "request": card["request"],
            "value": {"to": "US", "when": "2026-12-24"},
        },
        [],
    )
    assert session.wait(60)["booked"] == "US on 24.12."
    until(lambda: widget.cards == [], "the card stayed")


def test_what_is_no_input_is_refused_at_its_key_and_can_be_mended() -> None:
    session = idle(hitl.run(trip()))
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        session.answer({"to": "Mars", "when": "soon", "where": 1})
    assert refused.value.fields.keys() == {"to", "when", "where"}
    assert "it has: 'to', 'when', 'days', 'booked'" in refused.value.fields["where"]
    assert session.status == "idle"
    session.answer({"to": "EU", "when": dt.date(2026, 12, 24)})
    session.wait(60)


def test_an_agent_has_a_message_box() -> None:
    agent = create_agent(ScriptedModel(script=[AIMessage("Hello Ada.")]), [], checkpointer=InMemorySaver())
    session = idle(hitl.run(agent))
    assert session._run.pending[0].question.question == "What do you want to say?"
    [named] = field_of(session)["fields"]  # type: ignore[typeddict-item]
    assert (named["name"], named["field"]["type"], named["field"]["multiline"], named["field"]["required"]) == (
        "messages",
        "text",
        True,
        True,
    )
    session.answer({"messages": "Hi, I am Ada."})
    assert [message.text for message in session.wait(60)["messages"]] == ["Hi, I am Ada.", "Hello Ada."]


def test_a_chat_takes_a_text_where_it_asks_for_its_input_too() -> None:
    agent = create_agent(
        ScriptedModel(script=[AIMessage("Hello."), AIMessage("Bye.")]), [], checkpointer=InMemorySaver()
    )
    session = idle(hitl.run(agent))
    session.answer("Hi, I am Ada.")
    session.wait(60)
    session.follow_up()
    session.answer("Good night.")
    assert [message.text for message in session.wait(60)["messages"]] == [
        "Hi, I am Ada.", "Hello.", "Good night.", "Bye.",
    ]  # fmt: skip
    assert [decision.text for decision in session.decisions] == ["Hi, I am Ada.", "Good night."]
    other = idle(hitl.run(trip()))
    with pytest.raises(hitl.InvalidAnswerError, match="The input is a dict with some of the keys 'to', 'when'"):
        other.answer("Rome")


def test_a_chat_shows_what_its_model_said_last_once_it_is_the_persons_turn() -> None:
    script = [AIMessage("Hello **Ada**."), AIMessage("Bye.")]
    agent = create_agent(ScriptedModel(script=script), [], checkpointer=InMemorySaver())
    session = idle(hitl.run(agent))
    widget = session._display.widget
    assert "said" not in widget.run
    assert widget.cards[0]["control"]["submit"] == "Send"
    session.answer({"messages": "Hi, I am Ada."})
    session.wait(60)
    until(lambda: "said" in widget.run, "nothing is said")
    assert "Ada" in str(widget.run["said"])
    assert widget.run["said"][0]["tag"] == "p"
    session.follow_up("Good night.")
    until(lambda: "Bye." in str(widget.run.get("said")), "nothing else is said")
    # A row says what was said, not how LangGraph takes it.
    assert [decision.text for decision in session.decisions] == ["Hi, I am Ada."]


class Letter(TypedDict):
    to: str
    text: str
    stamp: NotRequired[str]


class Loose(TypedDict, total=False):
    to: str
    text: str | None


@pytest.mark.parametrize(
    ("state", "optional"), [(Letter, ["stamp"]), (Loose, []), (Trip, [])], ids=["some", "all", "none"]
)
def test_a_label_says_optional_where_the_author_has_told_keys_apart_and_the_form_says_it_for_all(
    state: Any, optional: list[str]
) -> None:
    form: Any = field_of(idle(hitl.run(graphs.chain(state, {"send": lambda _state: {}}))))
    assert [one["name"] for one in form["fields"] if "unmarked" not in one["field"]] == optional
    assert form["help"] == "What is left empty is left out: the graph starts without it."


def test_the_form_of_a_chat_and_of_a_model_say_nothing_of_what_may_be_left_out() -> None:
    for state in (MessagesState, Order):
        form: Any = field_of(idle(hitl.run(graphs.chain(state, {"send": lambda _state: {}}))))
        assert form["help"] != "What is left empty is left out: the graph starts without it."
        assert not any("unmarked" in one["field"] for one in form["fields"])


def test_a_pydantic_state_is_held_to_its_own_validators() -> None:
    session = idle(hitl.run(graphs.chain(Order, {"ship": lambda _state: {}})))
    drawn = {named["name"]: named["field"] for named in field_of(session)["fields"]}  # type: ignore[typeddict-item]
    assert (drawn["item"]["required"], drawn["count"]["default"]) == (True, 1)
    with pytest.raises(hitl.InvalidAnswerError, match="A gift is one thing"):
        session.answer({"item": "tea", "count": 2, "gift": True})
    session.answer({"item": "tea", "count": 2})
    assert session.wait(60)["count"] == 2


def test_a_function_takes_what_it_is_typed_with() -> None:
    @entrypoint(checkpointer=InMemorySaver())
    def double(number: int) -> int:
        return 2 * number

    session = idle(hitl.run(double))
    assert field_of(session)["type"] == "number"
    session.answer(21)
    assert session.wait(60) == 42


def test_an_input_may_be_empty() -> None:
    session = idle(hitl.run(graphs.three_questions()))
    session.answer({})
    assert until(lambda: session.requests, "it does not go on")[0].key == "approved"


def test_with_nobody_there_the_input_is_an_answer_like_any_other(tmp_path: Path) -> None:
    given = {"to": "EU", "when": "2026-12-24"}
    session = hitl.run(trip(), unattended={"input": given})
    assert session.wait(60)["booked"] == "EU on 24.12."
    session.decisions.to_json(tmp_path / "answers.json")
    assert hitl.run(trip(), unattended=tmp_path / "answers.json").wait(60)["booked"] == "EU on 24.12."
    with pytest.raises(hitl.UnansweredError, match=r"unattended=\{'input': \{\}\}"):
        hitl.run(trip()).wait(60)


def test_a_thread_that_waits_is_picked_up_and_asks_for_no_input() -> None:
    graph = graphs.three_questions(checkpointer=InMemorySaver())
    first = hitl.run(graph, {}, thread_id="t")
    until(lambda: first.requests, "nothing was asked")
    second = hitl.run(graph, thread_id="t")
    assert until(lambda: second.requests, "nothing was asked")[0].key == "approved"
    assert any("waiting already" in notice for notice in second._run.notices)


def test_it_can_be_stopped_before_it_has_run() -> None:
    session = idle(hitl.run(trip()))
    session.stop()
    assert (session.status, session.requests) == ("stopped", ())


def test_one_that_is_stopped_before_it_could_ask_does_not_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    is_stopped, input_of = threading.Event(), driving.input_of

    def asks_late(*given: Any) -> Any:
        assert is_stopped.wait(60)
        return input_of(*given)

    monkeypatch.setattr(driving, "input_of", asks_late)
    session = hitl.run(trip())
    session.stop()
    is_stopped.set()
    assert (at_rest(session).status, session.requests) == ("stopped", ())
    session.retry()
    assert [request.key for request in idle(session).requests] == ["input"]


@pytest.mark.parametrize("changes", [1, 2])
@pytest.mark.parametrize("stops", [{}, {"interrupt_before": ["book"]}])
def test_a_thread_that_only_has_a_state_has_not_begun(changes: int, stops: dict[str, Any]) -> None:
    graph = trip(checkpointer=InMemorySaver(), **stops)
    for _ in range(changes):
        graph.update_state({"configurable": {"thread_id": "t"}}, {"days": 3})
    session = idle(hitl.run(graph, thread_id="t"))
    assert session.notices == at_rest(hitl.run(graph, thread_id="new")).notices
    session.close()
    given = {"to": "EU", "when": dt.date(2027, 1, 2), "days": 1}
    assert at_rest(hitl.run(graph, given, thread_id="t")).values["to"] == "EU"


def test_one_that_has_run_and_been_changed_since_waits_for_more() -> None:
    graph = trip(checkpointer=InMemorySaver())
    given = {"to": "EU", "when": dt.date(2027, 1, 2), "days": 1}
    at_rest(hitl.run(graph, given, thread_id="t")).close()
    graph.update_state({"configurable": {"thread_id": "t"}}, {"days": 3})
    assert at_rest(hitl.run(graph, thread_id="t")).status == "waiting"


def test_one_whose_input_was_changed_by_hand_has_begun() -> None:
    """Else a further input would be taken there, and be mixed with the first."""
    graph = trip(checkpointer=InMemorySaver(), interrupt_before=["book"])
    at: Any = {"configurable": {"thread_id": "t"}}
    given = {"to": "EU", "when": dt.date(2027, 1, 2), "days": 1}
    at_rest(hitl.run(graph, given, thread_id="t")).close()
    *_, first = graph.get_state_history(at)
    graph.update_state(first.config, {"days": 3}, as_node="__start__")
    assert graph.get_state(at).metadata["step"] == 0
    session = at_rest(hitl.run(graph, {**given, "to": "US"}, thread_id="t"))
    assert (session.status, session.requests[0].kind) == ("waiting", "breakpoint")
    assert session.values["days"] == 3
    assert session.values.get("to") != "US"
