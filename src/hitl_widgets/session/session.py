"""Session: a run as one object, which people hold and display."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from .. import kernel
from ..breakpoints import Breakpoints
from ..decisions import Decisions
from ..driver.uninterrupted import uninterrupted
from ..errors import CannotWaitError, OtherProcessError
from ..policies import Policy
from ..processes import Home
from ..protocol import SessionStatus
from ..requests import Request
from ..running.forks.forked import Fork
from ..running.run import Run
from ..texts.odd import spelled
from ..thread.secret_keys import secret_keys_of
from .answering import Answering
from .going_back import GoingBack
from .waiting import Waiting

if TYPE_CHECKING:
    from ..thread.history import History

MimeBundle = tuple[dict[str, Any], dict[str, Any]]


class Display(Protocol):
    """What a session displays as."""

    def in_a_cell(self) -> Any:
        """The live view, for a cell of its own."""

    def __init__(self, run: Run) -> None: ...

    def __call__(self, *, neutral: bool) -> MimeBundle:
        """The live view with its story, for Jupyter; `neutral` for the graph alone."""
        ...

    def close(self) -> None:
        """Take the live view away, if there is one."""


class Session(Answering, Waiting, GoingBack):
    """One graph on one thread, driven to the end. Made by `hitl.run` and `hitl.attach`.

    In a notebook it displays as the live graph, a card for each pending request, and the decisions so far.

    It belongs to the process that made it. In one that is forked from there (`multiprocessing`, `ProcessPoolExecutor`) it
    has its `thread_id` and says where it belongs; all else raises `OtherProcessError`. To another process one sends the
    `thread_id`, for `hitl.attach`.
    """

    def __init__(self, run: Run, *, display: Display | None = None) -> None:
        super().__init__()
        self._owned = run
        self._home = Home()
        self._display = display
        self._started_in = kernel.cell_id()

    @property
    def _run(self) -> Run:
        """The run, for all that this session does: in another process nothing of it is touched, its locks neither."""
        self._home.check(self._owned.attach)
        return self._owned

    def __reduce__(self) -> Any:
        attach = self._owned.attach or f"hitl.attach(graph, {self.thread_id!r}, save=...)"
        raise OtherProcessError(
            "A session can be neither copied nor sent to another process: its graph runs in this one. "
            f"Send its thread_id, and go on there with {attach}."
        )

    # ------------------------------------------------------------------ what it is

    @property
    def status(self) -> SessionStatus:
        """`idle`, `running`, `waiting`, `finished`, `failed` or `stopped`."""
        return self._run.status

    @property
    def requests(self) -> tuple[Request, ...]:
        """What waits for an answer, in the order it was asked."""
        with self._run.lock:
            self._run.others.unseen = frozenset()
            return tuple(pending.request for pending in self._run.pending if pending.status == "open")

    @property
    def thread_id(self) -> str:
        """LangGraph's thread."""
        return self._owned.driver.config["configurable"]["thread_id"]  # type: ignore[typeddict-item]

    @property
    def values(self) -> Any:
        """The thread's values now. On the graph's own event loop: as of the last time the run was at rest."""
        if (values := self._run.driver.values()) is not None:
            return values
        return self._run.snapshot.values if self._run.snapshot else {}

    @property
    def decisions(self) -> Decisions:
        """What was decided so far; `.to_json(path)` records it, `.to_code()` writes it as `unattended={...}`.

        Of a thread that was picked up, and of a fork, the earlier ones too, with their times, whichever kernel or session
        took them; read from the thread when they are first asked for.
        """
        if not self._run.recalled and not self._run.driver.blocks_here():
            from ..running.recorded import recall

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
        from ..inside.history import history_in
        from ..running.recorded import know_before

        await know_before(self._run)
        return await history_in(self._run)

    @property
    def _secret_keys(self) -> frozenset[str]:
        return secret_keys_of(self._run.driver.graph)

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
        """What the reader must know, as the view says it: that a thread was picked up, answered elsewhere, is not saved,
        or that another kernel is at work on it now. The secrets that it was given are dots.
        """
        return tuple(map(self._run.secrets.mask, self._run.told))

    @property
    def error(self) -> BaseException | None:
        """The exception of a failed run, with its own traceback."""
        return self._run.error

    # ------------------------------------------------------------------ going on

    def stop(self) -> None:
        """Stop at the next step; on a server at once. The thread stays as it is and can be attached again."""
        uninterrupted(self._run.stop)

    def retry(self) -> None:
        """Go on from the last checkpoint of a failed or stopped run, with the graph that this session was given.

        A node that you have defined anew since is in that graph as it was: the view says so then. Compile the graph anew,
        and `hitl.attach(graph, session.thread_id)` goes on with that one.

        Raises:
            AnswerError: the session neither failed nor was stopped.
        """
        uninterrupted(self._run.retry)

    def close(self) -> None:
        """Let go of everything: stop at the next step, take the view off the page, and close the file of `save=`. The thread
        stays as it is, and who reads it through this session opens the file again.

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
        if not self._home.is_here:
            return  # a forked process has nothing of it to let go of
        if self._display is not None:
            self._display.close()  # first: what is shown may be about to follow others
        self._run.close()

    def _beside(self, fork: Fork) -> Session:
        if fork.display is None and self._display is not None:
            fork.display = type(self._display)(fork.run)
        return Session(fork.run, display=fork.display)

    # ------------------------------------------------------------------ showing

    def __repr__(self) -> str:
        if not self._home.is_here:
            return f"<hitl.Session: of process {self._home.process}>"
        pending = ", ".join(repr(request.key) for request in self.requests)
        return spelled(f"<hitl.Session: {self.status}{' for ' + pending if pending else ''}>")

    def _repr_mimebundle_(self, **_: Any) -> MimeBundle | None:
        if self._display is None or not self._home.is_here:
            return None
        # The cell that starts a session shows the graph alone, see `story`.
        return self._display(neutral=self._started_in is not None and self._started_in == kernel.cell_id())

    def _display_(self) -> Any:
        """What marimo displays: it shows widgets, and of a mime bundle only the HTML (0.25.2)."""
        return self._display.in_a_cell() if self._display is not None and self._home.is_here else repr(self)
