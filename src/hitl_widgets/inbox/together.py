"""One card for the questions of several threads: what it says, and what of a control is the same for all of them."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate
from typing import TypeVar, cast

from ..control import Control
from ..controls.question import Question, describe
from ..protocol import ControlView, DecideControl, ItemView, MarkdownNode
from ..registering.registry import Registry
from ..requests import Request
from ..running.pending import Pending
from ..texts.clipped import clipped
from ..texts.table import from_where_they_differ
from .thread import WaitingThread

T = TypeVar("T")

_LINES = 200
"""Threads of which a card says what is not the same in all of them."""
_LONGEST = 300
"""Characters of each part of that, unless it takes more to tell one thread's from another's."""
_MOST = 20_000
"""Characters of all of it."""
_WRAPS = 60
"""Characters of a line that may take more than one where there is little room: then there is a blank one after each."""
_MARKS = re.compile(r"[,:\"]")
_Part = tuple[str, str]
"""A part of a card: which kind, and what it is called."""
_ASKED: _Part = ("question", "")
_ABOUT: _Part = ("description", "Description")
NOT_TOGETHER = (
    "What these questions start from differs from thread to thread, so there is no one form for them. "
    "Open them one by one, or write inbox.answer(..., threads=[...])."
)


def together(
    threads: Sequence[WaitingThread], controls: Registry, view: str, masked: Callable[[WaitingThread, str], str]
) -> Pending | None:
    """A request that stands for the only one of each of the threads; `None` where no one control can be drawn for them.

    Args:
        threads: which ask the same, at least one.
        controls: what turns their requests into controls.
        view: whose card it is.
        masked: how a text of a thread is shown: what it was given as a secret stands in it as dots.
    """
    asking = [(thread, thread.requests[0], controls.resolve(thread.requests[0])) for thread in threads]
    _, first, control = asking[0]
    drawn = control.view if len(asking) == 1 else _view([control for _, _, control in asking])
    if drawn is None:
        return None
    asked = threads[0].asked[0]
    # The same card for as long as the same is asked: what was entered stays while threads are added.
    request = replace(asked.request, id=f"together:{view}:{threads[0].same[0]}")
    question = describe(first, control) if len(asking) == 1 else _question(asking, masked)
    return Pending(replace(asked, request=request), replace(control, view=drawn), question)


def _question(
    asking: Sequence[tuple[WaitingThread, Request, Control]], masked: Callable[[WaitingThread, str], str]
) -> Question:
    """What the cards of several threads say: what is the same in all of them, and for each what is not."""
    _, first, control = asking[0]
    said = describe(first, control)
    if all(request.payload == first.payload for _, request, _ in asking[1:]):
        return said
    # Each with its own secrets: those of all would be looked for in every part of every thread.
    cards = [_said(request, control, partial(masked, thread)) for thread, request, control in asking]
    names = list(dict.fromkeys(name for card in cards for name in card))
    differ = [name for name in names if any(card.get(name) != cards[0].get(name) for card in cards[1:])]
    same_question = _ASKED not in differ
    context = [one for one in said.context if ("context", one["label"]) not in differ]
    description = said.description if _ABOUT not in differ else None
    short = {name: _as_lines([card.get(name, "") for card in cards]) for name in differ}
    lines = [
        ", ".join(_told(name, short[name][at], is_alone=differ == [_ASKED]) for name in differ if name in card)
        for at, card in enumerate(cards)
    ]
    if same_question:
        lines = [f"{thread.thread_id}: {line or 'nothing'}" for (thread, _, _), line in zip(asking, lines, strict=True)]
    if differ:
        label = "What differs" if same_question else "They ask"
        listed = _listed(list(dict.fromkeys(lines)))
        between = "\n\n" if max(map(len, listed)) > _WRAPS else "\n"
        context.insert(0, {"label": label, "text": between.join(listed), "mono": False})
    return Question(said.question if same_question else f"One answer for {len(asking):,} threads", description, context)


def _said(request: Request, control: Control, masked: Callable[[str], str]) -> dict[_Part, str]:
    """What is read on a card before it is answered: its question, and what is below it."""
    said = describe(request, control)
    parts = {_ASKED: said.question, _ABOUT: said.description or ""}
    parts |= {("context", one["label"]): one["text"] for one in said.context}
    if control.view["kind"] == "decide":
        for number, item in enumerate(items := control.view["items"], 1):
            of = f"{item['title']} {number} › " if len(items) > 1 else ""
            parts["about", f"{of}Description"] = _text_of(item["description"] or [])
            parts |= {("argument", f"{of}{one['label']}"): one["text"] for one in item["arguments"]}
    return {name: masked(text) for name, text in parts.items() if text.strip()}


def _as_lines(texts: Sequence[str]) -> list[str]:
    """A part of each thread as one line: a line break of its own begins no line of ours."""
    lines = from_where_they_differ([" ".join(text.split()) for text in texts])
    longest, apart = _LONGEST, len(set(lines))
    while len({clipped(line, longest) for line in lines}) < apart:
        longest *= 2
    return [clipped(line, longest) for line in lines]


def _told(part: _Part, text: str, *, is_alone: bool) -> str:
    r"""A part of a thread in its line, within quotes where it could read as another part, or as another thread's line.

    >>> print(_told(("argument", "Note"), "for tea", is_alone=False))
    Note: for tea
    >>> print(_told(("argument", "Note"), 'for "tea", Amount: 5', is_alone=False))
    Note: "for \"tea\", Amount: 5"
    """
    label, said = (json.dumps(one, ensure_ascii=False) if _MARKS.search(one) else one for one in (part[1], text))
    return text if is_alone else f"{label}: {said}" if label else said


def _listed(lines: list[str]) -> list[str]:
    """As many lines as one can look through, and how many more there are."""
    ends = list(accumulate(len(line) + 1 for line in lines[:_LINES]))
    fit = max(1, bisect_right(ends, _MOST))
    more = len(lines) - fit
    return [clipped(line, _MOST) for line in lines[:fit]] + (
        [f"… and {more:,} more, which are not listed"] if more else []
    )


def _text_of(parts: Sequence[str | MarkdownNode]) -> str:
    return "\n".join(part if isinstance(part, str) else _text_of(part["children"]) for part in parts)


def _view(controls: Sequence[Control]) -> ControlView | None:
    first = controls[0]
    if first.widget is not None:
        return None  # one that its user has made for one request
    if all(control.view == first.view for control in controls[1:]):
        return first.view
    match first.view["kind"]:
        case "approval":
            return first.view
        case "breakpoint":
            return {"kind": "breakpoint", "field": None}
        case "decide":
            return _decide([cast("DecideControl", control.view) for control in controls])
        case _:
            return None


def _same(values: Sequence[T]) -> T | None:
    """What all of them are, if it is the same."""
    return values[0] if all(one == values[0] for one in values[1:]) else None


def _decide(views: Sequence[DecideControl]) -> DecideControl | None:
    """The decisions that all of them offer, and what of them is the same; what they are about differs, and cannot be edited."""
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
                "description": _same([item["description"] for item in alike]),
                "arguments": [one for one in alike[0]["arguments"] if all(one in item["arguments"] for item in alike)],
                "choices": choices,
                "link": None,
                "start": None,
            }
        )
    return {**views[0], "items": items}
