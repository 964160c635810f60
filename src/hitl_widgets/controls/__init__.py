"""The controls that come with the package: one file a payload family, one line here that registers it.

Each file has a function `Request -> Control | None`; `None` means that the request is not of its family. Within a
tier the first that answers decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..requests import Request
from .ag_ui import ag_ui
from .agent_inbox import agent_inbox
from .approval import approval_schema
from .approve import approve_call
from .ask import asked
from .ask_user import ask_user
from .breakpoint import static_breakpoint
from .choice import choices_in_payload
from .graph_input import graph_input
from .hint import control_hint
from .hitl_request import hitl_request
from .json_editor import json_editor
from .mcp import mcp_elicitation
from .plain import bare_value, question_only
from .schema import response_schema
from .schema_in_payload import schema_in_payload
from .text import bare_text
from .tool_approval import tool_approval
from .typed import typed_payload


class Tier(Enum):
    """Why a control was chosen, from the most explicit reason to the last resort."""

    HINT = "a control hint in the payload"
    REGISTERED = "registered by you"
    FAMILY = "a known payload family"
    SCHEMA = "the response_schema"
    TYPE = "the payload's Python type"
    SHAPE = "the payload's shape"
    FALLBACK = "the JSON editor, which always matches"


@dataclass(frozen=True)
class Matcher:
    """Something that makes a control of the requests it knows.

    Attributes:
        tier: why its control is chosen.
        name: what `explain` calls it.
        control: a control (or what `Registry.register` says can stand for one), or `None`: not mine.
        written: the function of somebody's that it asks, as its author has written it; `None` where that has no lines of its own.
    """

    tier: Tier
    name: str
    control: Callable[[Request], Any]
    written: Any = None


HINT = Matcher(Tier.HINT, "hint", control_hint)

BUILT_IN: tuple[Matcher, ...] = (
    Matcher(Tier.FAMILY, "ask", asked),
    Matcher(Tier.FAMILY, "approve", approve_call),
    Matcher(Tier.FAMILY, "breakpoint", static_breakpoint),
    Matcher(Tier.FAMILY, "input", graph_input),
    Matcher(Tier.FAMILY, "tool_approval", tool_approval),
    Matcher(Tier.FAMILY, "hitl_request", hitl_request),
    Matcher(Tier.FAMILY, "agent_inbox", agent_inbox),
    Matcher(Tier.FAMILY, "mcp", mcp_elicitation),
    Matcher(Tier.FAMILY, "ask_user", ask_user),
    # The last of them: its keys are common words.
    Matcher(Tier.FAMILY, "ag_ui", ag_ui),
    Matcher(Tier.SCHEMA, "approval", approval_schema),
    Matcher(Tier.SCHEMA, "schema", response_schema),
    Matcher(Tier.TYPE, "typed", typed_payload),
    Matcher(Tier.SHAPE, "choice", choices_in_payload),
    Matcher(Tier.SHAPE, "schema_in_payload", schema_in_payload),
    Matcher(Tier.SHAPE, "text", bare_text),
    Matcher(Tier.SHAPE, "question", question_only),
    Matcher(Tier.SHAPE, "value", bare_value),
    Matcher(Tier.FALLBACK, "json_editor", json_editor),
)
"""In the order that they are asked, after the hint and what the user registered."""
