"""A tool call of langchain's `HumanInTheLoopMiddleware(interrupt_mode="per_call")`, which names what it allows."""

from __future__ import annotations

from typing import Any

from ..control import Control
from ..control.deciding import deciding
from ..control.items import Item
from ..fields import Schema, is_object, replaced
from ..fields.values import is_list
from ..requests import Request
from ..texts.apart import in_one_line
from ..thread.tools import argument_schema
from . import arguments
from .decisions import choices, own_words
from .hitl_request import SCHEMAS
from .payload import as_dict

_DEFS = ("$defs", "definitions")


def tool_approval(request: Request) -> Control | None:
    """Approve, edit, reject, respond: what the `response_schema` allows. It resumes with one decision."""
    payload = as_dict(request.payload)
    if payload is None or payload.get("type") != "tool_approval":
        return None
    name, args = payload.get("name"), arguments.arguments_of(payload.get("args"))
    if not isinstance(name, str) or args is None:
        return None
    schema = request.response_schema
    allowed = SCHEMAS if schema is None else _branches(replaced(schema))
    # Where no edit is allowed nothing says which arguments are secret but the tool itself.
    args_schema = _args_schema(allowed.get("edit", {})) or argument_schema(request.tools.get(name))
    made = choices(allowed, name, args, args_schema)
    if not made:
        return None
    about = (args_schema or {}).get("description")
    item = Item(
        title=in_one_line(name),
        choices=made,
        description=own_words(payload.get("description")) or (about if isinstance(about, str) else None),
        arguments=arguments.listed(args, args_schema),
        tool=name,
    )
    return deciding([item], question=f"Run {item.title}?")


def _branches(schema: Schema) -> dict[str, Schema]:
    """The schema of each decision by its name: one object, or a `oneOf` of several."""
    branches: list[Any] = next((schema[key] for key in ("oneOf", "anyOf") if is_list(schema.get(key))), [schema])
    by_name: dict[str, Schema] = {}
    for branch in (_resolved(branch, schema) for branch in branches):
        tag = branch.get("properties", {}).get("type", {})
        name = tag.get("const", next(iter(tag.get("enum", [])), None)) if is_object(tag) else None
        if isinstance(name, str):
            by_name[name] = branch
    return by_name


def _args_schema(edit: Schema) -> Schema | None:
    """The tool's own argument schema, if it declares any arguments."""
    action = _resolved(edit.get("properties", {}).get("edited_action"), edit)
    args = _resolved(action.get("properties", {}).get("args"), edit)
    return args if is_object(args.get("properties")) else None


def _resolved(schema: Any, root: Schema) -> Schema:
    """What a schema refers to, with the root's definitions beside it, so that it stands alone."""
    seen: set[str] = set()
    while is_object(schema) and isinstance(reference := schema.get("$ref"), str) and reference not in seen:
        seen.add(reference)
        _, _, path = reference.partition("#/")
        schema = root
        for step in path.split("/"):
            schema = schema.get(step) if is_object(schema) else None
    definitions = {key: root[key] for key in _DEFS if key in root}
    return {**definitions, **schema} if is_object(schema) else {}
