"""The tool calls of one turn of langchain's `HumanInTheLoopMiddleware` (`"batched"`, its default; deepagents too)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..control import Control
from ..control.deciding import deciding
from ..control.items import Item, Shape
from ..fields import Schema, is_object
from ..fields.values import is_list
from ..requests import Request
from ..texts.apart import in_one_line
from ..thread.tools import argument_schema
from . import arguments
from .decisions import choices, own_words
from .payload import as_dict


def _decision(**properties: Schema) -> Schema:
    return {"type": "object", "properties": {"type": {"type": "string"}, **properties}}


_ACTION: Schema = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "args": {"type": "object"}},
    "required": ["name", "args"],
    "additionalProperties": False,
}

SCHEMAS: dict[str, Schema] = {
    "approve": _decision(),
    "edit": {**_decision(edited_action=_ACTION), "required": ["edited_action"]},
    "reject": _decision(message={"type": "string"}),
    "respond": {**_decision(message={"type": "string"}), "required": ["message"]},
}
"""The decisions as langchain 1.4.7 types them, where the payload carries no schema."""

SHAPE = Shape(
    pack=lambda decisions: {"decisions": decisions},
    unpack=lambda value: value["decisions"] if is_object(value) and is_list(value.get("decisions")) else None,
    at=lambda index: f"decisions/{index}",
)


def hitl_request(request: Request) -> Control | None:
    """One section an action, each decided on its own. It resumes with `{"decisions": [...]}` in the same order."""
    payload = as_dict(request.payload)
    if payload is None:
        return None
    actions, configs = payload.get("action_requests"), payload.get("review_configs")
    if not is_list(actions) or not is_list(configs) or not actions:
        return None
    items = [_item(action, _config_for(action, index, configs), request.tools) for index, action in enumerate(actions)]
    known = [item for item in items if item is not None]
    if len(known) != len(items):
        return None
    question = f"Run {known[0].title}?" if len(known) == 1 else f"Review {len(known)} actions"
    return deciding(known, question=question, shape=SHAPE)


def _config_for(action: Any, index: int, configs: list[Any]) -> dict[str, Any]:
    """The configuration beside an action; where that is another's, the one of its name."""
    name = action.get("name") if is_object(action) else None
    beside = configs[index : index + 1]
    return next((one for one in [*beside, *configs] if is_object(one) and one.get("action_name") == name), {})


def _item(action: Any, config: dict[str, Any], tools: Mapping[str, Any]) -> Item | None:
    if not is_object(action):
        return None
    name, args = action.get("name"), arguments.arguments_of(action.get("args"))
    allowed = config.get("allowed_decisions")
    if not isinstance(name, str) or args is None or not isinstance(allowed, list | tuple):
        return None
    # langchain 1.4.7 leaves it out, but has a place for it; the tool itself is in the graph.
    given = config.get("args_schema")
    args_schema = given if is_object(given) else argument_schema(tools.get(name))
    schemas = {decision: schema for decision, schema in SCHEMAS.items() if decision in allowed}
    made = choices(schemas, name, args, args_schema)
    if not made:
        return None
    return Item(
        in_one_line(name),
        made,
        own_words(action.get("description")),
        arguments.listed(args, args_schema),
        tool=name,
    )
