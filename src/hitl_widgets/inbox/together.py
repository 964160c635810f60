"""One card for the questions of several threads: what it says, and what of a control is the same for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from ..control import Control
from ..controls.question import Question, describe
from ..protocol import ControlView, DecideControl, ItemView
from ..registering.registry import Registry
from ..requests import Request
from ..running.pending import Pending
from .thread import WaitingThread

_LINES = 8
"""Questions that a card names where they differ."""
NOT_TOGETHER = (
    "What these questions start from differs from thread to thread, so there is no one form for them. "
    "Open them one by one, or write inbox.answer(..., threads=[...])."
)


def together(threads: Sequence[WaitingThread], controls: Registry) -> Pending | None:
    """A request that stands for the only one of each of the threads; `None` where no one control can be drawn for them.

    Args:
        threads: which ask the same, at least one.
        controls: what turns their requests into controls.
    """
    requests = [thread.requests[0] for thread in threads]
    first = controls.resolve(requests[0])
    view = first.view if len(requests) == 1 else _view(first, requests, controls)
    if view is None:
        return None
    asked = threads[0].asked[0]
    # The same card for as long as the same is asked: what was entered stays while threads are added.
    request = replace(asked.request, id=f"together:{threads[0].same[0]}")
    question = describe(requests[0], first) if len(requests) == 1 else _question(requests, first)
    return Pending(replace(asked, request=request), replace(first, view=view), question)


def _question(requests: Sequence[Request], control: Control) -> Question:
    said = describe(requests[0], control)
    if all(one.payload == requests[0].payload for one in requests[1:]):
        return said
    questions = list(dict.fromkeys(describe(one).question for one in requests))
    if len(questions) == 1:
        return Question(said.question, None, [])
    lines = questions[:_LINES]
    if (more := len(questions) - len(lines)) > 0:
        lines.append(f"… and {more:,} more")
    return Question(
        f"One answer for {len(requests):,} threads",
        None,
        [{"label": "They ask", "text": "\n".join(lines), "mono": False}],
    )


def _view(first: Control, requests: Sequence[Request], controls: Registry) -> ControlView | None:
    if first.widget is not None:
        return None  # one that its user has made for one request
    others = [controls.resolve(request).view for request in requests[1:]]
    if all(view == first.view for view in others):
        return first.view
    match first.view["kind"]:
        case "approval":
            return first.view
        case "breakpoint":
            return {"kind": "breakpoint", "field": None}
        case "decide":
            return _decide([first.view, *(cast("DecideControl", view) for view in others)])
        case _:
            return None


def _decide(views: Sequence[DecideControl]) -> DecideControl | None:
    """The decisions that all of them offer; what they are about differs, and so cannot be edited."""
    if len({len(view["items"]) for view in views}) > 1:
        return None
    items: list[ItemView] = []
    for alike in zip(*(view["items"] for view in views), strict=True):
        if len({item["title"] for item in alike}) > 1:
            return None
        names = [{choice["name"] for choice in item["choices"]} for item in alike]
        offered = set.intersection(*names)
        choices = [one for one in alike[0]["choices"] if one["name"] in offered and not one["edits"]]
        if not choices:
            return None
        items.append(
            {
                "title": alike[0]["title"],
                "description": None,
                "arguments": [],
                "choices": choices,
                "link": None,
                "start": None,
            }
        )
    return {**views[0], "items": items}
