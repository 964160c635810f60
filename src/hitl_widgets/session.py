"""Session: a run as one object. What people hold, display, wait for and answer."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from . import kernel
from .breakpoints import Breakpoints
from .controls.secrets import secret_keys
from .decisions import Decisions
from .errors import (
    AmbiguousAnswerError,
    AnswerError,
    CannotWaitError,
    SessionStoppedError,
    StaleAnswerError,
    UnansweredError,
    UnknownRequestError,
)
from .going_back import GoingBack
from .jsonable import jsonable
from .policies import Policy
from .policies.answering import approve_always, ask_again
from .protocol import SessionStatus
from .requests import Request
from .running.forked import Fork
from .running.pending import Pending
from .running.run import Run
from .running.together import answer_together
from .thread.state_schema import annotated_keys

if TYPE_CHECKING:
    from .thread.history import History

MimeBundle = tuple[dict[str, Any], dict[str, Any]]


class Display(Protocol):
    """What a session displays as."""

    @property
    def widget(self) -> Any:
        """The live view."""

    def __init__(self, run: Run) -> None: ...

    def __call__(self, *, neutral: bool) -> MimeBundle:
        """The live view with its story, for Jupyter; `neutral` for the graph alone."""
        ...

    def close(self) -> None:
        """Take the live view away, if there is one."""


class Session(GoingBack):
    """One graph on one thread, driven to the end. Made by `hitl.run` and `hitl.attach`.

    In a notebook it displays as the live graph, a card for each pending request, and the decisions so far.
    """

    def __init__(self, run: Run, *, display: Display | None = None) -> None:
        super().__init__()
        self._run = run
        self._display = display
        self._started_in = kernel.cell_id()

    # ------------------------------------------------------------------ what it is

    @property
    def status(self) -> SessionStatus:
        """`idle`, `running`, `waiting`, `finished`, `failed` or `stopped`."""
        return self._run.status

    @property
    def requests(self) -> tuple[Request, ...]:
        """What waits for an answer, in the order it was asked."""
        with self._run.lock:
            self._run.unseen = frozenset()
            return tuple(pending.request for pending in self._run.pending if pending.status == "open")

    @property
    def thread_id(self) -> str:
        """LangGraph's thread."""
        return self._run.driver.config["configurable"]["thread_id"]  # type: ignore[typeddict-item]

    @property
    def values(self) -> Any:
        """The thread's values now. On the graph's own event loop: as of the last time the run was at rest."""
        if (values := self._run.driver.values()) is not None:
            return values
        return self._run.snapshot.values if self._run.snapshot else {}

    @property
    def decisions(self) -> Decisions:
        """What was decided so far; `.to_json(path)` records it, `.to_code()` writes it as `unattended={...}`.

        Of a thread that was picked up the earlier ones too, with their times, whichever kernel or session took them; read
        from the thread when they are first asked for. (A server does not tell them.)
        """
        if not self._run.recalled and not self._run.driver.blocks_here():
            from .running.recorded import recall

            self._run.driver.run(recall(self._run))
        return self._run.decisions

    @property
    def history(self) -> History:
        """The steps of the thread so far, oldest first: what ran, what it was given, what it wrote.

        A step in which graphs nested in this one ran has theirs as `inside`, those further inside among them; a fork has
        those from where it starts on. `session.fork` takes them too.

        >>> from typing import TypedDict
        >>> from langgraph.graph import START, StateGraph
        >>> import hitl_widgets as hitl
        >>> State = TypedDict("State", {"budget": int})
        >>> def graph(**nodes):
        ...     builder = StateGraph(State)
        ...     for before, name in zip([START, *nodes], nodes):
        ...         _ = builder.add_node(name, nodes[name]).add_edge(before, name)
        ...     return builder.compile()
        >>> double = lambda state: {"budget": state["budget"] * 2}
        >>> session = hitl.run(graph(count=graph(first=double, second=double)), {"budget": 1})
        >>> session.wait()
        {'budget': 4}
        >>> session.history[0].inside
        (<Step 0.0: count: first: wrote budget: 2>, <Step 0.1: count: second: wrote budget: 4>)
        >>> session.fork(session.history[0].inside[1], update={"budget": 10}).wait()
        {'budget': 20}

        Raises:
            CannotWaitError: the graph runs on the event loop of this very thread; use `await session.ahistory()`.
        """
        if self._run.driver.blocks_here():
            raise CannotWaitError(
                "This graph is async and runs on this event loop, so `session.history` would stop it: "
                "write `await session.ahistory()`."
            )
        return self._run.driver.run(self._history())

    async def ahistory(self) -> History:
        """`history` for coroutines and for async graphs in notebook cells."""
        if self._run.driver.blocks_here():
            return await self._history()
        return self.history

    async def _history(self) -> History:
        from .inside.history import history_in
        from .running.recorded import know_before

        await know_before(self._run)
        return await history_in(self._run, self._secret_keys)

    @property
    def _secret_keys(self) -> frozenset[str]:
        schema = getattr(getattr(self._run.driver.graph, "builder", None), "state_schema", None)
        return secret_keys(annotated_keys(schema))

    @property
    def policies(self) -> tuple[Policy, ...]:
        """What answers for a person, in the order in which it is asked: `policies=`, then what is always approved."""
        return self._run.policies

    @property
    def breakpoints(self) -> Breakpoints:
        """Where it stops: `.add("send")`, `.add("sub/ask", when="after")`, `.remove("send")`, at any time."""
        return self._run.breakpoints

    @property
    def notices(self) -> tuple[str, ...]:
        """What the reader must know, as the view says it: that a thread was picked up, answered elsewhere, is not saved."""
        return tuple(self._run.notices)

    @property
    def error(self) -> BaseException | None:
        """The exception of a failed run, with its own traceback."""
        return self._run.error

    # ------------------------------------------------------------------ answering

    def answer(self, value: Any, to: str | None = None, *, reason: str | None = None) -> None:
        """Answer a pending request, waiting for it to be asked if the graph still runs.

        Args:
            value: the answer, as a Python value or as JSON.
            to: a request's key, its node's name, or its interrupt id; needed when several are pending.
            reason: why, for the record (and for the graph, where it asks for one).

        Returns when the answer is durable in the thread; the graph then goes on in the background.

        Raises:
            InvalidAnswerError: the value does not fit; the request stays open.
            AmbiguousAnswerError: several requests are pending, and `to` is not given.
            UnknownRequestError: nothing pending is called that.
            StaleAnswerError: the request is no longer pending.
            CannotWaitError: the graph runs on the event loop of this very thread; use `await session.aanswer(...)`.
        """
        if self._run.driver.blocks_here():
            raise CannotWaitError(
                "This graph is async and runs on this event loop, so `session.answer` would stop it: "
                "write `await session.aanswer(...)`."
            )
        if self._pending(to) is None:
            kernel.wait(self._run.at_rest.is_set, wake=self._run.at_rest)
        pending = self._named(to)
        self._run.driver.run(
            self._run.answer(pending, lambda control: control.accept(value, reason), by="code", reason=reason)
        )

    async def aanswer(self, value: Any, to: str | None = None, *, reason: str | None = None) -> None:
        """`answer` for coroutines and for async graphs in notebook cells: the same arguments and errors."""
        if self._pending(to) is None:
            await kernel.wait_async(self._run.at_rest.is_set)
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
            AnswerError: as for `answer`. One that was answered elsewhere at this very moment leaves those before it taken.
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
            kernel.wait(self._run.at_rest.is_set, wake=self._run.at_rest)
        given = [(self._named(to), value) for to, value in answers.items()]
        self._run.driver.run(answer_together(self._run, given))

    async def aanswer_all(self, answers: Mapping[str, Any]) -> None:
        """`answer_all` for coroutines and for async graphs in notebook cells: the same arguments and errors."""
        if any(self._pending(to) is None for to in answers):
            await kernel.wait_async(self._run.at_rest.is_set)
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
        return approve_always(self._run, tool)

    def ask_again(self, tool: str) -> None:
        """Take back `session.always(tool)`, or "Always approve" on a card. What was approved stays so."""
        ask_again(self._run, tool)

    def _pending(self, to: str | None) -> Pending | None:
        """The open request that `to` names, if there is exactly one."""
        with self._run.lock:
            pending = [one for one in self._run.pending if one.status == "open"]
        exact = [one for one in pending if to in {one.request.key, one.request.id}]
        found = exact or [one for one in pending if _is_called(one.request, to)]
        return found[0] if len(found) == 1 else None

    def _named(self, to: str | None) -> Pending:
        if (pending := self._pending(to)) is not None:
            if pending.request.id == to or pending.request.id not in self._run.unseen:
                return pending
            # It is meant for what was asked before: a node that asks twice has one name.
            names = ", ".join(repr(request.key) for request in self.requests)
            raise StaleAnswerError(f"Somebody else has gone on with this thread since; pending now: {names}.")
        requests = self.requests
        names = ", ".join(f"{request.key!r} (asked by {request.node})" for request in requests)
        if not requests:
            raise StaleAnswerError(f"Nothing is pending: the session is {self.status}.")
        if to is None or any(_is_called(request, to) for request in requests):
            raise AmbiguousAnswerError(f"Several requests are pending; say which with to=: {names}.")
        if any(to in {decision.key, decision.node, decision.interrupt_id} for decision in self.decisions):
            raise StaleAnswerError(f"{to!r} was answered already; pending: {names}.")
        raise UnknownRequestError(f"No pending request is called {to!r}; pending: {names}.")

    # ------------------------------------------------------------------ going on

    def stop(self) -> None:
        """Stop at the next step; on a server at once. The thread stays as it is and can be attached again."""
        self._run.stop()

    def retry(self) -> None:
        """Go on from the last checkpoint of a failed or stopped run.

        Raises:
            AnswerError: the session neither failed nor was stopped.
        """
        self._run.retry()

    def close(self) -> None:
        """Let go of everything: stop at the next step, and take the view off the page. The thread stays as it is.

        A session that is not shown needs no closing: it goes when nobody holds it any more. One that is shown is held by
        its view. Closing twice is fine; `hitl.attach(graph, thread_id)` goes on with the thread.

        >>> from langgraph.graph import START, StateGraph
        >>> import hitl_widgets as hitl
        >>> builder = StateGraph(dict).add_node("ask", lambda state: {"name": hitl.ask("Who?")}).add_edge(START, "ask")
        >>> session = hitl.run(builder.compile(), {})
        >>> session.close()
        >>> session.requests
        ()
        """
        self._run.close()
        if self._display is not None:
            self._display.close()

    def _beside(self, fork: Fork) -> Session:
        if fork.display is None and self._display is not None:
            fork.display = type(self._display)(fork.run)
        return Session(fork.run, display=fork.display)

    # ------------------------------------------------------------------ waiting

    def wait(self, timeout: float | None = None) -> Any:
        """Wait for the end and return the final state values. The controls keep working meanwhile.

        Args:
            timeout: at most so many seconds.

        Raises:
            TimeoutError: it took longer. The session goes on.
            UnansweredError: nobody is there to click, and something is left to answer.
            SessionStoppedError: it was stopped.
            CannotWaitError: waiting here would hang (a graph on this thread's own event loop, marimo, Voila).
            Exception: what the graph raised, with its own traceback.
        """
        if self._run.driver.blocks_here() and not self._run.ended.is_set():
            raise CannotWaitError(
                "This graph is async and runs on this event loop, so `session.wait()` would stop it: "
                "write `await session`."
            )
        attended = kernel.attended()
        done = self._run.ended if attended else self._run.needs_a_person
        if not kernel.wait(done.is_set, wake=done, timeout=timeout):
            raise TimeoutError(f"The session is still {self.status} after {timeout} s.")
        return self._result()

    def __await__(self) -> Generator[Any, None, Any]:
        return self._wait_async().__await__()

    async def _wait_async(self) -> Any:
        done = self._run.ended if kernel.attended() else self._run.needs_a_person
        await kernel.wait_async(done.is_set)
        return self._result()

    def _result(self) -> Any:
        run = self._run
        if run.status == "finished":
            return run.snapshot.values if run.snapshot else {}
        if run.error is not None:
            # Each raise adds its frames to the exception's traceback; begin with the graph's own every time.
            raise run.error.with_traceback(run.error_traceback)
        if run.status == "idle" and not run.pending:
            raise SessionStoppedError(
                f"Nothing has run on the thread {self.thread_id!r} yet. Start it with "
                f"hitl.run(graph, input, thread_id={self.thread_id!r})."
            )
        if run.status == "stopped":
            raise SessionStoppedError(
                "The session was stopped before the graph finished. `session.retry()` goes on from where it stopped."
            )
        raise UnansweredError(unanswered(run.pending))

    # ------------------------------------------------------------------ showing

    def __repr__(self) -> str:
        pending = ", ".join(repr(request.key) for request in self.requests)
        return f"<hitl.Session: {self.status}{' for ' + pending if pending else ''}>"

    def _repr_mimebundle_(self, **_: Any) -> MimeBundle | None:
        if self._display is None:
            return None
        # The cell that starts a session shows the graph alone, see `story`.
        return self._display(neutral=self._started_in is not None and self._started_in == kernel.cell_id())

    def _display_(self) -> Any:
        """What marimo displays: it shows widgets, and of a mime bundle only the HTML (0.25.2)."""
        return self._display.widget if self._display is not None else repr(self)


def _is_called(request: Request, name: str | None) -> bool:
    return name is None or name in {request.key, request.node, request.id, "/".join(request.path)}


def unanswered(pending: list[Pending]) -> str:
    """What to say when nobody is there: the pending requests, and the code that would answer them.

    >>> unanswered([])
    'Nobody is there to answer, and nothing is pending.'
    """
    open_ones = [one for one in pending if one.status == "open"]
    if not open_ones:
        return "Nobody is there to answer, and nothing is pending."
    lines = [
        f"  {one.request.key!r} (asked by {' › '.join(one.request.path)}): {one.question.question}"
        + "".join(f"\n      refused: {path + ': ' if path else ''}{text}" for path, text in one.field_errors.items())
        for one in open_ones
    ]
    example = ", ".join(f"{one.request.key!r}: {_example(one)}" for one in open_ones)
    return (
        "Nobody is there to click, and these questions are unanswered:\n"
        + "\n".join(lines)
        + f"\nGive the answers with hitl.run(..., unattended={{{example}}})."
    )


def _example(pending: Pending) -> str:
    """A value that would be accepted, where one can be told without guessing; else an ellipsis to fill in."""
    try:
        return "..." if pending.control.secret else repr(jsonable(pending.control.default_reply()))
    except AnswerError:
        return "..."
