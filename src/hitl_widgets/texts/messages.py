"""A message of a chat, as JSON has it, as one line: who says what, and which tools it calls. No ids: they differ by chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard, cast

_ROLES = {"human": "person", "ai": "model"}
"""What the view calls them too."""
_KEYS = frozenset({"type", "content", "additional_kwargs"})


def is_message(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a JSON value is a message of langchain's, which have these keys in each version."""
    return isinstance(value, Mapping) and cast("Mapping[str, Any]", value).keys() >= _KEYS


def spoken(message: Mapping[str, Any], text: Callable[[Any], str]) -> str:
    """A message, for people to read.

    Args:
        message: what `is_message`.
        text: makes text of any other value.

    >>> spoken({"type": "human", "content": "Hi", "additional_kwargs": {}, "id": "1"}, str)
    'person: Hi'
    >>> asked = [{"name": "search", "args": {"query": "Rome"}}]
    >>> spoken({"type": "ai", "content": "", "additional_kwargs": {}, "tool_calls": asked}, str)
    'model: → search(query: Rome)'
    """
    kind = str(message["type"]).removesuffix("MessageChunk").lower()
    name = message.get("name")
    who = f"{_ROLES.get(kind, kind)} {name}" if name else _ROLES.get(kind, kind)
    calls = (*_dicts(message.get("tool_calls")), *_dicts(message.get("invalid_tool_calls")))
    said = " ".join([*_contents(message["content"]), *(_call(call, text) for call in calls)])
    return f"{who}: {said}" if said else f"{who}: (nothing)"


def _contents(content: Any) -> Iterator[str]:
    """What a content says, in its blocks; of what is no text, what it is. Calls are told by `tool_calls`."""
    for block in cast("list[Any]", content) if isinstance(content, list) else [content]:
        kind = cast("dict[str, Any]", block).get("type") if isinstance(block, dict) else "text"
        said = cast("dict[str, Any]", block).get("text") if isinstance(block, dict) else block
        if kind == "text" and said:
            yield str(said)
        elif kind not in {"text", "tool_use", "tool_call", "function_call"}:
            yield f"({kind})"


def _call(call: Mapping[str, Any], text: Callable[[Any], str]) -> str:
    args = call.get("args")
    if isinstance(args, Mapping):
        inside = ", ".join(f"{key}: {text(value)}" for key, value in cast("Mapping[str, Any]", args).items())
    else:
        inside = "" if args is None else text(args)
    return f"→ {call.get('name') or '?'}({inside})"


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    found = cast("list[Any]", value) if isinstance(value, list) else []
    return [one for one in found if isinstance(one, Mapping)]
