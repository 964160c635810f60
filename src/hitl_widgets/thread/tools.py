"""The tools of the graph that asks: where a question is about a call of one, its schema says what may be entered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from langchain_core.messages import AIMessage
from pydantic import BaseModel

from ..fields import Schema
from ..inside.messages import MESSAGES


def tools_of(graph: Any) -> dict[str, Any]:
    """The tools that a graph's nodes run (`ToolNode`, and so `create_agent`; langgraph 1.2.22), by name."""
    found: dict[str, Any] = {}
    nodes = cast("Mapping[str, Any]", getattr(graph, "nodes", None) or {})
    for node in nodes.values():
        found |= tools_of_node(node)
    return found


def tools_of_node(node: Any) -> Mapping[str, Any]:
    """The tools that a node runs, by name; none where it is no `ToolNode`."""
    tools = getattr(getattr(node, "bound", None), "tools_by_name", None)
    return cast("Mapping[str, Any]", tools) if isinstance(tools, Mapping) else {}


def tool_run(values: Any, node: Any) -> str | None:
    """The tool that a node runs which runs all calls of a message in one task, where those are of one tool alone.

    Of several nothing in LangGraph's thread tells which one asks (1.2.24).

    Args:
        values: the state.
        node: the node, as its graph has it; of one that is no `ToolNode` nothing is known.
    """
    if not tools_of_node(node):
        return None
    key = getattr(node.bound, "_messages_key", MESSAGES)
    said = cast("Mapping[str, Any]", values).get(key) if isinstance(values, Mapping) else None
    messages = reversed(cast("list[Any]", said) if isinstance(said, list) else [])
    last = next((message for message in messages if isinstance(message, AIMessage)), None)
    tools = {call["name"] for call in last.tool_calls} if last is not None else set[str]()
    return tools.pop() if len(tools) == 1 else None


def argument_schema(tool: Any) -> Schema | None:
    """JSON Schema of the arguments that a model gives to a tool: without those that LangGraph injects.

    >>> from langchain_core.tools import tool
    >>> @tool
    ... def refund(order: int) -> str:
    ...     '''Refund an order.'''
    ...     return "done"
    >>> argument_schema(refund)["properties"]["order"]["type"]
    'integer'
    """
    schema = getattr(tool, "tool_call_schema", None)
    if isinstance(schema, dict):
        return cast("Schema", schema)
    if not (isinstance(schema, type) and issubclass(schema, BaseModel)):
        return None
    try:
        return schema.model_json_schema()
    except Exception:  # noqa: BLE001  a type that has no JSON Schema: its form is made of the values
        return None
