"""deepagents' real `ask_user` tool, in a real agent: what its model hears of the answers."""

from __future__ import annotations

from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver

import hitl_widgets as hitl

from ..scripted_model import ScriptedModel, calls
from .deciding import click, control_of
from .real_ask_user import ask_user_module
from .test_families_ask_user import ALL


@pytest.fixture(scope="module")
def middleware() -> Any:
    return ask_user_module().AskUserMiddleware


@pytest.fixture
def session(middleware: Any) -> hitl.Session:
    model = ScriptedModel(script=[calls(("ask_user", {"questions": list(ALL)})), AIMessage("done")])
    graph = create_agent(model, [], middleware=[middleware()], checkpointer=InMemorySaver())
    session = hitl.run(graph, {"messages": [{"role": "user", "content": "go"}]})
    assert session._run.at_rest.wait(60)
    assert session.error is None
    return session


def heard(session: hitl.Session) -> Any:
    """What the tool told the model."""
    [message] = [message for message in session.wait(60)["messages"] if message.type == "tool"]
    return message


def test_it_is_recognised_with_a_field_for_each_question(session: hitl.Session) -> None:
    control = control_of(session)
    [item] = control.items
    assert [choice.view["name"] for choice in item.choices] == ["answered", "cancelled"]
    field = item.choices[0].view["field"]
    assert field is not None
    assert field["type"] == "object"
    assert [named["field"]["type"] for named in field["fields"]] == ["text", "choice", "text", "choices", "text"]


def test_what_is_clicked_is_heard_question_by_question(session: hitl.Session) -> None:
    click(session, {"decision": "answered", "value": {"0": "hitl", "1-other": "Zig", "2": ["lint", "test"]}})
    message = heard(session)
    assert message.status == "success"
    for question, answer in (
        ("What is it called?", "hitl"),
        ("In which language?", "Zig"),
        ("What runs in CI?", "lint"),
    ):
        assert f"Q: {question}\nA: " in message.text
        assert answer in message.text.split(f"Q: {question}\nA: ")[1].splitlines()[0]
    assert "error" not in message.text


@pytest.mark.parametrize("answer", [["hitl", "Rust", ""], ["hitl", "Rust", ["lint"]]])
def test_what_code_answers_is_heard_too(session: hitl.Session, answer: Any) -> None:
    session.answer(answer)
    message = heard(session)
    assert message.status == "success"
    assert "A: Rust" in message.text


def test_it_hears_that_it_was_cancelled(session: hitl.Session) -> None:
    session.answer(value=False)
    assert heard(session).text.count("A: (cancelled)") == len(ALL)


def test_what_its_own_checks_would_not_take_is_never_sent(session: hitl.Session) -> None:
    for answer in (["hitl"], {"status": "answered"}, {"status": "answered", "answers": ["a", "b", 3]}):
        with pytest.raises(hitl.InvalidAnswerError):
            session.answer(answer)
    assert len(session.requests) == 1
    session.answer(["hitl", "Rust", ""])
    assert heard(session).status == "success"
