"""A fork as the run that it was started from remembers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from ...decisions import Decision, now

if TYPE_CHECKING:
    from ..run import Run
    from .place import Question

Kind = Literal["answer", "state", "restart"]

_LONGEST = 40
"""Characters of a question or an answer in a label."""


@dataclass(eq=False)
class Fork:
    """Another run, and why it was started.

    Attributes:
        run: the other run.
        kind: to answer differently, to change the state or run a step again, or to begin again.
        start: from where, in words: what was asked, or the step.
        asked: what is answered differently: an interrupt, or a question that a copy asks under another id.
        name: what it is called beside the others: `Fork 2`, and `Fork 2.1` for a fork of that. No two of a run have one.
        display: what it is shown as, once it is: one view a run.
        began: when it was started; its thread has decisions from before.
    """

    run: Run
    kind: Kind
    start: str
    asked: str | Question | None = None
    name: str = ""
    display: Any = None
    began: datetime = field(default_factory=now)

    @property
    def label(self) -> str:
        """From where, and with which answer: `approved → No`."""
        if self.kind != "answer":
            return self.start
        answer = self._answer
        return f"{self._line(self.start)} → {self._line(answer.text if answer is not None else '…')}"

    def _line(self, text: str) -> str:
        line = " ".join(self.run.secrets.quoted(text).split())
        return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"

    @property
    def _answer(self) -> Decision | None:
        own = [one for one in self.run.decisions if one.at >= self.began]
        if self.asked is None or isinstance(self.asked, str):
            return next((one for one in own if self.asked in {None, one.interrupt_id}), None)
        return self.asked.answered_in(own)
