"""What a person has said on a card: approve this tool from now on, in this session."""

from __future__ import annotations

from dataclasses import dataclass

from .tool import OfTool


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Always(OfTool):
    """Approves each call of one tool until it is taken back, and no longer than the session."""

    tool: str


def always(tool: str) -> Always:
    """The policy that approves a tool.

    >>> always("search")
    <Policy: always approve search>
    """
    return Always(name=f"always approve {tool}", tool=tool, tools=frozenset({tool}))
