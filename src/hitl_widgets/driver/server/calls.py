"""The tasks that nodes have called (`@task`), as a server's runs told of them.

A server's threads tell of none: a question that one has asked is its node's there, with an id that is a hash of where it was
asked. What a run has streamed is kept for who joins it later, though, if it was sent so (as those of this package are), for
as long as the server keeps it: its development server until it ends, others as `RESUMABLE_STREAM_TTL_SECONDS` says, two
minutes by default (langgraph-api 0.16.7). After that nothing tells what the task was called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any

import httpx
from langgraph.types import StateSnapshot
from typing_extensions import override

from ...errors import ServerError
from ..answers.address import Address, checkpoint_id_in, ns_of
from .events import FROM_THE_START, each, part_of
from .past import ServerPast
from .reading import ACTIVE, keeps_stream

MOST_RUNS = 10
"""Runs of one step that are gone through: each answer to it began one."""
MOST_QUESTIONS = 50
"""Questions of one task of which it is seen whether an id is theirs."""

_KEPT = ("id", "name", "triggers", "input", "error", "interrupts")
_Known = dict[str, list[Mapping[str, Any]]]
"""What runs told of their tasks, in its order, by the namespace of a graph."""


class ServerCalls(ServerPast):
    """The thread of a graph on a server, with the tasks that its nodes have called."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._told: tuple[Any, _Known] | None = None
        """What was told of the step that the thread stood at when that was last asked for."""

    @override
    async def streamed_of(self, snapshot: StateSnapshot, latest: StateSnapshot) -> Sequence[Mapping[str, Any]]:
        asked = [(task, one) for task in snapshot.tasks if task.state is None for one in task.interrupts]
        further = [
            one.id
            for task, one in asked
            if Address(snapshot.config, task.id, task.name, one.id).slot(MOST_QUESTIONS) is None
        ]
        if not further:
            return []
        ns = ns_of(snapshot)
        # A thread at rest is read often; what was told of it stays the same.
        about = checkpoint_id_in(latest.config), ns, tuple(further)
        if self._told is None or self._told[0] != about:
            self._told = about, await self._of_runs(latest)
        return self._told[1].get(ns, [])

    async def _of_runs(self, latest: StateSnapshot) -> _Known:
        """What those runs told that have worked on the step which the thread stands at."""
        first, known = (latest.metadata or {}).get("run_id"), _Known()
        runs: list[Any] = []
        try:
            for run in await self._runs(MOST_RUNS):
                runs.append(run)
                if run["run_id"] == first:
                    break
            for run in reversed(runs):
                await self._of_run(run, known)
        except (ServerError, httpx.HTTPError):
            return {}  # it is their node's question then, as the thread says
        return known

    async def _of_run(self, run: Mapping[str, Any], known: _Known) -> None:
        # One that is at work would be followed.
        if not keeps_stream(run) or run["status"] in ACTIVE:
            return
        events = self._client.runs.join_stream(
            self.thread_id, run["run_id"], stream_mode="tasks", last_event_id=FROM_THE_START
        )
        async with aclosing(each(events)) as arriving:
            async for event in arriving:
                part = part_of(event.event, event.data, frozenset())
                if part is not None and part["type"] == "tasks":
                    data = {name: part["data"][name] for name in _KEPT if name in part["data"]}
                    known.setdefault("|".join(part["ns"]), []).append(data)
