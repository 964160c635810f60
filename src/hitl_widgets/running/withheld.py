"""Cards that are held back: what they say may quote a secret that the thread was given before this kernel.

A browser that has seen a text has it for good. So where it is not known yet what a thread was given (`recorded.py`), what it
asks is not shown. Most checkpointers tell it in milliseconds (`driver/answers/asked_alone.py`), before there is a card at all; of
others, and of a server, the whole past is read first. A card that was shown stays: what somebody is given later, its question
could not quote. Code is told everything at once, as it has the thread itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .pending import Pending
    from .run import Run

UNREAD = (
    "What ran before could not be read ({}), so what is asked is not shown: it may quote a secret that was given then. "
    "It is tried again every now and then. From code: session.requests, session.answer(...)."
)
"""What is said where the past of a thread whose cards are held back cannot be read, with the exception's name."""


def are_withheld(run: Run) -> bool:
    """Whether cards are held back that would else be shown."""
    with run.lock:
        return any(_is_withheld(run, one) for one in (*run.others.closed, *run.pending) if one.status == "open")


def shown_of(run: Run) -> Sequence[Pending]:
    """The requests whose cards are shown, now and from now on. Held with the lock.

    A card that a policy is about to answer is not shown for a moment, to be clicked by mistake. What others have answered
    stays where it was, above what is asked now. What was answered here goes as soon as its node has done with it, however
    long the others take: LangGraph tells what is asked once all of them have come to rest.
    """
    asked = (one for one in run.pending if not _is_used(run, one))
    shown = [one for one in (*run.others.closed, *asked) if not (_is_withheld(run, one) or _is_held(run, one))]
    for one in shown:
        one.was_shown = True
    return shown


def _is_held(run: Run, pending: Pending) -> bool:
    return pending.held and not run.ended.is_set()


def _is_used(run: Run, pending: Pending) -> bool:
    if pending.status != "answered":
        return False
    # Asked by a `@task`, the answer was written under that task's id.
    place = pending.written or pending.asked.address
    if place is None:  # a breakpoint, which the run leaves as it goes on
        return pending.passes is not None and run.passes.count > pending.passes
    task = run.state.task(place.task_id)
    return task is not None and task.status == "done"


def _is_withheld(run: Run, pending: Pending) -> bool:
    # What asks for an input is made of the graph, and says nothing of what its thread holds.
    return not (run.secrets.are_all or pending.was_shown or pending.request.kind == "input")
