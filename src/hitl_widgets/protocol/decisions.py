"""The answers that were given."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class DecisionView(TypedDict):
    """An answer that was given."""

    index: int
    key: str
    node: str
    path: list[str]
    asker: list[str]
    """Who asked, in words, as on the card."""
    question: str
    answer: str
    """The answer as text, one line unless the answer has several."""
    approved: bool | None
    """For yes/no questions."""
    reason: str | None
    by: str
    """`person`, `code`, `unattended`, `policy`."""
    policy: NotRequired[str]
    """The policies that decided it, or a part of it."""
    at: str
    """RFC 3339, UTC."""


class DecisionsView(TypedDict):
    """The last decisions, oldest first, and how many there are in all."""

    total: int
    latest: list[DecisionView]
