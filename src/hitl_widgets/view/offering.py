"""The message box of a chat that has finished: there at once, though nothing is asked until somebody has used it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..controls.question import describe
from ..errors import InvalidAnswerError
from ..inside.messages import MESSAGES
from ..running.pending import Pending
from ..running.steps import ASK_INPUT
from ..running.taking import read_reply
from ..thread.graph_input import GraphInput, input_of

if TYPE_CHECKING:
    from ..control import Control
    from ..running.run import Run


class Offering:
    """What a view offers to say to a graph that takes messages, and nothing else, once its run has finished.

    Args:
        run: the run. It stays finished until that is said.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._made: Pending | None = None
        """The latest box, which may be gone."""
        self._said: Any = None
        """What was said last."""
        self._saying = threading.Lock()
        """Who has gone on with something has noted it before others look: two clicks come at once."""

    @cached_property
    def _is_chat(self) -> bool:
        wanted = input_of(self._run.driver.graph).request.payload
        return isinstance(wanted, GraphInput) and set(wanted.keys) == {MESSAGES}

    def now(self) -> Pending | None:
        """The box, if there is one now. Not with the run's lock: its control may be anybody's code."""
        run = self._run
        with run.lock:
            is_there, at, made = run.status == "finished" and run.snapshot is not None, run.checkpoint_id, self._made
        if not (is_there and self._is_chat):
            return None
        # The very question that `follow_up` asks: what is typed into the one is in the other.
        asked = input_of(run.driver.graph, at)
        if made is None or made.request.id != asked.request.id:
            control = run.controls.resolve(asked.request)
            if run.beginning.unheard is not None:
                control = control.starting_from_answer(run.beginning.unheard(control))
            made = Pending(asked, control, describe(asked.request, control))
        with run.lock:
            if self._made is None or self._made.request.id != asked.request.id:
                self._made = made  # the first of two that were made at once
            return self._made

    def is_made(self, pending: Pending) -> bool:
        """Whether it is the box, and no question of the run's."""
        return pending is self._made

    def missed(self, request: str, read: Callable[[Control], Any]) -> None:
        """Keep what was said in a box that was no longer there: the next one has it. Not the same once more, as of two clicks."""
        if self._made is None or request != self._made.request.id:
            return
        with self._saying, suppress(InvalidAnswerError):
            if read_reply(self._made.control, read) != self._said:
                self._run.beginning.unheard = read

    def take(self, offered: Pending, read: Callable[[Control], Any]) -> None:
        """Go on with what was said.

        Args:
            offered: the box.
            read: what makes the input of the reply.

        Raises:
            InvalidAnswerError: it does not fit, which is said on the card; the run stays finished.
            AnswerError: somebody else was faster.
        """
        try:
            said = read_reply(offered.control, read)
        except InvalidAnswerError as error:
            with self._run.lock:
                offered.refuse(error)
            self._run.changed()
            raise
        with self._saying:
            self._run.beginning.unheard = None
            self._run.follow_up(ASK_INPUT, read)
            self._said = said
