"""Run: one graph on one thread, driven until it ends, with a person in the loop. No Jupyter, no waiting.

All of it is written as coroutines that its driver runs, in a thread or on an event loop. At rest nothing runs: a
run that waits for a person holds no thread and no task.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from types import TracebackType
from typing import Any

from langgraph.errors import GraphDrained, is_invalid_resume
from langgraph.runtime import RunControl
from langgraph.types import Command, StateSnapshot

from .asked import Asked, at_breakpoint, requests_in
from .control import Control
from .controls.question import describe
from .decisions import By, Decision, Decisions, now
from .driver import Driver
from .errors import AnswerError, InvalidAnswerError, StaleAnswerError
from .pending import Pending
from .protocol import SessionStatus
from .registry import Registry
from .state import RunState
from .unattended import NO_ANSWER, Answers

PICK_UP: Any = object()
"""The step that goes on with a thread as it stands."""


class Run:
    """The state machine: idle → running ⇄ waiting → finished, failed or stopped.

    Args:
        driver: how the graph is streamed.
        controls: what turns its requests into controls.
        answers: what answers when nobody is there; `None` when somebody is, or nothing was given.
        notices: sentences that the reader must know.
        attach: the code that goes on with the thread in another kernel; `None` if the thread ends with this one.
    """

    def __init__(
        self,
        driver: Driver,
        controls: Registry,
        *,
        answers: Answers | None = None,
        notices: list[str] | None = None,
        attach: str | None = None,
    ) -> None:
        self.driver = driver
        self.controls = controls
        self.answers = answers
        self.notices = list(notices or ())
        self.attach = attach
        self.status: SessionStatus = "idle"
        self.error: BaseException | None = None
        self.error_traceback: TracebackType | None = None
        self.failed_node: str | None = None
        self.pending: list[Pending] = []
        self.state = RunState()
        self.decisions = Decisions()
        self.snapshot: StateSnapshot | None = None
        self.lock = threading.RLock()
        """Guards everything above; never held while the graph or user code runs."""
        self.at_rest = threading.Event()
        self.at_rest.set()
        self.ended = threading.Event()
        self.listeners: list[Callable[[], None]] = []
        self._control: RunControl | None = None
        self._stopping = False
        self._input: Any = None

    def changed(self) -> None:
        """Tell who watches; a listener returns at once and does not raise."""
        for listener in self.listeners:
            listener()

    # ------------------------------------------------------------------ going on

    def start(self, step: Any) -> None:
        """Begin with an input, or `PICK_UP` the thread as it stands."""
        self._input = step
        with self.lock:
            self._begin()
        self.driver.spawn(self._drive(step))

    def retry(self) -> None:
        """Go on from the last checkpoint of a failed or stopped run."""
        with self.lock:
            if self.status not in {"failed", "stopped"}:
                raise AnswerError(f"Only a failed or stopped session can be retried; this one is {self.status}.")
            self._begin()
        self.changed()
        self.driver.spawn(self._drive(PICK_UP))

    def stop(self) -> None:
        """Stop at the next step, or at once where the run waits."""
        with self.lock:
            self._stopping = True
            if self._control is not None:
                self._control.request_drain("stopped")
            if self.status == "waiting" and self.at_rest.is_set():
                self._end("stopped")
        self.changed()

    def _begin(self) -> None:
        self.status = "running"
        self.error = None
        self.failed_node = None
        self._stopping = False
        self.at_rest.clear()
        self.ended.clear()

    def _end(self, status: SessionStatus) -> None:
        self.status = status
        if status in {"finished", "stopped"}:
            self.pending = []
        self.ended.set()
        self.at_rest.set()

    def _fail(self, error: BaseException) -> None:
        self.error = error
        self.error_traceback = error.__traceback__
        self._end("failed")

    async def _drive(self, step: Any) -> None:
        """Stream until nothing can go on without a person; whatever happens ends up in the state, never in a log."""
        try:
            if step is PICK_UP:
                step = await self._picked_up()
            while step is not PICK_UP:
                step = await self._go_on(step)
        except BaseException as error:
            with self.lock:
                self._fail(error)
            self.changed()
            if not isinstance(error, Exception):
                raise

    async def _picked_up(self) -> Any:
        """What to begin with on a thread as it stands: `None` to go on, or the input where nothing was saved yet."""
        snapshot = self.snapshot = await self.driver.snapshot()
        if not snapshot.next and self._input is not PICK_UP:
            return self._input
        if snapshot.next and not at_breakpoint(snapshot, self.driver.graph):
            return None
        with self.lock:
            self.state.begin()
        await self._settle(None)
        self.changed()
        return PICK_UP

    async def _go_on(self, step: Any) -> Any:
        """Stream once and settle; returns the next step, or `PICK_UP` when the run is at rest."""
        with self.lock:
            sent = [pending for pending in self.pending if pending.status == "answered"]
            by_id = {
                pending.request.id: pending.answer
                for pending in sent
                if pending.written is None and pending.asked.address is not None
            }
            self.state.begin()
        self.changed()
        if by_id:
            step = Command(resume=by_id)
        error = await self._stream(step, sent)
        self.snapshot = await self.driver.snapshot()
        again = await self._settle(error, sent)
        self.changed()
        return None if again else PICK_UP

    async def _stream(self, step: Any, sent: list[Pending]) -> BaseException | None:
        """One pass over the stream; returns what ended it early, with the answers that the graph refused opened again."""
        refused: dict[str, BaseException] = {}
        error: BaseException | None = None
        with self.lock:
            self._control = RunControl()
            if self._stopping:
                self._control.request_drain("stopped")
        parts: AsyncGenerator[dict[str, Any], None] = self.driver.stream(step, self._control)
        try:
            async with aclosing(parts):
                async for part in parts:
                    failure = part["data"].get("error") if part["type"] == "tasks" else None
                    if isinstance(failure, BaseException) and _invalid_resume(failure):
                        refused[part["data"]["id"]] = failure
                    with self.lock:
                        seen = self.state.apply(part)
                    if seen:
                        self.changed()
        except GraphDrained:
            pass
        except Exception as raised:  # noqa: BLE001  (a node's exception is the session's state, not ours to raise)
            error = raised
        finally:
            self._control = None
        if error is not None and (invalid := _invalid_resume(error)) and sent:
            await self._refuse(sent, refused, invalid)
            return None
        return error

    async def _refuse(self, sent: list[Pending], refused: dict[str, BaseException], error: BaseException) -> None:
        """Take back the answers that the graph's own Python type refused: the questions are open again."""
        for pending in sent:
            task_id = pending.written.address.task_id if pending.written else None
            address = pending.asked.address
            failure = refused.get(task_id or "") or refused.get(address.task_id if address else "")
            if failure is None:
                if len(sent) > 1:
                    continue
                failure = error
            if pending.written is not None:
                await self.driver.take_back(pending.written)
            with self.lock:
                self.decisions.withdraw(pending.request.id)
                pending.refuse(pending.control.refusal(_invalid_resume(failure) or failure))

    # ------------------------------------------------------------------ at rest

    async def _settle(self, error: BaseException | None, sent: list[Pending] | None = None) -> bool:
        """Read the thread, decide what the run is now, and let `unattended` answer; returns whether to go on."""
        snapshot = self.snapshot
        assert snapshot is not None
        known = {pending.request.id: pending for pending in self.pending}
        # The stream ended, nothing failed, nobody stopped it, nothing was asked, and there is a next node: a breakpoint.
        asked = requests_in(snapshot, self.driver.graph, breakpoints=error is None and not self._stopping)
        pending = [known.get(one.request.id) or self._pend(one) for one in asked]
        with self.lock:
            self.pending = pending
            for one in pending:
                # It was sent, and the graph went on without it.
                if error is None and sent and one in sent and one.status == "answered":
                    one.refuse(InvalidAnswerError("The graph asks again."))
            self._rest(snapshot)
            if error is not None:
                path = self.state.failed_node()
                self.failed_node = " › ".join(path) if path else None
                self._fail(error)
                return False
            if self._stopping:
                self._end("stopped")
                return False
            if not pending:
                self.state.finish()
                self._end("finished")
                return False
        if self.answers is not None:
            await self._answer_unattended(self.answers)
        with self.lock:
            # Some were answered while the graph was busy with others.
            if any(one.status == "answered" for one in self.pending):
                return True
            self.status = "waiting"
            self.at_rest.set()
        return False

    def _pend(self, asked: Asked) -> Pending:
        control = self.controls.resolve(asked.request)
        return Pending(asked, control, describe(asked.request, control))

    def _rest(self, snapshot: StateSnapshot) -> None:
        waiting: set[str] = set()
        for one in self.pending:
            address = one.asked.address
            if address is None or one.status == "answered":
                continue
            # The checkpoint's namespace names the tasks around a nested one: "sub:<task id>|inner:<task id>".
            namespace = address.config.get("configurable", {}).get("checkpoint_ns", "")
            waiting.update(part.rpartition(":")[2] for part in namespace.split("|") if part)
            waiting.add(address.task_id)
        finished = {task.id for task in snapshot.tasks if task.result is not None}
        self.state.rest(finished, waiting)

    async def _answer_unattended(self, answers: Answers) -> None:
        for pending in list(self.pending):
            if pending.status != "open" or pending.refusals:
                continue
            value = answers.answer(pending.request, pending.control)
            if value is NO_ANSWER:
                continue
            try:
                await self.answer(pending, lambda control, value=value: control.accept(value), by="unattended")
            except AnswerError:
                continue  # why is kept with the request, and said by `UnansweredError`

    # ------------------------------------------------------------------ answers

    async def answer(
        self, pending: Pending, read: Callable[[Control], Any], *, by: By, reason: str | None = None
    ) -> None:
        """Check an answer, make it durable, and let the graph go on.

        Args:
            pending: the request it is for.
            read: what makes the control's resume value of the reply.
            by: who answers.
            reason: what was said beside it.

        Raises:
            InvalidAnswerError: it does not fit; the request stays open, with the reason at its fields.
            StaleAnswerError: the request is no longer pending.
        """
        with self.lock:
            if pending not in self.pending or pending.status != "open":
                raise StaleAnswerError(f"The question {pending.question.question!r} was answered already.")
            pending.status = "taking"
        try:
            pending.answer = self._read(pending, read)
            if pending.asked.address is not None:
                pending.written = await self.driver.write_answer(
                    pending.asked.address, pending.request.id, pending.answer
                )
        except InvalidAnswerError as error:
            with self.lock:
                pending.refuse(error)
            self.changed()
            raise
        except BaseException:
            with self.lock:
                pending.status = "open"
            raise
        self._accepted(pending, by, reason)

    def _read(self, pending: Pending, read: Callable[[Control], Any]) -> Any:
        try:
            return read(pending.control)
        except InvalidAnswerError:
            raise
        except Exception as error:
            # A control's own `parse` may be anybody's code: what it raises refuses the value, not the session.
            raise InvalidAnswerError(f"{type(error).__name__}: {error}") from error

    def _accepted(self, pending: Pending, by: By, reason: str | None) -> None:
        request = pending.request
        secret = pending.control.secret
        with self.lock:
            pending.status = "answered"
            pending.field_errors = {}
            self.decisions.add(
                Decision(
                    key=request.key,
                    node=request.node,
                    path=request.path,
                    question=pending.question.question,
                    value=None if secret else pending.answer,
                    by=by,
                    at=now(),
                    reason=reason,
                    interrupt_id=request.id,
                    secret=secret,
                )
            )
            stops = request.kind == "breakpoint" and pending.answer is False
            goes_on = self.at_rest.is_set() and not stops
            if stops:
                self._end("stopped")
            elif goes_on:
                self._begin()
        self.changed()
        if goes_on:
            self.driver.spawn(self._drive(None))


def _invalid_resume(error: BaseException | None) -> BaseException | None:
    """The exception in a chain with which LangGraph refused a resume value, if there is one."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if is_invalid_resume(error):
            return error
        error = error.__cause__ or error.__context__
    return None
