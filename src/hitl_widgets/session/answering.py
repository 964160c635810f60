"""Answering from code: what a session does with the requests that wait. A part of `Session`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import kernel
from ..asking.otherwise import asks_otherwise
from ..control import Control
from ..driver.answers.writing import SUPERSEDED
from ..driver.uninterrupted import uninterrupted
from ..errors import AmbiguousAnswerError, CannotWaitError, StaleAnswerError, UnknownRequestError
from ..policies import Policy
from ..policies.answering import approve_always, ask_again
from ..requests import Request
from ..running.answering import TAKING
from ..running.pending import Pending
from ..running.together import answer_together
from ..texts.raised import line_of
from .part import Part


class Answering(Part):
    """How `Session` is answered."""

    def answer(self, value: Any, to: str | Request | None = None, *, reason: str | None = None) -> None:
        """Answer a pending request, waiting for it to be asked if the graph still runs.

        Args:
            value: the answer, as a Python value or as JSON.
            to: a request's key, its node's name, or its interrupt id; needed when several are pending. One of
                `session.requests` itself is that very question: what its node asks by now is not answered with it.
            reason: why, for the record (and for the graph, where it asks for one).

        Returns when the answer is durable in the thread; the graph then goes on in the background.

        Raises:
            InvalidAnswerError: the value does not fit; the request stays open.
            AmbiguousAnswerError: several requests are pending, and `to` is not given.
            UnknownRequestError: nothing pending is called that.
            StaleAnswerError: the request is no longer pending, or asks something else by now.
            CannotWaitError: the graph runs on the event loop of this very thread; use `await session.aanswer(...)`.
        """
        if self._run.driver.blocks_here():
            raise CannotWaitError(
                "This graph is async and runs on this event loop, so `session.answer` would stop it: "
                "write `await session.aanswer(...)`."
            )
        if self._pending(to) is None:
            self._refuse_to_wait_for_ever(self._run.at_rest)
            kernel.wait(self._saying(self._run.at_rest), wake=self._run.at_rest)
        run, pending = self._run, self._named(to)

        def read(control: Control) -> Any:
            return control.accept(value, reason)

        uninterrupted(lambda: run.driver.run(run.answer(pending, read, by="code", reason=reason)))

    async def aanswer(self, value: Any, to: str | Request | None = None, *, reason: str | None = None) -> None:
        """`answer` for coroutines and for async graphs in notebook cells: the same arguments and errors."""
        if self._pending(to) is None:
            await kernel.wait_async(self._saying(self._run.at_rest))
        pending = self._named(to)
        work = self._run.answer(pending, lambda control: control.accept(value, reason), by="code", reason=reason)
        if self._run.driver.blocks_here():
            await work
        else:
            self._run.driver.run(work)

    def answer_all(self, answers: Mapping[str, Any]) -> None:
        """Answer several pending requests together: all are checked before any is taken.

        Args:
            answers: by what `answer` takes as `to`.

        Raises:
            InvalidAnswerError: some values do not fit, by the keys of their requests; all requests stay open.
            AnswerError: as for `answer`. Where one was answered elsewhere at this very moment, the others are taken.
            CannotWaitError: as for `answer`; use `await session.aanswer_all(...)`.

        >>> from langgraph.graph import START, MessagesState, StateGraph
        >>> import hitl_widgets as hitl
        >>> builder = StateGraph(MessagesState)
        >>> for name in ("north", "south"):
        ...     _ = builder.add_node(name, lambda state: {"messages": [f"{hitl.ask('How many?', int)}"]})
        ...     _ = builder.add_edge(START, name)
        >>> session = hitl.run(builder.compile(), {"messages": []})
        >>> session.answer_all({"north": 1, "south": "many"})
        Traceback (most recent call last):
        hitl_widgets.errors.InvalidAnswerError: south: Not a whole number.
        >>> session.answer_all({"north": 1, "south": 2})
        >>> [message.content for message in session.wait()["messages"]]
        ['1', '2']
        """
        if self._run.driver.blocks_here():
            raise CannotWaitError(
                "This graph is async and runs on this event loop, so `session.answer_all` would stop it: "
                "write `await session.aanswer_all(...)`."
            )
        if any(self._pending(to) is None for to in answers):
            self._refuse_to_wait_for_ever(self._run.at_rest)
            kernel.wait(self._saying(self._run.at_rest), wake=self._run.at_rest)
        given = [(self._named(to), value) for to, value in answers.items()]
        run = self._run
        uninterrupted(lambda: run.driver.run(answer_together(run, given)))

    async def aanswer_all(self, answers: Mapping[str, Any]) -> None:
        """`answer_all` for coroutines and for async graphs in notebook cells: the same arguments and errors."""
        if any(self._pending(to) is None for to in answers):
            await kernel.wait_async(self._saying(self._run.at_rest))
        work = answer_together(self._run, [(self._named(to), value) for to, value in answers.items()])
        if self._run.driver.blocks_here():
            await work
        else:
            self._run.driver.run(work)

    def always(self, tool: str) -> Policy:
        """Approve a tool from now on, as "Always approve" on its card does: the calls that wait, and those to come.

        It is asked after the other policies, and ends with this session: after a restart the tool is asked about again.

        Args:
            tool: the tool's name.

        Returns:
            The policy, which is in `session.policies` until `session.ask_again(tool)`. The calls that wait are approved
            in the background.
        """
        run = self._run
        return uninterrupted(lambda: approve_always(run, tool))

    def ask_again(self, tool: str) -> None:
        """Take back `session.always(tool)`, or "Always approve" on a card. What was approved stays so."""
        ask_again(self._run, tool)

    def _pending(self, to: str | Request | None) -> Pending | None:
        """The open request that `to` is, or names, if there is exactly one."""
        if isinstance(to, Request):
            to = to.id
        with self._run.lock:
            pending = list(self._run.pending)
        # Not in there: an interrupt that comes as a loop begins anew would leave it locked for good (CPython 3.12 and 3.13).
        pending = [one for one in pending if one.status == "open"]
        exact = [one for one in pending if to in {one.request.key, one.request.id}]
        found = exact or [one for one in pending if _is_called(one.request, to)]
        return found[0] if len(found) == 1 else None

    def _named(self, to: str | Request | None) -> Pending:
        meant = to if isinstance(to, Request) else None
        to = to.id if isinstance(to, Request) else to
        if (pending := self._pending(to)) is not None:
            if meant is not None and asks_otherwise(meant.payload, pending.request.payload):
                raise StaleAnswerError(SUPERSEDED)
            if pending.request.id == to or pending.request.id not in self._run.others.unseen:
                return pending
            # It is meant for what was asked before: a node that asks twice has one name.
            names = ", ".join(repr(request.key) for request in self.requests)
            raise StaleAnswerError(f"Somebody else has gone on with this thread since; pending now: {names}.")
        taking = [one for one in tuple(self._run.pending) if one.status == "taking" and _is_called(one.request, to)]
        if taking:
            raise StaleAnswerError(TAKING.format(self._run.secrets.mask(taking[0].question.question)))
        requests = self.requests
        names = ", ".join(f"{request.key!r} (asked by {request.node})" for request in requests)
        if not requests:
            error = self._run.error
            why = "" if error is None else f" ({self._run.secrets.line(line_of(error))})"
            raise StaleAnswerError(f"Nothing is pending: the session is {self.status}{why}.")
        if to is None or any(_is_called(request, to) for request in requests):
            raise AmbiguousAnswerError(f"Several requests are pending; say which with to=: {names}.")
        if any(to in {decision.key, decision.node, decision.interrupt_id} for decision in self.decisions):
            raise StaleAnswerError(f"{(meant.key if meant else to)!r} was answered already; pending: {names}.")
        if meant is not None:
            raise StaleAnswerError(f"{meant.key!r} is not asked any more; pending: {names}.")
        raise UnknownRequestError(f"No pending request is called {to!r}; pending: {names}.")


def _is_called(request: Request, name: str | None) -> bool:
    return name is None or name in {request.key, request.node, request.id, "/".join(request.path)}
