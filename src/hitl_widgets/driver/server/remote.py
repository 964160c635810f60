"""For graphs on a server (`RemoteGraph`): its runs are started and followed there, and its threads are kept there.

A checkpointer is out of reach, so an answer goes by the interrupt's id with a run that takes it. A run that is at work
already is followed, never doubled.

What holds when a kernel dies (measured: `tests/faults/test_served.py` kills kernels at any moment of a run):

- The server works on. Nothing that a node has done is done again, and another kernel follows what is at work.
- An answer is acknowledged once the server has it: with the run that takes it, or, while another run is at work or has
  failed, in the thread's metadata, from which the next run takes it (`answers.py`). It is never asked for again
  then, also where its node has failed over it, or the run was cancelled.
- Who decided what, when and why is in the metadata of the run that took it. Another kernel shows it, of the thread's latest
  1,000 runs, as long as the server keeps those and tells what they were sent with. Of an answer that another client has
  given it knows only that there is one.
- A network that fails takes nothing away (`tests/remote/test_failing_network.py` has requests lost before and after the server
  took them, refused, answered too late and cut in their midst): what a run has taken is not taken twice, whoever was told that
  it could not be saved, and all can be tried again.
- A fork whose making was cut off says so, runs nothing and waits in no inbox (`copies.py`).

And what does not:

- A secret and what is very large are not put into metadata. Given while the server cannot run the thread they are refused,
  with what to do; at rest they go with their run as all others do.
- The server compares nothing as it merges metadata. Of two kernels that answer one question at the same time, one is told
  that it is late; if one of them answers the waiting thread and the other, within the same few milliseconds, the one that
  it still believes to be at work, both may be told that they were first. The graph gets one answer.
- A request that a network holds back, and delivers seconds after its client has given it up and gone on without it, is one that
  the server knows nothing of in between. An answer that comes so late changes nothing. An input begins the thread once more.
- What is accepted is as safe as what the server keeps. One that is stopped and started again runs the node anew with its
  answer. LangGraph's development server keeps all in memory and writes it to files every ten seconds and when it is stopped;
  killed, it forgets what is newer, an answer and its whole thread included (langgraph-api 0.16.7), and the session says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, Self

import httpx
from langgraph.errors import GraphDrained
from langgraph.pregel.remote import RemoteException
from langgraph.runtime import RunControl
from langgraph.types import Command
from typing_extensions import override

from ...errors import CannotWaitError, HitlError, ServerError
from ..loop import LoopDriver
from ..thread import ThreadDriver, complete
from .errors import in_words
from .events import FROM_THE_START, RefusedError, each, error_text, part_of
from .run import Cancelling, Sent, asked_for, left
from .sending import ServerSending

HOLDS = (
    "This graph runs on a server, which keeps its thread. An answer is safe as soon as the server has accepted it; one "
    "that is given while the graph works is kept there beside the thread, and used when that work is done."
)

RUN_GONE = "The server does not know this run any more. `session.retry()` goes on."
THREAD_GONE = (
    "The server does not have this thread any more. A development server (`langgraph dev`) that is killed forgets its last "
    "seconds. `session.restart()` begins again on a new thread."
)

LATE = (
    "The server began what runs now with the breakpoints as they were. One that is switched meanwhile counts from the "
    "next answer on; `session.stop()` and `session.retry()` make it count at once, and run again what is cut off."
)


class RemoteDriver(ServerSending):
    """The runs of a graph on a server; where they are followed from says the class beside it."""

    says = (HOLDS,)

    # ------------------------------------------------------------------ following it

    @override
    async def stream(self, step: Any, control: RunControl) -> AsyncGenerator[dict[str, Any], None]:
        sent = await self._under_way(step)
        while True:
            if sent is not None:
                async with contextlib.aclosing(self._follow(sent, control)) as parts:
                    async for part in parts:
                        yield part
                # Answers that came while it was at work, here or in another kernel, go as soon as it has ended.
                answers = await self.left_over(self.held() | left(step, sent))
                if not answers:
                    # Somebody may have been quicker with one that was kept there, whose run has begun by now.
                    active = None if control.drain_requested else await self._active()
                    if active is None or active["run_id"] == sent.run_id:
                        return
                    sent = self._joined(active)
                    continue
                step = Command(resume=answers)
            if control.drain_requested:
                return
            sent = await self._asked_or_other(step)

    async def _asked_or_other(self, step: Any) -> Sent:
        """The run that is asked for; or another one, where somebody was quicker and nothing is lost if that goes first."""
        self._sent = sent = asked_for(step)
        try:
            await self._create(sent, step)
        except ServerError as error:
            can_wait = step is None or isinstance(step, Command)
            if error.status != 409 or not can_wait or (active := await self._active()) is None:
                raise
            sent = self._joined(active)
        return sent

    async def _under_way(self, step: Any) -> Sent | None:
        """The run to follow: the one that was sent for last, or whatever is at work where nothing new is to be done."""
        if await self._sent_for() is None and step is None and (active := await self._active()) is not None:
            self._joined(active)
        return self._sent

    def _joined(self, active: Any) -> Sent:
        """A run that somebody else has sent for, followed from now on as one of our own is."""
        self._sent = sent = Sent(token="", run_id=active["run_id"])
        return sent

    async def _sent_for(self) -> Sent | None:
        """The run that was sent for last and has not ended, once it is certain that there is one."""
        if (sent := self._sent) is not None:
            if sent.run_id is None:
                await self.call(sent.is_settled.wait)  # an answer that is just being sent
            if sent.is_lost and not await self._was_accepted(sent):
                self._sent = None
        return self._sent

    @override
    async def is_busy(self) -> bool:
        return await self._sent_for() is not None or await super().is_busy()

    async def _follow(self, sent: Sent, control: RunControl) -> AsyncGenerator[dict[str, Any], None]:
        if control.drain_requested:
            self._cancel()
        failure, refusal = None, None
        answered = frozenset(task for id, task in self._checked.items() if id in sent.answers)
        try:
            events = self._client.runs.join_stream(self.thread_id, sent.run_id, last_event_id=FROM_THE_START)
            async with contextlib.aclosing(each(events)) as arriving:
                async for event in arriving:
                    if event.event == "error":
                        failure = event.data
                    elif not sent.repeats(event.id, event.event, event.data):
                        part = part_of(event.event, event.data, answered)
                        if part is not None:
                            if part["type"] == "tasks" and isinstance(error := part["data"].get("error"), RefusedError):
                                refusal = error
                            self._handlers.hear(part)
                            yield part
            run = await self._read(self._client.runs.get, self.thread_id, sent.run_id)
        except (httpx.HTTPError, ServerError) as error:
            said = in_words(error, self.graph) if isinstance(error, httpx.HTTPError) else error
            if said.status == 404:
                self._sent = None
                is_gone = (await self._state()).created_at is None
                said = ServerError(THREAD_GONE if is_gone else RUN_GONE, 404)
            raise said from error
        self._sent = None
        await self._ended(run["status"], failure, refusal, control)

    async def _ended(self, status: str, failure: Any, refusal: RefusedError | None, control: RunControl) -> None:
        """Raise what a run ended with, if not well."""
        if status in {"error", "timeout"}:
            # The last event of a run that failed is not kept for those who join it later (langgraph-api 0.16.7).
            said = error_text(failure) if failure is not None else f"The run ended on the server: {status}."
            raise RemoteException(said) from refusal
        if status == "interrupted" and not (await self.snapshot()).interrupts:
            if control.drain_requested:
                raise GraphDrained(control.drain_reason or "stopped")
            raise HitlError("The run was cancelled on the server. `session.retry()` goes on from its last checkpoint.")

    # ------------------------------------------------------------------ stopping it

    @override
    def too_late_to_stop(self) -> str | None:
        return LATE if self._sent is not None else None

    @override
    def control(self) -> RunControl:
        return Cancelling(self._cancel)

    def _cancel(self) -> None:
        if (sent := self._sent) is None or sent.run_id is None:
            return  # `stream` looks once it is accepted
        # On a thread of its own: whoever stops a run must not wait for the network.
        work = threading.Thread(target=self._cancelled, args=(sent.run_id,), name="hitl-cancel", daemon=True)
        work.start()

    def _cancelled(self, run_id: str) -> None:
        # Where it has ended by itself there is nothing to do, and a server out of reach is the stream's to tell.
        with contextlib.suppress(httpx.HTTPError):
            self.graph.reader.runs.cancel(self.thread_id, run_id)


class RemoteThreadDriver(RemoteDriver, ThreadDriver):
    """Follows the runs in a background thread, with the graph's sync client."""

    @override
    def values(self) -> Any:
        return complete(self._values())


class RemoteLoopDriver(RemoteDriver, LoopDriver):
    """Follows them on an event loop, where a graph has only an async client; in a script on a loop of its own."""

    @override
    def on_thread(self, thread_id: str) -> Self:
        loop = self._loop
        other = super().on_thread(thread_id)
        other._loop = loop
        return other

    @override
    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        if self.blocks_here():
            work.close()
            raise CannotWaitError(
                "This RemoteGraph has only an async client, which is used on the event loop of this very thread: waiting "
                "here would stop it. Use `await session`, and `await session.aanswer(...)` to answer; or give it a "
                "sync client: RemoteGraph(name, url=...)."
            )
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    @override
    def close(self) -> None:
        """Keep a loop of our own: the client's connections belong to it."""
