"""Questions of deepagents' `ask_user` tool: texts, one of several, several of many; or the whole is cancelled."""

from __future__ import annotations

import json
from typing import Any, cast

from ..control import Control
from ..decide import Choice, Item, Shape, deciding, plain_choice
from ..fields import Schema, field_for, is_object
from ..fields.values import is_list
from ..requests import Request
from .payload import as_dict

_ANSWERED: Schema = {
    "type": "object",
    "properties": {"status": {"type": "string"}, "answers": {"type": "array", "items": {"type": "string"}}},
    "required": ["answers"],
    "additionalProperties": False,
}


def ask_user(request: Request) -> Control | None:
    """A form of the questions. It resumes with `{"status": ..., "answers": [...]}`, a text a question."""
    payload = as_dict(request.payload)
    if payload is None or payload.get("type") != "ask_user":
        return None
    questions = payload.get("questions")
    if not is_list(questions) or not questions or not all(map(_is_question, questions)):
        return None
    asked = cast("list[dict[str, Any]]", questions)
    question = asked[0]["question"] if len(asked) == 1 else f"Answer {len(asked)} questions"
    item = Item("questions", (_answered(asked), _cancelled()), start="answered")
    return deciding([item], question=question, shape=_shape(len(asked)))


def _is_question(one: Any) -> bool:
    return is_object(one) and isinstance(one.get("question"), str)


def _shape(count: int) -> Shape:
    def unpack(value: Any) -> list[Any] | None:
        # From code: the answers alone, and a list of chosen values for a `multi_select`.
        answers = [value] if isinstance(value, str) else value
        if is_list(answers) and len(answers) == count and not any(map(is_object, answers)):
            return [{"status": "answered", "answers": [_as_text(answer) for answer in answers]}]
        return [value]

    return Shape(pack=lambda decisions: decisions[0], unpack=unpack, at=lambda _index: "", tag="status")


def _as_text(answer: Any) -> Any:
    return json.dumps(answer, ensure_ascii=False) if is_list(answer) else answer


def _answered(questions: list[dict[str, Any]]) -> Choice:
    names = [str(index) for index in range(len(questions))]
    required = [name for name, one in zip(names, questions, strict=True) if one.get("required", True) is not False]
    form: Schema = {
        "type": "object",
        "properties": {name: _field_schema(one) for name, one in zip(names, questions, strict=True)},
        "required": required,
    }

    def make(entered: dict[str, Any]) -> dict[str, Any]:
        # One answer a question; what was left out is an empty one.
        return {"answers": [_as_text(entered.get(name, "")) for name in names]}

    schema = {
        **_ANSWERED,
        "properties": {
            **_ANSWERED["properties"],
            "answers": {**_ANSWERED["properties"]["answers"], "minItems": len(names), "maxItems": len(names)},
        },
    }
    return Choice(
        plain_choice("answered", "Answer", tone="primary", field=field_for(form, label="Answers")),
        schema,
        "Answered",
        make=make,
        at="answers",
        details=lambda decision: ", ".join(decision["answers"]),
    )


def _field_schema(question: dict[str, Any]) -> Schema:
    values = [choice.get("value") for choice in question.get("choices") or [] if is_object(choice)]
    texts = [value for value in values if isinstance(value, str)]
    schema: Schema = {"title": question["question"]}
    required = question.get("required", True) is not False
    match question.get("type"):
        case "multiple_choice" if texts:
            return {**schema, "enum": texts}
        case "multi_select" if texts:
            items = {"type": "array", "items": {"enum": texts}, "uniqueItems": True}
            return {**schema, **items, **({"minItems": 1} if required else {})}
        case _:
            return {**schema, "type": "string"}


def _cancelled() -> Choice:
    schema: Schema = {**_ANSWERED, "properties": {**_ANSWERED["properties"], "answers": {"const": []}}}
    view = plain_choice("cancelled", "Cancel", tone="danger")
    return Choice(view, schema, "Cancelled", approves=False, implied={"answers": []})
