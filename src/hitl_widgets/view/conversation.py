"""What a chat's model says, and said last: that is what somebody who talks with it waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import AIMessage

from ..driver.server.told import with_messages
from ..inside.messages import MESSAGES, text_of
from ..texts import markdown

if TYPE_CHECKING:
    from ..protocol import MarkdownNode
    from ..running.following.records import Path
    from ..running.run import Run


LATEST = 500
"""Characters that are shown of what is still being said. The view cuts a longer text to its beginning."""
LINES = 6
"""Its lines at most."""
MOST = 3
"""Of those that speak at once, how many are shown. They share the room."""


def said_last(run: Run) -> list[MarkdownNode] | None:
    """The last message of a model: while it says it, and once it is somebody else's turn.

    `None` if that is not the last one, or no chat's.
    """
    if not run.secrets.are_all:
        return None  # it may quote a secret that was given before
    asks = any(one.request.kind == "input" for one in run.pending)
    if run.status == "running":
        return _saying(run) or None
    if run.snapshot is not None and (asks or run.status == "finished"):
        return markdown.read(run.secrets.mask(last_of(run.snapshot.values))) or None
    return None


def _saying(run: Run) -> list[MarkdownNode]:
    """What the models of a chat have said so far of what they are saying, each with its name where there are several."""
    # A secret that is half said is not known for one.
    if run.watch is None or run.secrets or not _is_chat(run):
        return []
    spoken = {task: said for task, text in run.watch.spoken.items() if (said := text.rstrip())}
    shown = dict(list(spoken.items())[:MOST])
    names = _told_apart([task.node if (task := run.state.current(id)) is not None else () for id in shown])
    found: list[MarkdownNode] = []
    for name, text in zip(names, shown.values(), strict=True):
        if len(shown) > 1:
            found.append({"tag": "p", "children": [{"tag": "strong", "children": [name]}]})
        found += markdown.read(_end_of(text, len(shown)))
    if len(spoken) > len(shown):
        found += markdown.read(f"… and {len(spoken) - len(shown)} more")
    return found


def _told_apart(paths: Sequence[Path]) -> list[str]:
    """Nodes in as few words as tell them apart.

    >>> _told_apart([("one", "model"), ("two", "model")]), _told_apart([("team", "a", "model"), ("team", "b", "tools")])
    (['one', 'two'], ['a › model', 'b › tools'])
    >>> _told_apart([("one", "model"), ("one", "model")]), _told_apart([("one",), ("one", "model")])
    (['one', 'one'], ['one', 'one › model'])
    """
    for end in (slice(None, -1), slice(1, None)):
        at = -1 if end.start is None else 0
        while all(len(path) > 1 for path in paths) and len({path[at] for path in paths}) == 1:
            paths = [path[end] for path in paths]
    return [" › ".join(path) for path in paths]


def _end_of(text: str, share: int = 1) -> str:
    r"""The last words of a text.

    Args:
        text: the text.
        share: among how many its room is shared.

    >>> _end_of("one"), _end_of("word " * 1000)[:8], _end_of("line\n" * 9 + "end").count("line")
    ('one', '… word w', 5)
    """
    end = "\n".join(text[-LATEST // share :].splitlines()[-LINES // share :])
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
