"""Starting a run on a server, once: an answer goes in one run only, also where a connection is lost before the server's word."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Self, cast

import httpx
from langchain_core.runnables.config import RunnableConfig, merge_configs
from langgraph.pregel.remote import _merge_tracing_headers  # private (langgraph 1.2.24)
from langgraph.runtime import RunControl
from langgraph.types import Command
from typing_extensions import override

from ...errors import ServerError, StaleAnswerError
from ...watching import WATCHED_MODES
from ..answers.claims import Claim
from .answers import TAKEN_BEFORE
from .errors import was_refused
from .events import server_modes
from .given import kept_with
from .jsonable import as_json
from .run import TOKEN, Sent, asked_for
from .thread import ServerThread


class ServerSending(ServerThread):
    """The runs that a server is asked for.

    Args:
        graph: a `ServedGraph`.
        config: with the id of the server's thread.
        context: LangGraph's run-scoped context, JSON.
        name: what its user calls the thread, if not by its id.
    """

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

    @override
    async def send(self, answers: Mapping[str, Any]) -> None:
        step: Command[Any] = Command(resume=dict(answers))
        if not await self._set_going(step, None):
            for interrupt in answers:  # they go when the run has come to rest
                await self.note(interrupt)

    @override
    async def pass_breakpoint(self, config: RunnableConfig, decision: Mapping[str, Any]) -> None:
        """Ask for the run that goes on from there: a server starts one run of a thread at a time, and refuses the second."""
        place = config.get("configurable", {})
        passes = self.decided(f"breakpoint:{place.get('checkpoint_id')}", True, decision)
        await self._set_going(None, passes)

    async def _set_going(self, step: Any, passes: Claim | None) -> bool:
        """Ask for a run, unless one of ours is on its way already; returns whether it was asked for.

        Raises:
            StaleAnswerError: somebody else has set the thread going, or the server had taken the same before.
        """
        with self._one_at_a_time:
            if (sent := self._sent) is not None and not sent.is_lost:
                return False
            self._sent = sent = sent or asked_for(step)
            sent.passes = passes
        if sent.is_lost and await self._was_accepted(sent):
            raise StaleAnswerError(TAKEN_BEFORE)
        try:
            await self._create(sent, step)
        except ServerError as error:
            if error.status != 409:
                raise
            raise StaleAnswerError(
                "The server runs this thread already: somebody else has answered, and the session follows."
            ) from error
        return True

    async def _was_accepted(self, sent: Sent) -> bool:
        """Whether the server took a run although its word was lost; if not, it is free to be asked again."""
        runs = await self._runs()
        sent.run_id = next((run["run_id"] for run in runs if run["metadata"].get(TOKEN) == sent.token), None)
        sent.is_lost = False
        if sent.run_id is not None:
            self._starts_at = None
            await self.finish_copy()
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
        await self.finish_copy()
        await self._forget(sent.answers)

    def _options(self, sent: Sent, step: Any) -> dict[str, Any]:
        # `sanitize` drops what is no JSON, as RemoteGraph's own methods do (private, langgraph 1.2.24).
        config = self.graph._sanitize_config(merge_configs(self.graph.config, self.config))
        config.get("configurable", {}).pop("thread_id", None)
        command = None
        if isinstance(step, Command):
            command, step = asdict(cast("Command[Any]", step)), None
            command["resume"] = as_json(command["resume"])
        decided = [claim for id in sent.answers if (claim := self._decided.get(id)) is not None]
        decided += [sent.passes] if sent.passes is not None else []
        headers = _merge_tracing_headers(None) if self.graph.distributed_tracing else None
        return {
            "input": step,
            "command": command,
            "config": config,
            "context": self.context,
            "metadata": {TOKEN: sent.token, **kept_with(decided)},
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
