"""What a payload says: its question, its choices, the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

QUESTION_KEYS = ("question", "message", "prompt", "title")
"""Where a dict may carry its question; the first of these that is a text."""
CHOICE_KEYS = ("options", "choices", "enum")
"""Where a dict may carry its choices."""
ASK_TAGS = ("hitl.ask", "hitl.ask_node")
"""The `type` of the payloads that `hitl.ask` and `hitl.ask_node` write."""


def as_dict(payload: Any) -> dict[str, Any] | None:
    """The payload, if it is a dict with text keys."""
    # Most payloads are texts, and every family asks: to ask `Mapping` takes ten times as long (Python 3.11).
    if isinstance(payload, str) or not isinstance(payload, dict | Mapping):
        return None
    mapping = cast("Mapping[Any, Any]", payload)
    return dict(mapping) if all(isinstance(key, str) for key in mapping) else None


def question_key(payload: Mapping[str, Any]) -> str | None:
    """The key under which a dict carries its question."""
    return next((key for key in QUESTION_KEYS if isinstance(payload.get(key), str) and payload[key].strip()), None)


def choice_key(payload: Mapping[str, Any]) -> str | None:
    """The key under which a dict carries its choices: a list that is not empty, or a dict by label."""
    for key in CHOICE_KEYS:
        choices = payload.get(key)
        if isinstance(choices, list | tuple | dict) and choices:
            return key
    return None


def readable(name: str) -> str:
    """`pick_region` → `Pick region`."""
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:] if words else name
