"""Looking into a run: what the browser asks for and no trait holds, as it may be large or is seldom wanted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..decisions import Decision
from ..errors import InvalidAnswerError
from ..inside import look
from ..inside.changed import Changed
from ..inside.places import place
from ..protocol import LookAtRows, LookIntent, RowsView
from ..running.run import Run
from ..texts.jsonable import jsonable
from .drawn import Drawn
from .steering import comparison
from .timeline import Timeline


class Looking:
    """Answers what a view wants to see of a run.

    Args:
        run: the run.
        drawn: its graph as it is drawn.
    """

    def __init__(self, run: Run, drawn: Drawn) -> None:
        self._run = run
        self._drawn = drawn
        self.timeline = Timeline(run, drawn)

    async def at(self, intent: LookIntent) -> Any:
        """What is asked for, as JSON.

        Raises:
            InvalidAnswerError: there is no such thing; a sentence.
        """
        match intent["at"]:
            case {"kind": "rows"} as at:
                return await self._rows(at)
            case {"kind": "answer", "decision": index}:
                return self._not_secret(_answer(self._run.decisions, index), f"session.decisions[{index}].value")
            case {"kind": "replay"}:
                return self._not_secret(self._run.decisions.to_code(), "session.decisions.to_code()")
            case {"kind": "task", "task": task}:
                return await look.at_task(self._run, task, self._change(task))
            case {"kind": "node", "node": node}:
                return await look.at_node(self._run, self._drawn.locate, node)
            case {"kind": "value"} as at:
                return await look.at_value(self._run, at, self._change(place(at["value"]).task))
            case {"kind": "comparison", "fork": fork}:
                return await comparison(self._run, fork)
            case _:
                raise InvalidAnswerError("There is nothing to see.")

    async def _rows(self, at: LookAtRows) -> RowsView:
        with self._run.lock:
            rows = self.timeline.rows(at["first"], at["count"], at.get("node"))
        if self.timeline.keys.are_due:
            await self.timeline.keys.read()
            with self._run.lock:
                rows = self.timeline.rows(at["first"], at["count"], at.get("node"))
        return rows

    def _change(self, id: str) -> Changed | None:
        with self._run.lock:
            return self.timeline.change(id)

    def _not_secret(self, text: str, otherwise: str) -> str:
        """A text to be copied: with dots in it, it would be another one."""
        if self._run.secrets.quoted(text) != text:
            raise InvalidAnswerError(f"This quotes a secret, so it is kept out of here. From code: {otherwise}.")
        return text


def _answer(decisions: Sequence[Decision], index: int) -> str:
    """The whole of an answer, as text to be copied."""
    if not 0 <= index < len(decisions):
        raise InvalidAnswerError(f"There is no decision {index}: there are {len(decisions)}.")
    decision = decisions[index]
    if decision.secret:
        raise InvalidAnswerError("A secret is kept out of here.")
    value = jsonable(decision.value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
