"""A card that quotes a secret shows dots, and the browser keeps nothing of what is typed into it."""

from __future__ import annotations

import json
from typing import Any, TypedDict

import pytest
from langgraph.types import interrupt

import hitl_widgets as hitl

from ..waiting import at_rest
from . import graphs
from .rich_pictures import PNG

SECRET = "hunter2-hunter2"
ROWS = [{"name": "ada", "key": SECRET}, {"name": "bob", "key": "none"}]


class State(TypedDict, total=False):
    kept: str
    said: Any


def approval(description: str, args: dict[str, Any]) -> Any:
    """What LangChain's middleware asks."""
    return interrupt(
        {
            "action_requests": [{"name": "log_in", "args": args, "description": description}],
            "review_configs": [{"action_name": "log_in", "allowed_decisions": ["approve", "reject"]}],
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
