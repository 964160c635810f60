"""Half of a character in an answer: nothing can save it, and LangGraph had a question mark for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel

import hitl_widgets as hitl
from hitl_widgets.control import Control

from ..waiting import at_rest
from . import graphs

HALF = "Half of a character"
APPROVED: dict[str, Any] = {
    "type": "object",
    "properties": {"approved": {"type": "boolean"}, "comment": {"type": "string"}},
    "required": ["approved"],
}


@dataclass
class Named:
    name: str


class Model(BaseModel):
    name: str


@pytest.mark.parametrize(
    ("question", "schema", "answer", "at"),
    [
        ("Who?", None, "\ud800", ""),
        ("Who?", {"type": "string"}, "Ada \udc00", ""),
        ({"any": "thing"}, None, {"to": ["Ada", "\ud800"]}, "to/1"),
        ({"any": "thing"}, None, {"\ud800": 1}, ""),
        ({"any": "thing"}, None, {"to": {"\ud800"}}, "to"),
        ({"any": "thing"}, None, {("\ud800", 1): 1}, "0"),
        ({"any": "thing"}, None, [Named("\ud800")], "0/name"),
        ({"any": "thing"}, None, Model.model_construct(name="\ud800"), "name"),
        ("Sure?", APPROVED, {"approved": True, "comment": "\ud800"}, "comment"),
    ],
)
def test_an_answer_from_code_with_one_is_refused_where_it_stands(
    question: Any, schema: Any, answer: Any, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "0")
    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks(question, schema=schema)}), {"log": []}))
    with pytest.raises(hitl.InvalidAnswerError, match=HALF) as error:
        session.answer(answer)
    assert list(error.value.fields) == [at]
    assert session.status == "waiting"


def test_so_is_a_reason_that_the_graph_would_get(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "0")
    allowed = [{"action_name": "pay", "allowed_decisions": ["approve", "reject"]}]
    call = {"action_requests": [{"name": "pay", "args": {}}], "review_configs": allowed}
    session = at_rest(hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks(call)}), {"log": []}))
    with pytest.raises(hitl.InvalidAnswerError, match=HALF):
        session.answer(False, reason="\ud800")


def test_whole_characters_of_any_plane_are_taken() -> None:
    assert Control.text().accept("😀 naïve 日本") == "😀 naïve 日本"


def test_an_answer_whose_parts_are_shared_or_that_contains_itself_is_looked_through_at_once() -> None:
    shared: Any = "\ud800"
    for _ in range(60):
        shared = [shared, shared]
    with pytest.raises(hitl.InvalidAnswerError, match=HALF):
        Control.json().accept(shared)
    itself: list[Any] = []
    itself += [itself, itself]
    assert Control.json().accept(itself) is itself
