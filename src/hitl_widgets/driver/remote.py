"""For graphs on a server (`RemoteGraph`): its runs are started and followed there, and its threads are kept there.

A checkpointer is out of reach, so an answer goes by the interrupt's id with a run that takes it. It is safe once the
server has accepted that run, and it goes in one run only: a run that is at work already is followed, never doubled.

What a server has accepted is as safe as what it keeps. The run holds the answer from then on, also while its node works:
a server that is stopped and started again runs the node anew with it. LangGraph's development server keeps all in memory
and writes it to files every ten seconds and when it is stopped; killed, it forgets what is newer, an answer and its whole
thread included (measured with langgraph-api 0.16.7), and the session says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Coroutine, Mapping
from dataclasses import asdict
from typing import Any, Self, cast

import httpx
from langchain_core.runnables.config import RunnableConfig, merge_configs
from langgraph.errors import GraphDrained
from langgraph.pregel.remote import RemoteException, _merge_tracing_headers  # private (langgraph 1.2.24)
from langgraph.runtime import RunControl
from langgraph.types import Command
from typing_extensions import override

from ..errors import CannotWaitError, HitlError, ServerError, StaleAnswerError
from ..watching import WATCHED_MODES
from .loop import LoopDriver
from .server_errors import in_words, was_refused
from .server_events import FROM_THE_START, RefusedError, each, error_text, part_of, server_modes
from .server_run import NOTHING, TOKEN, Cancelling, Sent, asked_for, left
from .server_thread import ServerThread, as_json
from .thread import ThreadDriver, complete

HOLDS = (
    "This graph runs on a server, which keeps its thread. An answer is safe as soon as the server has accepted it; one "
    "that is given while the graph works is sent when that work is done."
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


class RemoteDriver(ServerThread):
    """The runs of a graph on a server; where they are followed from says the class beside it.

    Args:
        graph: a `ServedGraph`.
        config: with the id of the server's thread.
        context: LangGraph's run-scoped context, JSON.
        name: what its user calls the thread, if not by its id.
    """

    says = (HOLDS,)

    def __init__(self, graph: Any, config: RunnableConfig, context: Any, *where: Any, name: str | None = None) -> None:
        super().__init__(graph, config, context, *where)
        self.name = name
        self._is_named = name is None
        self._sent: Sent | None = None
        self._one_at_a_time = threading.Lock()

    @override
    def on_thread(self, thread_id: str) -> Self:
        other = super().on_thread(thread_id)
        other.name, other._is_named = None, True
        other._sent, other._one_at_a_time = None, threading.Lock()
        return other

    @property
    @override
    def thread_name(self) -> str:
        return self.name or self.thread_id

    # ------------------------------------------------------------------ starting a run, once

    @override
    async def send(self, answers: Mapping[str, Any]) -> None:
        with self._one_at_a_time:
            if (sent := self._sent) is not None and not sent.is_lost:
                return  # somebody else's answer is on its way: this one goes when the run has come to rest
            step = Command(resume=dict(answers))
            self._sent = sent = sent or asked_for(step)
        if sent.is_lost and await self._was_accepted(sent):
            raise StaleAnswerError("The server had taken the answer before, and the session follows.")
        try:
            await self._create(sent, step)
        except ServerError as error:
            if error.status != 409:
                raise
            raise StaleAnswerError(
                "The server runs this thread already: somebody else has answered, and the session follows."
            ) from error

    async def _was_accepted(self, sent: Sent) -> bool:
        """Whether the server took a run although its word was lost; if not, it is free to be asked again."""
        runs = await self._runs()
        sent.run_id = next((run["run_id"] for run in runs if run["metadata"].get(TOKEN) == sent.token), None)
        sent.is_lost = False
        return sent.run_id is not None

    async def _create(self, sent: Sent, step: Any) -> None:
        """Ask for a run; afterwards it is certain whether it was accepted, or known that this is not."""
        sent.answers = asked_for(step).answers
        sent.is_settled.clear()
        try:
            if not self._is_named:
                about = {"name": self.name}
                await self._ask(
                    self._client.threads.create, thread_id=self.thread_id, metadata=about, if_exists="do_nothing"
                )
                self._is_named = True
            run = await self._ask(
                self._client.runs.create, self.thread_id, self.graph.assistant_id, **self._options(sent, step)
            )
        except BaseException as error:
            cause = error.__cause__ if isinstance(error, ServerError) else error
            if isinstance(error, Exception) and (not isinstance(cause, httpx.HTTPError) or was_refused(cause)):
                self._sent = None
            else:
                sent.is_lost = True
            raise
        else:
            sent.run_id = run["run_id"]
            self._starts_at = None
        finally:
            sent.is_settled.set()

    def _options(self, sent: Sent, step: Any) -> dict[str, Any]:
        # `sanitize` drops what is no JSON, as RemoteGraph's own methods do (private, langgraph 1.2.24).
        config = self.graph._sanitize_config(merge_configs(self.graph.config, self.config))
        config.get("configurable", {}).pop("thread_id", None)
        command = None
        if isinstance(step, Command):
            command, step = asdict(cast("Command[Any]", step)), None
            command["resume"] = as_json(command["resume"])
        headers = _merge_tracing_headers(None) if self.graph.distributed_tracing else None
        return {
            "input": step,
            "command": command,
            "config": config,
            "context": self.context,
            "metadata": {TOKEN: sent.token},
            "checkpoint": self._starts_at,
            "interrupt_before": list(self.graph.interrupt_before_nodes) or None,
            "interrupt_after": list(self.graph.interrupt_after_nodes) or None,
            "stream_mode": self._modes,
            "stream_subgraphs": True,
            # Kept by the server, so that a lost connection or another kernel loses nothing of it.
            "stream_resumable": True,
            "multitask_strategy": "reject",
            "if_not_exists": "create",
            # An answer to what is not asked any more fails the run there; servers that do not know it ignore it.
            "strict_resume": True,
            "headers": headers,
        }

    @property
    def _modes(self) -> list[str]:
        modes = self.stream_options(RunControl())["stream_mode"]
        # Of a graph that runs here it is heard in the tasks themselves.
        return server_modes([*modes, *WATCHED_MODES] if self.watched else modes)

    # ------------------------------------------------------------------ following it

    @override
    async def stream(self, step: Any, control: RunControl) -> AsyncGenerator[dict[str, Any], None]:
        sent = await self._under_way(step)
        if sent is not None:
            async with contextlib.aclosing(self._follow(sent, control)) as parts:
                async for part in parts:
                    yield part
            step = left(step, sent)
            if step is NOTHING:
                return
        if control.drain_requested:
            return
        self._sent = sent = asked_for(step)
        await self._create(sent, step)
        async with contextlib.aclosing(self._follow(sent, control)) as parts:
            async for part in parts:
                yield part

    async def _under_way(self, step: Any) -> Sent | None:
        """The run to follow: the one that was sent for last, or whatever is at work where nothing new is to be done."""
        if await self._sent_for() is None and step is None and (active := await self._active()) is not None:
            self._sent = Sent(token="", run_id=active["run_id"])
        return self._sent

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
