"""deepagents' `ask_user`: what the tool that asked receives."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.control.deciding import Deciding

from . import graphs
from .deciding import click, control_of

NAME = {"question": "What is it called?", "type": "text"}
LANGUAGE = {
    "question": "In which language?",
    "type": "multiple_choice",
    "choices": [{"value": "Python"}, {"value": "Rust"}],
}
STEPS = {
    "question": "What runs in CI?",
    "type": "multi_select",
    "choices": [{"value": "lint"}, {"value": "test"}],
    "required": False,
}
ALL = (NAME, LANGUAGE, STEPS)


def asking(*questions: dict[str, Any]) -> hitl.Session:
    payload = {"type": "ask_user", "questions": list(questions), "tool_call_id": "call-0"}

    def node(state: Any) -> dict[str, Any]:
        return {"log": [interrupt(payload)]}

    session = hitl.run(graphs.chain(graphs.Log, {"tools": node}, checkpointer=InMemorySaver()), {"log": []})
    assert session._run.at_rest.wait(60)
    return session


def test_what_must_be_answered_is_not_called_optional() -> None:
    languages = {**STEPS, "required": True}
    session = asking(NAME, LANGUAGE, STEPS, languages, {**NAME, "required": False})
    [item] = control_of(session).view["items"]
    fields = item["choices"][0]["field"]["fields"]
    optional = [one["name"] for one in fields if not one["field"]["required"] and not one["field"].get("unmarked")]
    # A choice may be left out for "Or something else", which says itself that it may be left out.
    assert optional == ["2", "4"]


def test_what_was_left_out_is_not_told_as_an_answer() -> None:
    session = asking(LANGUAGE, STEPS, {**NAME, "required": False})
    click(session, {"decision": "answered", "value": {"0": "Rust"}})
    assert received(session) == {"status": "answered", "answers": ["Rust", "[]", ""]}
    assert session.decisions[0].text == "Answered: Rust"


def received(session: hitl.Session) -> Any:
    [answer] = session.wait(60)["log"]
    return answer


@pytest.mark.parametrize(
    ("entered", "answers"),
    [
        ({"0": "hitl", "1": "Rust", "2": ["lint", "test"]}, ["hitl", "Rust", '["lint", "test"]']),
        ({"0": "hitl", "1": "Rust", "2": []}, ["hitl", "Rust", "[]"]),
        ({"0": "hitl", "1": "Rust"}, ["hitl", "Rust", "[]"]),
        ({"0": "hitl", "1-other": "Zig", "2": ["lint"], "2-other": "ship"}, ["hitl", "Zig", '["lint", "ship"]']),
    ],
)
def test_there_is_one_answer_a_question(entered: Any, answers: list[str]) -> None:
    session = asking(*ALL)
    click(session, {"decision": "answered", "value": entered})
    assert received(session) == {"status": "answered", "answers": answers}
    assert session.decisions[0].text == f"Answered: {', '.join(one for one in answers if one != '[]')}"


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "answered", "answers": ["hitl", "Zig", '["lint"]']},
        ["hitl", "Zig", '["lint"]'],
        ["hitl", "Zig", ["lint"]],
    ],
)
def test_code_may_answer_with_the_answers_alone(answer: Any) -> None:
    session = asking(*ALL)
    session.answer(answer)
    assert received(session) == {"status": "answered", "answers": ["hitl", "Zig", '["lint"]']}


def test_a_single_question_is_the_cards_and_a_text_its_answer() -> None:
    session = asking(NAME)
    assert session._run.pending[0].question.question == "What is it called?"
    session.answer("hitl")
    assert received(session) == {"status": "answered", "answers": ["hitl"]}


def test_it_can_be_cancelled() -> None:
    clicked = asking(*ALL)
    click(clicked, {"decision": "cancelled"})
    assert received(clicked) == {"status": "cancelled", "answers": []}
    for answer in (False, {"status": "cancelled"}):
        coded = asking(*ALL)
        coded.answer(answer)
        assert received(coded) == {"status": "cancelled", "answers": []}


def test_what_is_required_is_asked_for_at_its_field() -> None:
    session = asking(*ALL)
    control = control_of(session)
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        control.resume_value([{"decision": "answered", "value": {"1": "Rust"}}])
    assert refused.value.fields == {"0/answered/0": "Please fill this in."}
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        control.resume_value([{"decision": "answered", "value": {"0": "hitl"}}])
    assert refused.value.fields == {"0/answered/1": "Please choose one, or fill in something else."}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (["a"], {"": "A decision is a dict with 'status', one of: answered, cancelled."}),
        ({"status": "answered", "answers": ["a"]}, {"answers": "At least 3 items."}),
        ({"status": "answered", "answers": ["a", "b", 3]}, {"answers/2": "Not a text."}),
        (["", "b", "[]"], {"answers/0": "At least 1 character."}),
        ({"status": "cancelled", "answers": ["a"]}, {"answers": "At most 0 items."}),
    ],
)
def test_what_does_not_fit_is_refused(answer: Any, said: dict[str, str]) -> None:
    session = asking(*ALL)
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        session.answer(answer)
    assert refused.value.fields == said
    assert len(session.requests) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("lint", 'Not a list of the chosen values: from code ["a", "b"], or that as JSON.'),
        ('{"lint": true}', 'Not a list of the chosen values: from code ["a", "b"], or that as JSON.'),
        ("[1]", 'Not a list of the chosen values: from code ["a", "b"], or that as JSON.'),
        ([], "Please choose one, or fill in something else."),
    ],
)
def test_several_of_many_is_no_other_text(answer: Any, said: str) -> None:
    session = asking(NAME, {**STEPS, "required": True})
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        session.answer(["hitl", answer])
    assert refused.value.fields == {"answers/1": said}
    session.answer(["hitl", ["lint", "something else"]])
    assert received(session) == {"status": "answered", "answers": ["hitl", '["lint", "something else"]']}


def test_questions_that_are_none_get_another_control() -> None:
    assert not isinstance(asking()._run.pending[0].control, Deciding)
    assert not isinstance(asking({"type": "text"})._run.pending[0].control, Deciding)
