"""How a reply from a browser is read: by the control of its card, or as the JSON that somebody wrote instead."""

from __future__ import annotations

from typing import Any

from ..control import Control
from ..protocol import AnswerIntent


def reason_of(intent: AnswerIntent) -> str | None:
    """What was said beside it."""
    return intent.get("reason") or None


def value_of(intent: AnswerIntent, control: Control) -> Any:
    """What a control makes of a reply.

    Raises:
        InvalidAnswerError: it does not fit.
    """
    if "json" in intent:
        return control.json_value(str(intent["value"]), reason_of(intent))
    return control.resume_value(intent["value"], reason_of(intent))
