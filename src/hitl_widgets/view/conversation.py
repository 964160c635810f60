"""What a chat's model said last: that is what somebody who talks with it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import AIMessage

from ..inside.messages import contents
from ..texts import markdown
from ..thread.graph_input import MESSAGES

if TYPE_CHECKING:
    from ..protocol import MarkdownNode
    from ..running.run import Run


def said_last(run: Run) -> list[MarkdownNode] | None:
    """The last message of a model, once it is somebody else's turn; `None` if that is not the last one, or no chat's."""
    asks = any(one.request.kind == "input" for one in run.pending)
    if run.snapshot is None or not (asks or run.status == "finished") or not run.secrets.are_all:
        return None  # it may quote a secret that was given before
    text = run.secrets.mask(text_of(run.snapshot.values))
    return markdown.read(text) if text else None


def text_of(values: Any) -> str:
    """What the last message of a state says, if a model said it.

    >>> text_of({"messages": [AIMessage("Hello Ada.")]}), text_of({"total": 3}), text_of(7)
    ('Hello Ada.', '', '')
    """
    if not isinstance(values, Mapping):
        return ""
    messages = cast("Mapping[str, Any]", values).get(MESSAGES)
    last = cast("list[Any]", messages)[-1] if isinstance(messages, list) and messages else None
    if not isinstance(last, AIMessage):
        return ""
    return "\n\n".join(part.value for part in contents(last) if isinstance(part.value, str))
