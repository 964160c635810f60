"""A secret that could not be saved is told by nobody who says so; nor is one that a question quotes, in what came of answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import SecretStr
from typing_extensions import override

import hitl_widgets as hitl
from hitl_widgets.watching import watched

from ..waiting import at_rest, until
from . import graphs

SECRET = "sk-hunter2-hunter2"


class Full(InMemorySaver):
    """A checkpointer that says what it could not save, as databases do."""

    full = False

    @override
    def put_writes(self, config: Any, writes: Any, *args: Any, **options: Any) -> None:
        if self.full:
            raise OSError(f"No room for {writes!r}")
        super().put_writes(config, writes, *args, **options)


@pytest.fixture
def saver() -> Full:
    return Full()


def graph(saver: Full) -> Any:
    nodes = {
        "key": lambda _: {"log": [len(hitl.ask("API key?", SecretStr).get_secret_value())]},
        "check": lambda _: {"log": [hitl.ask(f"Is {SECRET} right?", bool)]},
    }
    return graphs.chain(graphs.Log, nodes, checkpointer=saver)


def test_an_answer_that_could_not_be_saved_is_dots_in_what_its_card_says(saver: Full) -> None:
    with watched():
        session = at_rest(hitl.run(graph(saver), {"log": []}, thread_id="t"))
    display: Any = session._display
    told: list[Any] = []
    display.widget._tell = told.append
    display.widget.send = told.append
    saver.full = True
    request = session.requests[0].id
    display.widget._received(None, {"type": "answer", "client": "c", "request": request, "value": SECRET}, [])
    until(lambda: told)
    assert SECRET not in json.dumps(told)
    assert "could not be saved. OSError: No room for" in told[0]["message"]
    assert "••••••" in told[0]["message"]
    assert session.status == "waiting"
    saver.full = False
    session.answer(SECRET)
    at_rest(session)
    assert session.requests[0].node == "check"


def test_what_came_of_an_answer_for_several_threads_shows_no_secret(saver: Full) -> None:
    for name in ("a", "b"):
        hitl.run(graph(saver), {"log": []}, thread_id=name, unattended=hitl.defaults)._run.at_rest.wait(60)
    inbox = hitl.inbox(graph(saver))
    saver.full = True
    refused = inbox.answer(SECRET)
    shown = repr(refused) + refused._repr_html_() + refused.to_frame().to_string() + repr(list(refused))
    assert SECRET not in shown
    assert "refused: No room for" in shown
    saver.full = False
    assert [one.status for one in inbox.answer(SECRET)] == ["answered"] * 2
    shown = repr(inbox) + inbox.to_frame().to_string()
    assert SECRET not in shown
    assert "Is •••••• right?" in shown
    outcomes = inbox.answer(True)
    shown = repr(outcomes) + outcomes._repr_html_() + outcomes.to_frame().to_string() + repr(list(outcomes))
    assert SECRET not in shown
    assert "Is •••••• right?" in shown
    assert [one.question for one in outcomes] == [f"Is {SECRET} right?"] * 2


def test_that_threads_do_not_ask_the_same_is_said_without_the_secret_that_one_quotes(saver: Full) -> None:
    made = graph(saver)
    for name in ("a", "b"):
        session = at_rest(hitl.run(made, {"log": []}, thread_id=name))
    session.answer(SECRET)
    at_rest(session)
    with pytest.raises(hitl.AmbiguousAnswerError, match="do not ask the same") as raised:
        hitl.inbox(made).answer(True)
    assert SECRET not in str(raised.value)
