"""What a graph takes to begin with, as a question: `hitl.run(graph)` without an input asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..fields import Schema
from ..inside.messages import MESSAGES
from ..requests import Request
from .asked import Asked
from .state_schema import annotated_keys

KEY = "input"
"""What an answer names: `session.answer({...}, to="input")`, `unattended={"input": {...}}`."""


@dataclass(frozen=True)
class GraphInput:
    """The payload of such a question.

    Attributes:
        keys: the annotations of the input schema's keys; none where a graph takes something else than a dict.
        model: the input schema, if it is a class.
        schema: JSON Schema of what is no dict.
    """

    keys: Mapping[str, Any] = field(default_factory=dict[str, Any])
    model: Any = None
    schema: Schema | None = None


def input_of(graph: Any, checkpoint: str | None = None) -> Asked:
    """The question for a graph's input. Its answer goes nowhere but into the run, so it has no address.

    Args:
        graph: the graph.
        checkpoint: the last one of a thread that has finished and takes another input.
    """
    request = Request(
        id=f"{KEY}:{checkpoint or ''}", key=KEY, node="__start__", path=("__start__",), payload=_read(graph), kind="input"
    )  # fmt: skip
    return Asked(request, None)


def said(graph: Any, given: Any) -> Any:
    """An input as the graph takes it: what is said to a chat, as a message.

    Raises:
        TypeError: a text for a graph that takes none.
    """
    if not isinstance(given, str) or not (keys := _read(graph).keys):
        return given
    if MESSAGES not in keys:
        raise TypeError(f"This graph takes a dict with some of the keys {', '.join(map(repr, keys))}, not a text.")
    return {MESSAGES: [{"role": "user", "content": given}]}


def _read(graph: Any) -> GraphInput:
    model = getattr(getattr(graph, "builder", None), "input_schema", None)
    if keys := annotated_keys(model):
        return GraphInput(keys, model)
    try:
        return GraphInput(schema=graph.get_input_jsonschema())
    except Exception:  # noqa: BLE001  a type that Pydantic cannot read: any JSON may be entered
        return GraphInput()
