"""Going back, and going on: what a session does beside what its graph asks. A part of `Session`."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from .. import kernel
from ..decisions import Decision
from ..driver.uninterrupted import uninterrupted
from ..errors import CannotWaitError
from ..fields import MISSING
from ..policies.unattended import answers_from
from ..requests import Request
from ..running.forks.forked import Fork
from ..running.pending import Pending
from ..running.secrets import Secrets
from ..running.steps import ASK_INPUT
from ..thread.graph_input import said
from ..thread.misspelt import misspelt
from .part import Part

# What only forks need is loaded with the first one.
if TYPE_CHECKING:
    from ..thread.comparing import Comparison
    from ..thread.history import History, Step
    from .session import Session
    from .what_if import WhatIf


class GoingBack(Part):
    """What `Session` can do from its steps and decisions, and once it has finished."""

    def __init__(self) -> None:
        self._forks: dict[Fork, Session] = {}

    @property
    @abstractmethod
    def history(self) -> History: ...

    @abstractmethod
    async def ahistory(self) -> History: ...

    @property
    @abstractmethod
    def _secret_keys(self) -> frozenset[str]: ...

    @abstractmethod
    def _pending(self, to: str | Request | None) -> Pending | None: ...

    @abstractmethod
    def _beside(self, fork: Fork) -> Session:
        """The session of a fork."""

    def fork(
        self,
        step: Step | Decision | Request | int,
        *,
        answer: Any = MISSING,
        update: Mapping[str, Any] | None = None,
        pause: bool = False,
    ) -> Session:
        """Another session on a new thread, from a step of this one; this one's thread stays as it is.

        From a step, its nodes run again, with what they were given then: a node that asked asks again, one that finished
        without asking has done its part, and a nested graph starts from its beginning. From a decision, only what was
        asked from that moment on is asked again: what was answered before it keeps its answer, and a nested graph stands
        where it stood; where that was a breakpoint, it stands there again, and so does what stood beside it. From a step of
        a nested graph (`session.history[...].inside`) that graph goes on from there, and those around it stand where they
        stood: what ran beside it and is done stays done, what was answered there since is asked again. Answers of this
        session are what the questions start from; none is given by itself. Its policies are asked there too, but for what
        is always approved: that ends with the session in which it was said; *Answer differently* in the view asks a person
        first. Where nobody can click, `unattended=` answers there as it did here, from that place on.

        What LangGraph can not replay: a node that runs again runs from its top, and does again what it does outside of
        the state (a mail is sent twice); what happened outside is not undone; and what no checkpoint holds, such as a
        data frame that `hitl.ask(rows=...)` shows, is made again by the node that asks. Of several graphs that one node's own
        code calls it knows the first (1.2.24): from a breakpoint of another one a fork stands before that node, and from the
        steps of another one it starts, but not with another state.

        Args:
            step: one of `session.history`, or its index, or one of what ran `inside` of such a step; one of
                `session.decisions`, for the moment before it was taken; or one of `session.requests`.
            answer: the answer to what is asked there; where a step asks several things, a mapping by key or node.
            update: other values for some keys of the state, before the step: they replace what is there, reducers or
                not, and all of the step's nodes run again.
            pause: stand before the step, as at a breakpoint, with the state as a form: somebody changes it and continues,
                or stops there (`fork.answer({"update": {...}})`, `True` or `False` from code).

        Returns:
            The session, already running. It is in `session.forks`, and the view of this one shows it.

        Raises:
            TypeError: the state has no such key, one answer was given to several questions, or `step` is none of those.
            UnknownRequestError: it is no decision of this session, or no question that waits.
            IndexError: there is no such step.
            HitlError: it is a step of a nested graph, or a breakpoint in one, and nothing can be started there (a server
                goes back to the steps of the outermost graph only), or not with another state.
            CannotWaitError: by index, where the graph runs on the event loop of this very thread; take a step of
                `await session.ahistory()`.

        >>> from typing import TypedDict
        >>> from langgraph.graph import START, StateGraph
        >>> import hitl_widgets as hitl
        >>> class State(TypedDict, total=False):
        ...     budget: float
        >>> builder = StateGraph(State)
        >>> _ = builder.add_node("ask_budget", hitl.ask_node("budget", "What's your budget?"))
        >>> _ = builder.add_edge(START, "ask_budget")
        >>> session = hitl.run(builder.compile(), {}, unattended={"budget": 100})
        >>> session.wait()
        {'budget': 100.0}
        >>> session.fork(session.decisions[0], answer=250).wait()
        {'budget': 250.0}
        >>> session.values
        {'budget': 100.0}
        """
        from ..running.forks.fork import fork_of, step_of
        from ..running.forks.given import given
        from ..running.forks.place import place_of

        found = step_of(self.history, step) if isinstance(step, int) else step
        place = place_of(self._run, found)
        answers = given(found, place, answer)
        run = self._run
        return self._of_fork(uninterrupted(lambda: fork_of(run, place, answers=answers, update=update, pause=pause)))

    def restart(self) -> Session:
        """Another session on a new thread, with the input that this one's thread was started with.

        The input is read from the thread, so this works after `hitl.attach` too. Answers of this session are what the
        questions start from; none is given by itself.

        Returns:
            The session, already running. It is in `session.forks`.

        Raises:
            AnswerError: nothing has been started.
        """
        from ..running.forks.fork import restart_of

        run = self._run
        return self._of_fork(uninterrupted(lambda: restart_of(run)))

    def follow_up(self, input: Any = MISSING) -> None:
        """Go on with another input on the thread of a finished session; returns at once.

        Args:
            input: the graph's input. A text is said to a graph that has `messages`. Without one the session asks for it,
                as `hitl.run(graph)` does: with a form for the graph's input schema, a message box for a chat.

        Raises:
            AnswerError: the session has not finished.
            TypeError: a text for a graph that takes none.
        """
        run = self._run
        step = ASK_INPUT if input is MISSING else said(run.driver.graph, input)
        uninterrupted(lambda: run.follow_up(step))
        for sentence in misspelt(run.driver.graph, input):
            run.notice(sentence)

    @property
    def forks(self) -> tuple[Session, ...]:
        """The sessions that were started from this one, from code or in the view: `fork`, `restart`, `what_if`."""
        with self._run.lock:
            forks = tuple(self._run.forks)
        return tuple(self._of_fork(fork) for fork in forks)

    def _of_fork(self, fork: Fork) -> Session:
        if fork not in self._forks:
            self._forks[fork] = self._beside(fork)
        return self._forks[fork]

    def compare(self, other: Session) -> Comparison:
        """Where another session of this graph parts from this one: the first step that differs, and the final states.

        Args:
            other: usually one of `session.forks`.

        Raises:
            CannotWaitError: a graph runs on the event loop of this very thread; use `await session.acompare(other)`.

        Returns:
            A comparison; it is shown as a text and as a table.
        """
        if self._run.driver.blocks_here() or other._run.driver.blocks_here():
            raise CannotWaitError(
                "This graph is async and runs on this event loop, so `session.compare` would stop it: "
                "write `await session.acompare(other)`."
            )
        return self._compared(other, self.history, other.history)

    async def acompare(self, other: Session) -> Comparison:
        """`compare` for coroutines and for async graphs in notebook cells."""
        ours, theirs = await self.ahistory(), await other.ahistory()
        states = self.values, other.values
        # The states of long runs take long to compare, and this loop may be the kernel's.
        return await asyncio.to_thread(self._compared, other, ours, theirs, states)

    def _compared(
        self, other: Session, ours: History, theirs: History, states: tuple[Any, Any] | None = None
    ) -> Comparison:
        from ..thread.comparing import compare

        ours_last, theirs_last = states or (self.values, other.values)
        known = Secrets()
        known.learn(self._run.secrets)
        known.learn(other._run.secrets)
        return compare(ours, theirs, ours_last, theirs_last, self._secret_keys | other._secret_keys, known)

    # ------------------------------------------------------------------ what if

    def what_if(
        self,
        request: Request | Decision | Step | str | int,
        answers: Iterable[Any],
        *,
        then: Any = None,
        timeout: float | None = None,
    ) -> WhatIf:
        """What comes of each of several answers: a fork an answer, run until each is at rest.

        A fork rests when it has finished, has failed, or waits for something else. Nobody is asked meanwhile: policies
        answer there as they do here, `unattended=` where nobody can click, and `then` whoever is there. An answer that
        does not fit, or a fork that fails, spoils no other. Side effects of the graph happen in every fork.

        Args:
            request: one of `session.requests` or `session.decisions`; a key or node's name, of what is asked now, else
                of the last decision that goes by it; or a step of `session.history`, or its index.
            answers: the answers to try.
            then: answers to what the forks ask later, as `unattended=` takes them: a mapping by key or node, a function,
                a recording, or `hitl.defaults`.
            timeout: at most so many seconds. What is not at rest by then goes on, and the table says so.

        Raises:
            TypeError: `answers` is one answer, and not several.
            UnknownRequestError: nothing that is or was asked is called that.
            CannotWaitError: the graph runs on the event loop of this very thread; use `await session.awhat_if(...)`.

        Returns:
            The forks as a sequence, shown as a table: a row an answer, the keys of the final states that differ first.

        >>> from typing import TypedDict
        >>> from langgraph.graph import START, StateGraph
        >>> import hitl_widgets as hitl
        >>> class State(TypedDict, total=False):
        ...     budget: float
        ...     tier: str
        >>> builder = StateGraph(State)
        >>> _ = builder.add_node("ask_budget", hitl.ask_node("budget", "What's your budget?"))
        >>> _ = builder.add_node("sort", lambda state: {"tier": "gold" if state["budget"] > 100 else "basic"})
        >>> _ = builder.add_edge(START, "ask_budget").add_edge("ask_budget", "sort")
        >>> session = hitl.run(builder.compile(), {}, unattended={"budget": 100})
        >>> _ = session.wait()
        >>> session.what_if("budget", [50, 500])
        What if 'budget' is answered with ...
        answer  outcome   budget  tier
        50      finished  50.0    basic
        500     finished  500.0   gold
        """
        if self._run.driver.blocks_here():
            raise CannotWaitError(
                "This graph is async and runs on this event loop, so `session.what_if` would stop it: "
                "write `await session.awhat_if(...)`."
            )
        from ..running.forks.fork import step_of
        from .what_if import WhatIf, outcome_of

        found = step_of(self.history, request) if isinstance(request, int) else self._question(request)
        forks, words = self._try(found, answers, then)
        kernel.wait(lambda: all(one._run.at_rest.is_set() for one in forks), timeout=timeout)
        return WhatIf(words, [outcome_of(one, answer, one.history) for one, answer in forks.items()])

    async def awhat_if(
        self,
        request: Request | Decision | Step | str | int,
        answers: Iterable[Any],
        *,
        then: Any = None,
        timeout: float | None = None,  # noqa: ASYNC109  as `what_if`
    ) -> WhatIf:
        """`what_if` for coroutines and for async graphs in notebook cells: the same arguments and errors."""
        from ..running.forks.fork import step_of
        from .what_if import WhatIf, outcome_of

        found = step_of(await self.ahistory(), request) if isinstance(request, int) else self._question(request)
        forks, words = self._try(found, answers, then)
        await kernel.wait_async(lambda: all(one._run.at_rest.is_set() for one in forks), timeout=timeout)
        return WhatIf(words, [outcome_of(one, answer, await one.ahistory()) for one, answer in forks.items()])

    def _question(self, request: Request | Decision | Step | str) -> Request | Decision | Step:
        if not isinstance(request, str):
            return request
        from ..running.forks.given import asked_last

        pending = self._pending(request)
        return asked_last(self.decisions, request) if pending is None else pending.request

    def _try(self, at: Request | Decision | Step, answers: Iterable[Any], then: Any) -> tuple[dict[Session, Any], str]:
        from ..running.forks.fork import fork_of
        from ..running.forks.given import given
        from ..running.forks.place import place_of

        if isinstance(answers, str | bytes | Mapping) or not hasattr(answers, "__iter__"):
            name = type(answers).__name__
            raise TypeError(f"what_if takes the answers to try as a list, such as [50, 500], not {name}.")
        place = place_of(self._run, at)
        forks: dict[Session, Any] = {}
        for answer in answers:
            source = given(at, place, answer, answers_from(then))
            fork = uninterrupted(partial(fork_of, self._run, place, answers=source))
            forks[self._of_fork(fork)] = answer
        return forks, place.words
