"""A static breakpoint (`interrupt_before`, `interrupt_after`): go on, or stop."""

from __future__ import annotations

from ..control import Control
from ..requests import Request


def static_breakpoint(request: Request) -> Control | None:
    """Two buttons; `True` goes on, `False` stops the run."""
    if request.kind != "breakpoint":
        return None
    return Control.approval(
        approve="Continue",
        reject="Stop",
        reason="none",
        title=f"Continue with {request.node}?",
        default=True,
    )
