"""Looking into a run: what the browser asks for and no trait holds, as it may be large or is seldom wanted."""

from __future__ import annotations

from typing import Any

from ..errors import InvalidAnswerError
from ..inside import look
from ..protocol import LookIntent
from ..running.run import Run
from .drawn import Drawn


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
            case {"kind": "task", "task": task}:
                return await look.at_task(self._run, self._drawn.locate, task)
            case {"kind": "node", "node": node}:
                return await look.at_node(self._run, self._drawn.locate, node)
            case {"kind": "value"} as at:
                return await look.at_value(self._run, self._drawn.locate, at)
            case _:
                raise InvalidAnswerError("There is nothing to see.")
