"""What a chat's model says, and said last: that is what somebody who talks with it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import AIMessage

from ..driver.server.told import with_messages
from ..inside.messages import MESSAGES, text_of
from ..texts import markdown

if TYPE_CHECKING:
    from ..protocol import MarkdownNode
    from ..running.run import Run


LATEST = 500
"""Characters that are shown of what is still being said. The view cuts a longer text to its beginning."""
LINES = 6
"""Its lines at most."""


def said_last(run: Run) -> list[MarkdownNode] | None:
    """The last message of a model: while it says it, and once it is somebody else's turn.

    `None` if that is not the last one, or no chat's.
    """
    if not run.secrets.are_all:
        return None  # it may quote a secret that was given before
    asks = any(one.request.kind == "input" for one in run.pending)
    if run.status == "running":
        text = _saying(run)
    elif run.snapshot is not None and (asks or run.status == "finished"):
        text = run.secrets.mask(last_of(run.snapshot.values))
    else:
        text = ""
    return markdown.read(text) if text else None


def _saying(run: Run) -> str:
    """What the model of a chat has said so far of what it is saying."""
    # A secret that is half said is not known for one.
    if run.watch is None or run.secrets or not _is_chat(run):
        return ""
    return _end_of(run.watch.spoken.rstrip())


def _end_of(text: str) -> str:
    r"""The last words of a text.

    >>> _end_of("one"), _end_of("word " * 1000)[:8], _end_of("line\n" * 9 + "end").count("line")
    ('one', '… word w', 5)
    """
    end = "\n".join(text[-LATEST:].splitlines()[-LINES:])
    return end if len(end) == len(text) else f"… {end if text[-len(end) - 1].isspace() else end.partition(' ')[2]}"


def _is_chat(run: Run) -> bool:
    """Whether the graph's state has a conversation; what a server's has is known once a state of it is there."""
    values = run.snapshot.values if run.snapshot is not None else None
    return MESSAGES in getattr(run.driver.graph, "channels", ()) or (isinstance(values, Mapping) and MESSAGES in values)


def last_of(values: Any) -> str:
    """What the last message of a state says, if a model said it.

    >>> last_of({"messages": [AIMessage("Hello Ada.")]}), last_of({"total": 3}), last_of(7)
    ('Hello Ada.', '', '')
    """
    if not isinstance(values, Mapping):
        return ""
    messages = cast("Mapping[str, Any]", values).get(MESSAGES)
    last = cast("list[Any]", messages)[-1] if isinstance(messages, list) and messages else None
    said = with_messages(last)  # as a server has it
    return text_of(said) if isinstance(said, AIMessage) else ""
