"""The decisions of langchain's human-in-the-loop middleware about one tool call: approve, edit, reject, respond."""

from __future__ import annotations

from typing import Any

from ..control.items import Choice, plain_choice
from ..fields import Schema, field_for
from ..protocol import FieldView
from . import arguments

ORDER = ("approve", "edit", "reject", "respond")
"""As the buttons stand, whatever order they are allowed in."""
_TOOL = "\n\nTool: "


def choices(
    allowed: dict[str, Schema], name: str, args: dict[str, Any], args_schema: Schema | None
) -> tuple[Choice, ...]:
    """The choices for a tool call.

    Args:
        allowed: JSON Schema of each decision that is allowed, by its name.
        name: the tool's.
        args: what the model asked for.
        args_schema: the tool's own, for the form.
    """
    made: dict[str, Choice] = {}
    for decision in (decision for decision in ORDER if decision in allowed):
        schema = {**allowed[decision], "additionalProperties": False}
        match decision:
            case "approve":
                made[decision] = Choice(
                    plain_choice("approve", "Approve", tone="primary"), schema, "Approved", approves=True
                )
            case "edit":
                made[decision] = _edit(schema, name, args, args_schema)
            case "reject":
                field = text_field("Reason", _message_schema(schema), optional=_is_optional(schema))
                made[decision] = _with_message("reject", "Reject", "danger", schema, field, "Rejected", approves=False)
            case _:
                field = text_field("Response", _message_schema(schema), optional=_is_optional(schema))
                made[decision] = _with_message("respond", "Respond", "neutral", schema, field, "Responded")
    return tuple(made.values())


def text_field(label: str, schema: Schema | None = None, *, optional: bool) -> FieldView:
    """A text of several lines; optional, it may be left empty, which is `None`."""
    own: Schema = {**(schema or {}), "type": ["string", "null"] if optional else "string", "x-multiline": True}
    return field_for({key: value for key, value in own.items() if key != "title"}, label=label)


def own_words(description: Any) -> str | None:
    """A description without the tool's name and arguments, which the middleware appends and the card shows anyway."""
    if not isinstance(description, str):
        return None
    said = _without_call(description).strip()
    return None if said in {"", "Tool execution requires approval"} else said


def _without_call(description: str) -> str:
    start = description.find(_TOOL)
    # Not a pattern: that would look for the arguments again and again.
    appended = start >= 0 and description.find("\nArgs: ", start + len(_TOOL)) >= 0
    return description[:start] if appended else description


def _edit(schema: Schema, name: str, args: dict[str, Any], args_schema: Schema | None) -> Choice:
    field = arguments.form(args, args_schema)

    def make(entered: Any) -> dict[str, Any]:
        return {"edited_action": {"name": name, "args": arguments.edited(args, field, entered)}}

    def details(decision: dict[str, Any]) -> str:
        action = decision["edited_action"]
        said = arguments.changes(args, action["args"])
        return said if action["name"] == name else f"{action['name']} instead, {said}"

    view = plain_choice("edit", "Edit", field=field, edits=True)
    return Choice(view, schema, "Edited", approves=True, make=make, at="edited_action/args", details=details)


def _with_message(
    name: str, label: str, tone: str, schema: Schema, field: FieldView, past: str, *, approves: bool | None = None
) -> Choice:
    return Choice(
        plain_choice(name, label, tone=tone, field=field),
        schema,
        past,
        approves=approves,
        make=lambda entered: {} if entered is None else {"message": entered},
        at="message",
        details=lambda decision: decision.get("message") or "",
    )


def _message_schema(schema: Schema) -> Schema:
    message = schema.get("properties", {}).get("message")
    return message if isinstance(message, dict) else {}


def _is_optional(schema: Schema) -> bool:
    return "message" not in schema.get("required", [])
