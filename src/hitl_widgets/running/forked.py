"""A fork as the run that it was started from remembers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from .run import Run

Kind = Literal["answer", "state", "restart"]

_LONGEST = 40
"""Characters of an answer in a label."""


@dataclass(eq=False)
class Fork:
    """Another run, and why it was started.

    Attributes:
        run: the other run.
        name: what it is called beside the others: `Fork 2`, and `Fork 2.1` for a fork of that.
        kind: to answer differently, to change the state or run a step again, or to begin again.
        start: from where, in words: what was asked, or the step.
        asked: the interrupt that is answered differently.
        display: what it is shown as, once it is: one view a run.
    """

    run: Run
    name: str
    kind: Kind
    start: str
    asked: str | None = None
    display: Any = None

    @property
    def label(self) -> str:
        """From where, and with which answer: `approved → No`."""
        if self.kind != "answer":
            return self.start
        given = next((one.text for one in self.run.decisions if self.asked in {None, one.interrupt_id}), "…")
        line = " ".join(given.split())
        return f"{self.start} → {line if len(line) <= _LONGEST else line[: _LONGEST - 1] + '…'}"
