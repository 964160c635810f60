"""Anything with a `response_schema`: a form for its fields; yes or no as two buttons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..control import Control, Reason
from ..fields import MISSING, Schema, field_for, is_secret, why_nothing_fits
from ..requests import Request
from .approval import beside, said_of


def response_schema(request: Request) -> Control | None:
    """A form for the answer that the graph's author described. It resumes with JSON of that schema."""
    if request.response_schema is None:
        return None
    return for_request(request, request.response_schema)


def for_request(request: Request, schema: Schema) -> Control:
    """The control for the values of a schema: what that says of a yes or no is on the card, whose buttons have no label.

    Of a schema that nothing fits a form could not be sent: any JSON value is taken, and the card says why.
    """
    if not is_secret(schema) and (why := why_nothing_fits(schema)) is not None:
        said = (
            f"Nothing fits what is asked for here: {why}. So any JSON value is taken; the graph itself may refuse it."
        )
        return replace(Control.json(), description=beside(request, said)).held_to({})
    control = for_schema(schema)
    if control.view["kind"] != "approval":
        return control
    return replace(control, description=beside(request, *said_of(field_for(schema))))


def for_schema(schema: Schema, *, default: Any = MISSING, reason: Reason = "optional") -> Control:
    """The control for the values of a schema: approval for a boolean, else a form.

    Args:
        schema: JSON Schema of the answer.
        default: the JSON value to start from, else the schema's own.
        reason: for a boolean, whether a reason is asked for.
    """
    field = field_for(schema, default=default)
    if field["type"] != "boolean":
        return Control.form(schema, default=default)
    start = field.get("default")
    control = Control.approval(reason=reason, default=start if isinstance(start, bool) else None)
    # `bool | None` takes more than the two buttons give.
    return control.held_to(schema)
