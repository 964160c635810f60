"""What the error handlers of a graph on a server ask: it streams that, and no state that it tells has it (langgraph-api 0.16.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langgraph.types import Interrupt, StateSnapshot

from ...graph.handled import handlers_of
from ..channels import INTERRUPT
from ..handlers import TookOver, with_those_of

NOT_TOLD = (
    "The thread waits for an answer to what the error handler of {node} asks, and the server does not tell what that is "
    "(langgraph-api 0.16.7); the session that ran it shows it. `graph.invoke(Command(resume=answer), config)` answers it; "
    "then `session.retry()` goes on."
)


class Heard:
    """What error handlers ask, as a thread's runs have streamed it."""

    def __init__(self) -> None:
        self._asked: dict[str, Sequence[Interrupt]] = {}
        """By the ids of their tasks."""

    def hear(self, part: Mapping[str, Any]) -> None:
        """Take in a part of a stream."""
        if part["type"] != "tasks" or "interrupts" not in part["data"]:
            return
        ended = part["data"]
        if asked := ended["interrupts"]:
            self._asked[ended["id"]] = [Interrupt(**one) for one in asked]
        else:
            self._asked.pop(ended["id"], None)

    async def added_to(self, snapshot: StateSnapshot, graph: Any) -> StateSnapshot:
        """A snapshot with the tasks of those that ask, each behind the one that failed; of nested graphs, too."""

        async def read(_: StateSnapshot) -> TookOver:
            return lambda _, task: [(INTERRUPT, self._asked[task])] if task in self._asked else None

        return await with_those_of(snapshot, graph, read) if self._asked else snapshot


def handled_at(snapshot: StateSnapshot, graph: Any) -> str | None:
    """The node that has failed and whose error handler may be asking, where nothing else is known to be asked."""
    if any(task.interrupts or isinstance(task.state, StateSnapshot) for task in snapshot.tasks):
        return None
    return next((task.name for task in snapshot.tasks if task.error and task.name in handlers_of(graph)), None)
