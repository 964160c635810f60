"""`hitl.ask` and `hitl.ask_node`: the payloads that we write ourselves, tagged with `type`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, cast

from pydantic import Field

from ..asking.ask import live_type
from ..asking.files import file_type
from ..control import Control
from ..fields import MISSING, PythonType, as_json, from_type
from ..files import KEYWORD
from ..requests import Request
from .ask_file import held_to_folder
from .payload import ASK_TAGS, as_dict
from .pictured import pictured
from .schema import for_schema


def asked(request: Request) -> Control | None:
    """A control for the type that was asked for.

    With a type of its own the question resumes with JSON, which the node turns into a value of that type. An
    `ask_node` without one takes the type of the state key that it writes, and resumes with a value of that type.
    """
    control = _asked(request)
    return None if control is None else pictured(control, request.live)


def _asked(request: Request) -> Control | None:
    payload = as_dict(request.payload)
    if payload is None or payload.get("type") not in ASK_TAGS:
        return None
    if request.response_schema is None:
        return _of_state_key(request.value_type, payload)
    if "rows" in payload:
        from .rows import asked_rows  # few questions have a table

        if (table := asked_rows(request.live, payload, request.response_schema)) is not None:
            return table
        # Elsewhere there are no positions to start from.
        payload = {name: value for name, value in payload.items() if name != "default"}
    live = request.value_type if payload["type"] == "hitl.ask" else None
    live = live or live_type(payload, request.response_schema)
    if live is None:
        return held_to_folder(_control(request.response_schema, payload), request.response_schema)
    # Its own schema says more than LangGraph's: a Decimal is a number, not any text as well (Pydantic 2.14).
    python_type = from_type(live)
    control = replace(_control(python_type.schema or request.response_schema, payload), parse=python_type.check)
    return held_to_folder(control, request.response_schema)


def typed_by_state_key(control: Control, request: Request) -> Control:
    """A control of the user's own for an `ask_node`: what the state gets is still of its key's type."""
    payload = as_dict(request.payload)
    untyped = payload is None or payload.get("type") != "hitl.ask_node" or request.response_schema is not None
    if untyped or request.value_type is None:
        return control
    python_type = from_type(request.value_type)
    if python_type.schema is None or not _says_something(python_type.schema):
        return control
    own = control.parse

    def parse(value: Any) -> Any:
        return python_type.validate(as_json(value if own is None else own(value)))

    return replace(control, parse=parse)


def _control(schema: dict[str, Any], payload: dict[str, Any]) -> Control:
    reason = payload.get("reason", "optional")
    return for_schema(schema, default=payload.get("default", MISSING), reason=reason)


def _of_state_key(annotation: Any, payload: dict[str, Any]) -> Control:
    python_type = _python_type(annotation, payload)
    if python_type is None or python_type.schema is None or not _says_something(python_type.schema):
        return _untyped(python_type, payload)
    control = _control(python_type.schema, payload)
    if control.view["kind"] == "form" and control.view["field"]["nullable"]:
        # `str | None` in a state says that nobody was asked yet, not that nothing is an answer.
        field = cast("Any", {**control.view["field"], "nullable": False})
        if field.get("default", MISSING) is None:
            del field["default"]
        control = replace(control, view={**control.view, "field": field})
    return held_to_folder(replace(control, parse=python_type.validate), python_type.schema)


def _python_type(annotation: Any, payload: dict[str, Any]) -> PythonType | None:
    if annotation is None:
        return None
    annotation = file_type(annotation, {}) or annotation
    python_type = from_type(annotation)
    constraints = _constraints(payload)
    if not constraints:
        return python_type
    # A bound crossed as JSON: a date is a date again.
    bounds: dict[str, Any] = {
        name: python_type.validate(bound) if isinstance(bound, str) and name in {"ge", "gt", "le", "lt"} else bound
        for name, bound in constraints.items()
    }
    return from_type(Annotated[annotation, Field(**bounds)])


def _constraints(payload: dict[str, Any]) -> dict[str, Any]:
    """What a payload asks of the answer; never which folder is shown, as somebody else may have written the payload."""
    constraints = as_dict(payload.get("constraints")) or {}
    extra = as_dict(constraints.get("json_schema_extra"))
    if extra is None:
        return constraints
    return {**constraints, "json_schema_extra": {name: said for name, said in extra.items() if name != KEYWORD}}


def _says_something(schema: dict[str, Any]) -> bool:
    return not schema.keys() <= {"title", "description", "default"}


def _untyped(python_type: PythonType | None, payload: dict[str, Any]) -> Control:
    """A key of any type: a person answers with a text, code with whatever it likes."""
    default = payload.get("default", MISSING)
    if default is MISSING or isinstance(default, str):
        extra = _constraints(payload).get("json_schema_extra", {})
        control = Control.form({"type": "string", **extra}, default=default)
    else:
        control = Control.json(default)
    return replace(control, schema=None, parse=python_type.validate if python_type else None)
