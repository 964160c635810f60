"""Copies of a thread that a server makes: what a fork starts from, and what a change of the state is tried on first.

A server copies a thread whole, and names the copy. What makes a fork of it comes in requests of its own: a change of the state,
or the run that starts from an earlier checkpoint. A copy that was made, and for which those never came, would look like a thread
that stands where the first one stood. So the copy has a mark in its metadata until then. The thread itself has it while it is
copied, and the server copies its metadata too: there is no moment at which the copy is there without it. A mark that names its
own thread says nothing of that, and on a copy that has run one is over, whoever could not take it away any more. Where the server
does not let the thread itself be changed, the copy has its mark a request later.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self

from langchain_core.runnables import RunnableConfig
from langgraph.types import StateSnapshot
from typing_extensions import override

from ...errors import HitlError, InvalidAnswerError, ServerError, StaleAnswerError
from ..answers.address import checkpoint_id_in
from ..base import Driver
from ..copies.half_made import COPYING, said
from .answers import ServerAnswers
from .given import NOTED
from .jsonable import as_json


class ServerCopies(ServerAnswers):
    """The thread of a graph on a server, of which copies are made; or one of those."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._is_half_made = False
        """Whether it is a copy that was made here, and has its mark."""

    @override
    def on_thread(self, thread_id: str) -> Self:
        other = super().on_thread(thread_id)
        other._is_half_made = False
        return other

    @override
    async def half_made(self, snapshot: StateSnapshot) -> str | None:
        if self._is_copy:
            return None  # it is made here
        source = await self._marked_with()
        if source == self.thread_id:
            # Who made a copy of it was cut off; a copy that is still being made is marked by its maker.
            await self._try_to_unmark()
            return None
        if source is None or await self._runs(1):
            return None
        return said(source, "client.threads.delete(...)")

    @override
    async def copy_to(self, other: Driver, until: RunnableConfig) -> RunnableConfig | None:
        """Have the thread copied by the server; the other driver goes on there from a step.

        All nodes of the step run again there, as none of their writes can be taken along.
        """
        assert isinstance(other, ServerCopies)
        if other._is_copy:
            await other._delete(other.thread_id)  # an earlier try has come so far
        copied = await self._copied()
        place = until.get("configurable", {})
        other.config = {
            **other.config,
            "configurable": {**other.config.get("configurable", {}), "thread_id": copied["thread_id"]},
        }
        other._is_copy = other._is_half_made = True
        other._starts_at = {"checkpoint_ns": "", "checkpoint_id": place.get("checkpoint_id")}
        # The copy has the notes too, and its questions the same ids: they were answered there, and are asked here.
        metadata: dict[str, Any] = dict.fromkeys(key for key in copied["metadata"] if key.startswith(NOTED))
        if copied["metadata"].get(COPYING) != self.thread_id:
            metadata[COPYING] = self.thread_id  # there was no mark to copy, or one of what this thread is a copy of
        if metadata:
            await self._ask(self._client.threads.update, copied["thread_id"], metadata=metadata)
        return {"configurable": {"thread_id": copied["thread_id"], **other._starts_at}}

    async def _copied(self) -> Mapping[str, Any]:
        """A copy of the thread, with its mark."""
        # One that says of it that it is a copy itself, it must keep.
        is_marked = self._is_half_made or await self._marked_with() not in {None, self.thread_id}
        try:
            if not is_marked:
                await self._mark_if_allowed()
            copied = await self._ask(self._client.threads.copy, self.thread_id)
        finally:
            if not is_marked:
                await self._try_to_unmark()
        if not copied:
            raise HitlError("The server does not say what the copy of the thread is called, so it cannot be run.")
        return copied

    async def _marked_with(self) -> str | None:
        """The thread that its mark names: itself while it is copied, and of a copy what it is one of."""
        source = (await self._metadata()).get(COPYING)
        return source if isinstance(source, str) else None

    async def _mark(self, source: str | None) -> None:
        await self._ask(self._client.threads.update, self.thread_id, metadata={COPYING: source})

    async def _mark_if_allowed(self) -> None:
        try:
            await self._mark(self.thread_id)
        except ServerError as error:
            if error.status not in (403, 404):  # as a server's authorization refuses it
                raise

    async def _try_to_unmark(self) -> None:
        with suppress(ServerError):
            await self._mark(None)

    async def finish_copy(self) -> None:
        """Take the mark of a copy away that a run was begun on. Where that fails it says nothing any more."""
        if self._is_half_made:
            self._is_half_made = False
            await self._try_to_unmark()

    async def _delete(self, copy: str) -> None:
        """Delete a copy that is of no use any more. Where that fails it says that it is not finished."""
        with suppress(ServerError):
            await self._ask(self._client.threads.delete, copy)

    @override
    async def rewrite(self, config: RunnableConfig, values: Mapping[str, Any]) -> RunnableConfig:
        """Update the state, where that does no more than replace values; tried on a copy first.

        A server only updates a state as a node does: through the reducers, and deciding anew what comes next.
        """
        place = config.get("configurable", {})
        at = {"checkpoint_ns": place.get("checkpoint_ns", ""), "checkpoint_id": place.get("checkpoint_id")}
        if self._starts_at is None and checkpoint_id_in((await self._state(_latest(at))).config) != at["checkpoint_id"]:
            raise StaleAnswerError("The thread has moved on: it does not stand at this breakpoint any more.")
        wanted = as_json(dict(values))
        before = await self._state(at)
        trial = await self._copied()
        try:
            await self._update(wanted, at, before, trial["thread_id"])
        finally:
            await self._delete(trial["thread_id"])
        await self._update(wanted, at, before, self.thread_id)
        if self._is_half_made:
            await self._mark(None)
            self._is_half_made = False
        self._starts_at = None
        return self.place

    async def _update(
        self, wanted: Mapping[str, Any], at: Mapping[str, Any], before: StateSnapshot, thread_id: str
    ) -> None:
        await self._ask(self._client.threads.update_state, thread_id, wanted, checkpoint=at)
        after = await self._state(_latest(at), thread_id)
        if other := [key for key in wanted if after.values.get(key) != wanted[key]]:
            keys = ", ".join(map(repr, other))
            raise InvalidAnswerError(
                f"A server cannot replace {keys}: the state has a reducer for it, which makes something else of it."
            )
        if sorted(task.name for task in after.tasks) != sorted(task.name for task in before.tasks):
            raise InvalidAnswerError(
                "With these values the graph would go on elsewhere, so the server cannot put them in."
            )


def _latest(at: Mapping[str, Any]) -> dict[str, Any] | None:
    """The graph that a checkpoint is of, as it stands now."""
    return {"checkpoint_ns": at["checkpoint_ns"]} if at["checkpoint_ns"] else None
