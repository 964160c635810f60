"""Agent Inbox's `HumanInterrupt` (`langgraph.prebuilt.interrupt`), one or a list: accept, edit, respond, ignore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..control import Control
from ..control.deciding import deciding
from ..control.items import Choice, Item, Shape, plain_choice
from ..fields import Schema, is_object
from ..fields.values import is_list
from ..requests import Request
from ..texts.apart import in_one_line
from ..texts.jsonable import jsonable
from ..thread.tools import argument_schema
from . import arguments
from .decisions import text_field

_SHAPE = Shape(
    pack=lambda decisions: decisions,
    unpack=lambda value: value if is_list(value) else None,
    at=str,
)
"""The graph reads `interrupt([request])[0]`, so the answer is a list even to a single request."""


def agent_inbox(request: Request) -> Control | None:
    """What each request's `config` allows. It always resumes with a list, one response a request."""
    payload = request.payload
    requests: list[Any] = list(payload) if isinstance(payload, list | tuple) else [payload]
    items = [_item(one, request.tools) for one in requests]
    known = [item for item in items if item is not None]
    if not known or len(known) != len(items):
        return None
    question = f"Review {len(known)} actions" if len(known) > 1 else _question(known[0].title)
    return deciding(known, question=question, shape=_SHAPE, approve="Accept")


def _question(action: str) -> str:
    """An action is the name of a tool, or already says what is asked ("Approve XYZ action")."""
    return action if " " in action.strip() else f"Run {action}?"


def _item(one: Any, tools: Mapping[str, Any]) -> Item | None:
    if not is_object(one) or not is_object(one.get("action_request")) or not is_object(one.get("config")):
        return None
    action, args = one["action_request"].get("action"), arguments.arguments_of(one["action_request"].get("args"))
    if not isinstance(action, str) or args is None:
        return None
    schema = argument_schema(tools.get(action))
    makes = {
        "accept": _accept(one["action_request"]),
        "edit": _edit(action, args, schema),
        "respond": _respond(),
        "ignore": _ignore(),
    }
    made = tuple(choice for name, choice in makes.items() if one["config"].get(f"allow_{name}") is True)
    if not made:
        return None
    description = one.get("description")
    said = description if isinstance(description, str) else None
    return Item(in_one_line(action), made, said, arguments.listed(args, schema), tool=action)


def _response(args: Schema) -> Schema:
    properties = {"type": {"type": "string"}, "args": args}
    return {"type": "object", "properties": properties, "required": ["args"], "additionalProperties": False}


def _accept(asked: dict[str, Any]) -> Choice:
    view = plain_choice("accept", "Accept", tone="primary")
    # Agent Inbox's own page sends the action along with an acceptance. Another one would be an edit.
    return Choice(view, _response({"enum": [None, jsonable(asked)]}), "Accepted", approves=True, implied={"args": None})


def _ignore() -> Choice:
    view = plain_choice("ignore", "Ignore", tone="danger")
    return Choice(view, _response({"type": "null"}), "Ignored", approves=False, implied={"args": None})


def _respond() -> Choice:
    return Choice(
        plain_choice("response", "Respond", field=text_field("Response", optional=False)),
        _response({"type": "string"}),
        "Responded",
        make=lambda entered: {"args": entered},
        at="args",
        details=lambda decision: decision["args"],
    )


def _edit(action: str, args: dict[str, Any], args_schema: Schema | None) -> Choice:
    field = arguments.form(args, args_schema)
    request: Schema = {
        "type": "object",
        "properties": {"action": {"type": "string"}, "args": {"type": "object"}},
        "required": ["action", "args"],
    }
    return Choice(
        plain_choice("edit", "Edit", field=field, edits=True),
        _response(request),
        "Edited",
        approves=True,
        make=lambda entered: {"args": {"action": action, "args": arguments.edited(args, field, entered)}},
        at="args/args",
        details=lambda decision: arguments.changes(args, decision["args"]["args"]),
    )
