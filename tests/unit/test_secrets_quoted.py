"""A card that quotes a secret shows dots, and the browser keeps nothing of what is typed into it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.types import interrupt
from pydantic import Field

import hitl_widgets as hitl
from hitl_widgets.errors import InvalidAnswerError

from ..waiting import at_rest
from . import graphs
from .rich_pictures import PNG

SECRET = "hunter2-hunter2"
ROWS = [{"name": "ada", "key": SECRET}, {"name": "bob", "key": "none"}]


class State(TypedDict, total=False):
    kept: str
    said: Any


def fields(**properties: Any) -> Any:
    return {"type": "object", "properties": properties}


def approval(description: str, args: dict[str, Any], name: str = "log_in") -> Any:
    """What LangChain's middleware asks."""
    return interrupt(
        {
            "action_requests": [{"name": name, "args": args, "description": description}],
            "review_configs": [{"action_name": name, "allowed_decisions": ["approve", "reject"]}],
        }
    )


QUOTES: dict[str, Any] = {
    "question": lambda: hitl.ask(f"Is {SECRET} right?"),
    "description": lambda: hitl.ask("Right?", description=f"It is `{SECRET}`."),
    "description with a part of it in bold": lambda: hitl.ask(
        "Right?", description=f"It is {SECRET[:3]}**{SECRET[3:]}"
    ),
    "context": lambda: interrupt({"question": "Right?", "draft": {"deep": [SECRET]}}),
    "caption": lambda: hitl.ask("Right?", images={f"It is {SECRET}": PNG}),
    "arguments": lambda: approval("Log in?", {"user": "ada", "with": SECRET}),
    "the name of a tool": lambda: approval("Log in?", {"user": "ada"}, f"log_in_{SECRET}"),
    "a field's label and help": lambda: interrupt(
        "Right?", response_schema=fields(user={"type": "string", "title": f"With {SECRET}", "description": SECRET})
    ),
    "the label of a choice": lambda: interrupt(
        "Right?", response_schema=fields(use={"oneOf": [{"const": 1, "title": f"Use {SECRET}"}, {"const": 2}]})
    ),
    "a label in a part that is used twice": lambda: interrupt(
        "Right?",
        response_schema={
            "$defs": {"label": {"properties": {"label": {"title": SECRET, "$ref": "#/$defs/label"}}}},
            "$ref": "#/$defs/label",
        },
    ),
    "what is said of a call": lambda: approval(f"Log in with {SECRET}?", {"user": "ada"}),
}


def then(asks: Any, *, saver: Any = None) -> Any:
    """A graph that is given a secret, and then asks what may quote it."""

    def key(_: Any) -> Any:
        return {"kept": hitl.ask("Key?", secret=True)}

    return graphs.chain(State, {"key": key, "next": lambda _: {"said": asks()}}, checkpointer=saver)


def card(session: hitl.Session) -> Any:
    display: Any = session._display
    display.widget._push()
    (shown,) = display.widget.cards
    return shown


def told(asks: Any, secret: str = SECRET) -> Any:
    session = at_rest(hitl.run(then(asks), {}))
    assert card(session)["key"] == "key"
    session.answer(secret)
    return card(at_rest(session))


@pytest.mark.parametrize("where", QUOTES)
def test_a_card_that_quotes_a_secret_anywhere_shows_dots_and_is_not_kept(where: str) -> None:
    shown = told(QUOTES[where], SECRET[:3] + "**" + SECRET[3:] if "bold" in where else SECRET)
    assert shown["unkept"] is True
    text = json.dumps(shown, ensure_ascii=False)
    assert "••••••" in text
    assert SECRET not in text
    assert SECRET[3:] not in text


@pytest.mark.parametrize("where", QUOTES)
def test_the_same_card_in_a_run_that_was_given_another_secret_is_kept(where: str) -> None:
    assert "unkept" not in told(QUOTES[where], "another-secret")


@pytest.mark.parametrize("edit", [[], ["name"]])
def test_nothing_is_kept_of_a_table_in_a_run_that_was_given_a_secret(edit: list[str]) -> None:
    # Its cells come page by page, and one that is edited is kept beside what stood there.
    assert told(lambda: hitl.ask("Which?", rows=ROWS, edit=edit))["unkept"] is True


def test_a_table_in_a_run_without_a_secret_is_kept() -> None:
    asks = {"next": lambda _: {"said": hitl.ask("Which?", rows=ROWS, edit=True)}}
    shown = card(at_rest(hitl.run(graphs.chain(State, asks), {})))
    assert shown["control"]["kind"] == "table"
    assert "unkept" not in shown


@pytest.mark.parametrize("secret", ["123", "x", "7"])
def test_a_short_secret_is_dots_where_a_question_is_nothing_else_and_stands_inside_of_longer_texts(secret: str) -> None:
    alone = told(lambda: hitl.ask(f"{secret}"), secret)
    assert (alone["question"], alone["unkept"]) == ("••••••", True)
    inside = told(lambda: hitl.ask(f"Is it {secret}0 of them?"), secret)
    assert inside["question"] == f"Is it {secret}0 of them?"


SHORT_ALONE: dict[str, Any] = {
    "description": lambda: hitl.ask("Right?", description="It is `k9`."),
    "context": lambda: interrupt({"question": "Right?", "draft": "k9"}),
    "arguments": lambda: approval("Log in?", {"user": "ada", "with": "k9"}),
}


@pytest.mark.parametrize("where", SHORT_ALONE)
def test_a_short_secret_is_dots_in_a_part_of_a_card_that_is_nothing_else(where: str) -> None:
    shown = told(SHORT_ALONE[where], "k9")
    assert shown["unkept"] is True
    assert "k9" not in json.dumps(shown, ensure_ascii=False)
    assert "••••••" in json.dumps(shown, ensure_ascii=False)
    assert "unkept" not in told(SHORT_ALONE[where], "k8")


def in_use(browsed: Any, session: hitl.Session, at: Any) -> str:
    try:
        return json.dumps(session._run.driver.run(browsed._looking.at({"at": at})), ensure_ascii=False)
    except InvalidAnswerError as error:
        return f"refused: {error}"


def test_a_question_and_an_answer_that_quote_a_secret_are_dots_wherever_one_looks() -> None:
    asks = {"key": lambda _: {"kept": hitl.ask("Key?", secret=True)}, "next": lambda _: {"said": quotes()}}

    def quotes() -> Any:
        return interrupt({"question": f"Is {SECRET} right?", "options": [f"yes, {SECRET}", "no"]})

    session = at_rest(hitl.run(graphs.chain(State, asks), {}))
    assert card(session)["key"] == "key"
    session.answer(SECRET)
    display: Any = session._display
    waiting = in_use(display.widget, at_rest(session), {"kind": "node", "node": "next"})
    assert SECRET not in waiting
    assert "Is •••••• right?" in waiting
    session.answer(f"yes, {SECRET}", reason=f"as {SECRET} says")
    session.wait(60)
    for at in ({"kind": "node", "node": "next"}, {"kind": "answer", "decision": 1}, {"kind": "replay"}):
        assert SECRET not in in_use(display.widget, session, at)
    assert "session.decisions[1].value" in in_use(display.widget, session, {"kind": "answer", "decision": 1})
    shown = display(neutral=False)
    told = (repr(session.decisions), session.decisions._repr_html_(), json.dumps(shown[0], ensure_ascii=False))
    for text in told:
        assert SECRET not in text
        assert "yes, ••••••" in text
    # What replays it has it as it was given.
    assert session.decisions[1].value == f"yes, {SECRET}"
    assert SECRET in session.decisions.to_code()


def test_the_error_that_nobody_is_there_quotes_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    graph = then(lambda: hitl.ask(f"Is {SECRET} right?", default=SECRET))
    session = hitl.run(graph, {}, unattended={"key": SECRET})
    with pytest.raises(hitl.UnansweredError) as error:
        session.wait(60)
    assert SECRET not in str(error.value)
    assert "Is •••••• right?" in str(error.value)


class Logged(TypedDict, total=False):
    """A state that calls one of its keys a secret."""

    token: Annotated[str, Field(json_schema_extra={"format": "password"})]
    said: Any


def logged() -> Any:
    return graphs.chain(Logged, {"next": lambda state: {"said": hitl.ask(f"Is {state['token']} right?")}})


def test_an_input_that_the_state_calls_secret_is_dots_on_the_card_that_quotes_it() -> None:
    shown = card(at_rest(hitl.run(logged(), {"token": SECRET})))
    assert (shown["question"], shown["unkept"]) == ("Is •••••• right?", True)


def test_after_a_restart_too_and_in_the_list_of_waiting_threads(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite"
    first = at_rest(hitl.run(logged(), thread_id="t", save=file))  # it asks for its input
    first.answer({"token": SECRET})
    assert card(at_rest(first))["question"] == "Is •••••• right?"
    first.close()
    again = at_rest(hitl.attach(logged(), "t", save=file))
    assert (card(again)["question"], card(again)["unkept"]) == ("Is •••••• right?", True)
    assert "Is •••••• right?" in repr(hitl.inbox(logged(), save=file))


def test_what_a_nested_graph_calls_secret_is_dots_too() -> None:
    class Plain(TypedDict, total=False):
        token: str
        said: Any

    graph = graphs.chain(Plain, {"inner": logged()})
    assert card(at_rest(hitl.run(graph, {"token": SECRET})))["question"] == "Is •••••• right?"


def test_what_a_policy_fails_with_that_quotes_one_is_dots_in_the_notices() -> None:
    def fails(_: Any) -> Any:
        raise ValueError(f"{SECRET} is too old")

    policy = hitl.policy("strict", node="next", answer=fails)
    session = at_rest(hitl.run(then(lambda: hitl.ask("Right?")), {}, policies=[policy]))
    session.answer(SECRET)
    notice = at_rest(session).notices[-1]
    assert SECRET not in notice
    assert notice.endswith("ValueError: •••••• is too old")
