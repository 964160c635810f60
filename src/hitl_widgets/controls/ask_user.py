"""Questions of deepagents' `ask_user` tool: texts, one of several, several of many; or the whole is cancelled."""

from __future__ import annotations

import json
from typing import Any, cast

from ..control import Control
from ..control.deciding import deciding
from ..control.items import Choice, Item, Shape, plain_choice
from ..errors import InvalidAnswerError
from ..fields import Schema, checked, field_for, is_object
from ..fields.values import is_list
from ..protocol import FieldView
from ..requests import Request
from .payload import as_dict

_OTHER = "-other"
_NONE = "[]"
"""Of several choices none."""
_NOT_SEVERAL = 'Not a list of the chosen values: from code ["a", "b"], or that as JSON.'


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
    properties: Schema = {}
    required: list[str] = []
    for name, question in _by_name(questions):
        properties[name] = _field_schema(question)
        if _choices(question):
            properties[_other(name)] = {"type": "string", "title": "Or something else"}
        elif _is_required(question):
            required.append(name)
    form: Schema = {"type": "object", "properties": properties, "required": required}

    def make(entered: dict[str, Any]) -> dict[str, Any]:
        answers = {name: _answer(question, name, entered) for name, question in _by_name(questions)}
        missing = [name for name, question in _by_name(questions) if _is_required(question) and answers[name] == ""]
        if missing:
            raise InvalidAnswerError(dict.fromkeys(missing, "Please choose one, or fill in something else."))
        return {"answers": [answers[name] or _nothing(question) for name, question in _by_name(questions)]}

    each = [_answer_schema(question) for question in questions]
    answers: Schema = {"type": "array", "prefixItems": each, "minItems": len(each), "maxItems": len(each)}
    return Choice(
        plain_choice("answered", "Answer", tone="primary", field=_marked(field_for(form, label="Answers"), questions)),
        _response(answers),
        "Answered",
        make=make,
        at="answers",
        details=lambda decision: ", ".join(one for one in decision["answers"] if one not in {"", _NONE}),
    )


def _marked(form: FieldView, questions: list[dict[str, Any]]) -> FieldView:
    """With those fields alone called optional whose question may be left out.

    Of a choice and what is filled in instead of it, neither must be there, but one of them.
    """
    needed = {name for name, question in _by_name(questions) if _is_required(question)}
    for named in form["fields"] if form["type"] == "object" else ():
        if named["name"] in needed or named["name"].endswith(_OTHER):
            named["field"]["unmarked"] = True
    return form


def _by_name(questions: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """The questions by their index, which is where their answers stand."""
    return [(str(index), question) for index, question in enumerate(questions)]


def _other(name: str) -> str:
    """A choice may always be something else (deepagents-code 0.2.2 says so to the model)."""
    return f"{name}{_OTHER}"


def _answer(question: dict[str, Any], name: str, entered: dict[str, Any]) -> str:
    """One answer as a text; of a question that was left out, an empty one."""
    chosen, other = entered.get(name), entered.get(_other(name)) or ""
    if question.get("type") == "multi_select" and _choices(question):
        several = [*(chosen or []), *([other] if other else [])]
        return _as_text(several) if several else ""
    return other or chosen or ""


def _nothing(question: dict[str, Any]) -> str:
    """The answer to a question that was left out: of several choices none (deepagents-code 0.2.2), else no text."""
    return _NONE if question.get("type") == "multi_select" and _choices(question) else ""


def _is_required(question: dict[str, Any]) -> bool:
    return question.get("required", True) is not False


def _choices(question: dict[str, Any]) -> list[str]:
    if question.get("type") not in {"multiple_choice", "multi_select"}:
        return []
    values = [choice.get("value") for choice in question.get("choices") or [] if is_object(choice)]
    return [value for value in values if isinstance(value, str)]


def _field_schema(question: dict[str, Any]) -> Schema:
    schema: Schema = {"title": question["question"]}
    choices = _choices(question)
    if not choices:
        return {**schema, "type": "string"}
    if question["type"] == "multi_select":
        return {**schema, "type": "array", "items": {"enum": choices}, "uniqueItems": True}
    return {**schema, "enum": choices}


def _answer_schema(question: dict[str, Any]) -> Schema:
    """What the answer to a question may be, as a text."""
    schema: Schema = {"type": "string", "minLength": 1} if _is_required(question) else {"type": "string"}
    if question.get("type") != "multi_select" or not _choices(question):
        return schema

    def check(answer: Any) -> dict[str, str]:
        several = _several(answer)
        if several is None:
            return {"": _NOT_SEVERAL}
        return {} if several or not _is_required(question) else {"": "Please choose one, or fill in something else."}

    return checked(schema, check)


def _several(answer: Any) -> list[Any] | None:
    """The values that the text of a `multi_select` stands for; `None` where it is none. Of no text something else is said."""
    if not isinstance(answer, str) or not answer:
        return [answer]
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    return found if is_list(found) and all(isinstance(one, str) for one in found) else None


def _cancelled() -> Choice:
    view = plain_choice("cancelled", "Cancel", tone="danger")
    schema = _response({"type": "array", "maxItems": 0})
    return Choice(view, schema, "Cancelled", approves=False, implied={"answers": []})


def _response(answers: Schema) -> Schema:
    properties: Schema = {"status": {"type": "string"}, "answers": answers}
    return {"type": "object", "properties": properties, "required": ["answers"], "additionalProperties": False}
