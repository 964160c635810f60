"""How a reply from a browser is read: by the control of its card, or as the JSON that somebody wrote instead."""

from __future__ import annotations

from typing import Any

from ..control import Control
from ..protocol import AnswerIntent
from ..texts.clipped import clipped

LONGEST = 4_000
"""Characters of what was written that are told to who has written it."""


def reason_of(intent: AnswerIntent) -> str | None:
    """What was said beside it."""
    return intent.get("reason") or None


def written_in(intent: AnswerIntent) -> str:
    """What somebody has written there, to be told to them where it is lost else."""
    texts = [text.strip() for text in (intent["value"], reason_of(intent)) if isinstance(text, str)]
    return clipped(" / ".join(text for text in texts if text), LONGEST)


def value_of(intent: AnswerIntent, control: Control) -> Any:
    """What a control makes of a reply.

    Raises:
        InvalidAnswerError: it does not fit.
    """
    if "json" in intent:
        return control.json_value(str(intent["value"]), reason_of(intent))
    return control.resume_value(intent["value"], reason_of(intent))
