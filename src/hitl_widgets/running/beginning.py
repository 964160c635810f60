"""What a run begins with, as long as that can be told from what the thread has of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from ..control import Control
from ..fields import MISSING
from .steps import ASK_INPUT, PICK_UP


@dataclass(eq=False)
class Beginning:
    """How a run began on its thread, or begins once more on that of a finished one.

    Attributes:
        step: the input that it was given, or which other step it began with.
        comes_first: what has to be done before it can begin, and is not done yet.
        resumes_waiting: whether the thread may be one that waits already, and is then picked up, not started over.
        follows_up: whether the thread had finished, and goes on with another input.
        reply: what somebody has said to go on with, before it was asked.
        unheard: the same where it came too late: the thread had gone on otherwise.
        handed_over: what it was set going with, until that begins.
        checkpoint_id: the checkpoint that the thread stood at when its input was given; `None` for a new thread.
        while_at_work: the checkpoint that the thread stood at while somebody else was at work there, when it was to begin; `None`
            in a tuple for a new thread, an empty text where it could not be read, and no tuple where nobody was.
        entered: whether the graph has done anything, so that its input is in the thread.
        never_ran: whether nothing ever has on its thread, though somebody has given that a state.
    """

    step: Any = None
    comes_first: Callable[[], Coroutine[Any, Any, Any]] | None = None
    resumes_waiting: bool = False
    follows_up: bool = False
    reply: Callable[[Control], Any] | None = None
    unheard: Callable[[Control], Any] | None = None
    handed_over: object | None = None
    checkpoint_id: str | None = None
    while_at_work: tuple[str | None] | None = None
    entered: bool = False
    never_ran: bool = False

    @property
    def input(self) -> Any:
        """The input that it was given; `MISSING` if there was none, as for a thread that was attached."""
        return MISSING if any(self.step is one for one in (None, PICK_UP, ASK_INPUT)) else self.step

    def is_overtaken(self, step: Any, checkpoint_id: str | None) -> bool:
        """Whether others were at work on the thread when it was to begin with an input, and are through with that since.

        Args:
            step: the input, or which other step.
            checkpoint_id: where the thread stands now.
        """
        begins = not self.follows_up and step is not ASK_INPUT
        return begins and self.while_at_work is not None and self.while_at_work != (checkpoint_id,)

    def once_more(self, step: Any, reply: Callable[[Control], Any] | None, *, resumes_waiting: bool) -> None:
        """Another input follows on a thread that has finished."""
        self.step, self.reply, self.entered, self.follows_up = step, reply, False, True
        self.resumes_waiting = resumes_waiting
