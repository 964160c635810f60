"""The input of a graph that was started without one: a form for its input schema, a message box for a chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired, Required, cast, get_origin

from pydantic import BaseModel, ValidationError
from typing_extensions import TypedDict, override

from ..control import Control
from ..decisions import Told
from ..errors import InvalidAnswerError
from ..fields import PythonType, Schema, as_json, field_for, from_type, in_words, is_object, is_secret, portable
from ..inside.messages import MESSAGES
from ..protocol import FieldView
from ..requests import Request
from ..texts.jsonable import as_text
from ..thread.graph_input import GraphInput

LEFT_OUT = "What is left empty is left out: the graph starts without it."
_MESSAGE: Schema = {"type": "string", "title": "Message", "x-multiline": True}


def graph_input(request: Request) -> Control | None:
    """A form; every key of a TypedDict may be left out, as LangGraph asks for none of them. It starts the run.

    Which ones the graph needs nobody knows but its author. So a label calls those optional that the author does
    (`NotRequired`), beside others that are not; and that is said once, for all of them.
    """
    if request.kind != "input":
        return None
    wanted = request.payload if isinstance(request.payload, GraphInput) else GraphInput()
    if not wanted.keys:
        control = Control.json(submit="Run") if wanted.schema is None else Control.form(wanted.schema, submit="Run")
        return control.named("What shall it run with?")
    types = {key: found for key, annotation in wanted.keys.items() if (found := _type(annotation)) is not None}
    schema = _schema(wanted, types)
    is_chat = set(wanted.keys) == {MESSAGES}
    field = _marked(field_for(schema, label="Input"), wanted)
    return _InputControl(
        {"kind": "form", "field": field, "submit": "Send" if is_chat else "Run"},
        parse=lambda answer: _parse(wanted, types, answer),
        question="What do you want to say?" if is_chat else "What shall it run with?",
        context=(),
        for_secret=is_secret(schema),
    )


class _InputControl(Control):
    """A form whose message is told as what was said, and starts from that."""

    @override
    def told(self, answer: Any) -> Told | None:
        entered = _entered(answer)
        if entered is answer or self.secret:
            return None
        return Told(as_text(entered) if len(entered) > 1 else entered[MESSAGES], None)

    @override
    def starting_from_answer(self, value: Any) -> Control:
        return super().starting_from_answer(_entered(value))


def _entered(answer: Any) -> Any:
    """An input with its message as it was entered; the very same where it has none that was."""
    given = answer if is_object(answer) else {}
    match given.get(MESSAGES):
        case [{"role": "user", "content": str(said)}]:
            return {MESSAGES: said, **{key: value for key, value in given.items() if key != MESSAGES}}
        case _:
            return answer


def _type(annotation: Any) -> PythonType | None:
    """The type of a key, if a form can hold it."""
    try:
        found = from_type(portable(annotation))
    except TypeError:
        return None
    return found if found.schema is not None else None


def _schema(wanted: GraphInput, types: Mapping[str, PythonType]) -> Schema:
    is_model = isinstance(wanted.model, type) and issubclass(wanted.model, BaseModel)
    if is_model:
        schema = from_type(wanted.model).schema or {}
    else:
        annotations = {key: NotRequired[portable(wanted.keys[key])] for key in types}
        schema = from_type(TypedDict("Input", annotations)).schema or {}  # pyright: ignore[reportArgumentType, reportGeneralTypeIssues]
    properties = cast("dict[str, Any]", schema.get("properties", {}))
    if MESSAGES not in properties:
        return schema
    needed = [MESSAGES] if len(properties) == 1 else schema.get("required", [])
    # First, and as what a person writes.
    rest = {key: value for key, value in properties.items() if key != MESSAGES}
    return {**schema, "properties": {MESSAGES: _MESSAGE, **rest}, "required": needed}


def _marked(form: FieldView, wanted: GraphInput) -> FieldView:
    named = form["fields"] if form["type"] == "object" else []
    if not named or any(one["field"]["required"] for one in named):
        return form  # a chat's message; or a model, which tells them apart itself
    optional = {one["name"]: _is_optional(one["name"], wanted) for one in named}
    has_both = len({*optional.values()}) > 1
    for one in named:
        if not (has_both and optional[one["name"]]):
            one["field"]["unmarked"] = True
    form["help"] = LEFT_OUT
    return form


def _is_optional(key: str, wanted: GraphInput) -> bool:
    """Whether a key of a TypedDict may be left out by what its author says."""
    origin = get_origin(wanted.keys[key])
    # Annotations that are texts are read later than Python reads which keys are optional.
    return origin is NotRequired or (key in getattr(wanted.model, "__optional_keys__", ()) and origin is not Required)


def _parse(wanted: GraphInput, types: Mapping[str, PythonType], answer: Any) -> dict[str, Any]:
    """The input, as the graph takes it: values of the keys' own types, a message as a list of one."""
    if isinstance(answer, str) and MESSAGES in wanted.keys:
        answer = {MESSAGES: answer}  # as `hitl.run` and `follow_up` take it
    if not is_object(answer):
        raise InvalidAnswerError(f"The input is a dict with some of the keys {', '.join(map(repr, wanted.keys))}.")
    errors: dict[str, str] = {}
    given: dict[str, Any] = {}
    for key, value in answer.items():
        if key not in wanted.keys:
            errors[key] = f"Not a key of the input; it has: {', '.join(map(repr, wanted.keys))}."
        elif key == MESSAGES:
            given[key] = [{"role": "user", "content": value}] if isinstance(value, str) else value
        elif key not in types:
            given[key] = value
        else:
            try:
                given[key] = types[key].validate(as_json(value))
            except InvalidAnswerError as error:
                errors |= {f"{key}/{path}" if path else key: said for path, said in error.fields.items()}
    if errors:
        raise InvalidAnswerError(errors)
    return _checked_by(wanted.model, given)


def _checked_by(model: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What a Pydantic model says of it all; LangGraph would only fail the run."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        try:
            model.model_validate(given)
        except ValidationError as error:
            raise InvalidAnswerError(in_words(error)) from None
    return given
