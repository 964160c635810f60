"""Run: one graph on one thread, driven until it ends, with a person in the loop. No Jupyter, no waiting.

All of it is written as coroutines that its driver runs, in a thread or on an event loop. At rest nothing runs: a
run that waits for a person holds no thread and no task.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import RunControl
from langgraph.types import Command, StateSnapshot

from ..asking import live
from ..breakpoints import Breakpoints
from ..control import Control
from ..controls.question import describe
from ..decisions import By, Decision, Decisions
from ..driver import Driver
from ..errors import AnswerError, InvalidAnswerError, ServerError, StaleAnswerError
from ..fields import MISSING
from ..graph.leads import Levels
from ..inside.calls import Calls, ServedCalls
from ..policies import Policy
from ..policies.answering import answer_from, answer_those_due, ask_policies, plan
from ..policies.deadlines import Deadlines, next_due
from ..protocol import SessionStatus
from ..registry import Registry
from ..thread.asked import Asked, ToolsByPlace, requests_in, stop_at
from ..thread.breakpoints import Breakpoint, checkpoint_id
from ..thread.graph_input import input_of
from ..thread.next_nodes import paths_next
from ..unattended import Answers
from . import turns
from .earlier import EarlierAnswers
from .elsewhere import catch_up, tell_others
from .forked import Fork
from .past import Past
from .pending import Pending
from .picked_up import answered_of, look_at
from .recorded import recall
from .secrets import Secrets
from .state import RunState
from .streaming import stream_once
from .taking import take
from .why import AskedBefore

if TYPE_CHECKING:
    from .watch import Watch

PICK_UP: Any = object()
"""The step that goes on with a thread as it stands."""

ASK_INPUT: Any = object()
"""The step that asks for an input, where nothing has run yet."""

AT_REST: Any = object()
"""No step: nothing can go on without a person."""

LONGEST_NOTICE = 2_000
MOST_NOTICES = 30
"""Notices are sent with every update, and a browser may cause any number of them."""


class Run:
    """The state machine: idle → running ⇄ waiting → finished, failed or stopped.

    Args:
        driver: how the graph is streamed.
        controls: what turns its requests into controls.
        policies: what answers for a person, in the order in which they are asked.
        answers: what answers when nobody is there; `None` when somebody is, or nothing was given.
        notices: sentences that the reader must know.
        attach: the code that goes on with the thread in another kernel; `None` if the thread ends with this one.
        resumes_waiting: whether the thread may be one that waits already, and is then picked up, not started over.
    """

    def __init__(
        self,
        driver: Driver,
        controls: Registry,
        *,
        policies: Sequence[Policy] = (),
        answers: Answers | None = None,
        notices: list[str] | None = None,
        attach: str | None = None,
        resumes_waiting: bool = False,
    ) -> None:
        self.driver = driver
        self.breakpoints = Breakpoints(driver.graph, changed=self._stops_changed)
        driver.graph = self.breakpoints.graph
        self.controls = controls
        self.policies = tuple(policies)
        self.answers = answers
        self.given: Answers | None = None
        """What a fork was given to answer with, whoever is there."""
        self.earlier: EarlierAnswers | None = None
        """The answers that questions had in the run that this one is a fork of; nothing is answered with them."""
        self.copied_from: Run | None = None
        """The run whose thread a fork's is a copy of. What nested graphs did before is in that thread alone."""
        self.pauses = False
        """Whether it stands before its first step, as at a breakpoint, until somebody lets it go on."""
        self.stands_in: RunnableConfig | None = None
        """The checkpoint of the nested graph in which it then stands, if it is one."""
        self.follows_up = False
        """Whether the thread had finished, and goes on with another input."""
        self.name: str | None = None
        """What a fork is called beside the others."""
        self.forks: list[Fork] = []
        """The runs that were started from this one, oldest first."""
        self.notices = list(notices or ())
        self.attach = attach
        self.resumes_waiting = resumes_waiting
        self.status: SessionStatus = "idle"
        self.error: BaseException | None = None
        self.error_traceback: TracebackType | None = None
        self.failed_node: str | None = None
        self.pending: list[Pending] = []
        self.live: dict[str, live.Live] = {}
        """What the pending questions are about and no checkpoint holds, by interrupt id."""
        self.state = RunState(Levels(driver.graph))
        self.past = Past(self)
        self.decisions = Decisions()
        self.recalled = True
        """Whether the decisions are known that the thread has from elsewhere."""
        self.was_used = False
        """Whether the thread had been used before this run began on it, so that there are steps that were not seen here."""
        self.secrets = Secrets()
        """The secret answers that it got, to be recognised wherever they turn up."""
        self.calls = ServedCalls(self.secrets) if driver.is_served else Calls(self.secrets)
        """What tasks were called with, where no thread has it."""
        self.snapshot: StateSnapshot | None = None
        self.lock = threading.RLock()
        """Guards everything above; never held while the graph or user code runs."""
        self.at_rest = threading.Event()
        self.at_rest.set()
        self.ended = threading.Event()
        self.needs_a_person = threading.Event()
        """Set at rest, unless a policy will go on with it later."""
        self.listeners: list[Callable[[], None]] = []
        self.watch = self._watched()
        """What hears its tasks, where somebody looks at them."""
        if any(policy.timeout is not None for policy in self.policies):
            self.listeners.append(Deadlines(self, lambda: answer_those_due(self)))
        self.control: RunControl | None = None
        self.stopping = False
        self.drained = False
        """Whether the last stream ended because it was told to."""
        self._stands_at: str | None = None
        """The checkpoint of the breakpoint that it ended at. Going on passes that, so `retry` has to ask first."""
        self._asked_before = AskedBefore()
        self._tools: ToolsByPlace = {}
        self._passes = 0
        """How often the graph was set going."""
        self._input: Any = None
        self.entered = False
        """Whether the graph has done anything, so that its input is in the thread."""
        self.broken_listeners = 0
        """How many times a listener raised; the run goes on without it."""
        self.unseen = frozenset[str]()
        """The questions that others have gone on to and that nobody has looked at here, by id."""
        self.follows = False
        """Whether it is another session that is at work, and this one shows so."""
        turns.join(self)

    def _watched(self) -> Watch | None:
        if not self.driver.watched:
            return None
        from .watch import Watch  # a script never needs it

        return Watch(self)

    def changed(self) -> None:
        """Tell who watches. What a listener raises is its own trouble, never the run's."""
        for listener in self.listeners:
            try:
                listener()
            except Exception:  # noqa: BLE001
                self.broken_listeners += 1

    def notice(self, sentence: str) -> None:
        """Something that the reader must know; of many the latest, and of a long one its beginning."""
        sentence = sentence if len(sentence) <= LONGEST_NOTICE else f"{sentence[: LONGEST_NOTICE - 1]}…"
        with self.lock:
            if sentence not in self.notices:
                self.notices.append(sentence)
                del self.notices[:-MOST_NOTICES]
        self.changed()

    def _stops_changed(self) -> None:
        if (late := self.driver.too_late_to_stop()) is not None:
            self.notice(late)
        self.changed()

    def rested(self) -> None:
        """Nothing runs: those who wait where nobody can click are told, unless a policy will go on with it."""
        with self.lock:
            if self.at_rest.is_set() and not any(next_due(one) or one.status == "taking" for one in self.pending):
                self.needs_a_person.set()

    # ------------------------------------------------------------------ going on

    def start(self, step: Any, *, after: Coroutine[Any, Any, Any] | None = None) -> None:
        """Begin with an input, or `PICK_UP` the thread as it stands.

        Args:
            step: the input, or `PICK_UP`.
            after: what has to be done first, as a copy of a thread; what it returns is the step, if that is not `None`.
        """
        self._input = step
        with self.lock:
            self.begin()
        self.driver.spawn(self._drive(step, after))

    def retry(self) -> None:
        """Go on from the last checkpoint of a failed or stopped run."""
        self.driver.check()
        with self.lock:
            if self.status not in {"failed", "stopped"}:
                raise AnswerError(f"Only a failed or stopped session can be retried; this one is {self.status}.")
            # What was attached has its input in the thread.
            self.entered = self.entered or self._input is PICK_UP
            self.begin()
        self.driver.spawn(self._drive(PICK_UP))
        self.changed()

    def follow_up(self, step: Any) -> None:
        """Begin once more on the thread of a finished run.

        Args:
            step: the input, or `ASK_INPUT`.

        Raises:
            AnswerError: the run has not finished.
        """
        self.driver.check()
        with self.lock:
            if self.status != "finished":
                raise AnswerError(
                    f"Only a finished session takes another input on its thread; this one is {self.status}. "
                    "`session.restart()` begins again on a new thread."
                )
            self._input, self.entered, self.follows_up = step, False, True
            self.state.begin_again()
            self.begin()
        self.driver.spawn(self._drive(step))
        self.changed()

    def stop(self) -> None:
        """Stop at the next step, or at once where the run waits."""
        with self.lock:
            self.stopping = True
            if self.control is not None:
                self.control.request_drain("stopped")
            if self.pending and self.status in {"waiting", "idle"} and self.at_rest.is_set():
                # Asked for another input, the thread is as it was when it finished.
                self._end("finished" if self.asks_again else "stopped")
        self.changed()

    def close(self) -> None:
        """Stop, and tell nobody any more."""
        self.stop()
        with self.lock:
            if self.at_rest.is_set() and not self.ended.is_set():
                self._end("idle" if self.status == "idle" else "stopped")
            self.listeners.clear()

    @property
    def asks_again(self) -> bool:
        """Whether a thread that has finished asks for another input."""
        return self.status == "waiting" and any(one.request.kind == "input" for one in self.pending)

    def begin(self) -> None:
        """It is at work; held with the lock."""
        self.status = "running"
        self.error = None
        self.failed_node = None
        self.stopping = False
        self.at_rest.clear()
        self.ended.clear()
        self.needs_a_person.clear()

    def _end(self, status: SessionStatus) -> None:
        self.status = status
        if status in {"finished", "stopped"}:
            for gone in self.pending:
                gone.close()
            self.pending = []
            self.live.clear()  # `retry` has them made again
        self.ended.set()
        self.at_rest.set()
        self.needs_a_person.set()
        self.driver.close()

    def _fail(self, error: BaseException) -> None:
        self.error = error
        self.error_traceback = error.__traceback__
        self._end("failed")

    async def _drive(self, step: Any, after: Coroutine[Any, Any, Any] | None = None) -> None:
        """Stream until nothing can go on without a person; whatever happens ends up in the state, never in a log."""
        try:
            waited = await turns.take(self)
            if waited and step is None:
                step = PICK_UP  # somebody else has gone on meanwhile, perhaps with the answers that were given here
            if after is not None and (found := await after) is not None:
                step = self._input = found
            if waited and self.stopping:
                with self.lock:
                    self._end("stopped")
                step = AT_REST
            elif step is PICK_UP or self.resumes_waiting or waited:
                step = await self._picked_up(step, again=waited)
                self.changed()
            if step is ASK_INPUT:
                step = await self._ask_input()
            while step is not AT_REST:
                step = await self._go_on(step)
        except BaseException as error:
            with self.lock:
                self.state.rest((), ())
                self._fail(error)
            if not isinstance(error, Exception):
                raise
        finally:
            turns.give_back(self)
            self.changed()
            tell_others(self)

    async def drive_on(self) -> None:
        """Follow what a server runs."""
        await self._drive(None)

    async def _ask_input(self) -> Any:
        """Ask what to begin with; returns it, if it was given beforehand, or `AT_REST`."""
        at = None
        if self.follows_up:
            self.snapshot = await self.driver.snapshot()
            at = self.checkpoint_id
        pending = self._pend([input_of(self.driver.graph, at)])
        with self.lock:
            self.pending = pending
        if self.given is not None:
            await answer_from(self, self.given, "code")
        if self.answers is not None:
            await answer_from(self, self.answers, "unattended")
        with self.lock:
            if self.pending[0].status == "answered":
                return self._begin_with(self.pending[0])
            # A thread that has finished waits for more; in one that is new nothing has started.
            self.status = "idle" if at is None else "waiting"
            self.at_rest.set()
            self.needs_a_person.set()
        self.changed()
        return AT_REST

    def _begin_with(self, asked: Pending) -> Any:
        """The input that was answered; it is asked for no more."""
        self.pending = []
        self._input = asked.answer
        return self._input

    async def _picked_up(self, step: Any, *, again: bool = False) -> Any:
        """What to begin with on a thread that may have been used before; `AT_REST` if it only waits.

        Args:
            step: an input, or `PICK_UP` to attach or to retry.
            again: whether another session has gone on with it since.
        """
        self.resumes_waiting = False
        self.snapshot = await self.driver.snapshot()
        found = await look_at(self.snapshot, self.driver)
        self.recalled = self.recalled or found.is_new
        if again or not (found.is_new or self.state.steps):
            self.was_used = True
            # Read once somebody looks: for a long thread it takes a while.
            self.secrets.are_all = self.recalled = False
            if not self.driver.reads_anywhere:
                await recall(self)
        await self.driver.check_nodes(self.snapshot)
        if step is not PICK_UP:
            if not found.has_begun:
                return step
            unused = "" if step is ASK_INPUT else ", and the new input was not used"
            self.notices.append(f"This thread {found.said}{unused}.")
            self._input = PICK_UP
        if not self.state.steps:
            self.state.goes_on()
        if self.pauses:
            self.entered = True
            # Whatever the graph's own breakpoints are, it stands before.
            graph = self.driver.graph.copy({"interrupt_after_nodes": ()})
            return None if await self._settle(None, graph=graph) else AT_REST
        if self._stands_at is not None and self._stands_at == checkpoint_id(self.snapshot) and not found.answered:
            return None if await self._settle(None) else AT_REST
        if (self.entered and not again) or found.goes_on:
            by_id = await self.driver.hand_over(found.addresses)
            return Command(resume=by_id) if by_id else None
        if not self.entered and not self.snapshot.tasks and self._input is not PICK_UP:
            return self._input
        if found.is_new:
            with self.lock:
                self._end("idle")
            return AT_REST
        with self.lock:
            found.draw(self.state)
        return None if await self._settle(found.failure) else AT_REST

    def come_to_rest(self, snapshot: StateSnapshot, asked: list[Asked]) -> None:
        """Wait for what a thread asks that others have gone on with; held with the lock."""
        self.snapshot = snapshot
        before = {one.request.id for one in self.pending}
        self.pending = self._pend(asked)
        self.unseen |= {one.request.id for one in self.pending} - before
        self._rest(snapshot)
        if self.stopping:
            self._end("stopped")
        elif self.pending:
            self.status = "waiting"
            self.at_rest.set()
            self.rested()
        else:
            if not snapshot.tasks:
                self.state.finish()
            self._end("stopped" if snapshot.tasks else "finished")

    async def _go_on(self, step: Any) -> Any:
        """Stream once and settle; returns the next step, or `AT_REST`."""
        with self.lock:
            sent = [pending for pending in self.pending if pending.status == "answered"]
            by_id = {
                pending.request.id: pending.answer
                for pending in sent
                if pending.written is None and pending.asked.address is not None
            }
            self.pauses = False
            self._passes += 1
            self.state.begin()
        self.changed()
        for pending in sent:
            if pending.written is not None and pending.overtaken:
                await self.driver.keep(pending.written)
        if by_id:
            step = Command(resume=by_id)
        error = await stream_once(self, step)
        if isinstance(error, ServerError):
            raise error  # nothing is to be read there either
        self.snapshot = await self.driver.snapshot()
        again = await self._settle(error, sent)
        self.changed()
        return None if again else AT_REST

    # ------------------------------------------------------------------ at rest

    async def _settle(self, error: BaseException | None, sent: list[Pending] | None = None, graph: Any = None) -> bool:
        """Read the thread, decide what the run is now, and let `unattended` answer; returns whether to go on."""
        snapshot = self.snapshot
        assert snapshot is not None
        # The stream ended, nothing failed, nobody stopped it, nothing was asked, and there is a next node: a breakpoint.
        at_breakpoint = error is None and not self.stopping
        if graph is not None and self.stands_in is not None:
            # LangGraph's snapshot shows one nested graph a task, and does not say which of them is meant (1.2.24).
            asked = [stop_at(await self.driver.state_at(self.stands_in), graph)]
        else:
            asked = requests_in(snapshot, graph or self.driver.graph, breakpoints=at_breakpoint, tools=self._tools)
        if error is not None:
            # What an earlier kernel has answered is not asked here, where its node has failed over it.
            known = {one.request.id for one in self.pending}
            answered = await answered_of([one for one in asked if one.request.id not in known], self.driver)
            asked = [one for one in asked if one.request.id not in answered]
        await self._know_secrets(asked)
        stands = error is None and not self.drained and snapshot.next and all(one.address is None for one in asked)
        self._stands_at = checkpoint_id(snapshot) if stands else None
        pending = self._pend(asked)
        # They were sent, and the graph went on without them.
        unused = [one for one in sent or () if one in pending and one.status == "answered"]
        if error is not None or self.stopping:
            unused = []
        for one in unused:
            if one.asked.address is not None:
                await self.driver.release(one.asked.address)
        with self.lock:
            self.pending = pending
            for one in unused:
                if one.status == "answered":
                    self.decisions.withdraw(one.request.id)
                    one.refuse(InvalidAnswerError("The graph asks again."))
                    one.again = one.again or "same_run"
            self._rest(snapshot)
            if error is not None:
                path = self.state.failed_node()
                self.failed_node = " › ".join(path) if path else None
                self._fail(error)
                return False
            if not pending and not snapshot.next:
                self.state.finish()
                self._end("finished")
                return False
            if self.stopping:
                self._end("stopped")
                return False
        if self.given is not None:
            await answer_from(self, self.given, "code")
        await ask_policies(self)
        if self.answers is not None:
            await answer_from(self, self.answers, "unattended")
        with self.lock:
            if self.ended.is_set():  # a breakpoint was answered with "stop"
                return False
            # Some were answered while the graph was busy with others.
            if any(one.status == "answered" for one in self.pending):
                return True
            if self.stopping:
                self._end("stopped")
                return False
            self.status = "waiting"
            self.at_rest.set()
            self.rested()
        return False

    async def _know_secrets(self, asked: list[Asked]) -> None:
        """A breakpoint shows the state, in which there may be secrets that were given before this kernel."""
        if any(isinstance(one.request.payload, Breakpoint) for one in asked):
            from ..inside.reading import know_secrets

            await know_secrets(self.driver, self.secrets)

    def _pend(self, asked: list[Asked]) -> list[Pending]:
        """What is pending, with what came of it so far; a request that is new gets its control."""
        known = {pending.request.id: pending for pending in self.pending}
        pending = [known.get(one.request.id) or self._controlled(one) for one in asked]
        for gone in [one for one in self.pending if one not in pending]:
            gone.close()
        for gone in self.live.keys() - {one.request.id for one in asked}:
            del self.live[gone]
        return pending

    def _controlled(self, asked: Asked) -> Pending:
        request = asked.request
        if (things := self.live.get(request.id)) is not None:
            request = replace(request, live=things)
        if isinstance(stop := request.payload, Breakpoint):
            request = replace(request, payload=stop.without(self.secrets.are_in))
        control = self.controls.resolve(request)
        unseen = None
        if self.earlier is not None:
            control, unseen = self.earlier.start(request, control)
        question, again = describe(request, control), self._asked_before(asked)
        if unseen is not None:
            question.context.append({"label": "Answered before", "text": unseen.text, "mono": False})
        asked = asked if request is asked.request else replace(asked, request=request)
        pending = Pending(asked, control, question, again=again)
        plan(self, pending)
        return pending

    @property
    def input(self) -> Any:
        """The input that it was given; `MISSING` if there was none, as for a thread that was attached."""
        return MISSING if any(self._input is one for one in (None, PICK_UP, ASK_INPUT)) else self._input

    @property
    def checkpoint_id(self) -> str | None:
        """The checkpoint that the thread stood at when the run was last at rest."""
        return self.snapshot.config.get("configurable", {}).get("checkpoint_id") if self.snapshot else None

    @property
    def stands_before(self) -> list[tuple[str, ...]]:
        """The paths of the nodes that a pending breakpoint stands before."""
        stops = [one.request.payload for one in self.pending if one.status == "open"]
        return [
            (*stop.path, node)
            for stop in stops
            if isinstance(stop, Breakpoint) and stop.when == "before"
            for node in stop.nodes
        ]

    @property
    def runs_next(self) -> list[tuple[str, ...]]:
        """The paths of the nodes that run when this goes on, where it stands still."""
        still = self.at_rest.is_set() and self.status != "idle"
        return paths_next(self.snapshot) if still and self.snapshot is not None else []

    def _rest(self, snapshot: StateSnapshot) -> None:
        addresses = [one.asked.address for one in self.pending if one.status != "answered"]
        waiting = {task for address in addresses if address is not None for task in address.tasks}
        finished = {task.id for task in snapshot.tasks if task.result is not None}
        self.state.rest(finished, waiting)

    # ------------------------------------------------------------------ answers

    async def answer(
        self,
        pending: Pending,
        read: Callable[[Control], Any],
        *,
        by: By,
        reason: str | None = None,
        policy: str | None = None,
    ) -> None:
        """Check an answer, make it durable, and let the graph go on.

        Args:
            pending: the request it is for.
            read: what makes the control's resume value of the reply.
            by: who answers.
            reason: what was said beside it.
            policy: the name of the policy that answers.

        Raises:
            InvalidAnswerError: it does not fit; the request stays open, with the reason at its fields.
            StaleAnswerError: the request is no longer pending.
        """
        self.driver.check()
        with self.lock:
            if pending not in self.pending or pending.status != "open":
                raise StaleAnswerError(f"The question {pending.question.question!r} was answered already.")
            pending.status = "taking"
            self.needs_a_person.clear()  # until it is known what comes of it
            seen = self._passes if self.at_rest.is_set() else None
        try:
            decision = await take(
                pending,
                read,
                self.driver,
                lambda: pending.decision(by, reason, policy, self.checkpoint_id),
                self.checkpoint_id,
            )
            await self._hand_over(pending)
        except InvalidAnswerError as error:
            with self.lock:
                pending.refuse(error)
            self.rested()
            self.changed()
            raise
        except StaleAnswerError:
            with self.lock:
                pending.status = "open"
            self.rested()
            self.driver.spawn(catch_up(self))
            raise
        except BaseException:
            with self.lock:
                pending.status = "open"
                # Cut off (an interrupt, a cancellation), it may have been written all the same.
                pending.unsure = True
            self.rested()
            self.changed()
            raise
        self._accepted(pending, decision, seen)

    async def _hand_over(self, pending: Pending) -> None:
        """Have a graph at rest set going with an answer that could not be written, where that makes it safe."""
        with self.lock:
            goes_by_id = pending.written is None and pending.asked.address is not None
            at_rest = self.at_rest.is_set() and self.status == "waiting"
        if goes_by_id and at_rest:
            await self.driver.send({pending.request.id: pending.answer})

    def _accepted(self, pending: Pending, decision: Decision, seen: int | None) -> None:
        with self.lock:
            pending.status = "answered"
            pending.overtaken = seen != self._passes
            pending.field_errors = {}
            self.decisions.add(decision)
            if decision.secret:
                self.secrets.add(pending.answer)
            stops = pending.request.kind == "breakpoint" and pending.answer is False
            # Not where it was stopped, or went on without the answer, while the answer was being saved.
            # On a failed run it waits for `retry`: what has failed is not run again because a sibling was answered.
            starts = pending.request.kind == "input" and self.status in {"idle", "waiting"}
            goes_on = not stops and self.at_rest.is_set() and (starts or self.status == "waiting")
            step = self._begin_with(pending) if starts else None
            if stops:
                self._end("stopped")
            elif goes_on:
                self.begin()
            else:
                self.rested()
        if goes_on:
            self.driver.spawn(self._drive(step))
        self.changed()
        tell_others(self)
