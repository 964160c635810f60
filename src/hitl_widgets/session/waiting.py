"""Waiting for the end of a run, and what is said where nobody is there to answer. A part of `Session`."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from .. import kernel
from ..errors import AnswerError, CannotWaitError, SessionStoppedError, UnansweredError
from ..running.pending import Pending
from ..texts.jsonable import jsonable
from .part import Part

_MOST_NAMED = 5


class Waiting(Part):
    """How `Session` is waited for."""

    def wait(self, timeout: float | None = None) -> Any:
        """Wait for the end and return the final state values. The controls keep working meanwhile.

        Args:
            timeout: at most so many seconds.

        Raises:
            TimeoutError: it took longer. The session goes on.
            UnansweredError: nobody is there to click, and something is left to answer.
            SessionStoppedError: it was stopped.
            CannotWaitError: waiting here would hang (a graph on this thread's own event loop or on one that was stopped, a
                node of the graph itself, marimo, Voila).
            Exception: what the graph raised, with its own traceback.
        """
        if self._run.driver.blocks_here() and not self._run.ended.is_set():
            raise CannotWaitError(
                "This graph is async and runs on this event loop, so `session.wait()` would stop it: "
                "write `await session`."
            )
        done = self._run.ended if kernel.attended() else self._run.needs_a_person
        if timeout is None:
            self._refuse_to_wait_for_ever(done)
        if not kernel.wait(self._saying(done), wake=done, timeout=timeout):
            why = f" {waits_for}" if (waits_for := self._run.others.waits_for) is not None else ""
            raise TimeoutError(f"The session is still {self.status} after {timeout} s.{why}")
        return self._result()

    def __await__(self) -> Generator[Any, None, Any]:
        return self._wait_async().__await__()

    async def _wait_async(self) -> Any:
        done = self._run.ended if kernel.attended() else self._run.needs_a_person
        self._refuse_to_wait_for_ever(done)
        await kernel.wait_async(self._saying(done))
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
        unused = run.answers.unused if run.answers is not None else []
        raise UnansweredError(run.secrets.mask(unanswered(run.pending, unused)))


def unanswered(pending: list[Pending], unused: Sequence[str] = ()) -> str:
    """What to say when nobody is there: the pending requests, and the code that would answer them.

    Args:
        pending: the requests.
        unused: the names of answers that nothing has asked for, as of misspelt ones.

    >>> unanswered([])
    'Nobody is there to answer, and nothing is pending.'
    """
    open_ones = [one for one in pending if one.status == "open"]
    if not open_ones:
        return "Nobody is there to answer, and nothing is pending."
    lines = [
        f"  {one.request.key!r} (asked by {' › '.join(one.request.asked_by)}): {one.question.question}"
        + "".join(f"\n      refused: {path + ': ' if path else ''}{text}" for path, text in one.field_errors.items())
        for one in open_ones
    ]
    example = ", ".join(f"{one.request.key!r}: {_example(one)}" for one in open_ones)
    return (
        "Nobody is there to click, and these questions are unanswered:\n"
        + "\n".join(lines)
        + f"\nGive the answers with hitl.run(..., unattended={{{example}}})."
        + (f"\nNothing has asked so far for {_names(unused)}, which unattended= has answers for." if unused else "")
    )


def _names(of: Sequence[str]) -> str:
    more = [f"and {len(of) - _MOST_NAMED} more"] if len(of) > _MOST_NAMED else []
    return ", ".join([*map(repr, of[:_MOST_NAMED]), *more])


def _example(pending: Pending) -> str:
    """A value that would be accepted, where one can be told without guessing; else an ellipsis to fill in."""
    try:
        return "..." if pending.control.secret else repr(jsonable(pending.control.default_reply()))
    except AnswerError:
        return "..."
