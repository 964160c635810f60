"""hitl-widgets: a LangGraph run, and every question it asks, in one notebook cell."""

from typing import TYPE_CHECKING, Any

from .approving.approve import approve
from .asking.ask import ask, ask_node
from .breakpoints import Breakpoints
from .calls import Call
from .check import check
from .control import Control
from .decisions import Decision, Decisions
from .drawing.draw import Drawing, draw
from .drawing.graph_repr import (
    disable_graph_repr,
    enable_graph_repr,
    load_ipython_extension as load_ipython_extension,
    unload_ipython_extension as unload_ipython_extension,
)
from .errors import (
    AmbiguousAnswerError,
    AnswerError,
    CannotSaveError,
    CannotWaitError,
    ControlError,
    HitlError,
    InvalidAnswerError,
    OtherProcessError,
    RejectedError,
    ServerError,
    SessionStoppedError,
    StaleAnswerError,
    UnansweredError,
    UnknownRequestError,
)
from .inbox import inbox
from .policies import Policy
from .policies.answers import NO_ANSWER, Answer, each
from .policies.unattended import defaults
from .registering.registry import Registry, controls
from .requests import Request
from .session import Session
from .session.start import attach, run
from .watching.progress import progress

if TYPE_CHECKING:
    from .inbox.inbox import Inbox
    from .policies.policy import policy
    from .session.what_if import WhatIf
    from .thread.comparing import Comparison
    from .thread.history import History, Step, Task

__version__ = "0.1.0"

__all__ = [
    "NO_ANSWER",
    "AmbiguousAnswerError",
    "Answer",
    "AnswerError",
    "Breakpoints",
    "Call",
    "CannotSaveError",
    "CannotWaitError",
    "Comparison",
    "Control",
    "ControlError",
    "Decision",
    "Decisions",
    "Drawing",
    "History",
    "HitlError",
    "Inbox",
    "InvalidAnswerError",
    "OtherProcessError",
    "Policy",
    "Registry",
    "RejectedError",
    "Request",
    "ServerError",
    "Session",
    "SessionStoppedError",
    "StaleAnswerError",
    "Step",
    "Task",
    "UnansweredError",
    "UnknownRequestError",
    "WhatIf",
    "approve",
    "ask",
    "ask_node",
    "attach",
    "check",
    "controls",
    "defaults",
    "disable_graph_repr",
    "draw",
    "each",
    "enable_graph_repr",
    "inbox",
    "policy",
    "progress",
    "run",
]


def __getattr__(name: str) -> Any:
    """What few need: loaded when it is named."""
    match name:
        case "Comparison":
            from .thread.comparing import Comparison

            return Comparison
        case "History" | "Step" | "Task":
            from .thread import history

            return getattr(history, name)
        case "Inbox":
            from .inbox.inbox import Inbox

            return Inbox
        case "policy":
            from .policies.policy import policy

            return policy
        case "WhatIf":
            from .session.what_if import WhatIf

            return WhatIf
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """What a notebook offers after `hitl.`: what is meant to be used, what is loaded only when it is named among it."""
    return [*__all__, "__doc__", "__version__"]
