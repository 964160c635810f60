"""Looking into a run: what the browser asks for and no trait holds, as it may be large or is seldom wanted."""

from __future__ import annotations

from typing import Any

from ..errors import InvalidAnswerError
from ..protocol import LookIntent
from ..running.run import Run
from .drawn import Drawn
from .steering import comparison


class Looking:
    """Answers what a view wants to see of a run.

    Args:
        run: the run.
        drawn: its graph as it is drawn.
    """

    def __init__(self, run: Run, drawn: Drawn) -> None:
        self._run = run
        self._drawn = drawn

    async def at(self, intent: LookIntent) -> Any:
        """What is asked for, as JSON.

        Raises:
            InvalidAnswerError: there is no such thing; a sentence.
        """
        match intent["at"]:
            case {"kind": "replay"}:
                return self._run.decisions.to_code()
            case {"kind": "comparison", "fork": fork}:
                return await comparison(self._run, fork)
            case _:
                raise InvalidAnswerError("There is nothing to see.")
