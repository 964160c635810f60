"""Several tool calls at once, batched and per call: one card or many, each decided on its own."""

from __future__ import annotations

from typing import Any

import pytest

import hitl_widgets as hitl

from .agents import ALL, RAN, agent, heard, start
from .deciding import click, control_of

THREE = [("search", {"query": "a"}), ("delete", {"path": "b"}), ("search", {"query": "c"})]


def test_a_batch_is_one_card_whose_actions_are_named_apart() -> None:
    control = control_of(start(agent("batched", *THREE)))
    assert control.question == "Review 3 actions"
    assert control.view["kind"] == "decide"
    assert control.view["rest"] == "approve"
    assert [item["title"] for item in control.view["items"]] == ["search", "delete", "search (2)"]


def test_each_action_of_a_batch_gets_its_own_decision() -> None:
    session = start(agent("batched", *THREE))
    click(
        session,
        {"decision": "respond", "value": "found a myself"},
        {"decision": "approve"},
        {"decision": "edit", "value": {"query": "C"}},
    )
    told = heard(session)
    assert told[0] == "found a myself"
    assert {text.rpartition("\n")[2] for text in told[1:-1]} == {"deleted b", "found 'C'"}
    assert sorted((name, args.get("query", args.get("path"))) for name, args in RAN) == [
        ("delete", "b"),
        ("search", "C"),
    ]
    assert (
        session.decisions[0].text
        == 'search: Responded: found a myself\ndelete: Approved\nsearch (2): Edited: query "c" → "C"'
    )
    assert session.decisions[0].approved is None


@pytest.mark.parametrize(
    "answer",
    [
        True,
        {"type": "approve"},
        [True, True, True],
        [{"type": "approve"}] * 3,
        {"decisions": [{"type": "approve"}] * 3},
    ],
)
def test_a_batch_is_approved_from_code(answer: Any) -> None:
    session = start(agent("batched", *THREE))
    session.answer(answer)
    heard(session)
    assert len(RAN) == 3
    assert session.decisions[0].approved is True
    assert session.decisions[0].value == {"decisions": [{"type": "approve"}] * 3}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([True], {"": "1 decision for 3 items."}),
        ({"decisions": []}, {"": "0 decisions for 3 items."}),
        ([True, {"type": "no"}, True], {"1/type": "'no' is not allowed for delete; allowed: approve."}),
        ({"decisions": [True, False, True]}, {"decisions/1": "False stands for nothing here; allowed for delete: approve."}),
        (False, {"decisions/1": "False stands for nothing here; allowed for delete: approve."}),
    ],
)  # fmt: skip
def test_a_batch_that_does_not_fit_is_refused_as_a_whole(answer: Any, said: dict[str, str]) -> None:
    allowed = {"search": ALL, "delete": ["approve"]}
    session = start(agent("batched", *THREE, allowed=allowed))
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        session.answer(answer)
    assert refused.value.fields == said
    assert RAN == []


def test_per_call_two_calls_are_two_cards() -> None:
    session = start(agent("per_call", ("search", {"query": "a"}), ("delete", {"path": "b"})))
    questions = {pending.question.question: pending.request.id for pending in session._run.pending}
    assert questions.keys() == {"Run search?", "Run delete?"}
    session.answer(False, to=questions["Run delete?"])
    session.answer(True, to=questions["Run search?"])
    heard(session)
    assert [name for name, _ in RAN] == ["search"]
