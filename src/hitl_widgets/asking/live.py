"""What a question is about and cannot go through a checkpoint: a data frame, a picture, a folder.

A node hands it to `hitl.ask`, and the run that streams the graph keeps it beside the question. The payload only says
that there is something. So nothing of it is in the thread, and after a restart the node has to ask again to show it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from langgraph.types import Interrupt

from .otherwise import asks_otherwise

Live = Mapping[str, Any]
"""The live things of one question, by the name of the option that brought them."""

MARK = "live"
"""The key of a payload that names them."""


@dataclass(frozen=True)
class Kept:
    """What one question is about.

    Attributes:
        payload: what is asked with it.
        things: the live things.
    """

    payload: Any
    things: Live


@dataclass(frozen=True)
class Made:
    """A live thing that takes a while to make, and is made when its question is asked.

    A node runs again for each answer, its own and its siblings', and passes its questions by: then nothing is made.
    """

    make: Callable[[], Any]


_kept_by: ContextVar[dict[str, Kept] | None] = ContextVar("hitl_live", default=None)
"""Where the run that streams the graph keeps them; LangGraph runs nodes in a copy of its context (1.2.22)."""


@contextmanager
def kept_in(live: dict[str, Kept]) -> Generator[None]:
    """While the graph is streamed, its questions' live things are put here, by interrupt id."""
    token = _kept_by.set(live)
    try:
        yield
    finally:
        _kept_by.reset(token)


def is_kept_in(live: dict[str, Kept]) -> bool:
    """Whether this is a node of the graph whose live things are put there."""
    return _kept_by.get() is live


def keep(interrupts: Iterable[Interrupt], things: Live) -> None:
    """Hand over what a question is about, in the node that asks it. Where no session listens it is let go."""
    live = _kept_by.get()
    if live is None or not things:
        return
    for interrupt in interrupts:
        # One that is there already is asked again, because a sibling was answered.
        before = live.get(interrupt.id)
        if before is None or asks_otherwise(before.payload, interrupt.value):
            made = {name: thing.make() if isinstance(thing, Made) else thing for name, thing in things.items()}
            live[interrupt.id] = Kept(interrupt.value, made)


def is_missing(payload: Any, live: Live) -> bool:
    """Whether a question is about something that is not in this kernel (or not in this session) any more.

    >>> is_missing({"question": "Which rows?", "live": ["rows"]}, {})
    True
    """
    named = payload.get(MARK) if isinstance(payload, Mapping) else None
    return isinstance(named, list) and any(name not in live for name in named)
