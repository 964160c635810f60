"""Run: one graph on one thread, driven until it ends, with a person in the loop. No Jupyter, no waiting.

What it does is in the modules beside it: it works (`driving.py`), comes to rest (`settling.py`) and is answered
(`answering.py`). All of that is written as coroutines that its driver runs, in a thread or on an event loop. At rest
nothing runs: a run that waits for a person holds no thread and no task.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable, Coroutine, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from langgraph.types import StateSnapshot

from ..asking import live
from ..breakpoints import Breakpoints
from ..control import Control
from ..decisions import By, Decisions
from ..driver import Driver
from ..driver.answers.address import Address, checkpoint_id_in
from ..driver.aside import aside
from ..errors import AnswerError, HitlError
from ..graph.leads import Levels
from ..inside.calls import Calls, ServedCalls
from ..policies import Policy
from ..policies.answering import answer_those_due
from ..policies.answers import Answers
from ..policies.deadlines import Deadlines, next_due
from ..processes import finalize
from ..protocol import SessionStatus
from ..registering.registry import Registry
from ..texts.clipped import clipped
from ..thread.asked import ToolsByPlace
from ..thread.breakpoints import Breakpoint
from ..thread.next_nodes import paths_next
from .answering import answer
from .beginning import Beginning
from .driving import drive
from .following.state import RunState
from .forks.forked import Fork
from .forks.origin import Origin
from .others import turns
from .others.state import Others
from .passes import Passes
from .pending import Pending
from .secrets import Secrets
from .steps import PICK_UP
from .switched import stands_before_it
from .taking import Reply
from .unasked import Standing, unasked
from .why import AskedBefore

if TYPE_CHECKING:
    from .following.watch import Watch
    from .past import Past

LONGEST_NOTICE = 2_000
NEVER_BEGAN = (
    "The event loop that this session ran on came to its end before the session could go on. What was answered is in the thread: "
    "hitl.attach(graph, thread_id) goes on with it on another."
)
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
        self.name: str | None = None
        """What a fork is called beside the others."""
        self.forks: list[Fork] = []
        """The runs that were started from this one, oldest first."""
        self.notices = list(notices or ())
        self.attach = attach
        self.origin = Origin()
        self.beginning = Beginning(resumes_waiting=resumes_waiting)
        self.passes = Passes()
        self.others = Others()
        self.status: SessionStatus = "idle"
        self.error: BaseException | None = None
        self.error_traceback: TracebackType | None = None
        self.failed_node: str | None = None
        self.pending: list[Pending] = []
        self.left_open: list[Address] = []
        """Where answers are written to what a thread asked that was picked up and goes on: others may give them meanwhile."""
        self.live: dict[str, live.Kept] = {}
        """What the pending questions are about and no checkpoint holds, by interrupt id."""
        self.state = RunState(Levels(driver.graph))
        self._past: Past | None = None
        self.decisions = Decisions()
        self.recalled = True
        """Whether the decisions are known that the thread has from elsewhere."""
        self.was_used = False
        """Whether the thread had been used before this run began on it, so that there are steps that were not seen here."""
        self.secrets = Secrets()
        """The secret answers that it got, to be recognised wherever they turn up."""
        self.decisions.masked = self.secrets.mask
        self.calls = ServedCalls(self.secrets) if driver.is_served else Calls(self.secrets)
        """What tasks were called with, where no thread has it."""
        self.snapshot: StateSnapshot | None = None
        self.standing: Standing | None = None
        """Where nested graphs stand in it, as far as that was looked for."""
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
        self.stopping = False
        self.asked_before = AskedBefore()
        """What tells a question that is asked again."""
        self.tools: ToolsByPlace = {}
        """What the asking graphs' tools were found to be."""
        self.closed = False
        """Whether nobody wants it any more: it lets go of what it holds as soon as it is at rest."""
        self.broken_listeners = 0
        """How many times a listener raised; the run goes on without it."""
        self.is_shown = False
        """Whether a live view shows it: what others do on its thread is then read."""
        self.is_watched: Callable[[], bool] = lambda: False
        """Whether somebody is at that view, so that it is looked for, too."""
        self.sharing: weakref.WeakSet[Run] | None = None
        """The runs of this process on its thread."""
        turns.join(self)

    def _watched(self) -> Watch | None:
        if not self.driver.watched:
            return None
        from .following.watch import Watch  # a script never needs it

        return Watch(self)

    @property
    def past(self) -> Past:
        """What ran on its thread before this kernel."""
        from .past import Past  # a script never asks

        with self.lock:
            self._past = self._past or Past(self)
            return self._past

    def changed(self) -> None:
        """Tell who watches. What a listener raises is its own trouble, never the run's."""
        for listener in self.listeners:
            try:
                listener()
            except Exception:  # noqa: BLE001
                self.broken_listeners += 1

    def notice(self, sentence: str) -> None:
        """Something that the reader must know; of many the latest, and of a long one its beginning."""
        sentence = clipped(sentence, LONGEST_NOTICE)
        with self.lock:
            if sentence not in self.notices:
                self.notices.append(sentence)
                del self.notices[:-MOST_NOTICES]
        self.changed()

    @property
    def told(self) -> tuple[str, ...]:
        """What the reader must know now: the notices, what it waits for, and what its next answer lets go on, too."""
        return (*self.notices, *([] if self.others.waits_for is None else [self.others.waits_for]), *unasked(self))

    def wait_for(self, what: str | None) -> None:
        """Say what it waits for, or that it waits no more; in the notices for as long as that is so."""
        if what is None:
            self.others.seen = None
        if what != self.others.waits_for:
            self.others.waits_for = what
            self.changed()

    def _stops_changed(self) -> None:
        if (late := self.driver.too_late_to_stop()) is not None:
            self.notice(late)
        stands_before_it(self)
        self.changed()

    def rested(self) -> None:
        """Nothing runs: those who wait where nobody can click are told, unless a policy, or somebody else, goes on with it."""
        with self.lock:
            looks = self.others.catching_up and not self.ended.is_set()
            goes_on = any(next_due(one) or one.status == "taking" for one in self.pending)
            if self.at_rest.is_set() and not (looks or goes_on):
                self.needs_a_person.set()

    # ------------------------------------------------------------------ going on

    def start(self, step: Any, *, after: Callable[[], Coroutine[Any, Any, Any]] | None = None) -> None:
        """Begin with an input, or `PICK_UP` the thread as it stands.

        Args:
            step: the input, or `PICK_UP`.
            after: what has to be done first, as a copy of a thread; what it returns is the step, if that is not `None`. Where
                it fails, `retry` begins with it again.
        """
        self.beginning.comes_first = after
        self.beginning.step = step
        self.secrets.add_from(self.driver.graph, step)
        with self.lock:
            self.begin()
        self.set_going(step)

    def set_going(self, step: Any) -> None:
        """Go on in the background. Where that cannot be begun with, the run has failed, and `retry` goes on from there."""
        work = drive(self, step)
        self.beginning.handed_over = token = object()
        # A loop that ends lets go of what it was handed, and the garbage collector of what has not even begun.
        finalize(work, _let_go_of, weakref.ref(self), token).atexit = False
        try:
            self.driver.spawn(work)
        except RuntimeError as error:
            self.beginning.handed_over = None
            work.close()
            with self.lock:
                self.fail(error)
            self.changed()

    def _never_began(self, token: object) -> None:
        with self.lock:
            if self.beginning.handed_over is not token:
                return
            self.beginning.handed_over = None
            self.fail(HitlError(NEVER_BEGAN))
        self.changed()

    def retry(self) -> None:
        """Go on from the last checkpoint of a failed or stopped run."""
        self.driver.check()
        with self.lock:
            if self.status not in {"failed", "stopped"}:
                raise AnswerError(f"Only a failed or stopped session can be retried; this one is {self.status}.")
            # What was attached has its input in the thread.
            self.beginning.entered = self.beginning.entered or self.beginning.step is PICK_UP
            self.begin()
        self._say_what_is_earlier()
        self.set_going(PICK_UP if self.beginning.comes_first is None else self.beginning.step)
        self.changed()

    def _say_what_is_earlier(self) -> None:
        """Say how a function comes in that a notebook has mended: running its cell again does not put it into the graph."""
        from ..thread.defined_anew import defined_anew  # who retries nothing does not need it

        if names := defined_anew(self.driver.graph):
            one = len(names) == 1
            self.notice(
                f"{' and '.join(f'`{name}`' for name in names)} {'has' if one else 'have'} been defined anew, and this graph "
                f"has the earlier {'one' if one else 'ones'}: compile it anew, then "
                f"`{self.attach or f'hitl.attach(graph, {self.driver.thread_name!r})'}` goes on from here."
            )

    def follow_up(self, step: Any, reply: Callable[[Control], Any] | None = None) -> None:
        """Begin once more on the thread of a finished run.

        Args:
            step: the input, or `ASK_INPUT`.
            reply: what a person has answered that question with.

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
            # Another kernel may have begun once more since, and is not to be started over.
            self.beginning.once_more(step, reply, resumes_waiting=not self.driver.is_served)
            self.secrets.add_from(self.driver.graph, step)
            self.state.begin_again()
            self.begin()
        self.set_going(step)
        self.changed()

    async def drive_on(self) -> None:
        """Follow what a server runs."""
        await drive(self, None)

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
        [error] = await self.answer_together([self.reply(pending, read, by=by, reason=reason, policy=policy)])
        if error is not None:
            raise error

    async def answer_together(self, replies: Sequence[Reply]) -> list[Exception | None]:
        """The same for several at once: what is wrong with one is no matter of the others; says of each why it was not taken.

        Args:
            replies: each to another request.
        """
        return await answer(self, replies)

    def reply(
        self,
        pending: Pending,
        read: Callable[[Control], Any],
        *,
        by: By,
        reason: str | None = None,
        policy: str | None = None,
    ) -> Reply:
        """A reply to a request, to be taken with others; the arguments are those of `answer`."""
        return Reply(pending, read, lambda: pending.decision(by, reason, policy, self.checkpoint_id, self.secrets.mask))

    def stop(self) -> None:
        """Stop at the next step, or at once where the run waits."""
        with self.lock:
            self.stopping = True
            self.follow_no_more()
            if self.passes.control is not None:
                self.passes.control.request_drain("stopped")
            if self.pending and self.status in {"waiting", "idle"} and self.at_rest.is_set():
                # Asked for another input, the thread is as it was when it finished.
                self.end("finished" if self.asks_again else "stopped")
        self.changed()

    def follow_no_more(self) -> None:
        """What others are at work on comes to its end without this run: nobody looks for it any more."""
        with self.lock:
            if self.others.works_elsewhere:
                self.others.follows = self.others.works_elsewhere = False
                self.end("stopped")

    def close(self) -> None:
        """Stop, and tell nobody any more."""
        self.stop()
        with self.lock:
            if self.at_rest.is_set() and not self.ended.is_set():
                self.end("idle" if self.status == "idle" else "stopped")
            self.listeners.clear()
            self.closed, is_over = True, self.ended.is_set()
        if is_over:
            self.driver.let_go()

    @property
    def asks_again(self) -> bool:
        """Whether a thread that has finished asks for another input."""
        return self.status == "waiting" and any(one.request.kind == "input" for one in self.pending)

    def begin(self) -> None:
        """It is at work; held with the lock."""
        self.status = "running"
        self.error = self.error_traceback = self.failed_node = None
        self.stopping = False
        self.at_rest.clear()
        self.ended.clear()
        self.needs_a_person.clear()

    def end(self, status: SessionStatus) -> None:
        """It is over, for now at least; held with the lock."""
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
        if self.closed:
            # Not here: whoever reads the thread may want this lock.
            with contextlib.suppress(RuntimeError):  # the interpreter ends, and with it all that is open
                threading.Thread(target=self.driver.let_go, name="hitl-closing", daemon=True).start()

    def fail(self, error: BaseException) -> None:
        """It is over with an exception; held with the lock."""
        self.error = error
        self.error_traceback = error.__traceback__
        self.end("failed")

    @property
    def checkpoint_id(self) -> str | None:
        """The checkpoint that the thread stood at when the run was last at rest."""
        return checkpoint_id_in(self.snapshot.config) if self.snapshot else None

    @property
    def stands_before(self) -> list[tuple[str, ...]]:
        """The paths of the nodes that a pending breakpoint stands before, or inside of."""
        stops = [one.request.payload for one in self.pending if one.status == "open"]
        return [
            (*stop.path, node)
            for stop in stops
            if isinstance(stop, Breakpoint) and stop.when != "after"
            for node in stop.nodes
        ]

    @property
    def runs_next(self) -> list[tuple[str, ...]]:
        """The paths of the nodes that run when this goes on, where it stands still."""
        still = self.others.works_elsewhere or (self.at_rest.is_set() and self.status != "idle")
        return paths_next(self.snapshot) if still and self.snapshot is not None else []


def _let_go_of(run: weakref.ref[Run], token: object) -> None:
    if (known := run()) is not None and known.beginning.handed_over is token:
        aside(known._never_began, token)
